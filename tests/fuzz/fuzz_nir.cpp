#include "converters/nir/nir.h"
#include "fuzz_input.h"

// Whatever is read must also be a valid network.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto path = synfire::fuzz::file_of({data, size}, "fuzz.nir");
  synfire::fuzz::expect_result_or_failure([&] {
    synfire::Diagnostics diagnostics;
    synfire::validate(synfire::read_nir(path), diagnostics);
    if (diagnostics.has_error()) std::abort();
  });
  synfire::fuzz::expect_result_or_failure([&] { synfire::summarize_nir(path); });
  return 0;
}
