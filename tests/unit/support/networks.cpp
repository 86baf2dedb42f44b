#include "support/networks.h"

#include <random>

namespace synfire::test {
namespace {

struct Windows {
  MapSize in, out;
  Pair kernel, stride, dilation;
  Padding padding;
  Layout layout;

  std::int64_t index(const MapSize& map, std::int64_t c, std::int64_t y, std::int64_t x) const {
    return layout == Layout::hwc ? (y * map.width + x) * map.channels + c
                                 : (c * map.height + y) * map.width + x;
  }

  /// Calls visit(target y, target x, source y, source x, tap) for every tap inside the map.
  template <typename Visit>
  void each(Visit&& visit) const {
    for (std::int64_t ty = 0; ty < out.height; ++ty)
      for (std::int64_t tx = 0; tx < out.width; ++tx)
        for (std::int64_t ky = 0; ky < kernel[0]; ++ky)
          for (std::int64_t kx = 0; kx < kernel[1]; ++kx) {
            const std::int64_t sy = ty * stride[0] + ky * dilation[0] - padding[0];
            const std::int64_t sx = tx * stride[1] + kx * dilation[1] - padding[2];
            if (sy >= 0 && sy < in.height && sx >= 0 && sx < in.width)
              visit(ty, tx, sy, sx, ky * kernel[1] + kx);
          }
  }
};

struct Unroll {
  const Population& source;
  const Population& target;
  std::vector<Synapse> list{};

