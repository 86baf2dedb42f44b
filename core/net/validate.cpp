#include <cmath>
#include <limits>
#include <set>

#include "core/base/short_text.h"
#include "core/net/network.h"

namespace synfire {
namespace {

constexpr std::int64_t kMaxNeurons = std::int64_t{1} << 31;  // ids are 32-bit
constexpr std::int32_t kMaxKernel = 1 << 14;

constexpr double kMaxDelaySteps = 1e7;  // the spikes of so many steps are kept
constexpr double kMaxWeight = std::numeric_limits<float>::max();
constexpr const char* kDelayHint =
    "delays are at least one step: take a smaller step for short ones";

std::string text_of(std::int64_t value) { return std::to_string(value); }

/// The delays that there may be.
struct DelayRule {
  double dt_ms;
  TimeAxis time;

  bool on_grid() const { return time == TimeAxis::grid; }
  /// Drawn delays are rounded to steps on a grid, so half a step is enough.
  bool allows(double low_ms, double high_ms, bool drawn = false) const {
    const double least = on_grid() ? (drawn ? 0.5 : 1.0) - 1e-9 : 0.0;
    return low_ms / dt_ms >= least && high_ms / dt_ms < kMaxDelaySteps;
  }
  std::string fault(double delay_ms) const {
    return short_text(delay_ms) + " ms is below " + (on_grid() ? "one step" : "0") +
           " or above 10^7 steps of " + short_text(dt_ms) + " ms";
  }
};

/// Checks one projection's connectivity against the shapes it joins.
class ConnectivityCheck {
 public:
  ConnectivityCheck(const Population& source, const Population& target, const DelayRule& delays,
                    std::string where, Diagnostics& diagnostics)
      : source_(source),
        target_(target),
        delays_(delays),
        where_(std::move(where)),
        diagnostics_(diagnostics) {}

  void operator()(const Dense& dense) {
    const Shape expected{target_.size(), source_.size()};
    if (dense.weight.shape() != expected)
      fault("weight is " + to_string(dense.weight.shape()) + ", the populations need " +
            to_string(expected));
    check_weight(dense.weight);
  }
  void operator()(const Conv2d& conv) {
    const Shape& w = conv.weight.shape();
    if (w.size() != 4 || conv.weight.empty()) return fault("weight must have 4 dimensions");
    const MapSize in = map_size(source_.shape, conv.layout);
    if (conv.groups < 1 || w[1] * conv.groups != in.channels || w[0] % conv.groups != 0)
      return fault(text_of(conv.groups) + " groups of " + text_of(w[1]) + " channels to " +
                   text_of(w[0]) + " do not fit " + text_of(in.channels) + " source channels");
    if (w[2] > kMaxKernel || w[3] > kMaxKernel) return fault("kernel is too large");
    check_window(in, w[0], {static_cast<std::int32_t>(w[2]), static_cast<std::int32_t>(w[3])},
                 conv.stride, conv.dilation, conv.padding, conv.layout);
    check_weight(conv.weight);
  }
  void operator()(const Pool2d& pool) {
    const MapSize in = map_size(source_.shape, pool.layout);
    check_window(in, in.channels, pool.kernel, pool.stride, {1, 1}, pool.padding, pool.layout);
  }
  void operator()(const OneToOne& one) {
    if (source_.size() != target_.size())
      fault(text_of(source_.size()) + " sources for " + text_of(target_.size()) + " targets");
    if (one.weight.size() != 1 && static_cast<std::int64_t>(one.weight.size()) != source_.size())
      fault(text_of(static_cast<std::int64_t>(one.weight.size())) + " weights");
    check_weight(one.weight);
  }
  void operator()(const Sparse& sparse) {
    if (sparse.offsets.type() != DataType::int64 || sparse.targets.type() != DataType::int32)
      return fault("offsets must be int64 and targets int32");
    check_rows(sparse);
    check_weight(sparse.weight);
  }
  void operator()(const RandomRule& rule) {
    if (rule.kind == RuleKind::pairwise_bernoulli)
      check_probability(rule.number);
    else if (rule.kind != RuleKind::all_to_all)
      check_count(rule);
    else if (rule.number != 0)
      fault("all_to_all takes no number");
    if (check_distribution(rule.weight, "weight")) check_magnitude(value_range(rule.weight));
    if (rule.delay_ms && check_distribution(*rule.delay_ms, "delay"))
      check_delays(value_range(*rule.delay_ms));
  }

