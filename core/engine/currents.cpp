#include "core/engine/currents.h"

#include <algorithm>

#include "core/base/state_archive.h"

namespace synfire {
namespace {

const RandomRule* from_all_to_all(const Projection& projection) {
  const auto* const rule = std::get_if<RandomRule>(&projection.connectivity);
  return rule != nullptr && rule->kind == RuleKind::all_to_all && rule->weight.is_constant() &&
                 !rule->delay_ms
             ? rule
             : nullptr;
}

GroupContext context_of(const Network& network, std::size_t population, Slice slice) {
  GroupContext context;
  context.dt_ms = network.dt_ms;
  context.seed = network.seed;
  context.population = static_cast<std::uint32_t>(population);
  for (std::size_t p = 0; p < population; ++p)
    context.first_neuron += static_cast<std::uint64_t>(network.populations[p].size());
  context.slice = slice;
  return context;
}

std::vector<float> weights_of(const Projection& projection, Slice target, std::size_t count) {
  const auto* const one = std::get_if<OneToOne>(&projection.connectivity);
  if (one == nullptr) return {static_cast<float>(from_all_to_all(projection)->weight.first)};
  if (one->weight.size() == 1) return {static_cast<float>(one->weight.number(0))};
  std::vector<float> weights;
  for (std::size_t i = 0; i < count; ++i)
    weights.push_back(
        static_cast<float>(one->weight.number(static_cast<std::size_t>(target.first) + i)));
  return weights;
}

}  // namespace

bool carries_current(const Network& network, const ModelRegistry& registry,
                     const Projection& projection) {
  const Population* const source = network.find_population(projection.source);
  const ModelInfo* const model = source == nullptr ? nullptr : registry.find(source->model);
  return model != nullptr && model->currents == Currents::sent;
}

void check_currents(const Network& network, const ModelRegistry& registry,
                    Diagnostics& diagnostics) {
  for (const Projection& projection : network.projections) {
    if (!carries_current(network, registry, projection)) continue;
    const std::string where = "net.projections." + projection.name;
    if (!std::holds_alternative<OneToOne>(projection.connectivity) &&
        from_all_to_all(projection) == nullptr)
      diagnostics.error(
          Code::network_invalid, where,
          "currents of '" + projection.source + "' cannot flow through connectivity \"" +
              std::string(kind_of(projection.connectivity)) + "\"",
          "connect them one to one, or from all to all with one weight and one delay");
    const Population& target = network.population(projection.target);
    const ModelInfo* const model = registry.find(target.model);
    if (model != nullptr && model->currents != Currents::taken)
      diagnostics.error(Code::network_invalid, where,
                        "neurons of model \"" + target.model + "\" take no currents");
  }
}

std::unique_ptr<const Network> without_currents(const Network& network,
                                                const ModelRegistry& registry) {
  const auto is_current = [&](const Projection& projection) {
    return carries_current(network, registry, projection);
  };
  if (std::ranges::none_of(network.projections, is_current)) return nullptr;
  auto rest = std::make_unique<Network>(network);
  std::erase_if(rest->projections, is_current);
  return rest;
}

CurrentFlow::CurrentFlow(const Network& network, const ModelRegistry& registry,
                         const Projection& projection, Slice target)
    : delay_(delay_steps(projection.delay_ms, network.dt_ms)),
      to_all_(from_all_to_all(projection) != nullptr) {
  const std::size_t index = network.index_of(projection.source);
  const Population& source = network.populations[index];
  const GroupContext context = context_of(network, index, to_all_ ? Slice{} : target);
  source_ = registry.find(source.model)->create(source, context);
  sent_.resize(context.slice.size(source));
  weight_ = weights_of(projection, target, sent_.size());
}

void CurrentFlow::add(std::int64_t now, NeuronGroup& target) {
  const std::span<float> to = target.currents();
  if (now < delay_) return;
  source_->send_currents(now - delay_, sent_);
  for (std::size_t i = 0; i < sent_.size(); ++i) sent_[i] *= weight_[weight_.size() == 1 ? 0 : i];
  if (!to_all_) {
    for (std::size_t i = 0; i < to.size(); ++i) to[i] += sent_[i];
    return;
  }
  float sum = 0;
  for (const float each : sent_) sum += each;
  for (float& each : to) each += sum;
}

void CurrentFlow::visit_state(StateArchive& archive) { archive("source", source_); }

std::vector<CurrentFlow> current_flows(const Network& network, const ModelRegistry& registry,
                                       std::size_t population, Slice target) {
  std::vector<CurrentFlow> flows;
  for (const Projection& projection : network.projections)
    if (projection.target == network.populations[population].name &&
        carries_current(network, registry, projection))
      flows.emplace_back(network, registry, projection, target);
  return flows;
}

}  // namespace synfire
