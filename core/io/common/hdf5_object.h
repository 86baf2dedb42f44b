// Private to core/io: object headers, the links of groups, and what headers say of datasets.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/io/common/hdf5_image.h"

namespace synfire {

enum class Hdf5Class : std::uint8_t { integer, real, fixed_text, variable_text, list, other };

/// An element type: size in bytes in the file, and for numbers sign and byte order.
struct Hdf5Type {
  Hdf5Class kind = Hdf5Class::other;
  std::size_t size = 0;
  bool is_signed = false;
  bool big_endian = false;
  std::vector<Hdf5Type> element = {};  // of a list, one

  bool is_number() const { return kind == Hdf5Class::integer || kind == Hdf5Class::real; }
};

struct Hdf5Space {
  bool null = false;
  Shape shape;
  std::int64_t count() const { return null ? 0 : element_count(shape); }
};

enum class Hdf5Layout : std::uint8_t { none, compact, contiguous, chunked };

struct Hdf5Filter {
  std::uint16_t id = 0;
  std::vector<std::uint32_t> values;
};

struct Hdf5Attribute {
  Hdf5Type type;
  Hdf5Space space;
  Hdf5Bytes data;
};

/// Everything that one object header says.
struct Hdf5Object {
  Hdf5Kind kind = Hdf5Kind::other;
  Hdf5Type type;
  Hdf5Space space;
  Hdf5Layout layout = Hdf5Layout::none;
  Hdf5Bytes compact;                          // the data itself
  std::uint64_t address = kUndefinedAddress;  // of contiguous data, or of the tree of chunks
  std::uint64_t stored = 0;                   // bytes of contiguous data
  std::vector<std::uint64_t> chunk;           // elements in each dimension
  std::vector<Hdf5Filter> filters;
  std::string refusal;  // why the data are not read
  std::map<std::string, Hdf5Attribute, std::less<>> attributes;
  std::map<std::string, Hdf5Link, std::less<>> links;
};

Hdf5Object read_object(const Hdf5Image& image, std::uint64_t address, const std::string& where);

/// The links of an old-style group: a tree of symbol tables and a heap of names.
void read_symbol_table(const Hdf5Image& image, std::uint64_t tree, std::uint64_t heap,
                       std::map<std::string, Hdf5Link, std::less<>>& links,
                       const std::string& where);

/// Single messages of a header.
Hdf5Type read_type(Hdf5Bytes bytes, const std::string& where);
Hdf5Space read_space(Hdf5Bytes bytes, const std::string& where);

}  // namespace synfire