 private:
  void fault(std::string message, std::string hint = {}) {
    diagnostics_.error(Code::network_invalid, where_, std::move(message), std::move(hint));
  }
  /// Of the weight or the delay.
  void fault_of(const std::string& name, std::string message, std::string hint = {}) {
    diagnostics_.error(Code::network_invalid, where_ + "." + name, std::move(message),
                       std::move(hint));
  }
  void check_probability(double probability) {
    if (!(probability >= 0 && probability <= 1))
      fault("probability " + std::to_string(probability) + " is outside [0, 1]");
  }
  void check_count(const RandomRule& rule) {
    const std::string name(to_string(rule.kind));
    if (!(rule.number >= 0) || rule.number != std::floor(rule.number) || rule.number > 0x1p40)
      return fault(name + " " + std::to_string(rule.number) + " is not a number of synapses");
    // Out of how many a partner is chosen.
    const bool out = rule.kind == RuleKind::fixed_out_degree;
    const bool same = source_.name == target_.name;
    const std::int64_t choices =
        (out ? target_ : source_).size() - (same && !rule.autapses ? 1 : 0);
    if (rule.number > 0 && choices <= 0) fault("there is no neuron to choose");
    if (rule.multapses) return;
    const double most =
        static_cast<double>(choices) *
        (rule.kind == RuleKind::fixed_total_number ? static_cast<double>(target_.size()) : 1.0);
    if (rule.number > most)
      fault(name + " " + text_of(static_cast<std::int64_t>(rule.number)) + " without multapses, " +
                text_of(static_cast<std::int64_t>(most)) + " to choose from",
            "lower the number or allow multapses");
  }
  /// Whether the distribution is one.
  bool check_distribution(const Distribution& d, const std::string& name) {
    const std::size_t before = diagnostics_.list().size();
    if (!std::isfinite(d.first) || !std::isfinite(d.second))
      fault_of(name, "is not finite");
    else if (!(d.low <= d.high))
      fault_of(name, "there are no values: low is above high");
    else if (!has_spread(d))
      fault_of(name, d.kind == DistributionKind::uniform ? "there are no values: low is above high"
                                                         : "the spread is negative");
    else if (const double middle = median(d); !(middle >= d.low && middle <= d.high))
      check_middle(d, name, middle);
    return diagnostics_.list().size() == before;
  }
  static bool has_spread(const Distribution& d) {
    if (d.is_constant()) return true;
    return d.kind == DistributionKind::uniform ? d.second >= d.first : d.second >= 0;
  }
  static double median(const Distribution& d) {
    if (d.kind == DistributionKind::uniform) return (d.first + d.second) / 2;
    return d.kind == DistributionKind::lognormal ? std::exp(d.first) : d.first;
  }
  /// Redrawing must end: the typical values have to be inside the bounds.
  void check_middle(const Distribution& d, const std::string& name, double middle) {
    if (d.clipped && !d.is_constant()) return;
    fault_of(name,
             "the median " + short_text(middle) + " is outside the bounds, " + short_text(d.low) +
                 " to " + short_text(d.high),
             "move the bounds, or clip to them");
  }
  void check_magnitude(const ValueRange& weight) {
    const double most = std::max(std::abs(weight.low), std::abs(weight.high));
    if (!(most <= kMaxWeight))
      fault_of("weight", "weights of up to " + short_text(most) + " are beyond float32",
               "give the distribution an upper end");
  }
  /// Half a step rounds to one.
  void check_delays(const ValueRange& delay_ms) {
    if (!delays_.allows(delay_ms.low, delay_ms.low, /*drawn=*/true))
      fault_of("delay",
               "delays of " + short_text(delay_ms.low) + " ms can be drawn, below " +
                   (delays_.on_grid() ? "one step of " + short_text(delays_.dt_ms) + " ms" : "0"),
               "set the distribution's lower end to the step, or take a smaller step");
    if (!delays_.allows(delays_.dt_ms, delay_ms.high))
      fault_of("delay",
               "delays of " + short_text(delay_ms.high) + " ms can be drawn, above 10^7 steps of " +
                   short_text(delays_.dt_ms) + " ms",
               "set the distribution's upper end");
  }
  void check_weight(const Tensor& weight) {
    for (std::size_t i = 0; i < weight.size(); ++i)
      if (!std::isfinite(weight.number(i)))
        return fault("weight " + std::to_string(i) + " is not finite");
  }
  void check_window(const MapSize& in, std::int64_t out_channels, Pair kernel, Pair stride,
                    Pair dilation, const Padding& padding, Layout layout) {
    for (int axis = 0; axis < 2; ++axis)
      if (kernel[axis] < 1 || kernel[axis] > kMaxKernel || stride[axis] < 1 || dilation[axis] < 1 ||
          dilation[axis] > kMaxKernel)
        return fault("kernel, stride and dilation must be positive and below 16384");
    for (const std::int32_t pad : padding)
      if (pad < 0 || pad > kMaxKernel) return fault("padding must be between 0 and 16384");
    const MapSize expected{
        out_channels,
        output_extent(in.height, kernel[0], stride[0], dilation[0], padding[0], padding[1]),
        output_extent(in.width, kernel[1], stride[1], dilation[1], padding[2], padding[3])};
    if (map_size(target_.shape, layout) != expected)
      fault("gives a " + to_string(map_shape(expected, layout)) + " map, the target is " +
            to_string(target_.shape));
  }
  void check_rows(const Sparse& sparse) {
    const auto offsets = sparse.offsets.as<std::int64_t>();
    const auto synapses = static_cast<std::int64_t>(sparse.targets.size());
    if (static_cast<std::int64_t>(offsets.size()) != source_.size() + 1 || offsets.front() != 0 ||
        offsets.back() != synapses)
      return fault(
          "offsets must have one entry more than there are sources, from 0 to the number "
          "of synapses");
    for (std::size_t i = 1; i < offsets.size(); ++i)
      if (offsets[i] < offsets[i - 1])
        return fault("offsets decrease at source " + std::to_string(i));
    for (const std::int32_t target : sparse.targets.as<std::int32_t>())
      if (target < 0 || target >= target_.size())
        return fault("target " + text_of(target) + " of " + text_of(target_.size()));
    if (sparse.weight.size() != 1 && static_cast<std::int64_t>(sparse.weight.size()) != synapses)
      fault("weight must have one value or one per synapse");
    check_delays(sparse, synapses);
  }
  void check_delays(const Sparse& sparse, std::int64_t synapses) {
    if (sparse.delay.empty()) return;
    if (sparse.delay.type() != DataType::float64 ||
        static_cast<std::int64_t>(sparse.delay.size()) != synapses)
      return fault("delay must be float64, one per synapse");
    for (const double delay : sparse.delay.as<double>())
      if (!delays_.allows(delay, delay))
        return fault("a synapse's delay " + delays_.fault(delay), kDelayHint);
  }

