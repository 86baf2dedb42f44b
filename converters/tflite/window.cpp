#include "converters/tflite/window.h"

#include <algorithm>

namespace synfire::tflite {
namespace {

constexpr std::int32_t kMaxExtent = 1 << 14;

void check_extents(const Operation& operation, const Pair& values, const char* what) {
  for (const std::int32_t value : values)
    if (value < 1 || value > kMaxExtent)
      operation.refuse(Code::tflite_graph, std::string(what) + " of " + std::to_string(value) +
                                               " is outside 1 .. " + std::to_string(kMaxExtent));
}

struct Axis {
  std::int64_t input, output;
  std::int32_t kernel, stride, dilation;

  std::int64_t reach() const { return std::int64_t{dilation} * (kernel - 1) + 1; }
  /// Zeros that SAME needs for ceil(input / stride) windows.
  std::int64_t same_total() const {
    return std::max<std::int64_t>((same_output() - 1) * stride + reach() - input, 0);
  }
  std::int64_t same_output() const { return (input + stride - 1) / stride; }
  std::int64_t valid_output() const { return input < reach() ? 0 : (input - reach()) / stride + 1; }
};

}  // namespace

Padding window_padding(const Operation& operation, const Window& window, format::Padding kind,
                       const MapSize& size, const MapSize& output) {
  check_extents(operation, window.kernel, "a window");
  check_extents(operation, window.stride, "a stride");
  check_extents(operation, window.dilation, "a dilation");
  if (kind != format::Padding::SAME && kind != format::Padding::VALID)
    operation.refuse(Code::tflite_graph, "has an unknown kind of padding");
  const Axis axes[2] = {
      {size.height, output.height, window.kernel[0], window.stride[0], window.dilation[0]},
      {size.width, output.width, window.kernel[1], window.stride[1], window.dilation[1]}};
  Padding padding{0, 0, 0, 0};
  const bool same = kind == format::Padding::SAME;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::int64_t expected = same ? axes[i].same_output() : axes[i].valid_output();
    if (expected < 1 || expected != axes[i].output)
      operation.refuse(Code::tflite_graph, "its windows give " + std::to_string(expected) +
                                               " rows or columns, the output has " +
                                               std::to_string(axes[i].output));
    const std::int64_t total = same ? axes[i].same_total() : 0;
    padding[2 * i] = static_cast<std::int32_t>(total / 2);
    padding[2 * i + 1] = static_cast<std::int32_t>(total - total / 2);
  }
  return padding;
}

MapSize map_of(const Operation& operation, const Shape& shape) {
  if (shape.size() != 3)
    operation.refuse(Code::tflite_graph,
                     "expects {1, height, width, channels}, was given 1x" + to_string(shape));
  return map_size(shape, Layout::hwc);
}

}  // namespace synfire::tflite
