#include "targets/mcu/add_tables.h"

#include <algorithm>
#include <cmath>

namespace synfire::mcu {
namespace {

constexpr std::int32_t kMostBits = 20, kFewestBits = 8;

std::int32_t byte_of(const synfire_add_t& add, std::int32_t u0, std::int32_t u1) {
  return synfire_add_value(&add, u0, u1) + add.zero_point - add.low;
}

/// What the operands bring to the output, in steps of 2^-shift. The first table holds the output's
/// zero and the half that makes the last shift round; `nudge` moves where halves go.
std::optional<AddTables> tables_of(const synfire_add_t& add,
                                   const std::array<OperandBytes, 2>& bytes, std::int32_t shift,
                                   std::int32_t nudge) {
  AddTables tables{.shift = shift};
  const double unit =
      std::ldexp(static_cast<double>(add.output.multiplier), add.output.shift - 31 + shift);
  const std::int32_t first = ((add.zero_point - add.low) << shift) + (1 << (shift - 1)) + nudge;
  for (std::int32_t operand = 0; operand < 2; ++operand) {
    const auto index = static_cast<std::size_t>(operand);
    for (std::int32_t byte = 0; byte <= bytes[index].last; ++byte) {
      const std::int32_t common = synfire_add_operand(&add, operand, byte - bytes[index].zero);
      const double value = std::round(common * unit) + (operand == 0 ? first : 0);
      if (std::abs(value) >= 0x1p30) return std::nullopt;
      tables.operand[index][static_cast<std::size_t>(byte)] = static_cast<std::int32_t>(value);
    }
  }
  return tables;
}

bool is_exact(const AddTables& tables, const synfire_add_t& add,
              const std::array<OperandBytes, 2>& bytes) {
  for (std::int32_t a = 0; a <= bytes[0].last; ++a)
    for (std::int32_t b = 0; b <= bytes[1].last; ++b) {
      const std::int32_t sum = tables.operand[0][static_cast<std::size_t>(a)] +
                               tables.operand[1][static_cast<std::size_t>(b)];
      if (std::clamp(sum >> tables.shift, 0, 255) !=
          byte_of(add, a - bytes[0].zero, b - bytes[1].zero))
        return false;
    }
  return true;
}

}  // namespace

std::optional<AddTables> add_tables(const synfire_add_t& add,
                                    const std::array<OperandBytes, 2>& bytes) {
  for (std::int32_t shift = kMostBits; shift >= kFewestBits; --shift)
    for (const std::int32_t nudge : {0, -1, 1}) {
      auto tables = tables_of(add, bytes, shift, nudge);
      if (tables && is_exact(*tables, add, bytes)) return tables;
    }
  return std::nullopt;
}

}  // namespace synfire::mcu
