// What a file's first bytes promise, checked before the HDF5 library sees the file.
#pragma once

#include <cstdint>
#include <filesystem>

namespace synfire {

struct Superblock {
  std::uint64_t file_size = 0;
  std::uint64_t user_block = 0;  // bytes before the signature
};

/// Throws file_not_found, file_format (no signature, or a driver other than one plain file) and
/// file_truncated (the end-of-file address lies beyond the file).
/// Source: HDF5 File Format Specification 3.0, section II.A.
Superblock check_superblock(const std::filesystem::path& path);

}  // namespace synfire
