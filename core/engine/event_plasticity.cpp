// The event engine's synapses that change, and all of its state that does.
#include "core/base/state_archive.h"
#include "core/engine/event_engine.h"
#include "core/engine/weight_scale.h"

namespace synfire {

void EventEngine::add_plastic(Part& part, const ModelRegistry& registry) {
  const Projection& projection = network_.projections[part.projection];
  PlasticContext context{network_, projection,
                         static_cast<std::size_t>(groups_[part.group].slice.count),
                         part.synapses.make_plastic(projection)};
  context.potentials = groups_[part.group].neurons.get();
  if (!projection.synapse.name.empty())
    context.dynamics = registry.find_synapse(projection.synapse.name)
                           ->create({projection, context.synapses.rows()});
  part.lag = 2 * context.dendritic_delay_ms(part.synapses.least_delay_ms());
  part.plastic =
      projection.plasticity.name.empty()
          ? make_kept_rows(std::move(context))
          : registry.find_plasticity(projection.plasticity.name)->create(std::move(context));
  if (part.plastic->follows_potentials()) add_follower(groups_[part.group], *part.plastic);
  changes_ = true;
}

void EventEngine::add_follower(Group& group, PlasticRows& rows) {
  if (!group.followers) group.followers = std::make_unique<Followers>();
  group.followers->rows.push_back(&rows);
  group.neurons->watch(group.followers.get());
}

void EventEngine::Followers::before_change(double time, std::span<const std::uint16_t> neurons) {
  for (PlasticRows* const each : rows) each->catch_up(time, neurons);
}

void EventEngine::note_late(Part& part, double time) {
  while (!part.late.empty() && part.late.front().time_ms < time) {
    part.plastic->begin(part.late.front().time_ms);
    part.plastic->spike(part.late.front().time_ms, {&part.late.front().neuron, 1});
    part.late.pop_front();
  }
}

void EventEngine::note_spike(const EventSpike& spike, std::size_t population) {
  for (Part& part : parts_) {
    const Group& group = groups_[part.group];
    if (!part.plastic || group.population != population) continue;
    const std::int64_t place =
        std::int64_t{spike.neuron} - sources_[population].first - group.slice.first;
    if (place < 0 || place >= group.slice.count) continue;
    part.late.push_back({spike.time_ms + part.lag, static_cast<std::uint32_t>(place)});
    // What arrives at the same instant comes first; it has.
    note_late(part, part.lag > 0 ? spike.time_ms : EventGroup::kNever);
  }
}

void EventEngine::reward(double amount) {
  for (Part& part : parts_)
    if (part.plastic) part.plastic->reward(now_, amount);
}

std::uint64_t EventEngine::plastic_synapses() const {
  std::uint64_t total = 0;
  for (const Part& part : parts_) total += part.plastic ? part.synapses.count() : 0;
  return total;
}

std::uint64_t EventEngine::plastic_bytes() const {
  std::uint64_t total = 0;
  for (const Part& part : parts_)
    if (part.plastic) total += part.synapses.bytes() + part.plastic->bytes();
  return total;
}

template <typename Visit>
void EventEngine::each_weight_of(std::size_t projection, const Visit& visit) const {
  for (const Part& part : parts_) {
    if (!part.plastic || part.projection != projection) continue;
    const auto source_of = [&](std::size_t row) {
      return part.synapses.spreads() ? part.synapses.source_of(static_cast<std::uint32_t>(row))
                                     : row;
    };
    each_weight(*part.plastic, now_, groups_[part.group].slice.first, source_of, visit);
  }
}

std::uint64_t EventEngine::weight_hash() const {
  std::uint64_t hash = 0;
  for (std::size_t p = 0; p < network_.projections.size(); ++p)
    each_weight_of(p, [&](const PlasticWeight& each) { hash += weight_mix(p, each); });
  return hash;
}

double EventEngine::mean_weight(std::size_t projection) const {
  const WeightSum sum(largest_weight(network_.projections[projection]));
  std::uint64_t units = 0, count = 0;
  each_weight_of(projection, [&](const PlasticWeight& each) { units += sum.units(each), ++count; });
  return sum.mean(units, count);
}

PlasticWeights EventEngine::weights(std::size_t projection) const {
  std::vector<PlasticWeight> all;
  each_weight_of(projection, [&](const PlasticWeight& each) { all.push_back(each); });
  return in_order(std::move(all));
}

void EventEngine::Group::visit_state(StateArchive& archive) { archive("neurons", neurons); }

void EventEngine::Part::visit_state(StateArchive& archive) {
  archive("plastic", plastic);
  archive("late", late);
}

void EventEngine::visit_state(StateArchive& archive) {
  archive("groups", groups_);
  archive("parts", parts_);
  archive("window", window_);
  archive("open", open_);
  archive("now", now_);
  archive("calendar", calendar_);
  archive("inbox", inbox_);
  archive("served", served_);
  archive("stuck_at", stuck_at_);
  archive("stuck_for", stuck_for_);
  archive.fixed("spikes", spikes_);
  archive("synops", synops_);
  archive("hash", hash_);
  archive("recorded", recorded_);
}

}  // namespace synfire
