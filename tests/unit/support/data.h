// Where tests find their data.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

namespace synfire::test {

/// A file of this tree, for example source_path("tests/golden").
inline std::filesystem::path source_path(const std::filesystem::path& path) {
  return std::filesystem::path(SYNFIRE_SOURCE_DIR) / path;
}

/// The folder of large models and recordings that lies beside the tree, where there is one. The
/// environment variable SYNFIRE_SHARED_DATA names another place.
inline std::optional<std::filesystem::path> shared_data() {
  const char* set = std::getenv("SYNFIRE_SHARED_DATA");
  const std::filesystem::path folder = set != nullptr ? set : SYNFIRE_SHARED_DATA;
  std::error_code none;
  if (!std::filesystem::is_directory(folder, none)) return std::nullopt;
  return folder;
}

}  // namespace synfire::test

/// Declares `name` as the shared data folder, or skips the test visibly. First line of a test body.
#define SYNFIRE_SHARED_DATA_OR_SKIP(name)                                       \
  const auto name##_found = synfire::test::shared_data();                       \
  if (!name##_found) GTEST_SKIP() << "no shared data; set SYNFIRE_SHARED_DATA"; \
  const std::filesystem::path& name = *name##_found
