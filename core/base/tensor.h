// A typed, shaped, C-order array: weights, parameters and samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace synfire {

enum class DataType : std::uint8_t { int8, uint8, int16, int32, int64, float32, float64 };

std::size_t size_of(DataType type);
std::string_view to_string(DataType type);  // "int8", ...

using Shape = std::vector<std::int64_t>;

/// Product of the dimensions (1 for a scalar shape).
std::int64_t element_count(const Shape& shape);
std::string to_string(const Shape& shape);  // "25x5x64"

template <typename T>
constexpr DataType data_type_of() {
  if constexpr (std::is_same_v<T, std::int8_t>) return DataType::int8;
  if constexpr (std::is_same_v<T, std::uint8_t>) return DataType::uint8;
  if constexpr (std::is_same_v<T, std::int16_t>) return DataType::int16;
  if constexpr (std::is_same_v<T, std::int32_t>) return DataType::int32;
  if constexpr (std::is_same_v<T, std::int64_t>) return DataType::int64;
  if constexpr (std::is_same_v<T, float>) return DataType::float32;
  if constexpr (std::is_same_v<T, double>) return DataType::float64;
}

class Tensor {
 public:
  Tensor() = default;
  Tensor(DataType type, Shape shape);  // zero-filled

  template <typename T>
  static Tensor of(Shape shape, std::span<const T> values) {
    Tensor tensor(data_type_of<T>(), std::move(shape));
    tensor.check_count(values.size());
    if (!values.empty()) std::memcpy(tensor.bytes_.data(), values.data(), values.size_bytes());
    return tensor;
  }
  template <typename T>
  static Tensor of(Shape shape, const std::vector<T>& values) {
    return of(std::move(shape), std::span<const T>(values));
  }

  DataType type() const { return type_; }
  const Shape& shape() const { return shape_; }
  std::size_t size() const { return size_; }  // elements
  bool empty() const { return size_ == 0; }
  std::span<const std::byte> bytes() const { return bytes_; }
  std::span<std::byte> bytes() { return bytes_; }

  /// Typed view; the type must match exactly (a mismatch is an internal error).
  template <typename T>
  std::span<const T> as() const {
    check_type(data_type_of<T>());
    return {reinterpret_cast<const T*>(bytes_.data()), size_};
  }
  template <typename T>
  std::span<T> as() {
    check_type(data_type_of<T>());
    return {reinterpret_cast<T*>(bytes_.data()), size_};
  }

  /// Element `index` converted to double, whatever the type.
  double number(std::size_t index) const;
  /// Same values, other dimensions of the same element count.
  Tensor reshaped(Shape shape) const;

  bool operator==(const Tensor&) const = default;

 private:
  void check_type(DataType type) const;
  void check_count(std::size_t count) const;

  DataType type_ = DataType::float32;
  Shape shape_;
  std::size_t size_ = 0;
  std::vector<std::byte> bytes_;
};

}  // namespace synfire
