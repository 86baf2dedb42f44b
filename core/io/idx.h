// IDX files, the format of MNIST, plain or gzip-compressed.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/tensor.h"

namespace synfire {

/// By content: a gzip stream or the two zero bytes and type byte of an IDX header.
bool looks_like_idx(const std::filesystem::path& path);

/// The first `limit` rows (all when limit < 0) as their own type, shape {rows, ...}.
Tensor read_idx(const std::filesystem::path& path, std::int64_t limit);

}  // namespace synfire
