#include "converters/tflite/tflite.h"
#include "fuzz_input.h"

// Whatever converts must also be a valid network.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::span bytes(reinterpret_cast<const std::byte*>(data), size);
  synfire::fuzz::expect_result_or_failure([&] {
    synfire::Diagnostics diagnostics;
    synfire::validate(synfire::read_tflite(bytes, "fuzz"), diagnostics);
    if (diagnostics.has_error()) std::abort();
  });
  synfire::fuzz::expect_result_or_failure([&] { synfire::summarize_tflite(bytes, "fuzz"); });
  return 0;
}