  const Population& source_;
  const Population& target_;
  const DelayRule& delays_;
  std::string where_;
  Diagnostics& diagnostics_;
};

void check_names(const Network& network, Diagnostics& diagnostics) {
  std::set<std::string_view> seen;
  for (const Population& population : network.populations) {
    const std::string where = "net.populations." + population.name;
    if (population.name.empty() || population.name.find('/') != std::string::npos)
      diagnostics.error(Code::network_invalid, where, "a name must not be empty or hold a slash");
    if (!seen.insert(population.name).second)
      diagnostics.error(Code::network_invalid, where, "the name is used twice");
  }
}

void check_population(const Network& network, const Population& population,
                      Diagnostics& diagnostics) {
  const std::string where = "net.populations." + population.name;
  double size = 1;
  for (const std::int64_t dimension : population.shape) {
    if (dimension < 1)
      return diagnostics.error(Code::network_invalid, where,
                               "shape " + to_string(population.shape) + " has an empty dimension");
    size *= static_cast<double>(dimension);
  }
  if (size >= static_cast<double>(kMaxNeurons))
    diagnostics.error(Code::resource_limit, where, "more than 2^31 neurons");
  const bool scheduled = network.schedule.window > 0;
  if (population.phase < -1 || population.phase > 100000)
    diagnostics.error(Code::network_invalid, where, "phase must be -1 or a small number");
  if (scheduled && population.phase < 0)
    diagnostics.error(Code::network_invalid, where, "has no phase in a network with a schedule");
}

void check_projection(const Network& network, const Projection& projection, TimeAxis time,
                      Diagnostics& diagnostics) {
  const std::string where = "net.projections." + projection.name;
  const Population* source = network.find_population(projection.source);
  const Population* target = network.find_population(projection.target);
  if (source == nullptr)
    diagnostics.error(Code::network_invalid, where,
                      "source \"" + projection.source + "\" does not exist");
  if (target == nullptr)
    diagnostics.error(Code::network_invalid, where,
                      "target \"" + projection.target + "\" does not exist");
  const DelayRule delays{network.dt_ms, time};
  if (!delays.allows(projection.delay_ms, projection.delay_ms))
    diagnostics.error(Code::network_invalid, where + ".delay", delays.fault(projection.delay_ms),
                      kDelayHint);
  if (projection.receptor < 0)
    diagnostics.error(Code::network_invalid, where + ".receptor", "it is negative");
  if (source != nullptr && target != nullptr)
    std::visit(ConnectivityCheck(*source, *target, delays, where, diagnostics),
               projection.connectivity);
}

template <typename Port>
void check_ports(const Network& network, const std::vector<Port>& ports, std::string_view kind,
                 Diagnostics& diagnostics) {
  for (const Port& port : ports) {
    const std::string where = "net." + std::string(kind) + "." + port.name;
    const Population* population = network.find_population(port.population);
    if (population == nullptr)
      diagnostics.error(Code::network_invalid, where,
                        "population \"" + port.population + "\" does not exist");
  }
}

}  // namespace

void validate(const Network& network, Diagnostics& diagnostics, TimeAxis time) {
  if (!(network.dt_ms > 0) || !std::isfinite(network.dt_ms))
    return diagnostics.error(Code::network_invalid, "net.dt", "dt must be positive and finite");
  if (network.schedule.window < 0 || network.schedule.steps < 0 ||
      network.schedule.window > 1 << 20)
    diagnostics.error(Code::network_invalid, "net.schedule", "window and steps are out of range");
  if (network.populations.empty())
    diagnostics.error(Code::network_invalid, "net", "there is no population");
  check_names(network, diagnostics);
  for (const Population& population : network.populations)
    check_population(network, population, diagnostics);
  if (diagnostics.has_error()) return;
  for (const Projection& projection : network.projections)
    check_projection(network, projection, time, diagnostics);
  check_ports(network, network.inputs, "inputs", diagnostics);
  check_ports(network, network.outputs, "outputs", diagnostics);
  if (diagnostics.has_error() || network.schedule.window == 0) return;
  if (!topological_order(network))
    diagnostics.error(Code::network_cycle, "net",
                      "the projections of a phased network form a cycle");
}

}  // namespace synfire
