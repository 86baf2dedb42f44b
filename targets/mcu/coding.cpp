#include "targets/mcu/coding.h"

#include <algorithm>
#include <utility>

#include "neurons/common/rate_count.h"
#include "neurons/rate.h"
#include "targets/mcu/layer_ends.h"

namespace synfire::mcu {
namespace {

constexpr std::int64_t kMostInputs = 128;    // that are served together
constexpr std::int64_t kLaneLimit = 0x7fff;  // of a sum in 16 bits
constexpr std::int64_t kRadixSteps = 8;      // SYNFIRE_RADIX_STEPS
constexpr std::int32_t kMostSteps = SYNFIRE_RATE_LEVELS;

std::string_view name_of(Coding coding) {
  static constexpr std::string_view kNames[] = {"graded", "ttfs", "radix", "rate", "rate_if"};
  return kNames[static_cast<std::size_t>(coding)];
}

bool is_rate(const Population& population) { return population.model == "rate"; }

bool sends_counts(const Network& network, const Population& population) {
  return is_rate(population) && rate_sends_counts(population, transmits(network, population));
}

/// Inputs of rate-coded networks send their value.
bool fits(const Population& population, Coding coding) {
  return population.model == name_of(coding) ||
         (coding == Coding::rate && population.model == "graded");
}

Coding first_coding(const Network& network) {
  for (const Coding coding : {Coding::pipelined, Coding::rate, Coding::radix, Coding::ttfs})
    if (std::ranges::find(network.populations, name_of(coding), &Population::model) !=
        network.populations.end())
      return coding;
  return Coding::graded;
}

void report(Diagnostics& diagnostics, const Population& population, const std::string& what,
            const std::string& hint) {
  diagnostics.error(Code::target_unsupported, place_of(population), what, hint);
}

void check(const Population& population, Coding coding, Diagnostics& diagnostics) {
  if (!fits(population, coding))
    report(
        diagnostics, population,
        "neuron model " + population.model + " does not run on microcontrollers" +
            (coding == Coding::graded ? "" : " beside others of " + std::string(name_of(coding))),
        "`synfire convert MODEL --coding graded|radix|rate|ttfs` makes networks that do");
  else if (is_rate(population) && rate_steps(population) > kMostSteps)
    report(diagnostics, population,
           std::to_string(rate_steps(population)) + " steps: counts above " +
               std::to_string(kMostSteps) + " do not fit a byte",
           "`synfire convert --coding rate --steps 255` has every level of the model");
}

/// Spikes without a sign: negative values are silent.
void drop_negative(Population& population) {
  const auto value = [&](std::string_view name, std::int64_t fallback) {
    return integer_or(population.parameters, name, fallback, place_of(population));
  };
  const std::int64_t zero = value("zero_point", 0);
  population.parameters["low"] = std::max(value("low", -128), zero);
  population.parameters["high"] = std::max(value("high", 127), zero);
}

Population values_of(const Network& network, const Population& population) {
  Population values = population;
  if (is_rate(population)) {
    const bool counts = sends_counts(network, population);
    values = rate_counting(population, counts);
    if (counts && integer_or(population.parameters, "signed_spikes", 1, place_of(population)) == 0)
      drop_negative(values);
  }
  values.model = "graded";
  return values;
}

/// Sums of `inputs` weights of one sign, at most.
std::int64_t greatest_sum(const Linear& linear, std::int64_t inputs) {
  const auto width = static_cast<std::size_t>(linear.width);
  const auto groups = static_cast<std::size_t>(linear.groups);
  const std::size_t group = linear.weight.size() / groups;
  std::vector<std::int64_t> above(groups * width), below = above;
  for (std::size_t i = 0; i < linear.weight.size(); ++i) {
    const std::int64_t weight = linear.weight[i];
    (weight > 0 ? above : below)[i / group * width + i % width] += std::abs(weight);
  }
  const std::int64_t most =
      std::max(*std::ranges::max_element(above), *std::ranges::max_element(below));
  return std::min(most, 128 * inputs);
}

/// Steps whose weighted spikes fit 16 bits together.
std::int32_t steps_together(std::int64_t sum, Coding coding) {
  std::int64_t steps = 1;
  if (coding == Coding::radix)
    while (steps < kRadixSteps && sum * ((std::int64_t{2} << steps) - 1) <= kLaneLimit) ++steps;
  else
    steps = std::clamp<std::int64_t>(kLaneLimit / std::max<std::int64_t>(sum, 1), 1, kMostSteps);
  return static_cast<std::int32_t>(steps);
}

std::vector<std::uint32_t> words_of(const std::vector<std::int8_t>& weight) {
  std::vector<std::uint32_t> words(weight.size() / 4);
  for (std::size_t i = 0; i < weight.size(); ++i)
    words[i / 4] |= static_cast<std::uint32_t>(weight[i] + 128) << 8 * (i % 4);
  return words;
}

/// Words of memory for the spikes of so many inputs: lists by step with their lengths; or rows,
/// counts and order.
std::int64_t list_words(Coding coding, std::int64_t inputs) {
  return coding == Coding::radix ? kRadixSteps * (inputs + 2) : 3 * inputs + kMostSteps + 1;
}

/// What serves spikes, by kind of layer.
struct SpikeServer {
  Layer& layer;
  const Population& population;
  Spikes spikes;

