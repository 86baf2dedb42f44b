// One inference of the digits example, by coding. The first sample of the held-out images.
#include <benchmark/benchmark.h>

#include <filesystem>

#include "converters/passes/common/coding.h"
#include "converters/tflite/tflite.h"
#include "targets/cpu/runner.h"

namespace synfire {
namespace {

void digits(benchmark::State& state, const char* coding, std::int32_t steps) {
  const std::filesystem::path folder =
      std::filesystem::path(SYNFIRE_SOURCE_DIR) / "examples/digits";
  Network network = read_tflite(folder / "digits_int8.tflite");
  Diagnostics diagnostics;
  apply_coding(network, coding, {.steps = steps}, diagnostics);
  const SampleSet samples = read_samples(folder / "test_images_int8_360x8x8x1.bin", DataType::int8,
                                         network.inputs[0].shape, 20);
  for ([[maybe_unused]] const auto iteration : state) {
    const RunResult result = run_samples(network, samples, {});
    benchmark::DoNotOptimize(result.spikes_total);
  }
  state.SetItemsProcessed(state.iterations() * samples.count());
}
BENCHMARK_CAPTURE(digits, graded, "graded", 0);
BENCHMARK_CAPTURE(digits, radix, "radix", 0);
BENCHMARK_CAPTURE(digits, ttfs, "ttfs", 0);
BENCHMARK_CAPTURE(digits, rate_16, "rate", 16);
BENCHMARK_CAPTURE(digits, rate_255, "rate", 255);

}  // namespace
}  // namespace synfire
