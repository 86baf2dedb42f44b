#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

constexpr std::int32_t kWindow = 1;

void apply(Network& network, const CodingOptions& options) {
  if (options.steps != 0 && options.steps != kWindow)
    fail(Code::bad_option_value, "--steps",
         "coding graded has windows of " + std::to_string(kWindow) + " steps",
         "only --coding rate takes --steps");
  for (Population& population : network.populations) population.model = "graded";
  schedule(network, kWindow);
}

Verdict verdict(const Population&, const CodingOptions&) { return {}; }

}  // namespace

extern const CodingInfo graded_coding;
const CodingInfo graded_coding{
    .name = "graded",
    .summary = "one integer-valued spike per neuron and inference, nothing for zero",
    .guarantee = "bit-identical to the quantized model; SynOps = MACs x activation density",
    .source = "docs/codings.md",
    .apply = apply,
    .verdict = verdict};

}  // namespace synfire
