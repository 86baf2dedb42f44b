// Strings: fixed width, or references into global heaps (section III.E of the specification).
#include <algorithm>
#include <map>

#include "core/io/common/hdf5_data.h"

namespace synfire {
namespace {

std::string cut(std::string_view text) { return std::string(text.substr(0, text.find('\0'))); }

class HeapReader {
 public:
  HeapReader(Hdf5Image& image, const std::string& where) : image_(image), where_(where) {}

  std::string text(Hdf5Cursor& reference) {
    const std::uint32_t length = reference.u32();
    const std::uint64_t address = reference.u64();
    const std::uint32_t index = reference.u32();
    if (length == 0 || address == 0) return {};
    const Heap& heap = at(address);
    const auto object = heap.find(index);
    if (object == heap.end() || object->second.size() < length)
      fail(Code::file_corrupt, where_, "a string is missing from its heap");
    spend(image_, length, where_);  // many references may point at one long string
    return cut(as_text(object->second.first(length)));
  }

 private:
  using Heap = std::map<std::uint64_t, Hdf5Bytes>;

  const Heap& at(std::uint64_t address) {
    const auto found = heaps_.find(address);
    return found != heaps_.end() ? found->second
                                 : heaps_.emplace(address, read(address)).first->second;
  }

  Heap read(std::uint64_t address) {
    Hdf5Cursor header(bytes_at(image_, address, 16, where_), where_);
    header.expect("GCOL");
    header.skip(4);
    const std::uint64_t size = header.u64();
    Hdf5Cursor cursor(bytes_at(image_, address, size, where_), where_);
    spend(image_, size, where_);  // overlapping heaps cost their size each time
    cursor.skip(16);
    Heap heap;
    while (cursor.left() >= 16) {
      const std::uint16_t index = cursor.u16();
      cursor.skip(6);
      const std::uint64_t length = cursor.u64();
      if (index == 0) break;  // the free space at the end
      heap.emplace(index, cursor.take(length));
      cursor.skip(std::min<std::uint64_t>((8 - length % 8) % 8, cursor.left()));
    }
    return heap;
  }

  Hdf5Image& image_;
  const std::string& where_;
  std::map<std::uint64_t, Heap> heaps_;
};

}  // namespace

std::vector<std::string> read_heap_texts(Hdf5Image& image, Hdf5Bytes elements, std::size_t count,
                                         const std::string& where) {
  HeapReader reader(image, where);
  Hdf5Cursor cursor(elements, where);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i) texts.push_back(reader.text(cursor));
  return texts;
}

std::vector<std::string> split_texts(Hdf5Bytes elements, std::size_t width, std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i)
    texts.push_back(cut(as_text(elements.subspan(i * width, width))));
  return texts;
}

}  // namespace synfire
