#include "core/io/recording_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

constexpr std::size_t kMostSelected = 10'000'000;

/// What is recorded, before anything is selected.
Interval recorded_interval(const Recording& recording) {
  Interval found;
  bool any = false;
  const auto include = [&](const std::vector<double>& times) {
    if (times.empty()) return;
    found.begin_ms = any ? std::min(found.begin_ms, times.front()) : times.front();
    found.end_ms = any ? std::max(found.end_ms, times.back()) : times.back();
    any = true;
  };
  for (const SpikeTrain& train : recording.spikes) include(train.timestamps_ms);
  for (const StateTrace& trace : recording.traces) include(trace.times_ms);
  for (const WeightTrace& trace : recording.weights) include(trace.times_ms);
  const Interval told = recording.interval;
  if (!any) return told.is_known() ? told : Interval{0, 1};
  const bool ends_later = found.end_ms > told.end_ms;
  if (told.is_known() && !ends_later) return {std::min(found.begin_ms, told.begin_ms), told.end_ms};
  if (told.is_known())
    found.begin_ms = std::min(found.begin_ms, told.begin_ms);
  else if (found.begin_ms >= 0 && found.begin_ms < 0.2 * found.end_ms)
    found.begin_ms = 0;  // as recordings mostly do
  if (found.length() < 1e-3) found = {std::min(0.0, found.begin_ms), found.end_ms + 1};
  found.end_ms += 1e-6 * found.length();  // the last spike is a part of them
  return found;
}

Interval selected_interval(const Recording& recording, const Selection& selection) {
  const Interval all = recorded_interval(recording);
  Interval interval{std::max(selection.from_ms.value_or(all.begin_ms), all.begin_ms),
                    selection.to_ms.value_or(all.end_ms)};
  // Silence after the last spike is a part of the run, where the file does not say how long it was.
  if (recording.interval.is_known()) interval.end_ms = std::min(interval.end_ms, all.end_ms);
  if (!interval.is_known() || interval.begin_ms >= all.end_ms) {
    const std::string hint = run_hint(recording.summary);
    fail(
        Code::bad_option_value, "interval",
        fmt::format("nothing is recorded from {:g} to {:g} ms",
                    selection.from_ms.value_or(all.begin_ms), selection.to_ms.value_or(all.end_ms)),
        hint.empty() ? fmt::format("the recording has {:g} to {:g} ms", all.begin_ms, all.end_ms)
                     : hint);
  }
  return interval;
}

/// Every name that can be selected.
std::vector<std::string> names_of(const Recording& recording) {
  std::set<std::string> names;
  for (const SpikeTrain& train : recording.spikes) names.insert(train.population);
  for (const StateTrace& trace : recording.traces) names.insert(trace.population);
  for (const WeightTrace& trace : recording.weights) names.insert(trace.projection);
  return {names.begin(), names.end()};
}

void check_names(const Recording& recording, const Selection& selection) {
  const std::vector<std::string> names = names_of(recording);
  Diagnostics diagnostics;
  for (const std::string& name : selection.populations) {
    if (std::binary_search(names.begin(), names.end(), name)) continue;
    const std::string near = nearest_name(name, names);
    diagnostics.error(Code::unknown_name, "population", "the recording has no '" + name + "'",
                      names.empty()  ? run_hint(recording.summary)
                      : near.empty() ? fmt::format("it has {}", fmt::join(names, ", "))
                                     : "did you mean '" + near + "'?");
  }
  diagnostics.throw_if_error();
}

bool is_selected(const Selection& selection, const std::string& name) {
  const auto& names = selection.populations;
  return names.empty() || std::find(names.begin(), names.end(), name) != names.end();
}

