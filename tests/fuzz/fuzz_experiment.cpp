#include <string_view>

#include "converters/experiment/experiment.h"
#include "fuzz_input.h"
#include "neurons/models.h"

// What is read must be a valid network, and the resolved text must give the same experiment.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  synfire::fuzz::expect_result_or_failure([&] {
    const synfire::ExperimentFile file(text, "fuzz.toml");
    file.runs();
    const synfire::ModelRegistry registry = synfire::model_registry();
    const auto first = file.run(0).file.resolve(registry);
    synfire::Diagnostics diagnostics;
    synfire::validate(first.experiment.network, diagnostics, synfire::TimeAxis::continuous);
    if (diagnostics.has_error()) std::abort();
    const auto second = synfire::ExperimentFile(first.text, "again.toml").resolve(registry);
    if (second.text != first.text) std::abort();
  });
  return 0;
}
