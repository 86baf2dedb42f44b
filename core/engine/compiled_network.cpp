#include <algorithm>

#include "core/engine/clock_engine.h"

namespace synfire {

CompiledNetwork::CompiledNetwork(const Network& network, const ModelRegistry& registry,
                                 Kernels kernels)
    : network_(network), registry_(registry) {
  Diagnostics diagnostics;
  validate(network, diagnostics);
  if (!diagnostics.has_error()) validate_models(network, registry, diagnostics);
  diagnostics.throw_if_error();
  make_nodes();
  make_links(kernels);
}

std::size_t CompiledNetwork::index_of(std::string_view population) const {
  return network_.index_of(population);
}

void CompiledNetwork::make_nodes() {
  std::uint64_t first = 0;
  for (const Population& population : network_.populations) {
    Node node;
    node.model = registry_.find(population.model);
    node.phase = population.phase;
    node.context.dt_ms = network_.dt_ms;
    node.context.seed = network_.seed;
    node.context.first_neuron = first;
    node.context.population = static_cast<std::uint32_t>(nodes_.size());
    node.context.window = network_.schedule.window;
    node.context.transmits =
        std::any_of(network_.projections.begin(), network_.projections.end(),
                    [&](const Projection& p) { return p.source == population.name; });
    first += static_cast<std::uint64_t>(population.size());
    nodes_.push_back(std::move(node));
  }
}

void CompiledNetwork::make_links(Kernels kernels) {
  for (std::size_t i = 0; i < network_.projections.size(); ++i) {
    const Projection& projection = network_.projections[i];
    if (carries_current(network_, registry_, projection)) continue;
    if (!projection.is_static())
      fail(Code::network_invalid, "net.projections." + projection.name,
           "the plain clock engine knows static synapses only",
           "free-running networks without inputs run on the parallel one, which knows all");
    const std::size_t source = index_of(projection.source), target = index_of(projection.target);
    if (const auto* pool = std::get_if<Pool2d>(&projection.connectivity))
      describe_pool(nodes_[target], network_.populations[source], network_.populations[target],
                    *pool);
    for (DelayedDelivery& delivery : compile_projection(network_, i, kernels)) {
      Link link{source, target, projection.receptor, std::move(delivery)};
      check_link(projection, link);
      nodes_[source].history = std::max(nodes_[source].history, link.delivery.delay_steps + 1);
      nodes_[target].incoming.push_back(links_.size());
      links_.push_back(std::move(link));
    }
  }
}

void CompiledNetwork::check_link(const Projection& projection, const Link& link) const {
  const std::int32_t window = network_.schedule.window;
  if (window == 0) return;
  // The last spike of the source's window must arrive in the step in which the target first fires.
  const std::int64_t expected =
      1 + std::int64_t{nodes_[link.target].phase - 1 - nodes_[link.source].phase} * window;
  if (link.delivery.delay_steps != expected)
    fail(Code::network_invalid, "net.projections." + projection.name,
         "delay of " + std::to_string(link.delivery.delay_steps) + " steps, the phases need " +
             std::to_string(expected));
}

void CompiledNetwork::describe_pool(Node& node, const Population& source, const Population& target,
                                    const Pool2d& pool) {
  const MapSize in = map_size(source.shape, pool.layout);
  const MapSize out = map_size(target.shape, pool.layout);
  const WindowMap map = window_map(in, out, pool.kernel, pool.stride, {1, 1}, pool.padding);
  const auto words = static_cast<std::size_t>((map.taps + 63) / 64);
  const auto pixels = static_cast<std::size_t>(out.height * out.width);
  const auto channels = static_cast<std::size_t>(out.channels);
  node.context.taps = map.taps;
  node.context.tap_masks.assign(pixels * channels * words, 0);
  for (const WindowMap::Reach& reach : map.reach)
    for (std::size_t channel = 0; channel < channels; ++channel) {
      const std::size_t neuron = pool.layout == Layout::hwc ? reach.target * channels + channel
                                                            : channel * pixels + reach.target;
      node.context.tap_masks[neuron * words + reach.tap / 64] |= std::uint64_t{1} << reach.tap % 64;
    }
}

}  // namespace synfire
