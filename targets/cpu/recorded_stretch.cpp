#include "targets/cpu/recorded_stretch.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace synfire {

template <typename T>
static void append(std::vector<T>& all, std::vector<T>& more) {
  if (all.empty()) return all.swap(more);
  all.insert(all.end(), more.begin(), more.end());
}

/// add(one, more) for each of them.
template <typename T, typename Add>
static void append_each(std::vector<T>& all, std::vector<T>& more, const Add& add) {
  if (all.empty()) return all.swap(more);
  for (std::size_t i = 0; i < more.size(); ++i) add(all[i], more[i]);
}

void RecordedStretch::append(RecordedStretch more) {
  std::ranges::move(more.spikes, std::back_inserter(spikes));
  append_each(traces, more.traces, [](StateTrace& trace, StateTrace& rest) {
    synfire::append(trace.times_ms, rest.times_ms);
    synfire::append(trace.values, rest.values);
  });
  append_each(weights, more.weights, [](WeightTrace& trace, WeightTrace& rest) {
    if (rest.times_ms.empty()) return;
    if (trace.times_ms.empty()) return std::swap(trace, rest);
    synfire::append(trace.times_ms, rest.times_ms);
    synfire::append(trace.values, rest.values);
  });
}

RecordedStretch::Length RecordedStretch::length() const {
  Length length;
  length.pieces = spikes.size();
  for (const StateTrace& each : traces) length.state_times.push_back(each.times_ms.size());
  for (const WeightTrace& each : weights) length.weight_times.push_back(each.times_ms.size());
  return length;
}

/// All but the first `part` of `whole` rows.
template <typename T>
static std::vector<T> tail(const std::vector<T>& list, std::size_t part, std::size_t whole) {
  const std::size_t columns = whole == 0 ? 0 : list.size() / whole;
  return {list.begin() + static_cast<std::ptrdiff_t>(part * columns), list.end()};
}

RecordedStretch RecordedStretch::since(const Length& before) const {
  const auto part_of = [](const std::vector<std::size_t>& parts, std::size_t i) {
    return i < parts.size() ? parts[i] : 0;
  };
  RecordedStretch rest;
  rest.spikes.assign(spikes.begin() + static_cast<std::ptrdiff_t>(before.pieces), spikes.end());
  for (const StateTrace& trace : traces) {
    const std::size_t part = part_of(before.state_times, rest.traces.size());
    const std::size_t whole = trace.times_ms.size();
    rest.traces.push_back({trace.population, trace.variable, tail(trace.times_ms, part, whole),
                           tail(trace.values, part, whole), trace.node_ids, trace.units});
  }
  for (const WeightTrace& trace : weights) {
    const std::size_t part = part_of(before.weight_times, rest.weights.size());
    const std::size_t whole = trace.times_ms.size();
    WeightTrace& some = rest.weights.emplace_back();
    some.projection = trace.projection, some.units = trace.units;
    some.times_ms = tail(trace.times_ms, part, whole);
    some.values = tail(trace.values, part, whole);
    some.source_shape = trace.source_shape;
  }
  return rest;
}

void RecordedStretch::visit_state(StateArchive& archive) {
  visit_all(archive, "spikes", spikes, [&](Piece& piece) {
    visit_all(archive, "trains", piece, [&](SpikePiece& train) { archive("", train); });
  });
  visit_all(archive, "traces", traces, [&](StateTrace& trace) {
    archive("population", trace.population);
    archive("variable", trace.variable);
    archive("times", trace.times_ms);
    archive("values", trace.values);
    archive("node_ids", trace.node_ids);
    archive("units", trace.units);
  });
  visit_all(archive, "weights", weights, [&](WeightTrace& trace) {
    archive("projection", trace.projection);
    archive("units", trace.units);
    archive("times", trace.times_ms);
    archive("values", trace.values);
    archive("source_shape", trace.source_shape);
  });
}

std::vector<SpikeTrain> joined(const std::vector<RecordedStretch::Piece>& pieces) {
  std::vector<SpikeTrain> trains;
  const std::size_t populations = pieces.empty() ? 0 : pieces.front().size();
  for (std::size_t p = 0; p < populations; ++p) {
    SpikeTrain& train = trains.emplace_back(SpikeTrain{pieces.front()[p].population, {}, {}, {}});
    std::size_t spikes = 0;
    for (const RecordedStretch::Piece& piece : pieces) spikes += piece[p].neurons.size();
    train.timestamps_ms.reserve(spikes), train.node_ids.reserve(spikes);
    for (const RecordedStretch::Piece& piece : pieces) piece[p].append_to(train);
  }
  return trains;
}

}  // namespace synfire
