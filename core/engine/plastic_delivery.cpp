#include "core/engine/plastic_delivery.h"

#include <cmath>

#include "core/base/state_archive.h"

namespace synfire {

PlasticDelivery::PlasticDelivery(const Network& network, const ModelRegistry& registry,
                                 std::span<const ShardSlice> slices, const WeightScale& scale,
                                 std::span<std::int32_t* const> sums, std::size_t steps)
    : dt_ms_(network.dt_ms), steps_(steps), heard_(network.populations.size()) {
  for (std::size_t i = 0; i < network.projections.size(); ++i) {
    const Projection& projection = network.projections[i];
    if (projection.is_static()) continue;
    for (const ShardSlice& slice : slices)
      if (network.populations[slice.population].name == projection.target)
        add(network, registry, i, slice, scale,
            sums[static_cast<std::size_t>(projection.receptor)] + slice.offset);
  }
}

void PlasticDelivery::add(const Network& network, const ModelRegistry& registry, std::size_t index,
                          const ShardSlice& slice, const WeightScale& scale, std::int32_t* sums) {
  const Projection& projection = network.projections[index];
  PlasticContext context{network, projection, static_cast<std::size_t>(slice.slice.count),
                         make_plastic_synapses(network, index, slice.slice)};
  if (!projection.synapse.name.empty())
    context.dynamics = registry.find_synapse(projection.synapse.name)
                           ->create({projection, context.synapses.rows()});
  Plastic plastic{index,
                  network.index_of(projection.source),
                  slice.population,
                  slice.slice.first,
                  {sums, static_cast<float>(1 / scale.quantum(projection.receptor))},
                  0,
                  nullptr,
                  {},
                  "net.projections." + projection.name + ".plasticity"};
  plastic.lag =
      std::llround(2 * context.dendritic_delay_ms(network.dt_ms * context.synapses.delays.front()) /
                   network.dt_ms);
  plastic.late.resize(static_cast<std::size_t>(plastic.lag));
  plastic.rows =
      projection.plasticity.name.empty()
          ? make_kept_rows(std::move(context))
          : registry.find_plasticity(projection.plasticity.name)->create(std::move(context));
  heard_[plastic.source].resize(steps_);
  projections_.push_back(std::move(plastic));
}

void PlasticDelivery::open(std::int64_t step) {
  for (Ring& ring : heard_)
    if (!ring.empty()) ring[static_cast<std::size_t>(step) % ring.size()].clear();
}

void PlasticDelivery::hear(std::size_t population, std::int64_t step, std::int64_t first,
                           const SpikeList& spikes) {
  Ring& ring = heard_[population];
  if (ring.empty()) return;
  const auto ids = spikes.ids();
  const auto payloads = spikes.payloads();
  auto& heard = ring[static_cast<std::size_t>(step) % ring.size()];
  for (std::size_t i = 0; i < ids.size(); ++i)
    heard.push_back({static_cast<std::uint32_t>(first) + ids[i], payloads[i]});
}

void PlasticDelivery::list_arrivals(const Plastic& plastic, std::int64_t step) {
  arrivals_.clear();
  const PlasticSynapses& synapses = plastic.rows->synapses();
  const Ring& ring = heard_[plastic.source];
  for (std::size_t d = 0; d < synapses.delays.size(); ++d) {
    const std::int64_t sent = step - synapses.delays[d];
    if (sent < 0) continue;
    for (const Spike& spike : ring[static_cast<std::size_t>(sent) % ring.size()])
      arrivals_.push_back(
          {static_cast<std::uint32_t>(synapses.row(spike.neuron, d)), spike.payload});
  }
}

std::uint64_t PlasticDelivery::serve(std::int64_t step) {
  std::uint64_t served = 0;
  for (Plastic& plastic : projections_) {
    const double now_ms = static_cast<double>(step) * dt_ms_;
    plastic.rows->begin(now_ms);
    list_arrivals(plastic, step);
    if (!arrivals_.empty()) served += plastic.rows->arrive(now_ms, arrivals_, plastic.sums);
  }
  return served;
}

void PlasticDelivery::spike(std::size_t population, std::int64_t step,
                            std::span<const std::uint32_t> neurons,
                            std::span<const float> potentials) {
  const double now_ms = static_cast<double>(step) * dt_ms_;
  for (Plastic& plastic : projections_) {
    if (plastic.target != population) continue;
    if (plastic.lag == 0) {
      if (!neurons.empty()) plastic.rows->spike(now_ms, neurons);
      if (plastic.rows->follows_potentials()) {
        if (potentials.empty())
          fail(Code::network_invalid, plastic.where,
               "its rule goes by potentials, which the targets' neuron model does not have");
        plastic.rows->follow(now_ms, potentials);
      }
      continue;
    }
    auto& late = plastic.late[static_cast<std::size_t>(step % plastic.lag)];
    if (!late.empty()) plastic.rows->spike(now_ms, late);
    late.assign(neurons.begin(), neurons.end());
  }
}

void PlasticDelivery::learn(std::int64_t step, double speed) {
  for (Plastic& plastic : projections_)
    plastic.rows->learn(static_cast<double>(step) * dt_ms_, speed);
}

void PlasticDelivery::reward(std::int64_t step, double amount) {
  for (Plastic& plastic : projections_)
    plastic.rows->reward(static_cast<double>(step) * dt_ms_, amount);
}

std::uint64_t PlasticDelivery::synapses() const {
  std::uint64_t total = 0;
  for (const Plastic& plastic : projections_) total += plastic.rows->synapses().size();
  return total;
}

std::uint64_t PlasticDelivery::bytes() const {
  std::uint64_t total = 0;
  for (const Plastic& plastic : projections_) total += plastic.rows->bytes();
  return total;
}

void PlasticDelivery::Plastic::visit_state(StateArchive& archive) {
  archive("rows", rows);
  archive("late", late);
}

void PlasticDelivery::visit_state(StateArchive& archive) {
  archive("projections", projections_);
  archive("heard", heard_);
}

}  // namespace synfire
