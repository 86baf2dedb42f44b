#include "converters/passes/common/coding.h"
#include "converters/passes/common/schedule.h"

namespace synfire {
namespace {

void apply(Network& network, const CodingOptions& options) {
  apply_fixed_window(network, options, "radix", 8);
}

}  // namespace

extern const CodingInfo radix_coding;
const CodingInfo radix_coding{
    .name = "radix",
    .summary = "binary spikes over 8 steps a layer, most significant bit first",
    .guarantee = "bit-identical to the quantized model with 1-bit spikes and additions only",
    .source = "docs/codings.md",
    .apply = apply,
    .verdict = exact_everywhere};

}  // namespace synfire
