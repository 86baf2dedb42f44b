#include "core/base/tensor.h"

#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {

std::size_t size_of(DataType type) {
  switch (type) {
    case DataType::int8:
    case DataType::uint8:
      return 1;
    case DataType::int16:
      return 2;
    case DataType::int32:
    case DataType::float32:
      return 4;
    case DataType::int64:
    case DataType::float64:
      return 8;
  }
  return 0;
}

std::string_view to_string(DataType type) {
  switch (type) {
    case DataType::int8:
      return "int8";
    case DataType::uint8:
      return "uint8";
    case DataType::int16:
      return "int16";
    case DataType::int32:
      return "int32";
    case DataType::int64:
      return "int64";
    case DataType::float32:
      return "float32";
    case DataType::float64:
      return "float64";
  }
  return "?";
}

std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t dimension : shape) {
    if (dimension < 0 || __builtin_mul_overflow(count, dimension, &count))
      fail(Code::file_too_large, "shape " + to_string(shape), "not a possible tensor size");
  }
  return count;
}

std::string to_string(const Shape& shape) {
  if (shape.empty()) return "scalar";
  std::string text;
  for (const std::int64_t dimension : shape) {
    if (!text.empty()) text += 'x';
    text += std::to_string(dimension);
  }
  return text;
}

Tensor::Tensor(DataType type, Shape shape)
    : type_(type),
      shape_(std::move(shape)),
      size_(static_cast<std::size_t>(element_count(shape_))),
      bytes_(size_ * size_of(type)) {}

double Tensor::number(std::size_t index) const {
  switch (type_) {
    case DataType::int8:
      return as<std::int8_t>()[index];
    case DataType::uint8:
      return as<std::uint8_t>()[index];
    case DataType::int16:
      return as<std::int16_t>()[index];
    case DataType::int32:
      return as<std::int32_t>()[index];
    case DataType::int64:
      return static_cast<double>(as<std::int64_t>()[index]);
    case DataType::float32:
      return static_cast<double>(as<float>()[index]);
    case DataType::float64:
      return as<double>()[index];
  }
  return 0;
}

Tensor Tensor::reshaped(Shape shape) const {
  Tensor result = *this;
  result.check_count(static_cast<std::size_t>(element_count(shape)));
  result.shape_ = std::move(shape);
  return result;
}

void Tensor::check_type(DataType type) const {
  if (type != type_)
    fail(Code::internal, "tensor",
         "read as " + std::string(to_string(type)) + ", holds " + std::string(to_string(type_)));
}

void Tensor::check_count(std::size_t count) const {
  if (count != size_)
    fail(Code::internal, "tensor",
         std::to_string(count) + " values for " + std::to_string(size_) + " elements");
}

}  // namespace synfire
