#include "converters/nir/common/operator.h"

#include "core/base/diagnostics.h"

namespace synfire::nir {
namespace {

constexpr std::int64_t kMaxExtent = 1 << 14;

// One or two integers of a window.
Pair pair_of(const Node& node, std::string_view name, double low, const std::string& where) {
  const Tensor tensor = tensor_of(node.values, name, where);
  if (tensor.size() != 1 && tensor.size() != 2)
    fail(Code::file_format, where, "\"" + std::string(name) + "\" is not one or two integers");
  Pair pair{};
  for (std::size_t i = 0; i < 2; ++i) {
    const double value = tensor.number(tensor.size() == 1 ? 0 : i);
    if (!(value >= low && value <= static_cast<double>(kMaxExtent)) ||
        value != static_cast<double>(static_cast<int>(value)))
      fail(Code::file_format, where, "\"" + std::string(name) + "\" is out of range");
    pair[i] = static_cast<std::int32_t>(value);
  }
  return pair;
}

Padding same_padding(const Conv2d& conv, const std::string& where) {
  if (conv.stride != Pair{1, 1})
    fail(Code::nir_node, where, "padding \"same\" with a stride is not defined by NIR");
  Padding padding{};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const auto kernel = static_cast<std::int32_t>(conv.weight.shape()[2 + axis]);
    const std::int32_t total = conv.dilation[axis] * (kernel - 1);
    padding[2 * axis] = total / 2;
    padding[2 * axis + 1] = total - total / 2;
  }
  return padding;
}

Padding padding_of(const Node& node, const Conv2d& conv, const std::string& where) {
  const std::string word = text_or(node.values, "padding", "");
  if (word == "valid") return {0, 0, 0, 0};
  if (word == "same") return same_padding(conv, where);
  if (!word.empty()) fail(Code::file_format, where, "padding \"" + word + "\" is unknown");
  const Pair padding = pair_of(node, "padding", 0, where);
  return {padding[0], padding[0], padding[1], padding[1]};
}

}  // namespace

Tensor float_tensor(const Values& values, std::string_view name, const std::string& where) {
  const Tensor tensor = tensor_of(values, name, where);
  if (tensor.type() == DataType::float32 || tensor.type() == DataType::float64) return tensor;
  Tensor result(DataType::float64, tensor.shape());
  for (std::size_t i = 0; i < tensor.size(); ++i) result.as<double>()[i] = tensor.number(i);
  return result;
}

Tensor matrix_of(const Node& node, const std::string& where) {
  const Tensor weight = float_tensor(node.values, "weight", where);
  Shape shape = weight.shape();
  while (shape.size() > 2 && shape.front() == 1) shape.erase(shape.begin());
  if (shape.size() != 2 || weight.empty())
    fail(Code::nir_node, where,
         node.type + " with a weight of " + to_string(weight.shape()) + " is not one matrix");
  return weight.reshaped(shape);
}

Conv2d conv_of(const Node& node, const MapSize& input, const std::string& where) {
  Conv2d conv;
  conv.layout = Layout::chw;
  conv.weight = float_tensor(node.values, "weight", where);
  const Shape& w = conv.weight.shape();
  if (w.size() != 4 || conv.weight.empty() || w[2] > kMaxExtent || w[3] > kMaxExtent)
    fail(Code::file_format, where, "a convolution's weight of " + to_string(w));
  conv.stride = pair_of(node, "stride", 1, where);
  conv.dilation = pair_of(node, "dilation", 1, where);
  conv.padding = padding_of(node, conv, where);
  const std::int64_t groups = integer_of(node.values, "groups", where);
  if (groups < 1 || groups > w[0] || w[0] % groups != 0 || w[1] * groups != input.channels)
    fail(Code::network_invalid, where,
         std::to_string(groups) + " groups and a weight of " + to_string(w) + " do not fit " +
             std::to_string(input.channels) + " input channels");
  conv.groups = static_cast<std::int32_t>(groups);
  return conv;
}

Pool2d pool_of(const Node& node, const std::string& where) {
  const Pair padding = pair_of(node, "padding", 0, where);
  return {PoolKind::sum,
          pair_of(node, "kernel_size", 1, where),
          pair_of(node, "stride", 1, where),
          {padding[0], padding[0], padding[1], padding[1]},
          Layout::chw};
}

Shape flattened(const Node& node, const Shape& shape, const std::string& where) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  std::int64_t first = integer_of(node.values, "start_dim", where);
  std::int64_t last = integer_of(node.values, "end_dim", where);
  if (first < 0) first += rank;
  if (last < 0) last += rank;
  if (first < 0 || last >= rank || first > last)
    fail(Code::network_invalid, where,
         "dimensions " + std::to_string(first) + " to " + std::to_string(last) + " of " +
             to_string(shape) + " cannot be flattened");
  Shape result(shape.begin(), shape.begin() + first);
  result.push_back(element_count(Shape(shape.begin() + first, shape.begin() + last + 1)));
  result.insert(result.end(), shape.begin() + last + 1, shape.end());
  return result;
}

}  // namespace synfire::nir
