#include "converters/nir/common/chain.h"

#include <algorithm>
#include <array>
#include <utility>

#include "converters/nir/common/neuron.h"
#include "converters/nir/common/operator.h"
#include "converters/nir/common/window.h"
#include "core/base/diagnostics.h"

namespace synfire::nir {
namespace {

// Work and memory of a composition that is not one window.
constexpr double kMaxExpansion = 1 << 27;
constexpr double kMaxSignal = 1 << 27;

std::size_t at(std::int64_t index) { return static_cast<std::size_t>(index); }

void set(Tensor& tensor, std::size_t index, double value) {
  if (tensor.type() == DataType::float32)
    tensor.as<float>()[index] = static_cast<float>(value);
  else
    tensor.as<double>()[index] = value;
}

DataType wider(const Tensor& a, const Tensor& b) {
  return a.type() == DataType::float64 || b.type() == DataType::float64 ? DataType::float64
                                                                        : DataType::float32;
}

/// weight[i] * factor(i)
template <typename Factor>
Tensor times(const Tensor& weight, const Tensor& like, Factor factor) {
  Tensor result(wider(weight, like), weight.shape());
  for (std::size_t i = 0; i < weight.size(); ++i) set(result, i, weight.number(i) * factor(i));
  return result;
}

Tensor product(const Tensor& a, const Tensor& b) {  // {m, k} x {k, n}
  const std::int64_t m = a.shape()[0], k = a.shape()[1], n = b.shape()[1];
  Tensor result(wider(a, b), {m, n});
  for (std::int64_t i = 0; i < m; ++i)
    for (std::int64_t j = 0; j < n; ++j) {
      double sum = 0;
      for (std::int64_t l = 0; l < k; ++l) sum += a.number(at(i * k + l)) * b.number(at(l * n + j));
      set(result, at(i * n + j), sum);
    }
  return result;
}

// One factor a channel, or nothing when the factors of a channel differ.
std::vector<double> per_channel(const Tensor& scale, std::int64_t channels) {
  const std::size_t area = scale.size() / at(channels);
  std::vector<double> factors;
  for (std::size_t i = 0; i < scale.size(); ++i) {
    if (i % area == 0) factors.push_back(scale.number(i));
    if (scale.number(i) != factors.back()) return {};
  }
  return factors;
}

[[noreturn]] void no_projection(const Node& node, const std::string& where) {
  fail(Code::nir_node, where,
       node.type + " here cannot be composed with the nodes before it into one projection",
       "put a neuron node between them");
}

void check_work(double work, const std::string& where) {
  if (work > kMaxExpansion)
    fail(Code::resource_limit, where, "composing these nodes would make more than 2^27 synapses");
}

MapSize map_of(const Shape& shape, const Node& node, const std::string& where) {
  if (shape.size() != 3)
    fail(Code::network_invalid, where,
         node.type + " needs a signal of 3 dimensions, it has " + to_string(shape));
  return map_size(shape, Layout::chw);
}

}  // namespace

bool is_stateless_type(std::string_view type) {
  constexpr std::array<std::string_view, 10> types{
      "Linear",  "Affine", "Conv2d", "SumPool2d",  "AvgPool2d",
      "Flatten", "Scale",  "Delay",  "port.Input", "port.Output"};
  return std::find(types.begin(), types.end(), type) != types.end();
}

Chain::Chain(Shape source, const std::string& where) : source_(source), shape_(std::move(source)) {
  check_signal(where);
}

void Chain::check_signal(const std::string& where) const {
  if (static_cast<double>(element_count(shape_)) > kMaxSignal)
    fail(Code::resource_limit, where, "a signal of more than 2^27 values: " + to_string(shape_));
}

void Chain::apply(const Node& node, bool with_bias, const std::string& where) {
  if (node.type != "Delay") exact_scale_.reset();
  if (node.type == "Linear" || node.type == "Affine") apply_dense(node, where);
  if (node.type == "Conv2d") apply_conv(conv_of(node, map_of(shape_, node, where), where), where);
  if (node.type == "SumPool2d" || node.type == "AvgPool2d") apply_pool(node, where);
  if (node.type == "Flatten") shape_ = flattened(node, shape_, where);
  if (node.type == "Scale") apply_scale(node, where);
  if (node.type == "Delay") apply_delay(node, where);
  check_signal(where);
  if (with_bias && (node.type == "Affine" || node.type == "Conv2d")) add_bias(node, where);
}

void Chain::apply_dense(const Node& node, const std::string& where) {
  Tensor weight = matrix_of(node, where);
  const std::int64_t inputs = element_count(shape_);
  if (weight.shape()[1] != inputs)
    fail(Code::network_invalid, where,
         "a weight of " + to_string(weight.shape()) + " does not fit a signal of " +
             to_string(shape_));
  push_offset(weight);
  shape_ = {weight.shape()[0]};
  if (const auto* scale = std::get_if<Elementwise>(&map_))
    weight = times(weight, scale->weight,
                   [&](std::size_t i) { return scale->weight.number(i % scale->weight.size()); });
  if (const auto* dense = std::get_if<Dense>(&map_)) {
    check_work(
        static_cast<double>(weight.size()) * static_cast<double>(element_count(source_)) / 16,
        where);
    weight = product(weight, dense->weight);
  }
  expand_window(weight, where);
  map_ = Dense{std::move(weight)};
}

// W after a window is W times the window's matrix.
void Chain::expand_window(Tensor& weight, const std::string& where) {
  const MapSize& input = window_input_;
  Conv2d conv;
  if (const auto* pool = std::get_if<Pool2d>(&map_)) conv = as_conv(*pool, input.channels);
  if (const auto* window = std::get_if<Conv2d>(&map_)) conv = *window;
  if (conv.weight.empty()) return;
  const std::int64_t rows = weight.shape()[0], middle = weight.shape()[1];
  const std::int64_t columns = element_count(source_);
  check_work(static_cast<double>(rows) * static_cast<double>(columns), where);
  check_work(static_cast<double>(rows) * tap_count(conv, input) / 16, where);
  std::vector<double> sums(at(rows * columns));
  for_each_tap(conv, input, [&](std::int64_t o, std::int64_t i, std::int64_t w) {
    const double factor = conv.weight.number(at(w));
    for (std::int64_t row = 0; row < rows; ++row)
      sums[at(row * columns + i)] += factor * weight.number(at(row * middle + o));
  });
  Tensor expanded(wider(weight, conv.weight), {rows, columns});
  for (std::size_t i = 0; i < sums.size(); ++i) set(expanded, i, sums[i]);
  weight = std::move(expanded);
}

void Chain::apply_conv(Conv2d conv, const std::string& where) {
  const MapSize input = map_size(shape_, Layout::chw);
  if (!std::holds_alternative<Pool2d>(map_) && !std::holds_alternative<Conv2d>(map_))
    window_input_ = input;
  if (!offset_.empty()) check_work(tap_count(conv, input) / 16, where);
  push_offset(conv, input);
  const Node node{{}, "Conv2d", {}, {}};
  if (std::holds_alternative<Dense>(map_)) no_projection(node, where);
  if (const auto* scale = std::get_if<Elementwise>(&map_)) {
    const std::vector<double> factors = per_channel(scale->weight, input.channels);
    if (factors.empty()) no_projection(node, where);
    const Shape& w = conv.weight.shape();
    conv.weight = times(conv.weight, scale->weight, [&](std::size_t i) {
      const auto plane = static_cast<std::int64_t>(i) / (w[2] * w[3]);
      const std::int64_t group = plane / w[1] / (w[0] / conv.groups);
      return factors[at(group * w[1] + plane % w[1])];
    });
  }
  const MapSize output = window_output(conv, input);
  if (output.height < 1 || output.width < 1)
    fail(Code::network_invalid, where, "the kernel is larger than the map " + to_string(shape_));
  std::optional<Conv2d> first;
  if (const auto* pool = std::get_if<Pool2d>(&map_)) first = as_conv(*pool, window_input_.channels);
  if (const auto* window = std::get_if<Conv2d>(&map_)) first = *window;
  if (first) {
    std::optional<Conv2d> composed = compose(*first, conv, window_input_);
    if (!composed) no_projection(node, where);
    conv = std::move(*composed);
  }
  shape_ = window_shape_ = synfire::map_shape(output, Layout::chw);
  map_ = std::move(conv);
}

void Chain::apply_pool(const Node& node, const std::string& where) {
  const MapSize input = map_of(shape_, node, where);
  const Pool2d pool = pool_of(node, where);
  check_work(static_cast<double>(input.channels * pool.kernel[0] * pool.kernel[1]), where);
  Conv2d conv = as_conv(pool, input.channels);
  const bool alone = std::holds_alternative<Identity>(map_);
  if (node.type == "AvgPool2d") {
    const float share = 1.0F / static_cast<float>(pool.kernel[0] * pool.kernel[1]);
    std::fill(conv.weight.as<float>().begin(), conv.weight.as<float>().end(), share);
  }
  apply_conv(std::move(conv), where);
  if (alone && node.type == "SumPool2d") map_ = pool;
}

void Chain::apply_scale(const Node& node, const std::string& where) {
  const Tensor given = float_tensor(node.values, "scale", where);
  const auto count = at(element_count(shape_));
  if (given.size() != 1 && given.size() != count)
    fail(Code::network_invalid, where,
         "a scale of " + to_string(given.shape()) + " does not fit " + to_string(shape_));
  const Tensor scale = repeated(Parameter(given), shape_);
  for (std::size_t i = 0; i < offset_.size(); ++i) offset_[i] *= scale.number(i);
  if (auto* pool = std::get_if<Pool2d>(&map_)) map_ = as_conv(*pool, window_input_.channels);
  if (std::holds_alternative<Identity>(map_)) {
    map_ = Elementwise{scale};
    const Value* exact = find(node.metadata, "weight");
    const auto* weight = exact == nullptr ? nullptr : std::get_if<Tensor>(exact);
    if (weight != nullptr && weight->type() == scale.type() && !weight->empty() &&
        repeated(Parameter(*weight), shape_) == scale)
      exact_scale_ = *weight;
  } else if (auto* elementwise = std::get_if<Elementwise>(&map_)) {
    elementwise->weight =
        times(elementwise->weight, scale, [&](std::size_t i) { return scale.number(i); });
  } else if (auto* dense = std::get_if<Dense>(&map_)) {
    const std::size_t row = dense->weight.size() / count;
    dense->weight =
        times(dense->weight, scale, [&](std::size_t i) { return scale.number(i / row); });
  } else if (auto* conv = std::get_if<Conv2d>(&map_)) {
    const std::vector<double> factors = per_channel(scale, conv->weight.shape()[0]);
    if (factors.empty()) no_projection(node, where);
    const std::size_t kernel = conv->weight.size() / factors.size();
    conv->weight = times(conv->weight, scale, [&](std::size_t i) { return factors[i / kernel]; });
  }
}

void Chain::apply_delay(const Node& node, const std::string& where) {
  const Tensor seconds = float_tensor(node.values, "delay", where);
  Tensor ms = scaled(seconds, 1000);
  // The exact milliseconds, unless somebody changed the seconds.
  if (const Value* exact = find(node.metadata, "delay_ms"))
    if (const auto* value = std::get_if<double>(exact))
      if (repeated(Parameter(*value / 1000), seconds.shape()) == seconds)
        ms = repeated(Parameter(*value), seconds.shape());
  bool uniform = !ms.empty();
  for (std::size_t i = 0; i < ms.size(); ++i) {
    uniform = uniform && ms.number(i) == ms.number(0);
    if (!(ms.number(i) >= 0 && ms.number(i) < 1e12))
      fail(Code::network_invalid, where, "a delay is negative or not finite");
  }
  if (uniform) {
    delay_ms_ += ms.number(0);
    return;
  }
  const bool elementwise =
      std::holds_alternative<Identity>(map_) || std::holds_alternative<Elementwise>(map_);
  if (!elementwise || ms.size() != at(element_count(source_))) no_projection(node, where);
  source_delay_ms_.resize(ms.size());
  for (std::size_t i = 0; i < ms.size(); ++i) source_delay_ms_[i] += ms.number(i);
}

void Chain::push_offset(const Tensor& weight) {
  if (offset_.empty()) return;
  std::vector<double> result(at(weight.shape()[0]));
  for (std::size_t i = 0; i < weight.size(); ++i)
    result[i / offset_.size()] += weight.number(i) * offset_[i % offset_.size()];
  offset_ = std::move(result);
}

void Chain::push_offset(const Conv2d& conv, const MapSize& input) {
  if (offset_.empty()) return;
  const MapSize output = window_output(conv, input);
  std::vector<double> result(at(element_count(synfire::map_shape(output, Layout::chw))));
  for_each_tap(conv, input, [&](std::int64_t o, std::int64_t i, std::int64_t w) {
    result[at(o)] += conv.weight.number(at(w)) * offset_[at(i)];
  });
  offset_ = std::move(result);
}

void Chain::add_bias(const Node& node, const std::string& where) {
  const Tensor bias = float_tensor(node.values, "bias", where);
  const auto count = at(element_count(shape_));
  if (bias.size() != at(shape_.front()))
    fail(Code::network_invalid, where,
         "a bias of " + to_string(bias.shape()) + " does not fit " + to_string(shape_));
  bool zero = true;
  for (std::size_t i = 0; i < bias.size(); ++i) zero = zero && bias.number(i) == 0;
  if (zero) return;
  offset_.resize(count);
  offset_is_float64_ = offset_is_float64_ || bias.type() == DataType::float64;
  const std::size_t area = count / bias.size();
  for (std::size_t i = 0; i < count; ++i) offset_[i] += bias.number(i / area);
}

Shape Chain::map_shape() const {
  const bool window = std::holds_alternative<Pool2d>(map_) || std::holds_alternative<Conv2d>(map_);
  return window ? window_shape_ : Shape{};
}

Connectivity Chain::connectivity(double dt_ms, const std::string& where) const {
  if (!source_delay_ms_.empty()) return with_delays(dt_ms, where);
  if (exact_scale_) return OneToOne{*exact_scale_};
  if (const auto* scale = std::get_if<Elementwise>(&map_)) return OneToOne{scale->weight};
  if (const auto* pool = std::get_if<Pool2d>(&map_)) return *pool;
  if (const auto* conv = std::get_if<Conv2d>(&map_)) return *conv;
  if (const auto* dense = std::get_if<Dense>(&map_)) return *dense;
  return OneToOne{Tensor::of<float>({1}, std::vector{1.0F})};
}

Connectivity Chain::with_delays(double dt_ms, const std::string& where) const {
  const auto* dense = std::get_if<Dense>(&map_);
  const auto* scale = std::get_if<Elementwise>(&map_);
  if (dense == nullptr && scale == nullptr && !std::holds_alternative<Identity>(map_))
    fail(Code::nir_node, where,
         "a delay that differs between neurons before a convolution or pool");
  const std::int64_t sources = element_count(source_);
  const std::int64_t fan_out = dense ? dense->weight.shape()[0] : 1;
  check_work(static_cast<double>(sources) * static_cast<double>(fan_out), where);
  std::vector<std::int64_t> offsets{0};
  std::vector<std::int32_t> targets;
  std::vector<double> delays;
  std::vector<float> weights;
  for (std::int64_t source = 0; source < sources; ++source) {
    for (std::int64_t target = 0; target < fan_out; ++target) {
      targets.push_back(static_cast<std::int32_t>(dense ? target : source));
      delays.push_back(std::max(dt_ms, delay_ms_ + source_delay_ms_[at(source)]));
      const double weight = dense   ? dense->weight.number(at(target * sources + source))
                            : scale ? scale->weight.number(at(source))
                                    : 1;
      weights.push_back(static_cast<float>(weight));
    }
    offsets.push_back(static_cast<std::int64_t>(targets.size()));
  }
  const auto synapses = static_cast<std::int64_t>(targets.size());
  return Sparse{Tensor::of<std::int64_t>({sources + 1}, offsets),
                Tensor::of<std::int32_t>({synapses}, targets),
                Tensor::of<float>({synapses}, weights), Tensor::of<double>({synapses}, delays)};
}

}  // namespace synfire::nir
