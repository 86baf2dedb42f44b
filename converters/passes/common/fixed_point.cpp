#include "converters/passes/common/fixed_point.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>
#include <set>

#include "converters/passes/common/fixed_weights.h"
#include "neurons/common/lif_group.h"
#include "neurons/common/reader.h"
#include "neurons/fixed_lif.h"

namespace synfire {
namespace {

constexpr double kLimit = SYNFIRE_FIXED_LIMIT;
constexpr int kMostFraction = 14, kLeastFraction = 8;  // factors of the input have 16 bits
constexpr int kMostDoublings = 4;                      // of inputs within a period
constexpr std::int64_t kMostPeriod = 255;
constexpr double kRoom =
    16;  // largest inputs that fit before saturation, where it is not ruled out

std::string place_of(const Population& population) { return "net.populations." + population.name; }

[[noreturn]] void refuse(const Population& population, const std::string& what,
                         const std::string& hint = {}) {
  fail(Code::lowering_unsupported, place_of(population), what, hint);
}

bool spikes(const Population& population) { return population.model != "li"; }

void expect_model(const Population& population) {
  static const std::set<std::string, std::less<>> kModels{"input", "if", "lif", "li"};
  if (!kModels.contains(population.model))
    refuse(population, "neuron model " + population.model + " has no fixed-point form",
           "if, lif, li and input have one");
  if (population.phase > 0) refuse(population, "it starts late", "set its phase to -1");
}

/// A population in its network's units, and what is proven of its input.
struct Source {
  std::vector<synfire_lif_t> neurons;
  std::vector<float> start;
  FixedWeights weights;
  bool spikes = true;
  bool observed = false;  // its potentials are the network's output

  double gain(std::size_t i) const {
    return neurons[i].delta_input != 0 ? 1.0 : static_cast<double>(neurons[i].gain);
  }
  double unit(std::size_t i, int fraction) const {
    return std::ldexp(gain(i) * weights.scale[i], -fraction);
  }
  double decay() const { return static_cast<double>(neurons.front().decay); }

  /// What a neuron comes to without input.
  double rest(std::size_t i) const {
    const synfire_lif_t& p = neurons[i];
    const double leak = 1 - static_cast<double>(p.decay);
    const double drive = static_cast<double>(p.gain) * static_cast<double>(p.i_offset);
    return static_cast<double>(p.v_leak) + (drive == 0 ? 0 : drive / leak);
  }

  /// Whether potentials that rest between inputs never spike: see neurons/fixed_lif.h.
  bool can_rest() const {
    const auto quiet = [&](std::size_t i) {
      return neurons[i].decay == neurons[0].decay &&
             static_cast<double>(neurons[i].v_threshold) >= rest(i) &&
             neurons[i].v_threshold >= start[i];
    };
    return spikes && !observed && decay() > 0 && decay() < 1 &&
           neurons.front().refractory_steps == 0 &&
           std::ranges::all_of(std::views::iota(std::size_t{0}, neurons.size()), quiet);
  }

  /// Steps in which inputs double so many times at most.
  std::int64_t period(int doublings) const {
    const double steps = std::floor(doublings / -std::log2(decay()));
    return std::min(static_cast<std::int64_t>(steps), kMostPeriod);
  }
};

/// The same in fixed point, with so many bits below the unit of the weights. With a period of one
/// step v_leak is 0, with longer ones the potential of rest.
class Candidate {
 public:
  Candidate(const Source& source, int fraction, std::int64_t period = 1)
      : source_(&source),
        fraction_(fraction),
        period_(period),
        rise_(period > 1 ? std::pow(source.decay(), static_cast<double>(1 - period)) : 1) {
    const std::size_t n = source.neurons.size();
    leak_.resize(n), bias_.resize(n), threshold_.resize(n), reset_.resize(n), start_.resize(n);
    unit_.resize(n);
    for (std::size_t i = 0; i < n; ++i) set(i);
  }

  bool fits() const { return fits_; }
  bool can_saturate() const { return bound_ > kLimit - 1; }
  bool roomy() const { return kRoom * most_drive_ <= kLimit; }
  double lowest() const {
    double lowest = -INFINITY;
    for (std::size_t i = 0; i < unit_.size(); ++i)
      lowest = std::max(lowest, zero(i) - kLimit / rise_ * unit_[i]);
    return lowest;
  }
  int fraction() const { return fraction_; }
  std::int64_t period() const { return period_; }

