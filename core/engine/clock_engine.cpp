#include "core/engine/clock_engine.h"

#include "core/base/flush_subnormals.h"
#include "core/base/state_archive.h"

namespace synfire {

ClockEngine::ClockEngine(const CompiledNetwork& compiled) : compiled_(compiled) {
  for (std::size_t i = 0; i < compiled.nodes().size(); ++i) {
    const CompiledNetwork::Node& node = compiled.nodes()[i];
    State state;
    state.group = node.model->create(compiled.network().populations[i], node.context);
    state.currents = current_flows(compiled.network(), compiled.registry(), i, {});
    state.history.resize(static_cast<std::size_t>(node.history));
    states_.push_back(std::move(state));
  }
  reset();
}

void ClockEngine::reset() {
  now_ = 0;
  for (State& state : states_) {
    state.group->reset();
    for (SpikeList& spikes : state.history) spikes.clear();
  }
}

void ClockEngine::run(std::int64_t steps) {
  for (std::int64_t i = 0; i < steps; ++i) step();
}

Step ClockEngine::step_of(const CompiledNetwork::Node& node) const {
  const std::int64_t window = compiled_.network().schedule.window;
  if (window == 0) return now_ < node.phase ? Step{now_, -1, -1} : Step{now_, 0, 0};
  const auto within = [window](std::int64_t at) {
    return at >= 0 && at < window ? static_cast<std::int32_t>(at) : -1;
  };
  const std::int64_t fires = node.phase * window;
  return {now_, node.phase == 0 ? -1 : within(now_ - (fires - window + 1)), within(now_ - fires)};
}

void ClockEngine::step() {
  const FlushSubnormals flush;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    State& state = states_[i];
    state.history[static_cast<std::size_t>(now_) % state.history.size()].clear();
    const Step step = step_of(compiled_.nodes()[i]);
    if (step.integrate >= 0 || step.fire >= 0) receive(i, step), advance(i, step);
  }
  ++now_;
}

void ClockEngine::receive(std::size_t population, const Step& step) {
  State& state = states_[population];
  state.group->begin_step(step);
  if (step.integrate < 0) return;
  for (const std::size_t index : compiled_.nodes()[population].incoming) {
    const CompiledNetwork::Link& link = compiled_.links()[index];
    const std::int64_t sent = now_ - link.delivery.delay_steps;
    if (sent < 0) continue;
    const std::vector<SpikeList>& history = states_[link.source].history;
    const SpikeList& spikes = history[static_cast<std::size_t>(sent) % history.size()];
    if (spikes.empty()) continue;
    const Delivered delivered = link.delivery.delivery->deliver(
        spikes, state.group->arrival_gain(step), state.group->receptor(link.receptor));
    state.synops += delivered.synops;
    ++state.deliveries;
    state.dense_deliveries += delivered.dense ? 1 : 0;
  }
}

void ClockEngine::advance(std::size_t population, const Step& step) {
  State& state = states_[population];
  SpikeList& out = state.history[static_cast<std::size_t>(now_) % state.history.size()];
  for (CurrentFlow& current : state.currents) current.add(now_, *state.group);
  state.group->update(step, out);
  state.spikes += out.size();
  if (observer_ && !out.empty()) observer_(now_, population, out);
}

void ClockEngine::State::visit_state(StateArchive& archive) {
  archive("neurons", group);
  archive("currents", currents);
  archive("history", history);
  archive("spikes", spikes);
  archive("synops", synops);
  archive("deliveries", deliveries);
  archive("dense_deliveries", dense_deliveries);
}

void ClockEngine::visit_state(StateArchive& archive) {
  archive("now", now_);
  archive("populations", states_);
}

}  // namespace synfire
