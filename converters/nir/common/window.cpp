#include "converters/nir/common/window.h"

#include <algorithm>

namespace synfire::nir {
namespace {

constexpr std::int64_t kMaxKernel = 1 << 14;
constexpr double kMaxWeights = 1 << 26;

std::int32_t kernel_of(const Conv2d& conv, std::size_t axis) {
  return static_cast<std::int32_t>(conv.weight.shape()[2 + axis]);
}

std::int64_t output_of(const Conv2d& conv, std::size_t axis, std::int64_t input) {
  return output_extent(input, kernel_of(conv, axis), conv.stride[axis], conv.dilation[axis],
                       conv.padding[2 * axis], conv.padding[2 * axis + 1]);
}

// One output a channel from that channel only.
bool is_depthwise(const Conv2d& conv) {
  return conv.weight.shape()[1] == 1 && conv.weight.shape()[0] == conv.groups;
}

std::int64_t reach(const Conv2d& conv, std::size_t axis) {
  return std::int64_t{conv.dilation[axis]} * (kernel_of(conv, axis) - 1) + 1;
}

// `second` pads the middle map with zeros; the composition would see the input there instead.
bool padding_sees_input(const Conv2d& first, const Conv2d& second, std::size_t axis,
                        std::int64_t input) {
  const std::int64_t stride = first.stride[axis];
  const std::int64_t last_before = -stride - first.padding[2 * axis] + reach(first, axis) - 1;
  const std::int64_t first_after = output_of(first, axis, input) * stride - first.padding[2 * axis];
  return (second.padding[2 * axis] > 0 && last_before >= 0) ||
         (second.padding[2 * axis + 1] > 0 && first_after < input);
}

bool composable(const Conv2d& first, const Conv2d& second, const MapSize& input) {
  if (!is_depthwise(first) && !is_depthwise(second)) return false;
  double weights = static_cast<double>(second.weight.shape()[0] * first.weight.shape()[1]) *
                   static_cast<double>(second.weight.shape()[1]);
  for (std::size_t axis = 0; axis < 2; ++axis)
    weights *=
        static_cast<double>(reach(first, axis) + first.stride[axis] * (reach(second, axis) - 1));
  if (weights > kMaxWeights) return false;
  for (std::size_t axis = 0; axis < 2; ++axis) {
    if (padding_sees_input(first, second, axis, axis == 0 ? input.height : input.width))
      return false;
    if (reach(first, axis) + first.stride[axis] * (reach(second, axis) - 1) > kMaxKernel ||
        std::int64_t{first.stride[axis]} * second.stride[axis] > kMaxKernel ||
        std::int64_t{first.stride[axis]} * second.padding[2 * axis] > kMaxKernel)
      return false;
  }
  return true;
}

DataType wider(const Tensor& a, const Tensor& b) {
  return a.type() == DataType::float64 || b.type() == DataType::float64 ? DataType::float64
                                                                        : DataType::float32;
}

// Geometry and groups of the composition, weights zero.
Conv2d composed_frame(const Conv2d& first, const Conv2d& second) {
  Conv2d result;
  result.layout = Layout::chw;
  result.groups = is_depthwise(first) ? second.groups : first.groups;
  Shape shape{second.weight.shape()[0],
              is_depthwise(first) ? second.weight.shape()[1] : first.weight.shape()[1], 0, 0};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int32_t stride = first.stride[axis];
    shape[2 + axis] = reach(first, axis) + stride * (reach(second, axis) - 1);
    result.stride[axis] = stride * second.stride[axis];
    for (std::size_t side = 2 * axis; side < 2 * axis + 2; ++side)
      result.padding[side] = first.padding[side] + stride * second.padding[side];
  }
  result.weight = Tensor(wider(first.weight, second.weight), shape);
  return result;
}

std::int64_t index4(const Shape& shape, std::int64_t o, std::int64_t c, std::int64_t y,
                    std::int64_t x) {
  return ((o * shape[1] + c) * shape[2] + y) * shape[3] + x;
}

void add_to(Tensor& tensor, std::int64_t index, double value) {
  const auto at = static_cast<std::size_t>(index);
  if (tensor.type() == DataType::float32)
    tensor.as<float>()[at] = static_cast<float>(tensor.as<float>()[at] + value);
  else
    tensor.as<double>()[at] += value;
}

// All products of one plane of `first` and one of `second`.
void add_planes(const Conv2d& first, std::int64_t plane1, const Conv2d& second, std::int64_t plane2,
                Conv2d& result, std::int64_t plane) {
  const Shape& a = first.weight.shape();
  const Shape& b = second.weight.shape();
  const Shape& r = result.weight.shape();
  for (std::int64_t i = 0; i < b[2] * b[3]; ++i)
    for (std::int64_t j = 0; j < a[2] * a[3]; ++j) {
      const std::int64_t y =
          (i / b[3]) * second.dilation[0] * first.stride[0] + (j / a[3]) * first.dilation[0];
      const std::int64_t x =
          (i % b[3]) * second.dilation[1] * first.stride[1] + (j % a[3]) * first.dilation[1];
      add_to(result.weight, plane * r[2] * r[3] + y * r[3] + x,
             first.weight.number(static_cast<std::size_t>(plane1 * a[2] * a[3] + j)) *
                 second.weight.number(static_cast<std::size_t>(plane2 * b[2] * b[3] + i)));
    }
}

}  // namespace

