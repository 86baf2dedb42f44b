// What fuzzers share: bytes to files, for readers that take paths only.
#pragma once

#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>

#include "core/base/diagnostics.h"

namespace synfire::fuzz {

/// A folder of this process, in memory where the system has such a place.
inline const std::filesystem::path& scratch_folder() {
  static const std::filesystem::path folder = [] {
    const std::filesystem::path memory = "/dev/shm";
    const auto parent =
        std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    const auto path = parent / ("synfire_fuzz_" + std::to_string(getpid()));
    std::filesystem::create_directories(path);
    return path;
  }();
  static const struct Removal {
    ~Removal() {
      std::error_code ignored;
      std::filesystem::remove_all(scratch_folder(), ignored);
    }
  } removal;
  return folder;
}

inline std::filesystem::path file_of(std::span<const std::uint8_t> bytes, const char* name) {
  const auto path = scratch_folder() / name;
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return path;
}

/// Runs a reader; a Failure is its right answer to a bad file, anything else ends the fuzzer.
template <typename Reader>
void expect_result_or_failure(const Reader& read) {
  try {
    read();
  } catch (const Failure& failure) {
    // An internal error is a bug even when it is thrown in good order.
    for (const Diagnostic& diagnostic : failure.diagnostics()) {
      if (diagnostic.code == Code::internal) std::abort();
    }
  }
}

}  // namespace synfire::fuzz
