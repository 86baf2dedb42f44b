#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

void apply(Network& network, const CodingOptions& options) {
  apply_fixed_window(network, options, "ttfs", 255);
}

}  // namespace

extern const CodingInfo ttfs_coding;
const CodingInfo ttfs_coding{
    .name = "ttfs",
    .summary = "one spike per neuron, its value in the time of the spike (255 ticks a layer)",
    .guarantee = "bit-identical to the quantized model; at most one spike per neuron",
    .source = "docs/codings.md",
    .apply = apply,
    .verdict = exact_everywhere};

}  // namespace synfire
