#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

constexpr std::int32_t kWindow = 255;

void apply(Network& network, const CodingOptions& options) {
  if (options.steps != 0 && options.steps != kWindow)
    fail(Code::bad_option_value, "--steps",
         "coding ttfs has windows of " + std::to_string(kWindow) + " steps",
         "only --coding rate takes --steps");
  for (Population& population : network.populations) population.model = "ttfs";
  schedule(network, kWindow);
}

Verdict verdict(const Population&, const CodingOptions&) { return {}; }

}  // namespace

extern const CodingInfo ttfs_coding;
const CodingInfo ttfs_coding{
    .name = "ttfs",
    .summary = "one spike per neuron, its value in the time of the spike (255 ticks a layer)",
    .guarantee = "bit-identical to the quantized model; at most one spike per neuron",
    .source = "docs/codings.md",
    .apply = apply,
    .verdict = verdict};

}  // namespace synfire
