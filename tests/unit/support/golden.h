// Samples and reference outputs stored as plain bytes, row after row.
#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

#include "core/net/network.h"

namespace synfire::test {

std::vector<std::byte> bytes_of(const std::filesystem::path& file);
/// Sample `index` of a file of equal samples of the given type and shape.
Tensor sample_of(const std::vector<std::byte>& bytes, std::size_t index, DataType type,
                 const Shape& shape);

/// What is compared: the whole output, or the result of the first decoder stage.
enum class Compared { output, logits };

/// Bytes in which the reference executor's results for all samples of `input` differ from `golden`.
std::size_t mismatches(const Network& network, const std::vector<std::byte>& input,
                       const std::vector<std::byte>& golden, Compared compared);

}  // namespace synfire::test
