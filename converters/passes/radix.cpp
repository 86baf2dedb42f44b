#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

constexpr std::int32_t kWindow = 8;

void apply(Network& network, const CodingOptions& options) {
  if (options.steps != 0 && options.steps != kWindow)
    fail(Code::bad_option_value, "--steps",
         "coding radix has windows of " + std::to_string(kWindow) + " steps",
         "only --coding rate takes --steps");
  for (Population& population : network.populations) population.model = "radix";
  schedule(network, kWindow);
}

Verdict verdict(const Population&, const CodingOptions&) { return {}; }

}  // namespace

extern const CodingInfo radix_coding;
const CodingInfo radix_coding{
    .name = "radix",
    .summary = "binary spikes over 8 steps a layer, most significant bit first",
    .guarantee = "bit-identical to the quantized model with 1-bit spikes and additions only",
    .source = "docs/codings.md",
    .apply = apply,
    .verdict = verdict};

}  // namespace synfire