MapSize window_output(const Conv2d& conv, const MapSize& input) {
  return {conv.weight.shape()[0], output_of(conv, 0, input.height),
          output_of(conv, 1, input.width)};
}

Conv2d as_conv(const Pool2d& pool, std::int64_t channels) {
  Conv2d conv;
  conv.layout = Layout::chw;
  conv.stride = pool.stride;
  conv.padding = pool.padding;
  conv.groups = static_cast<std::int32_t>(channels);
  conv.weight = Tensor(DataType::float32, {channels, 1, pool.kernel[0], pool.kernel[1]});
  std::fill(conv.weight.as<float>().begin(), conv.weight.as<float>().end(), 1.0F);
  return conv;
}

std::optional<Conv2d> compose(const Conv2d& first, const Conv2d& second, const MapSize& input) {
  if (!composable(first, second, input)) return {};
  Conv2d result = composed_frame(first, second);
  const Shape shape = result.weight.shape();
  const std::int64_t out_per_group = shape[0] / result.groups;
  for (std::int64_t o = 0; o < shape[0]; ++o)
    for (std::int64_t c = 0; c < shape[1]; ++c) {
      const std::int64_t source = o / out_per_group * shape[1] + c;  // input channel
      const std::int64_t plane = o * shape[1] + c;
      if (is_depthwise(first))
        add_planes(first, source, second, plane, result, plane);
      else
        add_planes(first, plane, second, o, result, plane);
    }
  return result;
}

void for_each_tap(const Conv2d& conv, const MapSize& input, const TapVisitor& visit) {
  const Shape& w = conv.weight.shape();
  const MapSize out = window_output(conv, input);
  const std::int64_t out_per_group = out.channels / conv.groups;
  for (std::int64_t o = 0; o < out.channels * out.height * out.width; ++o) {
    const std::int64_t channel = o / (out.height * out.width);
    const std::int64_t row = o / out.width % out.height;
    const std::int64_t column = o % out.width;
    for (std::int64_t t = 0; t < w[1] * w[2] * w[3]; ++t) {
      const std::int64_t c = channel / out_per_group * w[1] + t / (w[2] * w[3]);
      const std::int64_t y =
          row * conv.stride[0] + t / w[3] % w[2] * conv.dilation[0] - conv.padding[0];
      const std::int64_t x =
          column * conv.stride[1] + t % w[3] * conv.dilation[1] - conv.padding[2];
      if (y < 0 || y >= input.height || x < 0 || x >= input.width) continue;
      visit(o, (c * input.height + y) * input.width + x,
            index4(w, channel, t / (w[2] * w[3]), t / w[3] % w[2], t % w[3]));
    }
  }
}

double tap_count(const Conv2d& conv, const MapSize& input) {
  const Shape& w = conv.weight.shape();
  const MapSize out = window_output(conv, input);
  return static_cast<double>(out.height) * static_cast<double>(out.width) *
         static_cast<double>(w[0] * w[1] * w[2]) * static_cast<double>(w[3]);
}

}  // namespace synfire::nir
