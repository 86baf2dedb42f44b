#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

void apply(Network& network, const CodingOptions& options) {
  apply_fixed_window(network, options, "graded", 1);
}

}  // namespace

extern const CodingInfo graded_coding;
const CodingInfo graded_coding{
    .name = "graded",
    .summary = "one integer-valued spike per neuron and inference, nothing for zero",
    .guarantee = "bit-identical to the quantized model; SynOps = MACs x activation density",
    .source = "docs/codings.md",
    .apply = apply,
    .verdict = exact_everywhere};

}  // namespace synfire
