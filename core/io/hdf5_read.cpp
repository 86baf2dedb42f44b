// Groups, values and attributes of files that are read.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/io/common/hdf5_data.h"

namespace synfire {
namespace {

constexpr std::int64_t kMaxStrings = 10'000'000;

DataType tensor_type(const Hdf5Type& type) {
  if (type.kind == Hdf5Class::real) return type.size == 8 ? DataType::float64 : DataType::float32;
  switch (type.size) {
    case 1:
      return type.is_signed ? DataType::int8 : DataType::uint8;
    case 2:
      return type.is_signed ? DataType::int16 : DataType::int32;
    case 4:
      return type.is_signed ? DataType::int32 : DataType::int64;
    default:
      return DataType::int64;
  }
}

void swap_bytes(std::span<std::byte> bytes, std::size_t element) {
  for (std::size_t i = 0; i + element <= bytes.size(); i += element)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                 bytes.begin() + static_cast<std::ptrdiff_t>(i + element));
}

/// IEEE 754's binary16: sign, 5 bits of exponent, 10 of mantissa.
float from_half(std::uint16_t bits) {
  constexpr int kBias = 15, kInfinite = 31;
  const int exponent = bits >> 10U & 31;
  const auto mantissa = static_cast<float>(bits & 1023U);
  const float sign = (bits & 0x8000U) != 0 ? -1.0F : 1.0F;
  if (exponent == kInfinite)
    return mantissa > 0 ? std::numeric_limits<float>::quiet_NaN()
                        : sign * std::numeric_limits<float>::infinity();
  return exponent == 0 ? sign * std::ldexp(mantissa, 1 - kBias - 10)
                       : sign * std::ldexp(1024 + mantissa, exponent - kBias - 10);
}

// Elements to the tensor's type: the same, or in a wider one an unsigned integer or a half.
void convert(std::span<std::byte> data, const Hdf5Type& type, Tensor& tensor) {
  const bool native_big = std::endian::native == std::endian::big;
  if (type.big_endian != native_big) swap_bytes(data, type.size);
  const std::size_t size = size_of(tensor.type());
  if (size == type.size) {
    std::copy(data.begin(), data.end(), tensor.bytes().begin());
    return;
  }
  for (std::size_t i = 0; i < tensor.size(); ++i) {
    std::uint64_t value = 0;
    if (type.size == 2) {
      std::uint16_t narrow = 0;
      std::memcpy(&narrow, data.data() + i * 2, 2);
      value = narrow;
    } else {
      std::uint32_t narrow = 0;
      std::memcpy(&narrow, data.data() + i * 4, 4);
      value = narrow;
    }
    if (tensor.type() == DataType::float32)
      tensor.as<float>()[i] = from_half(static_cast<std::uint16_t>(value));
    else if (tensor.type() == DataType::int32)
      tensor.as<std::int32_t>()[i] = static_cast<std::int32_t>(value);
    else
      tensor.as<std::int64_t>()[i] = static_cast<std::int64_t>(value);
  }
}

Tensor tensor_of(std::vector<std::byte> data, const Hdf5Type& type, const Hdf5Space& space,
                 const std::string& where) {
  if (!type.is_number()) fail(Code::file_format, where, "not numbers of 8 to 64 bits");
  if (space.null) return {};
  Tensor tensor(tensor_type(type), space.shape);
  if (data.size() != tensor.size() * type.size)
    fail(Code::file_corrupt, where, "fewer bytes are stored than claimed");
  convert(data, type, tensor);
  return tensor;
}

std::vector<std::string> texts_of(Hdf5Image& image, Hdf5Bytes data, const Hdf5Type& type,
                                  std::int64_t count, const std::string& where) {
  if (type.kind != Hdf5Class::fixed_text && type.kind != Hdf5Class::variable_text)
    fail(Code::file_format, where, "not a string");
  const auto number = static_cast<std::size_t>(count);
  if (data.size() / type.size < number)
    fail(Code::file_corrupt, where, "fewer bytes are stored than claimed");
  return type.kind == Hdf5Class::fixed_text ? split_texts(data, type.size, number)
                                            : read_heap_texts(image, data, number, where);
}

const Hdf5Attribute& attribute_of(const Hdf5Object& object, std::string_view name,
                                  const std::string& where) {
  const auto found = object.attributes.find(name);
  if (found == object.attributes.end()) fail(Code::file_format, where, "the attribute is missing");
  return found->second;
}

}  // namespace

