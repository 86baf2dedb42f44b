#include "core/engine/event_engine.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "core/base/mix.h"
#include "core/engine/memory.h"
#include "core/engine/weight_scale.h"

namespace synfire {
namespace {

/// Shorter windows cost more than they spare.
constexpr double kLeastWindow = 0.02;
/// The width of windows where delays do not set it.
constexpr double kFreeWindow = 4, kCalendarWindow = 0.1;
constexpr std::size_t kMostWindows = 1 << 16;

struct Supported {
  bool operator()(const OneToOne&) const { return true; }
  bool operator()(const Sparse&) const { return true; }
  bool operator()(const RandomRule&) const { return true; }
  bool operator()(const auto&) const { return false; }
};

/// Target, and where synapses have their own: weight, delay.
std::uint64_t synapse_memory(const Network& network) {
  double bytes = 0;
  for (const Projection& projection : network.projections) {
    const auto* const rows = std::get_if<Sparse>(&projection.connectivity);
    const auto* const rule = std::get_if<RandomRule>(&projection.connectivity);
    const bool spreads = (rows != nullptr && !rows->delay.empty()) ||
                         (rule != nullptr && rule->delay_ms && !rule->delay_ms->is_constant());
    const double changes = projection.is_static() ? 0 : spreads ? 42 : 14;
    const double each = changes + 2.1 + (has_many_weights(projection) ? 4 : 0) + (spreads ? 8 : 0);
    bytes += static_cast<double>(synapse_count(network, projection)) * each;
  }
  return static_cast<std::uint64_t>(bytes);
}

std::string models_with_events(const ModelRegistry& registry) {
  std::string names;
  for (const ModelInfo* model : registry.all())
    if (model->create_events != nullptr)
      names += (names.empty() ? "" : ", ") + std::string(model->name);
  return names;
}

/// Of a projection whose rule goes by potentials that its targets do not have, or "".
std::string without_potentials(const Network& network, const ModelRegistry& registry,
                               const Projection& projection) {
  const PlasticityInfo* const rule = registry.find_plasticity(projection.plasticity.name);
  if (rule == nullptr || !rule->follows_potentials) return "";
  const ModelInfo* const model = registry.find(network.population(projection.target).model);
  if (model == nullptr || std::any_of(model->states.begin(), model->states.end(),
                                      [](const StateInfo& state) { return state.name == "v"; }))
    return "";
  return "the rule " + std::string(rule->name) + " of projection " + projection.name +
         " goes by potentials, which neuron model " + std::string(model->name) + " does not have";
}

const ModelInfo* modelless(const Network& network, const ModelRegistry& registry) {
  for (const Population& population : network.populations) {
    const ModelInfo* const model = registry.find(population.model);
    if (model != nullptr && model->create_events == nullptr) return model;
  }
  return nullptr;
}

}  // namespace

std::string EventEngine::unsupported(const Network& network, const ModelRegistry& registry) {
  if (network.schedule.window > 0) return "it has a schedule";
  if (!network.inputs.empty()) return "it has inputs";
  if (const std::string late = late_population(network); !late.empty())
    return "population " + late + " starts late";
  if (const ModelInfo* const model = modelless(network, registry))
    return "neuron model " + std::string(model->name) + " has no closed form in continuous time";
  for (const Projection& projection : network.projections)
    if (!std::visit(Supported{}, projection.connectivity))
      return "projection " + projection.name + " is " +
             std::string(kind_of(projection.connectivity));
  for (const Projection& projection : network.projections)
    if (std::string fault = without_potentials(network, registry, projection); !fault.empty())
      return fault;
  return "";
}

EventEngine::EventEngine(const Network& network, const ModelRegistry& registry,
                         EventOptions options)
    : network_(network), records_(options.records), spikes_(network.populations.size()) {
  check(registry);
  require_memory(synapse_memory(network), "net.projections", "the synapses");
  add_groups(registry);
  for (std::size_t i = 0; i < network.projections.size(); ++i) add_projection(registry, i);
  choose_windows(options.order);
}

EventEngine::~EventEngine() = default;

void EventEngine::check(const ModelRegistry& registry) const {
  Diagnostics diagnostics;
  validate(network_, diagnostics, TimeAxis::continuous);
  if (!diagnostics.has_error()) validate_models(network_, registry, diagnostics);
  if (!diagnostics.has_error())
    for (const Population& population : network_.populations)
      if (registry.find(population.model)->create_events == nullptr)
        diagnostics.error(
            Code::network_invalid, "net.populations." + population.name,
            "neuron model " + population.model + " has no closed form for the event engine",
            "these have one: " + models_with_events(registry) + "; or use the clock engine");
  diagnostics.throw_if_error();
  if (const std::string reason = unsupported(network_, registry); !reason.empty())
    fail(Code::network_invalid, "net", "the event engine cannot run it: " + reason,
         "use the clock engine");
}

void EventEngine::add_groups(const ModelRegistry& registry) {
  std::uint64_t first = 0;
  for (std::size_t p = 0; p < network_.populations.size(); ++p) {
    const Population& population = network_.populations[p];
    const ModelInfo& model = *registry.find(population.model);
    Source& source = sources_.emplace_back();
    source.first = static_cast<std::uint32_t>(first);
    source.generates = model.most_spikes > 1;
    constexpr auto kMost = static_cast<std::int64_t>(kMaxShardNeurons);
    for (std::int64_t from = 0; from < population.size(); from += kMost) {
      GroupContext context;
      context.dt_ms = network_.dt_ms;
      context.seed = network_.seed;
      context.population = static_cast<std::uint32_t>(p);
      context.first_neuron = first;
      context.slice = {from, std::min(kMost, population.size() - from)};
      groups_.push_back({p, context.slice, model.create_events(population, context)});
    }
    first += static_cast<std::uint64_t>(population.size());
  }
}

void EventEngine::add_projection(const ModelRegistry& registry, std::size_t index) {
  const Projection& projection = network_.projections[index];
  const auto source = static_cast<std::size_t>(&network_.population(projection.source) -
                                               network_.populations.data());
  const bool pairs = std::holds_alternative<OneToOne>(projection.connectivity);
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (network_.populations[groups_[g].population].name != projection.target) continue;
    EventSynapses synapses(network_, index, groups_[g].slice);
    if (synapses.count() == 0) continue;
    greatest_delay_ = std::max(greatest_delay_, synapses.greatest_delay_ms());
    // A generator's spikes are known when a window opens: nobody waits for them.
    if (!sources_[source].generates)
      least_delay_ = std::min(least_delay_, synapses.least_delay_ms());
    parts_.push_back({std::move(synapses), g, !(pairs && sources_[source].generates), index});
    if (!projection.is_static()) add_plastic(parts_.back(), registry);
    if (parts_.back().synapses.spreads())
      sources_[source].spread.push_back(parts_.size() - 1);
    else
      add_bundled(source, parts_.back().synapses.least_delay_ms(), parts_.size() - 1);
  }
}

