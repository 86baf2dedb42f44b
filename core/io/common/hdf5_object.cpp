// Object headers and their messages (section IV of the format specification).
#include "core/io/common/hdf5_object.h"

#include <algorithm>

namespace synfire {
namespace {

constexpr std::size_t kMaxMessages = 100'000;
constexpr std::size_t kMaxBlocks = 10'000;

enum MessageType : unsigned {
  kSpace = 0x01,
  kLinkInfo = 0x02,
  kType = 0x03,
  kLink = 0x06,
  kExternal = 0x07,
  kLayout = 0x08,
  kFilters = 0x0B,
  kAttribute = 0x0C,
  kContinuation = 0x10,
  kSymbols = 0x11,
  kAttributeInfo = 0x15
};

struct Message {
  unsigned type = 0;
  unsigned flags = 0;
  Hdf5Bytes data;
};

/// Collects the messages of all blocks of a header, of version 1 or 2.
class HeaderReader {
 public:
  HeaderReader(const Hdf5Image& image, const std::string& where) : image_(image), where_(where) {}

  std::vector<Message> read(std::uint64_t address) {
    const Hdf5Bytes bytes = bytes_from(image_, address, where_);
    if (as_text(bytes).starts_with("OHDR"))
      read_new(bytes);
    else
      read_old(bytes);
    for (std::size_t i = 0; i < blocks_.size(); ++i) read_block(blocks_[i]);
    return std::move(messages_);
  }

 private:
  void read_old(Hdf5Bytes bytes) {
    Hdf5Cursor cursor(bytes, where_);
    if (cursor.u8() != 1) fail(Code::file_corrupt, where_, "an object header has no signature");
    cursor.skip(7);
    const std::uint32_t size = cursor.u32();
    cursor.skip(4);
    blocks_.push_back(cursor.take(size));
  }

  void read_new(Hdf5Bytes bytes) {
    Hdf5Cursor cursor(bytes, where_);
    cursor.skip(4);
    if (cursor.u8() != 2) fail(Code::file_format, where_, "unknown version of an object header");
    const unsigned flags = cursor.u8();
    is_new_ = true;
    has_order_ = (flags & 4U) != 0;
    if ((flags & 0x20U) != 0) cursor.skip(16);  // times
    if ((flags & 0x10U) != 0) cursor.skip(4);   // attribute phase change
    const std::uint64_t size = cursor.integer(std::size_t{1} << (flags & 3U));
    blocks_.push_back(cursor.take(size));
  }

  void read_block(Hdf5Bytes block) {
    Hdf5Cursor cursor(block, where_);
    const std::size_t prefix = is_new_ ? (has_order_ ? 6 : 4) : 8;
    while (cursor.left() >= prefix) {
      Message message;
      message.type = is_new_ ? cursor.u8() : cursor.u16();
      const std::uint16_t size = cursor.u16();
      message.flags = cursor.u8();
      if (!is_new_) cursor.skip(3);
      if (has_order_) cursor.skip(2);
      message.data = cursor.take(size);
      if (message.type == kContinuation) add_block(message.data);
      messages_.push_back(message);
      if (messages_.size() > kMaxMessages)
        fail(Code::file_corrupt, where_, "an object header has no end");
    }
  }

  void add_block(Hdf5Bytes data) {
    Hdf5Cursor cursor(data, where_);
    const std::uint64_t address = cursor.u64();
    const std::uint64_t size = cursor.u64();
    Hdf5Bytes block = bytes_at(image_, address, size, where_);
    if (is_new_) {
      if (size < 8 || !as_text(block).starts_with("OCHK"))
        fail(Code::file_corrupt, where_, "a part of an object header has no signature");
      block = block.subspan(4, size - 8);  // without signature and checksum
    }
    if (blocks_.size() >= kMaxBlocks)
      fail(Code::file_corrupt, where_, "an object header leads in circles");
    blocks_.push_back(block);
  }

