// Old-style groups (sections III.A.1, III.B, III.C and III.D of the format specification).
#include "core/io/common/hdf5_object.h"

namespace synfire {
namespace {

constexpr std::size_t kMaxEntries = 1'000'000;
constexpr unsigned kMaxLevel = 32;

class SymbolTable {
 public:
  SymbolTable(const Hdf5Image& image, std::map<std::string, Hdf5Link, std::less<>>& links,
              const std::string& where)
      : image_(image), links_(links), where_(where) {}

  void read(std::uint64_t tree, std::uint64_t heap) {
    Hdf5Cursor cursor(bytes_from(image_, heap, where_), where_);
    cursor.expect("HEAP");
    cursor.skip(4);
    const std::uint64_t size = cursor.u64();
    cursor.skip(8);
    names_ = bytes_at(image_, cursor.u64(), size, where_);
    read_node(tree, kMaxLevel);
  }

 private:
  // Levels must decrease, so that a damaged tree cannot lead in circles.
  void read_node(std::uint64_t address, unsigned below) {
    Hdf5Cursor cursor(bytes_from(image_, address, where_), where_);
    cursor.expect("TREE");
    if (cursor.u8() != 0) fail(Code::file_corrupt, where_, "the group's tree is of another kind");
    const unsigned level = cursor.u8();
    if (level >= below) fail(Code::file_corrupt, where_, "the group's tree has a wrong level");
    const unsigned entries = cursor.u16();
    cursor.skip(16);
    for (unsigned i = 0; i < entries; ++i) {
      count();
      cursor.skip(8);
      const std::uint64_t child = cursor.u64();
      if (level > 0)
        read_node(child, level);
      else
        read_symbols(child);
    }
  }

  void read_symbols(std::uint64_t address) {
    Hdf5Cursor cursor(bytes_from(image_, address, where_), where_);
    cursor.expect("SNOD");
    cursor.skip(2);
    const unsigned symbols = cursor.u16();
    for (unsigned i = 0; i < symbols; ++i) {
      count();
      const std::uint64_t name = cursor.u64();
      const std::uint64_t target = cursor.u64();
      const std::uint32_t cache = cursor.u32();
      cursor.skip(20);
      if (name >= names_.size()) fail(Code::file_corrupt, where_, "a name lies outside its heap");
      constexpr std::uint32_t soft = 2;
      links_.emplace(Hdf5Cursor(names_.subspan(name), where_).text(),
                     Hdf5Link{target, cache != soft});
    }
  }

  void count() {
    if (++entries_ > kMaxEntries)
      fail(Code::file_too_large, where_, "more than 1000000 members in one group");
  }

  const Hdf5Image& image_;
  std::map<std::string, Hdf5Link, std::less<>>& links_;
  const std::string& where_;
  Hdf5Bytes names_;
  std::size_t entries_ = 0;
};

}  // namespace

void read_symbol_table(const Hdf5Image& image, std::uint64_t tree, std::uint64_t heap,
                       std::map<std::string, Hdf5Link, std::less<>>& links,
                       const std::string& where) {
  SymbolTable(image, links, where).read(tree, heap);
}

}  // namespace synfire
