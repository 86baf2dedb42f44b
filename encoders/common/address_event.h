// Address events: which neuron a pixel's event is of.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/net/event_source.h"

namespace synfire {

/// Neurons of a population of shape {polarities, rows, columns}, in C order; with one polarity, or
/// the shape {rows, columns}, events of both go to the same neurons.
class AddressMap {
 public:
  /// Throws sample_size, located at `where`, for any other shape.
  AddressMap(const Shape& shape, const std::string& where);

  /// Nothing for a pixel that lies outside of the shape.
  std::optional<std::uint32_t> neuron(std::int64_t x, std::int64_t y, bool on) const {
    if (x < 0 || y < 0 || x >= columns_ || y >= rows_) return std::nullopt;
    const std::int64_t plane = on && polarities_ == 2 ? 1 : 0;
    return static_cast<std::uint32_t>((plane * rows_ + y) * columns_ + x);
  }

 private:
  std::int64_t polarities_ = 1, rows_ = 0, columns_ = 0;
};

/// Says which event of the file or list `where`, counted from 0, is of no neuron.
[[noreturn]] void refuse_event(const std::string& where, std::size_t event,
                               const std::string& address, const Shape& shape);

/// Brings events into the order of time; those of one time keep theirs.
EventSample in_order(EventSample sample);

}  // namespace synfire
