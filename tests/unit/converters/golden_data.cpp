#include "tests/unit/converters/golden_data.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace synfire::testing {

std::filesystem::path shared_data() {
  if (const char* folder = std::getenv("SYNFIRE_SHARED_DATA"); folder != nullptr) return folder;
#ifdef SYNFIRE_SOURCE_DIR
  return std::filesystem::path(SYNFIRE_SOURCE_DIR) / ".." / "shared" / "data";
#else
  return {};
#endif
}

std::vector<std::byte> bytes_of(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::vector<char> text{std::istreambuf_iterator<char>(stream), {}};
  std::vector<std::byte> bytes(text.size());
  if (!text.empty()) std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

Tensor sample_of(const std::vector<std::byte>& bytes, std::size_t index, DataType type,
                 const Shape& shape) {
  Tensor sample(type, shape);
  const std::size_t size = sample.bytes().size();
  std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(index * size), size,
              sample.bytes().begin());
  return sample;
}

}  // namespace synfire::testing
