#include "core/io/stored_values.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <concepts>
#include <limits>
#include <optional>
#include <utility>

#include "core/base/diagnostics.h"

static_assert(std::endian::native == std::endian::little, "tensor files are read on little-endian");

namespace synfire {
namespace {

using Kind = StoredType::Kind;

/// IEEE 754 binary16.
double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int fraction = bits & 1023;
  const double sign = (bits & 0x8000) != 0 ? -1.0 : 1.0;
  if (exponent == 31) return fraction != 0 ? std::nan("") : sign * HUGE_VAL;
  if (exponent == 0) return sign * std::ldexp(fraction, -24);
  return sign * std::ldexp(1024 + fraction, exponent - 25);
}

template <typename T>
T load(const std::byte* bytes, bool big_endian) {
  std::byte copy[sizeof(T)];
  std::copy_n(bytes, sizeof(T), copy);
  if (big_endian) std::reverse(copy, copy + sizeof(T));
  return std::bit_cast<T>(copy);
}

/// `value` as a To, or nothing when To cannot hold it. NaN and infinity pass between reals.
template <typename To, typename From>
std::optional<To> exact(From value) {
  if constexpr (std::floating_point<From> && std::integral<To>) {
    constexpr double low = static_cast<double>(std::numeric_limits<To>::min());
    const double high = -2.0 * static_cast<double>(std::numeric_limits<To>::min() / 2);
    const double limit = std::signed_integral<To> ? high : std::numeric_limits<To>::max() + 1.0;
    if (!(value >= low && value < limit) || std::trunc(value) != value) return std::nullopt;
    return static_cast<To>(value);
  } else if constexpr (std::integral<From> && std::integral<To>) {
    if (!std::in_range<To>(value)) return std::nullopt;
    return static_cast<To>(value);
  } else {
    const To result = static_cast<To>(value);
    const bool same = std::isnan(static_cast<long double>(value)) ||
                      static_cast<long double>(result) == static_cast<long double>(value);
    return same ? std::optional<To>(result) : std::nullopt;
  }
}

/// Calls visit(load) with a function that reads one value of `type` as its natural C++ type.
template <typename Visit>
void with_loader(const StoredType& type, Visit visit) {
  const bool big = type.big_endian;
  const auto as = [&]<typename T>(T) {
    visit([big](const std::byte* at) { return load<T>(at, big); });
  };
  const bool is_signed = type.kind == Kind::signed_integer;
  if (type.kind == Kind::real) {
    if (type.size == 2)
      visit([big](const std::byte* at) { return half_to_double(load<std::uint16_t>(at, big)); });
    else
      type.size == 4 ? as(float{}) : as(double{});
    return;
  }
  switch (type.size) {
    case 1:
      return is_signed ? as(std::int8_t{}) : as(std::uint8_t{});
    case 2:
      return is_signed ? as(std::int16_t{}) : as(std::uint16_t{});
    case 4:
      return is_signed ? as(std::int32_t{}) : as(std::uint32_t{});
    default:
      return is_signed ? as(std::int64_t{}) : as(std::uint64_t{});
  }
}

template <typename Visit>
void with_values(Tensor& tensor, Visit visit) {
  switch (tensor.type()) {
    case DataType::int8:
      return visit(tensor.as<std::int8_t>());
    case DataType::uint8:
      return visit(tensor.as<std::uint8_t>());
    case DataType::int16:
      return visit(tensor.as<std::int16_t>());
    case DataType::int32:
      return visit(tensor.as<std::int32_t>());
    case DataType::int64:
      return visit(tensor.as<std::int64_t>());
    case DataType::float32:
      return visit(tensor.as<float>());
    case DataType::float64:
      return visit(tensor.as<double>());
  }
}

[[noreturn]] void fail_inexact(const std::string& where, const StoredType& from, DataType to,
                               std::size_t index, const std::string& value) {
  fail(Code::sample_size, where,
       "value " + std::to_string(index) + " is " + value + ": " + to_string(from) +
           " does not convert exactly to " + std::string(to_string(to)),
       "store the values as " + std::string(to_string(to)));
}

template <typename T>
void check_finite_values(std::span<const T> values, std::size_t row, const std::string& where) {
  const auto bad =
      std::find_if(values.begin(), values.end(), [](T v) { return !std::isfinite(v); });
  if (bad == values.end()) return;
  const auto index = static_cast<std::size_t>(bad - values.begin());
  fail(Code::file_corrupt, where,
       "sample " + std::to_string(index / row) + ", value " + std::to_string(index % row) + " is " +
           (std::isnan(*bad) ? "NaN" : "infinite"));
}

}  // namespace

std::string to_string(const StoredType& type) {
  const std::string bits = std::to_string(type.size * 8);
  switch (type.kind) {
    case Kind::boolean:
      return "bool";
    case Kind::signed_integer:
      return "int" + bits;
    case Kind::unsigned_integer:
      return "uint" + bits;
    case Kind::real:
      return "float" + bits;
  }
  return "?";
}

StoredType stored_type_of(DataType type) {
  const auto size = static_cast<std::uint8_t>(size_of(type));
  if (type == DataType::float32 || type == DataType::float64) return {Kind::real, size, false};
  if (type == DataType::uint8) return {Kind::unsigned_integer, size, false};
  return {Kind::signed_integer, size, false};
}

DataType holder_of(const StoredType& type) {
  if (type.kind == Kind::real) return type.size == 8 ? DataType::float64 : DataType::float32;
  const bool is_signed = type.kind == Kind::signed_integer;
  switch (type.size) {
    case 1:
      return is_signed ? DataType::int8 : DataType::uint8;
    case 2:
      return is_signed ? DataType::int16 : DataType::int32;
    case 4:
      return is_signed ? DataType::int32 : DataType::int64;
    default:
      return DataType::int64;
  }
}

void convert_exactly(std::span<const std::byte> from, const StoredType& type, Tensor& to,
                     const std::string& where) {
  if (type == stored_type_of(to.type())) {
    std::copy(from.begin(), from.end(), to.bytes().begin());
    return;
  }
  with_loader(type, [&](auto load_value) {
    with_values(to, [&](auto values) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        const auto value = load_value(from.data() + i * type.size);
        const auto result = exact<typename decltype(values)::value_type>(value);
        if (!result) fail_inexact(where, type, to.type(), i, std::to_string(value));
        values[i] = *result;
      }
    });
  });
}

void check_finite(const Tensor& rows, const std::string& where) {
  const std::size_t count = rows.shape().empty() ? 1 : static_cast<std::size_t>(rows.shape()[0]);
  const std::size_t row = std::max<std::size_t>(1, count == 0 ? 1 : rows.size() / count);
  if (rows.type() == DataType::float32) check_finite_values(rows.as<float>(), row, where);
  if (rows.type() == DataType::float64) check_finite_values(rows.as<double>(), row, where);
}

}  // namespace synfire