struct Hdf5Lists::State {
  static constexpr std::size_t kReference = 16;  // bytes

  State(std::shared_ptr<Hdf5Image> of, std::string place, Hdf5Type type,
        std::vector<std::byte> elements)
      : image(std::move(of)),
        where(std::move(place)),
        element(std::move(type)),
        references(std::move(elements)),
        heaps(*image) {}

  std::shared_ptr<Hdf5Image> image;
  std::string where;
  Hdf5Type element;
  std::vector<std::byte> references;
  Hdf5Heaps heaps;
};

std::size_t Hdf5Lists::size() const { return state_->references.size() / State::kReference; }

Tensor Hdf5Lists::read(std::size_t index) const {
  const std::string where = state_->where + "[" + std::to_string(index) + "]";
  const Hdf5Bytes references(state_->references);
  Hdf5Cursor reference(references.subspan(index * State::kReference, State::kReference), where);
  const Hdf5Bytes data = state_->heaps.object(reference, state_->element.size, where);
  const auto count = static_cast<std::int64_t>(data.size() / state_->element.size);
  return tensor_of({data.begin(), data.end()}, state_->element, {false, {count}}, where);
}

Hdf5Group Hdf5Group::open(const std::filesystem::path& path) {
  auto image = std::make_shared<Hdf5Image>(load_image(path));
  const std::uint64_t root = image->root;
  return {std::move(image), "/", root};
}

Hdf5Group::Hdf5Group(std::shared_ptr<Hdf5Image> image, std::string path, std::uint64_t address)
    : image_(std::move(image)), path_(std::move(path)), address_(address) {
  const std::string place = where();
  Hdf5Object object = read_object(*image_, address, place);
  if (object.kind != Hdf5Kind::group) fail(Code::file_format, place, "not a group");
  links_ = std::move(object.links);
}

std::string Hdf5Group::where(std::string_view member) const {
  std::string text = image_->name + ":" + path_;
  if (!member.empty()) {
    if (path_ != "/") text += '/';
    text += member;
  }
  return text;
}

std::vector<std::string> Hdf5Group::children() const {
  std::vector<std::string> names;
  for (const auto& [name, link] : links_) names.push_back(name);
  return names;
}

std::uint64_t Hdf5Group::object_address(std::string_view member) const {
  if (member.empty()) return address_;
  const auto found = links_.find(member);
  if (found == links_.end()) fail(Code::file_format, where(member), "this is missing");
  if (!found->second.hard)
    fail(Code::file_format, where(member), "a symbolic or external link is not followed");
  return found->second.address;
}

Hdf5Kind Hdf5Group::kind(std::string_view member) const {
  if (!has(member)) return Hdf5Kind::absent;
  return read_object(*image_, object_address(member), where(member)).kind;
}

Hdf5Group Hdf5Group::group(std::string_view member) const {
  return {image_, (path_ == "/" ? path_ : path_ + "/") + std::string(member),
          object_address(member)};
}

std::uint64_t Hdf5Group::dataset_address(std::string_view member) const {
  if (member.empty()) fail(Code::internal, where(), "a dataset has a name");
  return object_address(member);
}

Tensor Hdf5Group::read(std::string_view member) const {
  const std::string place = where(member);
  const Hdf5Object object = read_object(*image_, dataset_address(member), place);
  if (object.kind != Hdf5Kind::dataset) fail(Code::file_format, place, "not a dataset");
  if (object.refusal.empty() && !object.type.is_number())
    fail(Code::file_format, place, "not numbers of 8 to 64 bits");
  return tensor_of(read_data(*image_, object, place), object.type, object.space, place);
}