  void operator()(const Dense& dense) {
    for (std::int64_t t = 0; t < target.size(); ++t)
      for (std::int64_t s = 0; s < source.size(); ++s)
        list.push_back(
            {s, t, 0, dense.weight.number(static_cast<std::size_t>(t * source.size() + s))});
  }
  void operator()(const Conv2d& conv) {
    const Shape& w = conv.weight.shape();
    const Windows windows{map_size(source.shape, conv.layout),
                          map_size(target.shape, conv.layout),
                          {static_cast<std::int32_t>(w[2]), static_cast<std::int32_t>(w[3])},
                          conv.stride,
                          conv.dilation,
                          conv.padding,
                          conv.layout};
    const std::int64_t outputs_per_group = w[0] / conv.groups;
    windows.each([&](auto ty, auto tx, auto sy, auto sx, auto tap) {
      for (std::int64_t o = 0; o < w[0]; ++o)
        for (std::int64_t i = 0; i < w[1]; ++i) {
          const std::int64_t channel = o / outputs_per_group * w[1] + i;
          list.push_back(
              {windows.index(windows.in, channel, sy, sx), windows.index(windows.out, o, ty, tx),
               tap,
               conv.weight.number(static_cast<std::size_t>((o * w[1] + i) * w[2] * w[3] + tap))});
        }
    });
  }
  void operator()(const Pool2d& pool) {
    const Windows windows{map_size(source.shape, pool.layout),
                          map_size(target.shape, pool.layout),
                          pool.kernel,
                          pool.stride,
                          {1, 1},
                          pool.padding,
                          pool.layout};
    windows.each([&](auto ty, auto tx, auto sy, auto sx, auto tap) {
      for (std::int64_t c = 0; c < windows.in.channels; ++c)
        list.push_back(
            {windows.index(windows.in, c, sy, sx), windows.index(windows.out, c, ty, tx), tap, 1});
    });
  }
  void operator()(const OneToOne& one) {
    for (std::int64_t s = 0; s < source.size(); ++s)
      list.push_back(
          {s, s, 0, one.weight.number(one.weight.size() == 1 ? 0 : static_cast<std::size_t>(s))});
  }
  void operator()(const Sparse& rows) {
    const auto offsets = rows.offsets.as<std::int64_t>();
    for (std::int64_t s = 0; s < source.size(); ++s)
      for (auto k = static_cast<std::size_t>(offsets[static_cast<std::size_t>(s)]);
           k < static_cast<std::size_t>(offsets[static_cast<std::size_t>(s) + 1]); ++k)
        list.push_back({s, rows.targets.as<std::int32_t>()[k], 0,
                        rows.weight.number(rows.weight.size() == 1 ? 0 : k)});
  }
  void operator()(const RandomRule&) {}
};

std::vector<std::int32_t> random_integers(std::int64_t count, std::int32_t low, std::int32_t high,
                                          std::uint32_t seed) {
  std::mt19937 generator(seed);
  std::uniform_int_distribution<std::int32_t> uniform(low, high);
  std::vector<std::int32_t> values(static_cast<std::size_t>(count));
  for (std::int32_t& value : values) value = uniform(generator);
  return values;
}

}  // namespace

std::vector<Synapse> unroll(const Network& network, const Projection& projection) {
  Unroll unroll{network.population(projection.source), network.population(projection.target)};
  std::visit(unroll, projection.connectivity);
  return unroll.list;
}

Population float_population(std::string name, Shape shape, std::string model) {
  Population population;
  population.name = std::move(name);
  population.shape = std::move(shape);
  population.model = std::move(model);
  return population;
}

Projection connect(std::string source, std::string target, Connectivity connectivity,
                   double delay_ms) {
  const std::string name = source + "->" + target;
  return {name, std::move(source), std::move(target), std::move(connectivity), delay_ms, 0};
}

Tensor random_weights(Shape shape, std::uint32_t seed) {
  std::vector<std::int8_t> values;
  for (const std::int32_t value : random_integers(element_count(shape), -127, 127, seed))
    values.push_back(static_cast<std::int8_t>(value));
  return Tensor::of(std::move(shape), values);
}

QuantizedBuilder::QuantizedBuilder(Shape input, std::int64_t zero_point, std::uint32_t seed)
    : seed_(seed) {
  network_.name = "test";
  add_population("input", input, zero_point).parameters["activation"] = std::string("none");
  network_.inputs.push_back(
      {"input", "input", DataType::int8, input, {{"offset", {{"zero_point", zero_point}}}}});
}

Population& QuantizedBuilder::add_population(const std::string& name, Shape shape,
                                             std::int64_t zero_point) {
  Population population;
  population.name = name;
  population.shape = std::move(shape);
  population.model = "graded";
  population.format = NumberFormat::integer;
  population.parameters["zero_point"] = zero_point;
  network_.populations.push_back(std::move(population));
  return network_.populations.back();
}

QuantizedBuilder& QuantizedBuilder::linear(const std::string& name, const std::string& source,
                                           Shape shape, Connectivity connectivity,
                                           std::int64_t zero_point, bool relu) {
  const std::int64_t channels = shape.back();
  Population& population = add_population(name, std::move(shape), zero_point);
  population.parameters["activation"] = std::string("linear");
  if (relu) population.parameters["low"] = zero_point;
  population.parameters["bias"] =
      Tensor::of({channels}, random_integers(channels, -2000, 2000, ++seed_));
  population.parameters["multiplier"] =
      Tensor::of({channels}, random_integers(channels, 1 << 30, 2147483647, ++seed_));
  population.parameters["shift"] =
      Tensor::of({channels}, random_integers(channels, -8, -6, ++seed_));
  network_.projections.push_back(connect(source, name, std::move(connectivity)));
  return *this;
}

QuantizedBuilder& QuantizedBuilder::add(const std::string& name, const std::string& first,
                                        const std::string& second, std::int64_t zero_point) {
  Population& population = add_population(name, network_.population(first).shape, zero_point);
  population.parameters["activation"] = std::string("add");
  population.parameters["multiplier_0"] = std::int64_t{1700000000};
  population.parameters["shift_0"] = std::int64_t{-1};
  population.parameters["multiplier_1"] = std::int64_t{1073741824};
  population.parameters["shift_1"] = std::int64_t{0};
  population.parameters["multiplier"] = std::int64_t{1500000000};
  population.parameters["shift"] = std::int64_t{-19};
  const Tensor one = Tensor::of({1}, std::vector<std::int8_t>{1});
  network_.projections.push_back(connect(first, name, OneToOne{one}));
  network_.projections.push_back(connect(second, name, OneToOne{one}));
  network_.projections.back().name += " (second)";
  network_.projections.back().receptor = 1;
  return *this;
}

QuantizedBuilder& QuantizedBuilder::pool(const std::string& name, const std::string& source,
                                         Shape shape, Pool2d pool) {
  const std::int64_t zero_point =
      integer_or(network_.population(source).parameters, "zero_point", 0, source);
  Population& population = add_population(name, std::move(shape), zero_point);
  population.parameters["activation"] =
      std::string(pool.kind == PoolKind::max ? "maximum" : "average");
  if (pool.kind == PoolKind::sum) population.parameters["input_zero_point"] = zero_point;
  network_.projections.push_back(connect(source, name, pool));
  return *this;
}

Network QuantizedBuilder::build(const std::string& output) {
  const Population& population = network_.population(output);
  network_.outputs.push_back(
      {"output",
       output,
       DataType::int8,
       population.shape,
       {{"offset", {{"zero_point", population.parameters.at("zero_point")}}}}});
  return network_;
}

}  // namespace synfire::test