void EventEngine::add_bundled(std::size_t population, double delay_ms, std::size_t part) {
  for (const std::size_t b : sources_[population].bundles)
    if (bundles_[b].delay_ms == delay_ms) return bundles_[b].parts.push_back(part);
  sources_[population].bundles.push_back(bundles_.size());
  bundles_.push_back({delay_ms, {part}});
}

void EventEngine::choose_windows(EventOrder order) {
  if (changes_ && order == EventOrder::windows)
    fail(Code::network_invalid, "net.projections", "synapses that change need the calendar");
  window_.ordered = order == EventOrder::calendar || changes_ ||
                    (order == EventOrder::automatic && least_delay_ < kLeastWindow);
  if (!window_.ordered && least_delay_ <= 0)
    fail(Code::network_invalid, "net.projections", "windows need delays above 0");
  // The same windows in both orders, so that neurons do the same arithmetic.
  const bool free = window_.ordered && least_delay_ < kLeastWindow;
  span_ = free ? EventGroup::kNever : least_delay_;
  const double most = free ? kCalendarWindow : std::min(least_delay_, kFreeWindow);
  double parts = 1;  // whole ones, so that spikes of one window arrive in one window
  for (const Group& group : groups_)
    parts = std::max(parts, std::ceil(most / group.neurons->longest_window()));
  window_.width = most / parts;
  const double windows = std::min(greatest_delay_ / window_.width + 2, double{kMostWindows});
  calendar_ = Calendar<Arrival>(static_cast<std::size_t>(windows));
  window_.index = -1;
}

void EventEngine::run(double duration_ms) {
  const double end = now_ + duration_ms;
  while (now_ < end) {
    if (!open_) open_window();
    const double stop = std::min(end, window_.end);
    if (window_.ordered)
      advance_ordered(stop);
    else
      advance(stop);
    now_ = stop;
    open_ = stop < window_.end;
  }
  for (Part& part : parts_)
    if (part.plastic) note_late(part, now_);
}

