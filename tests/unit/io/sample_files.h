// Makes the files that the tests of samples read.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace synfire::test {

/// A folder that is removed with its content.
class SampleFiles {
 public:
  SampleFiles() {
    std::string name = (std::filesystem::temp_directory_path() / "synfire-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  ~SampleFiles() { std::filesystem::remove_all(path_); }
  SampleFiles(const SampleFiles&) = delete;
  SampleFiles& operator=(const SampleFiles&) = delete;

  std::filesystem::path path(std::string_view name) const { return path_ / name; }
  std::filesystem::path write(std::string_view name, std::string_view content) const {
    std::filesystem::create_directories(path(name).parent_path());
    std::ofstream(path(name), std::ios::binary) << content;
    return path(name);
  }

 private:
  std::filesystem::path path_;
};

template <typename T>
std::string bytes_of(std::initializer_list<T> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(T)};
}

inline std::string gzip(std::string_view content) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string result(deflateBound(&stream, content.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(result.data());
  stream.avail_out = static_cast<uInt>(result.size());
  deflate(&stream, Z_FINISH);
  result.resize(stream.total_out);
  deflateEnd(&stream);
  return result;
}

inline std::string big_endian(std::uint32_t value) {
  return {static_cast<char>(value >> 24), static_cast<char>(value >> 16),
          static_cast<char>(value >> 8), static_cast<char>(value)};
}

/// An IDX header of `type` (8: unsigned byte) and dimensions.
inline std::string idx(char type, std::initializer_list<std::uint32_t> shape) {
  std::string text{'\0', '\0', type, static_cast<char>(shape.size())};
  for (const std::uint32_t extent : shape) text += big_endian(extent);
  return text;
}

/// A .npy file of version 1 (or 2) with any dictionary.
inline std::string npy(std::string_view descr, std::string_view shape, std::string_view data,
                       bool fortran = false, char version = 1) {
  std::string text = "{'descr': '" + std::string(descr) +
                     "', 'fortran_order': " + (fortran ? "True" : "False") +
                     ", 'shape': " + std::string(shape) + ", }\n";
  std::string header = "\x93NUMPY";
  header +=
      {version, '\0', static_cast<char>(text.size() & 255), static_cast<char>(text.size() >> 8)};
  if (version > 1) header += std::string(2, '\0');
  return header + text + std::string(data);
}

}  // namespace synfire::test
