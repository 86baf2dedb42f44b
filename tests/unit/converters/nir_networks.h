// Networks that together have every kind of thing a Network can hold.
#pragma once

#include <numeric>
#include <string>
#include <vector>

#include "core/net/network.h"

namespace synfire::test {

template <typename T>
Tensor ramp(Shape shape, double scale, double start = 0) {
  Tensor tensor(data_type_of<T>(), std::move(shape));
  for (std::size_t i = 0; i < tensor.size(); ++i)
    tensor.as<T>()[i] = static_cast<T>(start + scale * static_cast<double>(i % 97));
  return tensor;
}

inline Population lif(std::string name, Shape shape) {
  return {std::move(name),
          std::move(shape),
          "lif",
          NumberFormat::float32,
          {{"tau_mem_ms", 2.5}, {"v_threshold", 0.1}, {"reset", std::string("zero")}},
          -1,
          {}};
}

inline Population source(std::string name, Shape shape) {
  return {std::move(name), std::move(shape), "input", NumberFormat::float32, {}, -1, {}};
}

/// Everything in it has a standard NIR node: input 2x6x6, conv + bias, sum pool, dense + bias with
/// a delay, one-to-one recurrence, a readout.
inline Network plain_network() {
  Network net;
  net.name = "plain";
  net.dt_ms = 0.1;
  net.seed = 18446744073709551615U;
  net.metadata = {{"source", "test"}, {"note", "über"}};
  net.populations = {source("in", {2, 6, 6}), lif("conv", {3, 6, 6}), lif("pool", {3, 3, 3}),
                     lif("hidden", {4}), lif("readout", {2})};
  net.populations[1].model = "if";
  net.populations[1].parameters = {{"v_threshold", ramp<float>({3, 6, 6}, 0.01, 0.5)},
                                   {"reset", std::string("value")},
                                   {"v_reset", -0.25}};
  std::vector<float> offset(108);
  for (std::size_t i = 0; i < offset.size(); ++i) offset[i] = 0.1F * static_cast<float>(i / 36 + 1);
  net.populations[1].parameters["i_offset"] = Tensor::of<float>({3, 6, 6}, offset);
  net.populations[1].origin = "Conv2d #0";
  net.populations[3].parameters["i_offset"] = 0.3;
  net.populations[3].parameters["tau_mem_ms"] = ramp<float>({4}, 1.7, 3.3);
  net.populations[3].parameters["refractory_ms"] = 0.0;
  net.populations[3].parameters["integrator"] = std::string("euler");
  net.populations[3].parameters["r"] = std::int64_t{2};
  net.populations[4].model = "li";
  net.populations[4].parameters = {{"tau_mem_ms", 19.999999999999996}};
  net.projections = {
      {"w1", "in", "conv",
       Conv2d{ramp<float>({3, 2, 3, 3}, 0.1), {1, 1}, {1, 1}, {1, 1, 1, 1}, 1, Layout::chw}, 0.1,
       0},
      {"w2", "conv", "pool", Pool2d{PoolKind::sum, {2, 2}, {2, 2}, {0, 0, 0, 0}, Layout::chw}, 0.1,
       0},
      {"hidden", "pool", "hidden", Dense{ramp<float>({4, 27}, -0.02)}, 1.3, 0},
      {"back", "hidden", "hidden", OneToOne{Tensor::of<float>({1}, std::vector{-0.5F})}, 0.7, 0},
      {"out", "hidden", "readout", Dense{ramp<double>({2, 4}, 0.3)}, 0.1, 0}};
  net.inputs = {{"samples", "in", DataType::float32, {2, 6, 6}, {}}};
  net.outputs = {{"result", "readout", DataType::float32, {2}, {}}};
  return net;
}

inline Population cuba(std::string name, std::int64_t size, const std::string& model) {
  Population result = lif(std::move(name), {size});
  result.model = model;
  result.parameters = {{"tau_mem_ms", ramp<double>({size}, 1.7, 3.3)},
                       {"tau_syn_ms", 2.5},
                       {"w_in", 2.0},
                       {"v_leak", 0.1}};
  return result;
}

/// Neurons with synaptic currents, all of it in standard NIR nodes.
inline Network cuba_network() {
  Network net;
  net.populations = {source("in", {3}), cuba("hidden", 4, "cuba_lif"),
                     cuba("readout", 2, "cuba_li")};
  net.populations[1].parameters["reset"] = std::string("value");
  net.populations[1].parameters["v_reset"] = -0.1;
  net.populations[1].parameters["i_offset"] = ramp<float>({4}, 0.5, 1);
  net.projections = {{"w1", "in", "hidden", Dense{ramp<float>({4, 3}, 0.1)}, 1.0, 0},
                     {"back", "hidden", "hidden", Dense{ramp<float>({4, 4}, -0.1)}, 1.0, 0},
                     {"w2", "hidden", "readout", Dense{ramp<float>({2, 4}, 0.1)}, 1.0, 0}};
  net.inputs = {{"in", "in", DataType::float32, {3}, {}}};
  net.outputs = {{"out", "readout", DataType::float32, {2}, {}}};
  return net;
}

/// Strided, dilated, grouped and oblong convolutions and an Input that feeds neurons directly.
inline Network grouped_network() {
  Network net;
  net.name = "grouped";
  net.populations = {lif("a", {4, 9, 9}), lif("b", {4, 5, 5}), lif("c", {8, 3, 1})};
  net.projections = {
      {"depthwise", "a", "b",
       Conv2d{ramp<float>({4, 1, 3, 3}, 0.1), {2, 2}, {1, 1}, {1, 1, 1, 1}, 4, Layout::chw}, 1.0,
       0},
      {"dilated", "b", "c",
       Conv2d{ramp<float>({8, 4, 2, 3}, 0.1), {1, 1}, {2, 2}, {0, 0, 0, 0}, 1, Layout::chw}, 1.0,
       0}};
  net.inputs = {{"current", "a", DataType::float32, {4, 9, 9}, {}}};
  net.outputs = {{"out", "c", DataType::float32, {8, 3, 1}, {}},
                 {"also", "b", DataType::float32, {4, 5, 5}, {}}};
  return net;
}

/// Every connectivity that NIR cannot say, receptors, subtractive reset, a delta input.
inline Network extension_network() {
  Network net = plain_network();
  net.name = "extension";
  net.populations.push_back(lif("last", {4}));
  net.populations.back().parameters["reset"] = std::string("subtract");
  net.populations.push_back(lif("delta", {4}));
  net.populations.back().parameters["input"] = std::string("delta");
  net.populations.push_back(lif("map", {3, 3, 2}));
  const Sparse sparse{Tensor::of<std::int64_t>({5}, std::vector<std::int64_t>{0, 2, 2, 3, 4}),
                      Tensor::of<std::int32_t>({4}, std::vector{0, 3, 1, 2}), ramp<float>({4}, 0.5),
                      Tensor::of<double>({4}, std::vector{0.1, 0.2, 0.3, 0.4})};
  Sparse uniform = sparse;
  uniform.weight = Tensor::of<float>({1}, std::vector{2.0F});
  uniform.delay = Tensor();
  net.projections.insert(
      net.projections.begin(),
      {{"sparse", "hidden", "last", sparse, 0.1, 0},
       {"uniform", "hidden", "last", uniform, 0.5, 1},
       {"degree", "hidden", "delta", fixed_in_degree(3, -0.2, false, true), 1.5, 0},
       {"pairs", "hidden", "delta", pairwise_bernoulli(0.1, 0.2, false), 1.5, 0},
       {"all", "hidden", "delta",
        all_to_all({DistributionKind::normal, 0.5, 0.1, 0.0, 1.0, true}, false), 1.5, 0},
       {"hwc", "map", "map",
        Conv2d{ramp<float>({2, 1, 3, 3}, 0.1), {1, 1}, {1, 1}, {1, 1, 1, 1}, 2, Layout::hwc}, 0.1,
        0},
       {"max", "map", "map", Pool2d{PoolKind::max, {3, 3}, {1, 1}, {1, 1, 1, 1}, Layout::hwc}, 0.1,
        0},
       {"oblong", "conv", "conv",
        Conv2d{ramp<float>({3, 3, 3, 1}, 0.1), {1, 1}, {1, 1}, {1, 1, 0, 0}, 1, Layout::chw}, 0.1,
        0},
       {"scaled", "last", "delta", OneToOne{ramp<float>({4}, 0.1)}, 0.1, 0}});
  net.outputs.push_back(
      {"count", "last", DataType::int8, {4}, {{"rate", {{"steps", std::int64_t{8}}}}}});
  net.inputs.push_back({"current", "last", DataType::float32, {4}, {}});
  return net;
}

/// A phased integer network as the converters make them, with all kinds of parameters.
inline Network integer_network() {
  Network net;
  net.name = "integer";
  net.schedule = {8, 24};
  net.metadata["coding"] = "radix";
  const auto population = [](std::string name, Shape shape, std::int32_t phase) {
    return Population{std::move(name),
                      std::move(shape),
                      "radix",
                      NumberFormat::integer,
                      {},
                      phase,
                      "CONV_2D #" + std::to_string(phase)};
  };
  net.populations = {population("z", {4, 4, 2}, 0), population("b", {2, 2, 2}, 1),
                     population("a", {3}, 2)};
  net.populations[1].parameters = {
      {"bias", ramp<std::int32_t>({2}, 100, -7)},
      {"multiplier", std::int64_t{1} << 40},
      {"scale", 0.1},
      {"rounding", std::string("double")},
      {"empty", Tensor()},
      {"none", Tensor(DataType::int16, {0})},
      {"scalar", Tensor::of<std::int64_t>({}, std::vector<std::int64_t>{3})},
      {"odd/name%", 1.0},
      {"text", std::string()}};
  net.projections = {
      {"same", "z", "b",
       Conv2d{
           ramp<std::int8_t>({2, 2, 3, 3}, 1, -40), {2, 2}, {1, 1}, {0, 1, 0, 1}, 1, Layout::hwc},
       1.0, 0},
      {"same", "b", "a", Dense{ramp<std::int8_t>({3, 8}, 3, -9)}, 1.0, 1}};
  net.inputs = {{"x",
                 "z",
                 DataType::int8,
                 {4, 4, 2},
                 {{"offset", {{"zero_point", std::int64_t{-128}}}}, {"identity", {}}}}};
  net.outputs = {{"y", "a", DataType::int8, {3}, {{"clamp", {{"low", ramp<float>({2}, 1)}}}}}};
  return net;
}

}  // namespace synfire::test