  Parameters parameters() const {
    const synfire_lif_t& first = source_->neurons.front();
    Parameters p;
    p["leak"] = tensor(leak_), p["bias"] = tensor(bias_), p["threshold"] = tensor(threshold_);
    p["reset"] = tensor(reset_), p["v_init"] = tensor(start_);
    p["scale"] = std::int64_t{1} << fraction_;
    p["keeps"] = std::int64_t{first.reset == SYNFIRE_RESET_SUBTRACT};
    p["refractory_steps"] = std::int64_t{first.refractory_steps};
    p["unit"] = tensor(unit_);
    std::vector<double> zeros;
    for (std::size_t i = 0; i < unit_.size(); ++i) zeros.push_back(zero(i));
    p["v_leak"] = tensor(zeros);
    if (period_ > 1) p["period"] = period_, p["growth"] = std::llround(0x1p30 / source_->decay());
    return p;
  }

 private:
  template <typename Number>
  static Parameter tensor(const std::vector<Number>& values) {
    const bool shared = std::ranges::all_of(values, [&](Number v) { return v == values[0]; });
    const std::size_t count = shared ? 1 : values.size();
    return Tensor::of<Number>({static_cast<std::int64_t>(count)}, std::span(values).first(count));
  }

  /// The potential that is 0 in fixed point.
  double zero(std::size_t i) const {
    return period_ > 1 ? source_->rest(i) : static_cast<double>(source_->neurons[i].v_leak);
  }

  /// What grows within a period has to fit at its end.
  std::int32_t rounded(double value) {
    fits_ = fits_ && std::abs(value) * rise_ <= kLimit - 1 &&
            (period_ == 1 || std::abs(value) < SYNFIRE_FIXED_RISING_LIMIT - 1);
    return fits_ ? static_cast<std::int32_t>(std::llround(value)) : 0;
  }

  void set(std::size_t i) {
    const synfire_lif_t& p = source_->neurons[i];
    const double unit = source_->unit(i, fraction_);
    const double decay = std::pow(static_cast<double>(p.decay), static_cast<double>(period_));
    const auto from_zero = [&](double v) { return (v - zero(i)) / unit; };
    unit_[i] = unit;
    leak_[i] =
        static_cast<std::int32_t>(std::min(std::llround((1 - decay) * 0x1p31), 0x7fffffffLL));
    if (period_ == 1)
      bias_[i] = rounded(static_cast<double>(p.gain) * static_cast<double>(p.i_offset) / unit);
    start_[i] = static_cast<std::int32_t>(
        rise_ * rounded(from_zero(static_cast<double>(source_->start[i]))));
    threshold_[i] = SYNFIRE_FIXED_LIMIT;
    if (source_->spikes) set_spike(i, from_zero(static_cast<double>(p.v_threshold)));
    prove(i);
  }

  /// v > x is v > floor(x) of whole numbers, v >= x is v > ceil(x) - 1.
  void set_spike(std::size_t i, double threshold) {
    const synfire_lif_t& p = source_->neurons[i];
    threshold_[i] = rounded(p.inclusive != 0 ? std::ceil(threshold) - 1 : std::floor(threshold));
    double to = p.reset == SYNFIRE_RESET_VALUE ? static_cast<double>(p.v_reset) : 0;
    to -= zero(i);
    if (p.reset == SYNFIRE_RESET_SUBTRACT) to = -static_cast<double>(p.v_threshold);
    reset_[i] = rounded(to / unit_[i]);
  }

  /// The sums of a step, and how far potentials can go: down until the leak takes what comes, up
  /// to the threshold and one more input where spikes set the potential.
  void prove(std::size_t i) {
    const double drive =
        rise_ * std::ldexp(static_cast<double>(source_->weights.drive[i]), fraction_) +
        std::abs(static_cast<double>(bias_[i]));
    fits_ = fits_ && drive <= kLimit;
    most_drive_ = std::max(most_drive_, drive);
    const double leak =
        period_ > 1 ? 1 - source_->decay() : static_cast<double>(leak_[i]) * 0x1p-31;
    const double start = std::max<double>(std::abs(start_[i]), rise_ * std::abs(reset_[i]));
    double down = std::max(start, leak > 0 ? (drive + rise_) / leak : INFINITY) + drive;
    if (drive == 0 && leak == 0) down = start;
    const bool capped = source_->spikes && source_->neurons[i].reset != SYNFIRE_RESET_SUBTRACT;
    const double up =
        capped ? std::max(start, rise_ * std::abs(static_cast<double>(threshold_[i]))) + drive
               : down;
    bound_ = std::max({bound_, down, up});
  }

