// ADD by one table for each operand, with a proof by trial of all pairs of bytes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "neurons/graded.h"

namespace synfire::mcu {

/// What an operand's bytes mean: u = byte - zero, bytes up to `last`.
struct OperandBytes {
  std::int32_t zero = 0, last = 255;
};

/// byte = saturate((operand[0][byte0] + operand[1][byte1]) >> shift)
struct AddTables {
  std::int32_t shift = 0;
  std::array<std::array<std::int32_t, 256>, 2> operand{};
};

/// Tables that give the byte of the reference's arithmetic (its value + zero_point - low) for every
/// pair of bytes, or nothing where there are none (a clamp below 255, halves that round apart).
std::optional<AddTables> add_tables(const synfire_add_t& add,
                                    const std::array<OperandBytes, 2>& bytes);

}  // namespace synfire::mcu
