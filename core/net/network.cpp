#include "core/net/network.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace synfire {

std::string_view to_string(NumberFormat format) {
  return format == NumberFormat::float32 ? "float32" : "integer";
}

const Population* Network::find_population(std::string_view wanted) const {
  const auto found = std::find_if(populations.begin(), populations.end(),
                                  [&](const Population& p) { return p.name == wanted; });
  return found == populations.end() ? nullptr : &*found;
}

Population* Network::find_population(std::string_view wanted) {
  return const_cast<Population*>(std::as_const(*this).find_population(wanted));
}

const Population& Network::population(std::string_view wanted) const {
  const Population* found = find_population(wanted);
  if (found == nullptr)
    fail(Code::network_invalid, "net", "there is no population \"" + std::string(wanted) + "\"");
  return *found;
}

std::size_t Network::index_of(std::string_view wanted) const {
  return static_cast<std::size_t>(&population(wanted) - populations.data());
}

std::string late_population(const Network& network) {
  for (const Population& population : network.populations)
    if (network.schedule.window == 0 && population.phase > 0) return population.name;
  return {};
}

std::int32_t delay_steps(double delay_ms, double dt_ms) {
  return std::max(1, static_cast<std::int32_t>(std::lround(delay_ms / dt_ms)));
}

std::optional<std::vector<std::size_t>> topological_order(const Network& network) {
  std::unordered_map<std::string_view, std::size_t> index;
  for (std::size_t i = 0; i < network.populations.size(); ++i)
    index.emplace(network.populations[i].name, i);
  std::vector<std::vector<std::size_t>> targets(network.populations.size());
  std::vector<std::size_t> waiting(network.populations.size());
  for (const Projection& projection : network.projections) {
    targets[index.at(projection.source)].push_back(index.at(projection.target));
    ++waiting[index.at(projection.target)];
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < waiting.size(); ++i)
    if (waiting[i] == 0) order.push_back(i);
  for (std::size_t next = 0; next < order.size(); ++next)
    for (const std::size_t target : targets[order[next]])
      if (--waiting[target] == 0) order.push_back(target);
  if (order.size() != network.populations.size()) return std::nullopt;
  return order;
}

namespace {

std::int64_t taps_inside(std::int64_t input, std::int64_t output, std::int32_t kernel,
                         std::int32_t stride, std::int32_t dilation, std::int32_t before) {
  std::int64_t taps = 0;
  for (std::int64_t o = 0; o < output; ++o)
    for (std::int32_t k = 0; k < kernel; ++k) {
      const std::int64_t at = o * stride + std::int64_t{k} * dilation - before;
      taps += at >= 0 && at < input ? 1 : 0;
    }
  return taps;
}

struct SynapseCount {
  const Population& source;
  const Population& target;

  std::int64_t operator()(const Dense& dense) const {
    return static_cast<std::int64_t>(dense.weight.size());
  }
  std::int64_t operator()(const Conv2d& conv) const {
    const Shape& w = conv.weight.shape();
    const MapSize in = map_size(source.shape, conv.layout);
    const MapSize out = map_size(target.shape, conv.layout);
    return taps_inside(in.height, out.height, static_cast<std::int32_t>(w[2]), conv.stride[0],
                       conv.dilation[0], conv.padding[0]) *
           taps_inside(in.width, out.width, static_cast<std::int32_t>(w[3]), conv.stride[1],
                       conv.dilation[1], conv.padding[2]) *
           w[0] * w[1];
  }
  std::int64_t operator()(const Pool2d& pool) const {
    const MapSize in = map_size(source.shape, pool.layout);
    const MapSize out = map_size(target.shape, pool.layout);
    return taps_inside(in.height, out.height, pool.kernel[0], pool.stride[0], 1, pool.padding[0]) *
           taps_inside(in.width, out.width, pool.kernel[1], pool.stride[1], 1, pool.padding[2]) *
           in.channels;
  }
  std::int64_t operator()(const OneToOne&) const { return source.size(); }
  std::int64_t operator()(const Sparse& sparse) const {
    return static_cast<std::int64_t>(sparse.targets.size());
  }
  std::int64_t operator()(const RandomRule& rule) const {
    const auto sources = static_cast<double>(source.size());
    const auto targets = static_cast<double>(target.size());
    double count = rule.number;
    if (rule.kind == RuleKind::fixed_in_degree) count *= targets;
    if (rule.kind == RuleKind::fixed_out_degree) count *= sources;
    const double pairs =
        sources * targets - (source.name == target.name && !rule.autapses ? sources : 0);
    if (rule.kind == RuleKind::pairwise_bernoulli) count *= pairs;  // expected
    if (rule.kind == RuleKind::all_to_all) count = pairs;
    return static_cast<std::int64_t>(std::min(count, 0x1p62));
  }
};

}  // namespace

std::int64_t synapse_count(const Network& network, const Projection& projection) {
  return std::visit(
      SynapseCount{network.population(projection.source), network.population(projection.target)},
      projection.connectivity);
}

std::string describe(const Network& network) {
  std::string text = network.name + ": " + std::to_string(network.populations.size()) +
                     " populations, " + std::to_string(network.projections.size()) +
                     " projections, dt " + std::to_string(network.dt_ms) + " ms\n";
  for (const Population& p : network.populations)
    text += "  " + p.name + "  " + to_string(p.shape) + "  " + p.model + "  " +
            std::string(to_string(p.format)) +
            (p.phase >= 0 ? "  phase " + std::to_string(p.phase) : "") +
            (p.origin.empty() ? "" : "  from " + p.origin) + "\n";
  for (const Projection& p : network.projections)
    text += "  " + p.source + " -> " + p.target + "  " + std::string(kind_of(p.connectivity)) +
            "  " + std::to_string(synapse_count(network, p)) + " synapses" +
            (p.synapse.name.empty() ? "" : "  " + p.synapse.name) +
            (p.plasticity.name.empty() ? "" : "  " + p.plasticity.name) + "\n";
  return text;
}

}  // namespace synfire
