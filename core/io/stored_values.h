// Numbers as files store them (any width, either byte order) and their exact conversion.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/base/tensor.h"

namespace synfire {

/// A numeric type of a file; wider than DataType, because files also hold uint16 or float16.
struct StoredType {
  enum class Kind : std::uint8_t { boolean, signed_integer, unsigned_integer, real };
  Kind kind = Kind::signed_integer;
  std::uint8_t size = 1;  // bytes
  bool big_endian = false;
  bool operator==(const StoredType&) const = default;
};

std::string to_string(const StoredType& type);  // "uint16"
StoredType stored_type_of(DataType type);

/// The element type that holds every value of `type`; uint64 is given as int64.
DataType holder_of(const StoredType& type);

/// Converts values one by one; throws `sample_size` located at `where`, naming both types, at the
/// first value that `to` cannot hold exactly.
void convert_exactly(std::span<const std::byte> from, const StoredType& type, Tensor& to,
                     const std::string& where);

/// Throws `file_corrupt` when a floating-point value is NaN or infinite.
void check_finite(const Tensor& rows, const std::string& where);

}  // namespace synfire