  const Source* source_;
  int fraction_;
  std::int64_t period_;
  double rise_;  // of the last step of a period
  std::vector<std::int32_t> leak_, bias_, threshold_, reset_, start_;
  std::vector<double> unit_;
  bool fits_ = true;
  double bound_ = 0, most_drive_ = 0;
};

/// With the longest period that leaves enough bits, where there can be one.
std::optional<Candidate> choose_resting(const Source& source) {
  if (!source.can_rest()) return {};
  for (int doublings = kMostDoublings; doublings > 0; --doublings) {
    const std::int64_t period = source.period(doublings);
    for (int fraction = kMostFraction - doublings; period > 1 && fraction >= kLeastFraction;
         --fraction) {
      Candidate candidate(source, fraction, period);
      if (candidate.fits() && !candidate.can_saturate()) return candidate;
    }
  }
  return {};
}

/// The finest that cannot saturate, if it is fine enough; else the finest with room; else what
/// fits.
Candidate choose(const Source& source, const Population& population) {
  if (std::optional<Candidate> resting = choose_resting(source)) return *std::move(resting);
  std::optional<Candidate> roomy, fitting;
  for (int fraction = kMostFraction; fraction >= 0; --fraction) {
    Candidate candidate(source, fraction);
    if (!candidate.fits()) continue;
    if (!candidate.can_saturate() && fraction >= kLeastFraction) return candidate;
    if (candidate.roomy() && !roomy) roomy = candidate;
    if (!fitting) fitting = std::move(candidate);
  }
  if (roomy) return *std::move(roomy);
  if (fitting) return *std::move(fitting);
  refuse(population,
         fmt::format("its constants or its input of one step, up to {} times the largest weight, "
                     "do not fit 31 bits",
                     *std::ranges::max_element(source.weights.drive) / 127));
}

GroupContext context_of(const Network& network, const Population& population) {
  GroupContext context;
  context.dt_ms = network.dt_ms;
  context.seed = network.seed;
  for (const Population& each : network.populations) {
    if (&each == &population) break;
    context.first_neuron += static_cast<std::uint64_t>(each.size());
    ++context.population;
  }
  return context;
}

FixedPointLayer lower(Network& network, Population& population, std::int64_t most_events) {
  const GroupContext context = context_of(network, population);
  Source source{lif_constants(population, context, population.model != "if"),
                ParameterReader(population, context).initial_potential(),
                round_weights(network, population, most_events), spikes(population),
                population.name == network.outputs[0].population};
  for (std::size_t i = 0; i < source.neurons.size(); ++i)
    if (!(source.gain(i) > 0) || source.neurons[i].decay < 0)
      refuse(population, source.gain(i) > 0 ? "the step is longer than its time constant"
                                            : "a factor of the input (r) is not positive");
  if (source.neurons.front().refractory_steps > UINT16_MAX)
    refuse(population, "its refractory period is longer than 65535 steps");
  const Candidate chosen = choose(source, population);
  FixedPointLayer layer{population.name,
                        population.model,
                        population.size(),
                        chosen.fraction(),
                        static_cast<std::int32_t>(chosen.period()),
                        source.weights.error,
                        chosen.can_saturate(),
                        chosen.lowest()};
  population.parameters = chosen.parameters();
  population.model = "fixed_lif";
  population.format = NumberFormat::integer;
  return layer;
}

void expect_one_input(const Network& network) {
  if (network.inputs.size() != 1 || network.outputs.size() != 1)
    fail(Code::lowering_unsupported, "net", "a lowered network has one input and one output");
}

void take_events(Network& network, Input& input, std::int32_t most_events) {
  Population& population = *network.find_population(input.population);
  if (population.model != "input")
    fail(Code::lowering_unsupported, "net.inputs." + input.name,
         "samples are currents of neurons, not events");
  population.parameters["most_events"] = std::int64_t{most_events};
  input.element = DataType::int8;
  input.shape = {network.schedule.steps};
  input.shape.insert(input.shape.end(), population.shape.begin(), population.shape.end());
  input.encoders = {{"offset", {{"zero_point", std::int64_t{0}}}}};
}

}  // namespace

Network with_event_input(Network network, const FixedPointOptions& options) {
  if (options.steps > 0) network.schedule.steps = options.steps;
  if (network.schedule.steps < 1)
    fail(Code::missing_argument, "net.schedule",
         "the network does not state how many steps a sample takes", "--steps T says it");
  for (Input& input : network.inputs) take_events(network, input, options.most_events);
  return network;
}

FixedPoint lower_to_fixed_point(const Network& network, const FixedPointOptions& options) {
  expect_one_input(network);
  FixedPoint result{with_event_input(network, options), {}};
  Network& lowered = result.network;
  std::vector<Diagnostic> faults;
  const auto guarded = [&](auto action) {
    try {
      action();
    } catch (const Failure& failure) {
      faults.insert(faults.end(), failure.diagnostics().begin(), failure.diagnostics().end());
    }
  };
  for (const Population& population : lowered.populations)
    guarded([&] { expect_model(population); });
  guarded([&] { make_explicit(lowered); });
  if (!faults.empty()) throw Failure(std::move(faults));
  for (Population& population : lowered.populations)
    if (population.model != "input")
      guarded([&] { result.layers.push_back(lower(lowered, population, options.most_events)); });
  if (!faults.empty()) throw Failure(std::move(faults));
  lowered.metadata["lowered_from"] = content_hash(network);
  return result;
}

}  // namespace synfire
