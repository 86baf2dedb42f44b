// Reading values of datasets and attributes.
#include <algorithm>
#include <array>
#include <cstring>

#include "core/io/common/hdf5_handle.h"
#include "core/io/common/hdf5_layout.h"
#include "core/io/common/hdf5_strings.h"

namespace synfire {
namespace {

struct NumberType {
  hid_t stored;  // little or big endian, as in the file
  DataType type;
  hid_t memory;
};

// Looked up each time: the library's identifiers are variables that it sets when it starts.
std::array<NumberType, 20> number_types() {
  using enum DataType;
  return {{{H5T_STD_I8LE, int8, H5T_NATIVE_INT8},       {H5T_STD_I8BE, int8, H5T_NATIVE_INT8},
           {H5T_STD_U8LE, uint8, H5T_NATIVE_UINT8},     {H5T_STD_U8BE, uint8, H5T_NATIVE_UINT8},
           {H5T_STD_I16LE, int16, H5T_NATIVE_INT16},    {H5T_STD_I16BE, int16, H5T_NATIVE_INT16},
           {H5T_STD_U16LE, int32, H5T_NATIVE_INT32},    {H5T_STD_U16BE, int32, H5T_NATIVE_INT32},
           {H5T_STD_I32LE, int32, H5T_NATIVE_INT32},    {H5T_STD_I32BE, int32, H5T_NATIVE_INT32},
           {H5T_STD_U32LE, int64, H5T_NATIVE_INT64},    {H5T_STD_U32BE, int64, H5T_NATIVE_INT64},
           {H5T_STD_I64LE, int64, H5T_NATIVE_INT64},    {H5T_STD_I64BE, int64, H5T_NATIVE_INT64},
           {H5T_STD_U64LE, int64, H5T_NATIVE_INT64},    {H5T_STD_U64BE, int64, H5T_NATIVE_INT64},
           {H5T_IEEE_F32LE, float32, H5T_NATIVE_FLOAT}, {H5T_IEEE_F32BE, float32, H5T_NATIVE_FLOAT},
           {H5T_IEEE_F64LE, float64, H5T_NATIVE_DOUBLE},
           {H5T_IEEE_F64BE, float64, H5T_NATIVE_DOUBLE}}};
}

NumberType number_type(hid_t dataset, const std::string& where) {
  const Handle type = checked(H5Dget_type(dataset), H5Tclose, Code::file_corrupt, where,
                              "the element type cannot be read");
  for (const NumberType& known : number_types())
    if (known.stored > 0 && H5Tequal(type.get(), known.stored) > 0) return known;
  fail(Code::file_format, where, "not numbers of 8 to 64 bits");
}

std::uint64_t byte_count(std::int64_t count, std::size_t size, const std::string& where) {
  std::uint64_t bytes = 0;
  if (__builtin_mul_overflow(static_cast<std::uint64_t>(count), std::uint64_t{size}, &bytes))
    fail(Code::file_too_large, where, "more bytes than can be counted");
  return bytes;
}

Handle attribute_of(hid_t group, std::string_view member, std::string_view name,
                    const std::string& where) {
  const std::string object = member.empty() ? "." : std::string(member);
  return checked(H5Aopen_by_name(group, object.c_str(), std::string(name).c_str(), H5P_DEFAULT,
                                 H5P_DEFAULT),
                 H5Aclose, Code::file_format, where, "the attribute is missing");
}

}  // namespace

Handle open_dataset(const Hdf5State&, hid_t group, std::string_view member,
                    const std::string& where) {
  return checked(H5Dopen2(group, std::string(member).c_str(), H5P_DEFAULT), H5Dclose,
                 Code::file_corrupt, where, "the dataset cannot be opened");
}

Tensor Hdf5Group::read(std::string_view member) const {
  const std::string place = where(member);
  if (kind(member) != Hdf5Kind::dataset)
    fail(Code::file_format, place, has(member) ? "not a dataset" : "the dataset is missing");
  const Handle dataset = open_dataset(*state_, *id_, member, place);
  const NumberType type = number_type(dataset.get(), place);
  Shape shape;
  const std::int64_t count = read_extent(dataset.get(), shape, place);
  if (count < 0) return {};
  if (count == 0) return Tensor(type.type, shape);
  const Handle stored = checked(H5Dget_type(dataset.get()), H5Tclose, Code::file_corrupt, place,
                                "the element type cannot be read");
  check_storage(*state_, dataset.get(), byte_count(count, H5Tget_size(stored.get()), place), place);
  spend(*state_, byte_count(count, size_of(type.type), place), place);
  Tensor tensor(type.type, shape);
  if (H5Dread(dataset.get(), type.memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, tensor.bytes().data()) < 0)
    fail(Code::file_corrupt, place, "the data cannot be read or decompressed");
  return tensor;
}

std::vector<std::string> Hdf5Group::read_texts(std::string_view member, Shape* shape) const {
  const std::string place = where(member);
  if (kind(member) != Hdf5Kind::dataset)
    fail(Code::file_format, place, has(member) ? "not a dataset" : "the dataset is missing");
  const Handle dataset = open_dataset(*state_, *id_, member, place);
  Shape local;
  return read_strings(*state_, dataset.get(), shape != nullptr ? *shape : local, place);
}

std::string Hdf5Group::read_text(std::string_view member) const {
  std::vector<std::string> texts = read_texts(member);
  if (texts.size() != 1) fail(Code::file_format, where(member), "one string is expected");
  return std::move(texts.front());
}

Shape Hdf5Group::shape(std::string_view member) const {
  const Handle dataset = open_dataset(*state_, *id_, member, where(member));
  Shape result;
  read_extent(dataset.get(), result, where(member));
  return result;
}

bool Hdf5Group::is_text(std::string_view member) const {
  const Handle dataset = open_dataset(*state_, *id_, member, where(member));
  const Handle type(H5Dget_type(dataset.get()), H5Tclose);
  return type && H5Tget_class(type.get()) == H5T_STRING;
}

bool Hdf5Group::has_attribute(std::string_view member, std::string_view name) const {
  const std::string object = member.empty() ? "." : std::string(member);
  return H5Aexists_by_name(*id_, object.c_str(), std::string(name).c_str(), H5P_DEFAULT) > 0;
}

std::string Hdf5Group::text_attribute(std::string_view member, std::string_view name) const {
  const std::string place = where(member) + "@" + std::string(name);
  const Handle attribute = attribute_of(*id_, member, name, place);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  if (!type || H5Tis_variable_str(type.get()) <= 0 || H5Sget_simple_extent_npoints(space.get()) != 1)
    fail(Code::file_format, place, "one string is expected");
  char* text = nullptr;
  const Handle memory = text_type();
  if (H5Aread(attribute.get(), memory.get(), &text) < 0)
    fail(Code::file_corrupt, place, "the attribute cannot be read");
  std::string result(text == nullptr ? "" : text);
  H5free_memory(text);
  return result;
}

double Hdf5Group::number_attribute(std::string_view member, std::string_view name) const {
  const std::string place = where(member) + "@" + std::string(name);
  const Handle attribute = attribute_of(*id_, member, name, place);
  const Handle type(H5Aget_type(attribute.get()), H5Tclose);
  const Handle space(H5Aget_space(attribute.get()), H5Sclose);
  const H5T_class_t kind = type ? H5Tget_class(type.get()) : H5T_NO_CLASS;
  if ((kind != H5T_INTEGER && kind != H5T_FLOAT) || H5Sget_simple_extent_npoints(space.get()) != 1)
    fail(Code::file_format, place, "one number is expected");
  double value = 0;
  if (H5Aread(attribute.get(), H5T_NATIVE_DOUBLE, &value) < 0)
    fail(Code::file_corrupt, place, "the attribute cannot be read");
  return value;
}

}  // namespace synfire