void EventEngine::open_window() {
  open_ = true;
  window_.begin = now_;
  ++window_.index;
  // Both bounds: no spike of the window arrives before its end, and windows stay where their
  // numbers say.
  window_.end = static_cast<double>(window_.index + 1) * window_.width;
  window_.end = std::min(window_.end, window_.begin + span_);
  calendar_.take(window_.index, inbox_);
  served_ = 0, sorted_ = false;
  for (Group& group : groups_) {
    const bool generates = sources_[group.population].generates;
    group.neurons->open(window_, generates ? generated_ : found_);
    // What generators send needs no order: it is sorted below.
    for (const EventSpike& spike : generated_) send(spike, group.population);
    spikes_[group.population] += generated_.size();
    generated_.clear();
  }
  send_found();
  const auto later = std::partition(inbox_.begin(), inbox_.end(),
                                    [&](const Arrival& a) { return a.time < window_.end; });
  for (auto arrival = later; arrival != inbox_.end(); ++arrival) post(*arrival);
  inbox_.erase(later, inbox_.end());
  sort_by_time(inbox_, window_.begin, window_.end, scratch_);
  sorted_ = true;
}

void EventEngine::advance(double stop) {
  const Arrival* next = inbox_.data() + served_;
  const Arrival* const end = inbox_.data() + inbox_.size();
  while (next != end && next->time < stop) next = serve_instant(next, end);
  served_ = static_cast<std::size_t>(next - inbox_.data());
  for (Group& group : groups_) group.neurons->finish(stop, found_);
  send_found();
}

/// The first of what was there when the window opened and of what came since; null without any.
const EventEngine::Arrival* EventEngine::first_arrival() const {
  const Arrival* const there = served_ < inbox_.size() ? &inbox_[served_] : nullptr;
  const Arrival* const since = late_.empty() ? nullptr : &late_.front();
  if (there == nullptr || since == nullptr) return there == nullptr ? since : there;
  return *since < *there ? since : there;
}

/// Takes all arrivals of the instant of the first.
void EventEngine::take_instant() {
  instant_.clear();
  for (const Arrival* next = first_arrival();
       next != nullptr && (instant_.empty() || next->time == instant_.front().time);
       next = first_arrival()) {
    instant_.push_back(*next);
    if (served_ < inbox_.size() && next == &inbox_[served_]) {
      ++served_;
      continue;
    }
    std::pop_heap(late_.begin(), late_.end(), std::greater<>());
    late_.pop_back();
  }
}

void EventEngine::advance_ordered(double stop) {
  for (;;) {
    const Arrival* const next = first_arrival();
    const double input = next == nullptr ? EventGroup::kNever : next->time;
    double own = EventGroup::kNever;
    Group* first = nullptr;
    for (Group& group : groups_)
      if (const double time = group.neurons->next_time(); time < own) own = time, first = &group;
    if (std::min(input, own) >= stop) return;
    guard_progress(std::min(input, own));
    if (own < input) {
      first->neurons->finish(std::nextafter(own, EventGroup::kNever), found_);
    } else {
      take_instant();
      fetch(inbox_.data() + served_, inbox_.data() + inbox_.size());
      serve_instant(instant_.data(), instant_.data() + instant_.size());
    }
    send_found();
  }
}

/// Spikes that go round in no time would do so for ever.
void EventEngine::guard_progress(double time) {
  constexpr std::uint64_t kMostRounds = 1 << 20;
  stuck_for_ = time == stuck_at_ ? stuck_for_ + 1 : 0;
  stuck_at_ = time;
  if (stuck_for_ > kMostRounds)
    fail(Code::network_invalid, "net.projections",
         "spikes go round without end at " + std::to_string(time) + " ms",
         "a loop of projections without delay needs neurons with a refractory period");
}

const EventEngine::Arrival* EventEngine::serve_instant(const Arrival* first, const Arrival* end) {
  const double time = first->time;
  for (; first != end && first->time == time; ++first) {
    fetch(first + 1, end);
    serve(*first);
  }
  settle(time);
  return first;
}

