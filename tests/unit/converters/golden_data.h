// Real models with reference outputs, which are not part of the source tree: from the folder that
// SYNFIRE_SHARED_DATA names, or ../shared/data beside the sources. Tests skip visibly without them.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/base/tensor.h"

namespace synfire::testing {

std::filesystem::path shared_data();
std::vector<std::byte> bytes_of(const std::filesystem::path& file);
/// Sample `index` of a file of equal samples of the given type and shape.
Tensor sample_of(const std::vector<std::byte>& bytes, std::size_t index, DataType type,
                 const Shape& shape);

}  // namespace synfire::testing