  const Hdf5Image& image_;
  const std::string& where_;
  bool is_new_ = false;
  bool has_order_ = false;
  std::vector<Hdf5Bytes> blocks_;
  std::vector<Message> messages_;
};

void read_layout(Hdf5Bytes bytes, Hdf5Object& object, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  const unsigned version = cursor.u8();
  const unsigned kind = cursor.u8();
  if (version != 3 && (version != 4 || kind > 1)) {
    object.refusal = "data in a storage layout that is not read (version " +
                     std::to_string(version) + ", class " + std::to_string(kind) + ")";
    return;
  }
  if (kind == 0) {
    object.layout = Hdf5Layout::compact;
    object.compact = cursor.take(cursor.u16());
  } else if (kind == 1) {
    object.layout = Hdf5Layout::contiguous;
    object.address = cursor.u64();
    object.stored = cursor.u64();
  } else if (kind == 2) {
    object.layout = Hdf5Layout::chunked;
    const unsigned rank = cursor.u8();
    object.address = cursor.u64();
    for (unsigned i = 0; i + 1 < rank; ++i) object.chunk.push_back(cursor.u32());
  } else {
    fail(Code::file_corrupt, where, "the storage layout is unknown");
  }
}

void read_filters(Hdf5Bytes bytes, Hdf5Object& object, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  const unsigned version = cursor.u8();
  const unsigned count = cursor.u8();
  if (version < 1 || version > 2) fail(Code::file_corrupt, where, "the filters cannot be read");
  if (version == 1) cursor.skip(6);
  for (unsigned i = 0; i < count; ++i) {
    Hdf5Filter filter;
    filter.id = cursor.u16();
    const unsigned name = version == 1 || filter.id >= 256 ? cursor.u16() : 0U;
    cursor.skip(2);
    const unsigned values = cursor.u16();
    cursor.skip(version == 1 ? (name + 7U) / 8U * 8U : name);
    for (unsigned j = 0; j < values; ++j) filter.values.push_back(cursor.u32());
    if (version == 1 && values % 2 == 1) cursor.skip(4);
    object.filters.push_back(std::move(filter));
  }
}

void read_link(Hdf5Bytes bytes, Hdf5Object& object, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  if (cursor.u8() != 1) fail(Code::file_format, where, "unknown version of a link");
  const unsigned flags = cursor.u8();
  const unsigned kind = (flags & 8U) != 0 ? cursor.u8() : 0U;
  if ((flags & 4U) != 0) cursor.skip(8);
  if ((flags & 16U) != 0) cursor.skip(1);
  const std::uint64_t length = cursor.integer(std::size_t{1} << (flags & 3U));
  const std::string name(as_text(cursor.take(length)));
  object.links.emplace(name, Hdf5Link{kind == 0 ? cursor.u64() : 0, kind == 0});
}

void read_link_info(Hdf5Bytes bytes, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  cursor.skip(1);
  if ((cursor.u8() & 1U) != 0) cursor.skip(8);
  if (cursor.u64() != kUndefinedAddress)
    fail(Code::file_format, where, "a group in dense storage is not read",
         "write the file with libver \"earliest\", or repack it with h5repack --low=0 --high=0");
}

void read_attribute(Hdf5Bytes bytes, Hdf5Object& object, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  const unsigned version = cursor.u8();
  const unsigned flags = cursor.u8();
  if (version < 1 || version > 3 || (version > 1 && flags != 0)) return;  // absent to whoever asks
  const std::uint16_t name_size = cursor.u16();
  const std::uint16_t type_size = cursor.u16();
  const std::uint16_t space_size = cursor.u16();
  if (version == 3) cursor.skip(1);
  const auto padded = [&](std::uint64_t size) { return version == 1 ? (size + 7) / 8 * 8 : size; };
  std::string name(as_text(cursor.take(padded(name_size))));
  name.resize(std::min(name.size(), name.find('\0')));
  Hdf5Attribute attribute;
  attribute.type = read_type(cursor.take(padded(type_size)), where);
  attribute.space = read_space(cursor.take(padded(space_size)), where);
  attribute.data = cursor.take(cursor.left());
  object.attributes.emplace(std::move(name), std::move(attribute));
}

void apply(const Hdf5Image& image, const Message& message, Hdf5Object& object,
           const std::string& where) {
  const Hdf5Bytes data = message.data;
  if ((message.flags & 2U) != 0 && (message.type == kType || message.type == kSpace)) {
    object.refusal = "data of a shared (named) type are not read";
    return;
  }
  switch (message.type) {
    case kSpace:
      object.space = read_space(data, where);
      break;
    case kType:
      object.type = read_type(data, where);
      break;
    case kLayout:
      object.kind = Hdf5Kind::dataset, read_layout(data, object, where);
      break;
    case kFilters:
      read_filters(data, object, where);
      break;
    case kExternal:
      object.refusal = "data in another file are not read";
      break;
    case kLink:
      object.kind = Hdf5Kind::group, read_link(data, object, where);
      break;
    case kLinkInfo:
      object.kind = Hdf5Kind::group, read_link_info(data, where);
      break;
    case kAttribute:
      if ((message.flags & 2U) == 0) read_attribute(data, object, where);
      break;
    case kSymbols: {
      object.kind = Hdf5Kind::group;
      Hdf5Cursor cursor(data, where);
      const std::uint64_t tree = cursor.u64();
      read_symbol_table(image, tree, cursor.u64(), object.links, where);
      break;
    }
    default:
      break;
  }
}

}  // namespace

Hdf5Space read_space(Hdf5Bytes bytes, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  const unsigned version = cursor.u8();
  const unsigned rank = cursor.u8();
  if (version < 1 || version > 2 || rank > 32)
    fail(Code::file_corrupt, where, "the dimensions cannot be read");
  cursor.skip(1);
  Hdf5Space space;
  space.null = cursor.u8() == 2 && version == 2;
  if (version == 1) cursor.skip(4);
  for (unsigned i = 0; i < rank; ++i) {
    const std::uint64_t dimension = cursor.u64();
    if (dimension > kHdf5ReadLimit)
      fail(Code::file_too_large, where, "a dimension of " + std::to_string(dimension));
    space.shape.push_back(static_cast<std::int64_t>(dimension));
  }
  element_count(space.shape);  // throws when the product cannot be counted
  return space;
}

/// Sign, exponent and mantissa of IEEE 754's formats.
struct RealFormat {
  std::size_t size;
  std::uint64_t exponent, mantissa, bias;
};
static constexpr RealFormat kRealFormats[] = {{2, 5, 10, 15}, {4, 8, 23, 127}, {8, 11, 52, 1023}};

static bool is_ieee(Hdf5Cursor& cursor, std::size_t size) {
  const std::uint64_t offset = cursor.u16(), precision = cursor.u16(), exponent_at = cursor.u8(),
                      exponent = cursor.u8(), mantissa_at = cursor.u8(), mantissa = cursor.u8(),
                      bias = cursor.u32();
  return std::ranges::any_of(kRealFormats, [&](const RealFormat& format) {
    return size == format.size && offset == 0 && precision == 8 * size && mantissa_at == 0 &&
           exponent_at == format.mantissa && exponent == format.exponent &&
           mantissa == format.mantissa && bias == format.bias;
  });
}

static bool is_whole_integer(Hdf5Cursor& cursor, std::size_t size) {
  const bool whole = cursor.u16() == 0 && cursor.u16() == 8 * size;
  return whole && (size == 1 || size == 2 || size == 4 || size == 8);
}

/// Only numbers are read in lists: no type within them is followed.
static Hdf5Type read_list_element(Hdf5Cursor& cursor, const std::string& where) {
  const Hdf5Bytes bytes = cursor.take(cursor.left());
  const bool number = !bytes.empty() && (std::to_integer<unsigned>(bytes[0]) & 15U) <= 1;
  return number ? read_type(bytes, where) : Hdf5Type{};
}

Hdf5Type read_type(Hdf5Bytes bytes, const std::string& where) {
  Hdf5Cursor cursor(bytes, where);
  const unsigned kind = cursor.u8() & 15U;
  const std::uint64_t bits = cursor.integer(3);
  Hdf5Type type;
  type.size = cursor.u32();
  type.big_endian = (bits & 1U) != 0;
  if (kind == 0) {
    type.is_signed = (bits & 8U) != 0;
    if (is_whole_integer(cursor, type.size)) type.kind = Hdf5Class::integer;
  } else if (kind == 1) {
    if (is_ieee(cursor, type.size) && (bits & 64U) == 0) type.kind = Hdf5Class::real;
  } else if (kind == 3 && type.size > 0) {
    type.kind = Hdf5Class::fixed_text;
  } else if (kind == 9 && type.size == 16 && (bits & 15U) == 1) {
    type.kind = Hdf5Class::variable_text;
  } else if (kind == 9 && type.size == 16 && (bits & 15U) == 0) {
    type.element.push_back(read_list_element(cursor, where));
    if (type.element[0].is_number()) type.kind = Hdf5Class::list;
  }
  return type;
}

Hdf5Object read_object(const Hdf5Image& image, std::uint64_t address, const std::string& where) {
  Hdf5Object object;
  for (const Message& message : HeaderReader(image, where).read(address))
    apply(image, message, object, where);
  return object;
}

}  // namespace synfire