void EventEngine::fetch(const Arrival* next, const Arrival* end) const {
  if (next == end || (next->link & kSpread) != 0) return;
  const std::uint32_t row = next->source - next->synapse;
  for (const std::size_t p : bundles_[next->link].parts) parts_[p].synapses.fetch(row);
}

void EventEngine::serve(const Arrival& arrival) {
  if ((arrival.link & kSpread) != 0)
    return serve_row(parts_[arrival.link & ~kSpread], arrival.synapse, arrival.time);
  for (const std::size_t p : bundles_[arrival.link].parts)
    serve_row(parts_[p], arrival.source - arrival.synapse, arrival.time);
}

/// `index` is the source's, or of parts whose delays spread the synapse's.
void EventEngine::serve_row(Part& part, std::uint32_t index, double time) {
  EventRow row = part.synapses.spreads() ? part.synapses.synapse(index) : part.synapses.row(index);
  if (row.targets.empty()) return;
  if (part.plastic) {
    note_late(part, time);
    effects_.resize(row.targets.size());
    part.plastic->begin(time);
    part.plastic->arrive(time, index, effects_);
    row.weights = effects_.data();
  }
  Group& group = groups_[part.group];
  if (!group.touched) group.touched = true, touched_.push_back(part.group);
  group.neurons->receive(time, row, found_);
  if (part.counted) synops_ += row.targets.size();
}

void EventEngine::settle(double time) {
  for (const std::size_t g : touched_) {
    groups_[g].touched = false;
    groups_[g].neurons->settle(time, found_);
  }
  touched_.clear();
}

void EventEngine::send_found() {
  if (found_.empty()) return;
  std::sort(found_.begin(), found_.end(), [](const EventSpike& a, const EventSpike& b) {
    return a.time_ms != b.time_ms ? a.time_ms < b.time_ms : a.neuron < b.neuron;
  });
  for (const EventSpike& spike : found_) {
    const std::size_t population = population_of(spike.neuron);
    ++spikes_[population];
    send(spike, population);
    if (changes_) note_spike(spike, population);
    hash_ += mix(std::bit_cast<std::uint64_t>(spike.time_ms) + mix(spike.neuron + 1));
    if (records_) recorded_.push_back(spike);
  }
  found_.clear();
}

std::size_t EventEngine::population_of(std::uint32_t neuron) const {
  std::size_t population = sources_.size() - 1;
  while (sources_[population].first > neuron) --population;
  return population;
}

void EventEngine::send(const EventSpike& spike, std::size_t population) {
  const Source& source = sources_[population];
  for (const std::size_t b : source.bundles)
    post({spike.time_ms + bundles_[b].delay_ms, spike.neuron, static_cast<std::uint32_t>(b),
          source.first});
  const std::uint32_t row = spike.neuron - source.first;
  for (const std::size_t p : source.spread) {
    const EventSynapses& synapses = parts_[p].synapses;
    for (std::uint32_t s = synapses.begin(row); s < synapses.end(row); ++s)
      post({spike.time_ms + synapses.delay_ms(s), spike.neuron,
            kSpread | static_cast<std::uint32_t>(p), s});
  }
}

void EventEngine::post(const Arrival& arrival) {
  if (arrival.time >= window_.end)
    return calendar_.add(window_.index, window_.window_of(arrival.time), arrival);
  if (!sorted_) return inbox_.push_back(arrival);
  late_.push_back(arrival);
  std::push_heap(late_.begin(), late_.end(), std::greater<>());
}

double EventGroup::state(std::string_view variable, std::size_t, double) const {
  fail(Code::internal, "engine", "no state " + std::string(variable));
}

double EventGroup::potential(std::size_t, double, std::span<double>) const {
  fail(Code::internal, "engine", "no potential");
}

double EventEngine::state(std::size_t population, std::string_view variable, std::int64_t i) const {
  for (const Group& group : groups_)
    if (group.population == population && i >= group.slice.first &&
        i < group.slice.first + group.slice.count)
      return group.neurons->state(variable, static_cast<std::size_t>(i - group.slice.first), now_);
  fail(Code::internal, "engine", "no such neuron");
}

std::uint64_t EventEngine::synapses() const {
  std::uint64_t total = 0;
  for (const Part& part : parts_) total += part.synapses.count();
  return total;
}

std::uint64_t EventEngine::synapse_bytes() const {
  std::uint64_t total = plastic_bytes();
  for (const Part& part : parts_)
    if (!part.plastic) total += part.synapses.bytes();
  return total;
}

}  // namespace synfire