  void operator()(Linear& linear) {
    const std::int64_t taps = std::ssize(linear.weight) / linear.width / linear.groups;
    spikes.chunk = std::min(taps, kMostInputs);
    spikes.fold = steps_together(greatest_sum(linear, spikes.chunk), spikes.coding);
    spikes.words = words_of(std::exchange(linear.weight, {}));
    linear.packed = false;
    spikes.memory = 4 * (linear.width + list_words(spikes.coding, spikes.chunk));
  }
  /// Rows of sums that inputs still reach, and the spikes of a row, of both signs.
  void operator()(const Depthwise& depthwise) {
    const Window& w = depthwise.window;
    const std::int64_t rows = (w.rows - 1) * w.dilation_rows / w.stride_rows + 1;
    const std::int64_t columns = layer.in().columns;
    const std::int64_t sums = rows * (columns + (w.columns - 1) * w.dilation_columns);
    const std::int64_t orders = spikes.coding == Coding::radix ? 1 : 2;
    spikes.memory = 4 * (sums + orders * list_words(spikes.coding, columns));
  }
  void operator()(const Mean& mean) const {
    if (mean.channels != 1) refuse(population, "a mean over channels of counts that are rescaled");
  }
  void operator()(const Relay&) const { refuse(population, "a relay of counts that are rescaled"); }
  void operator()(const auto&) const {}
};

/// Refuses what has no kernel of pipelined rate coding.
struct PipelineChecker {
  const Population& population;

  void operator()(const Linear& linear) const {
    if (linear.groups != 1) refuse(population, "a pipelined grouped convolution");
  }
  void operator()(const Mean& mean) const {
    if (mean.channels != 1) refuse(population, "a pipelined mean over channels");
  }
  void operator()(const Relay&) const { refuse(population, "a pipelined relay"); }
  void operator()(const auto&) const {}
};

/// Kernels of values that serve any coding, as a weight of 1 leaves the value as it is.
bool passes_values(const Layer& layer) {
  return !std::holds_alternative<Linear>(layer.work) &&
         !std::holds_alternative<Depthwise>(layer.work);
}

}  // namespace

bool transmits(const Network& network, const Population& population) {
  return std::ranges::any_of(network.projections, [&](const Projection& projection) {
    return projection.source == population.name;
  });
}

std::string_view coding_folder(Coding coding) {
  if (coding == Coding::pipelined) return "targets/mcu/pipelined/";
  return coding == Coding::radix || coding == Coding::rate ? "targets/mcu/coded/" : "";
}

bool is_pipelined(const Network& network) {
  return std::ranges::find(network.populations, name_of(Coding::pipelined), &Population::model) !=
         network.populations.end();
}

Coding coding_of(const Network& network) {
  const Coding coding = first_coding(network);
  Diagnostics diagnostics;
  for (const Population& population : network.populations) check(population, coding, diagnostics);
  for (const Output& output : network.outputs)
    if (const auto* population = network.find_population(output.population);
        population != nullptr && sends_counts(network, *population))
      report(diagnostics, *population, "an output that other neurons listen to has counts", "");
  diagnostics.throw_if_error();
  return coding;
}

Network value_network(const Network& network, Coding coding) {
  Network values = network;
  if (coding == Coding::graded) return values;
  for (Population& population : values.populations)
    population = values_of(network, network.population(population.name));
  return values;
}

SumScale sum_scale_of(const Network& network, const Population& target) {
  SumScale scale;
  if (!is_rate(target)) return scale;
  const bool counts = sends_counts(network, target);
  for (std::size_t r = 0; r < 2; ++r) {
    scale.to[r] = rate_target_steps(target, counts, static_cast<std::int32_t>(r));
    scale.from[r] = rate_input_steps(target, static_cast<std::int32_t>(r));
  }
  return scale;
}

void serve_spikes(Layer& layer, const Network& network, Coding coding) {
  const Population& population = network.population(layer.name);
  if (coding == Coding::pipelined) std::visit(PipelineChecker{population}, layer.work);
  if (coding != Coding::radix && coding != Coding::rate) return;
  const SumScale scale = sum_scale_of(network, population);
  const bool binary = coding == Coding::radix ||
                      sends_counts(network, network.population(layer.inputs.front().population));
  if (!scale.changes() && (!binary || passes_values(layer))) return;
  SpikeServer server{layer, population, {.coding = coding, .scale = scale}};
  std::visit(server, layer.work);
  layer.spikes = std::move(server.spikes);
}

}  // namespace synfire::mcu