/// The selected of `count` neurons, in rising order, each once.
std::vector<std::uint64_t> selected_ids(const Selection& selection, std::uint64_t count) {
  std::vector<std::uint64_t> ids;
  for (const NeuronRange& range : selection.neurons)
    for (std::uint64_t id = range.first; id <= range.last && id < count; ++id) {
      if (ids.size() == kMostSelected)
        fail(Code::bad_option_value, "neurons",
             fmt::format("more than {} neurons are selected", kMostSelected),
             "all are looked at where none are selected");
      ids.push_back(id);
    }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

template <typename T>
std::size_t column_count(const std::vector<double>& times, const std::vector<T>& values) {
  return times.empty() ? 0 : values.size() / times.size();
}

std::int64_t neuron_count(const Recording& recording, const SpikeTrain& train) {
  std::int64_t neurons = 0;
  for (const LayerRow& row : recording.layers)
    if (link_name(row.population) == link_name(train.population)) neurons = row.neurons;
  for (const std::uint64_t id : train.node_ids)
    neurons = std::max(neurons, static_cast<std::int64_t>(id) + 1);
  return neurons;
}

PopulationView view_of(const SpikeTrain& train, std::int64_t neurons, const Selection& selection,
                       const Interval& interval) {
  PopulationView view{train.population, {}, neurons, {train.population, {}, {}, {}}};
  const bool all = selection.neurons.empty();
  if (!all) {
    view.ids = selected_ids(selection, static_cast<std::uint64_t>(neurons));
    view.neurons = static_cast<std::int64_t>(view.ids.size());
  }
  for (std::size_t i = 0; i < train.node_ids.size(); ++i) {
    if (!interval.holds(train.timestamps_ms[i])) continue;
    std::uint64_t id = train.node_ids[i];
    if (!all) {
      const auto at = std::lower_bound(view.ids.begin(), view.ids.end(), id);
      if (at == view.ids.end() || *at != id) continue;
      id = static_cast<std::uint64_t>(at - view.ids.begin());
    }
    view.train.timestamps_ms.push_back(train.timestamps_ms[i]);
    view.train.node_ids.push_back(id);
  }
  return view;
}

bool asks_for(const Selection& selection, std::uint64_t id) {
  return selection.neurons.empty() ||
         std::any_of(
             selection.neurons.begin(), selection.neurons.end(),
             [&](const NeuronRange& range) { return id >= range.first && id <= range.last; });
}

StateTrace view_of(const StateTrace& trace, const Selection& selection, const Interval& interval) {
  StateTrace view{trace.population, trace.variable, {}, {}, {}, trace.units};
  const std::size_t columns = column_count(trace.times_ms, trace.values);
  std::vector<std::size_t> kept;
  for (std::size_t i = 0; i < columns; ++i) {
    const std::uint64_t id = trace.node_ids.empty() ? i : trace.node_ids[i];
    if (asks_for(selection, id)) kept.push_back(i), view.node_ids.push_back(id);
  }
  for (std::size_t row = 0; row < trace.times_ms.size(); ++row) {
    if (!interval.holds(trace.times_ms[row])) continue;
    view.times_ms.push_back(trace.times_ms[row]);
    for (const std::size_t i : kept) view.values.push_back(trace.values[row * columns + i]);
  }
  return view;
}

WeightTrace view_of(const WeightTrace& trace, const Interval& interval) {
  WeightTrace view{trace.projection, trace.units,       {}, {}, trace.source_ids,
                   trace.target_ids, trace.source_shape};
  const std::size_t columns = column_count(trace.times_ms, trace.values);
  for (std::size_t row = 0; row < trace.times_ms.size(); ++row) {
    // Weights after the last step are a part of the run.
    if (!interval.holds(trace.times_ms[row]) && trace.times_ms[row] != interval.end_ms) continue;
    const auto first = trace.values.begin() + static_cast<std::ptrdiff_t>(row * columns);
    view.times_ms.push_back(trace.times_ms[row]);
    view.values.insert(view.values.end(), first, first + static_cast<std::ptrdiff_t>(columns));
  }
  return view;
}

TrialTable view_of(const TrialTable& table, const Interval& interval) {
  TrialTable view{table.task, table.actions, table.least_actions, {}};
  for (const Trial& trial : table.trials)
    if (interval.holds(trial.begin_ms)) view.trials.push_back(trial);
  return view;
}

void check_neurons(const RecordingView& view, const Selection& selection) {
  const std::string hint = run_hint(view.summary);
  if (selection.neurons.empty()) return;
  const bool spikes = std::any_of(view.populations.begin(), view.populations.end(),
                                  [](const PopulationView& each) { return each.neurons > 0; });
  const bool traces = std::any_of(view.traces.begin(), view.traces.end(),
                                  [](const StateTrace& each) { return !each.node_ids.empty(); });
  if (!spikes && !traces)
    fail(Code::bad_option_value, "neurons", "no population has a neuron of these numbers",
         hint.empty() ? "neurons are counted from 0 in every population" : hint);
}

}  // namespace

std::string run_hint(const Summary& summary) {
  const std::size_t runs = summary.runs();
  if (runs == 0) return {};
  return fmt::format("it is the recording of a sweep of {} run{}: say which with --run {}", runs,
                     runs == 1 ? "" : "s", runs == 1 ? "0" : fmt::format("0 to {}", runs - 1));
}

RecordingView view_of(const Recording& recording, const Selection& selection) {
  check_names(recording, selection);
  RecordingView view{selected_interval(recording, selection),
                     recording.trial_ms,
                     {},
                     {},
                     {},
                     recording.summary,
                     {},
                     recording.classifications};
  for (std::size_t i = 0; i < recording.spikes.size(); ++i) {
    const SpikeTrain& train = recording.spikes[i];
    if (!is_selected(selection, train.population)) continue;
    view.populations.push_back(
        view_of(train, neuron_count(recording, train), selection, view.interval));
    view.populations.back().place = i;
  }
  for (const StateTrace& trace : recording.traces)
    if (is_selected(selection, trace.population))
      view.traces.push_back(view_of(trace, selection, view.interval));
  for (const WeightTrace& trace : recording.weights)
    if (is_selected(selection, trace.projection))
      view.weights.push_back(view_of(trace, view.interval));
  for (const TrialTable& table : recording.trials)
    view.trials.push_back(view_of(table, view.interval));
  check_neurons(view, selection);
  return view;
}

}  // namespace synfire
