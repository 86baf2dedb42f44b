// Strings: fixed width, or references into global heaps (section III.E of the specification).
#include <algorithm>
#include <map>

#include "core/io/common/hdf5_data.h"

namespace synfire {
namespace {

std::string cut(std::string_view text) { return std::string(text.substr(0, text.find('\0'))); }

}  // namespace

Hdf5Bytes Hdf5Heaps::object(Hdf5Cursor& reference, std::size_t element, const std::string& where) {
  const std::uint64_t length = std::uint64_t{reference.u32()} * element;
  const std::uint64_t address = reference.u64();
  const std::uint32_t index = reference.u32();
  if (length == 0 || address == 0) return {};
  const Heap& heap = at(address, where);
  const auto found = heap.find(index);
  if (found == heap.end() || found->second.size() < length)
    fail(Code::file_corrupt, where, "a string or list is missing from its heap");
  spend(image_, length, where);  // many references may point at one long object
  return found->second.first(length);
}

const Hdf5Heaps::Heap& Hdf5Heaps::at(std::uint64_t address, const std::string& where) {
  const auto found = heaps_.find(address);
  return found != heaps_.end() ? found->second
                               : heaps_.emplace(address, read(address, where)).first->second;
}

Hdf5Heaps::Heap Hdf5Heaps::read(std::uint64_t address, const std::string& where) {
  Hdf5Cursor header(bytes_at(image_, address, 16, where), where);
  header.expect("GCOL");
  header.skip(4);
  const std::uint64_t size = header.u64();
  Hdf5Cursor cursor(bytes_at(image_, address, size, where), where);
  spend(image_, size, where);  // overlapping heaps cost their size each time
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

std::vector<std::string> read_heap_texts(Hdf5Image& image, Hdf5Bytes elements, std::size_t count,
                                         const std::string& where) {
  Hdf5Heaps heaps(image);
  Hdf5Cursor cursor(elements, where);
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i)
    texts.push_back(cut(as_text(heaps.object(cursor, 1, where))));
  return texts;
}

std::vector<std::string> split_texts(Hdf5Bytes elements, std::size_t width, std::size_t count) {
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < count; ++i)
    texts.push_back(cut(as_text(elements.subspan(i * width, width))));
  return texts;
}

}  // namespace synfire