Hdf5Lists Hdf5Group::lists(std::string_view member) const {
  const std::string place = where(member);
  const Hdf5Object object = read_object(*image_, dataset_address(member), place);
  if (object.kind != Hdf5Kind::dataset) fail(Code::file_format, place, "not a dataset");
  if (object.refusal.empty() && object.type.kind != Hdf5Class::list)
    fail(Code::file_format, place, "not lists of numbers of 8 to 64 bits");
  std::vector<std::byte> references = read_data(*image_, object, place);
  Hdf5Lists lists;
  lists.state_ = std::make_shared<Hdf5Lists::State>(image_, place, object.type.element.at(0),
                                                    std::move(references));
  return lists;
}

std::vector<std::string> Hdf5Group::read_texts(std::string_view member, Shape* shape) const {
  const std::string place = where(member);
  const Hdf5Object object = read_object(*image_, dataset_address(member), place);
  if (object.kind != Hdf5Kind::dataset) fail(Code::file_format, place, "not a dataset");
  if (shape != nullptr) *shape = object.space.shape;
  const std::int64_t count = object.space.count();
  if (count > kMaxStrings) fail(Code::file_too_large, place, std::to_string(count) + " strings");
  return texts_of(*image_, read_data(*image_, object, place), object.type, count, place);
}

std::string Hdf5Group::read_text(std::string_view member) const {
  std::vector<std::string> texts = read_texts(member);
  if (texts.size() != 1) fail(Code::file_format, where(member), "one string is expected");
  return std::move(texts.front());
}

Shape Hdf5Group::shape(std::string_view member) const {
  return read_object(*image_, dataset_address(member), where(member)).space.shape;
}

bool Hdf5Group::is_text(std::string_view member) const {
  const Hdf5Class kind = read_object(*image_, dataset_address(member), where(member)).type.kind;
  return kind == Hdf5Class::fixed_text || kind == Hdf5Class::variable_text;
}

bool Hdf5Group::has_attribute(std::string_view member, std::string_view name) const {
  return read_object(*image_, object_address(member), where(member)).attributes.contains(name);
}

std::vector<std::string> Hdf5Group::texts_attribute(std::string_view member,
                                                    std::string_view name) const {
  const std::string place = where(member) + "@" + std::string(name);
  const Hdf5Object object = read_object(*image_, object_address(member), place);
  const Hdf5Attribute& attribute = attribute_of(object, name, place);
  const std::int64_t count = attribute.space.count();
  if (count > kMaxStrings) fail(Code::file_too_large, place, std::to_string(count) + " strings");
  return texts_of(*image_, attribute.data, attribute.type, count, place);
}

std::string Hdf5Group::text_attribute(std::string_view member, std::string_view name) const {
  std::vector<std::string> texts = texts_attribute(member, name);
  if (texts.size() != 1)
    fail(Code::file_format, where(member) + "@" + std::string(name), "one string is expected");
  return std::move(texts.front());
}

Tensor Hdf5Group::one_number(std::string_view member, std::string_view name) const {
  const std::string place = where(member) + "@" + std::string(name);
  const Hdf5Object object = read_object(*image_, object_address(member), place);
  const Hdf5Attribute& attribute = attribute_of(object, name, place);
  if (attribute.space.count() != 1 || attribute.data.size() < attribute.type.size)
    fail(Code::file_format, place, "one number is expected");
  const Hdf5Bytes data = attribute.data.first(attribute.type.size);
  return tensor_of({data.begin(), data.end()}, attribute.type, {false, {1}}, place);
}

double Hdf5Group::number_attribute(std::string_view member, std::string_view name) const {
  return one_number(member, name).number(0);
}

std::uint64_t Hdf5Group::unsigned_attribute(std::string_view member, std::string_view name) const {
  const Tensor number = one_number(member, name);
  if (number.type() != DataType::int64)
    fail(Code::file_format, where(member) + "@" + std::string(name), "not an integer of 64 bits");
  return static_cast<std::uint64_t>(number.as<std::int64_t>()[0]);
}

}  // namespace synfire
