// Sliding windows over maps, as TensorFlow Lite places them.
#pragma once

#include "converters/tflite/operation.h"

namespace synfire::tflite {

struct Window {
  Pair kernel{1, 1};
  Pair stride{1, 1};
  Pair dilation{1, 1};
};

/// {top, bottom, left, right} for a map of `size` (its own padding included). SAME gives
/// ceil(input / stride) outputs, with the odd row or column after the map; VALID pads nothing.
/// Throws `tflite_graph` when the window is impossible or the output tensor has another size.
Padding window_padding(const Operation& operation, const Window& window, format::Padding kind,
                       const MapSize& size, const MapSize& output);

/// The map of a tensor of {height, width, channels}; throws `tflite_graph` for other ranks.
MapSize map_of(const Operation& operation, const Shape& shape);

}  // namespace synfire::tflite
