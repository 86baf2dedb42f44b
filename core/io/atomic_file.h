// Output files that appear whole or not at all.
#pragma once

#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

namespace synfire {

/// A temporary file beside `path`, renamed onto it by commit(); without a commit the destructor
/// removes it, so that neither a failure nor an exception leaves anything behind.
class AtomicFile {
 public:
  /// Throws file_write when the folder is missing or may not be written.
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  /// Where to write; the file exists and is empty.
  const std::filesystem::path& temporary() const { return temporary_; }
  /// Makes sure that the file can grow by so many bytes. Throws file_write where the disk is too
  /// full, and leaves the file as it is then.
  void reserve(std::uint64_t bytes) const;
  /// Brings the data to the disk and renames it into place. Throws file_write.
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

void write_file(const std::filesystem::path& path, std::string_view text);
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);

/// Throws file_write when `path` could not be written later: asked before a long simulation.
void check_writable(const std::filesystem::path& path);

}  // namespace synfire
