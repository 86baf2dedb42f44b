// What follows the logits on the board.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/net/network.h"
#include "encoders/common/softmax.h"

namespace synfire::mcu {

/// real = scale * (q - zero_point)
struct Dequantize {
  float scale = 1;
  std::int32_t zero_point = 0;
};

/// Softmax or log-softmax of rows of int8 logits, then real values.
struct Decoding {
  enum class Row : std::uint8_t { none, softmax, log_softmax };
  Row row = Row::none;
  synfire_softmax_t constants{};
  std::int64_t length = 0;  // of a row
  std::optional<Dequantize> dequantize;

  bool any() const { return row != Row::none || dequantize; }
  /// Bytes of `values` decoded values.
  std::int64_t bytes(std::int64_t values) const { return dequantize ? 4 * values : values; }
};

/// The decoders behind the first ("offset", which makes the logits) that the board serves, and the
/// names of those that are left.
struct DecodingPlan {
  Decoding decoding;
  std::vector<std::string> left;
};

/// `on_board`: false leaves all of them.
DecodingPlan plan_decoding(const Output& output, bool on_board);

}  // namespace synfire::mcu
