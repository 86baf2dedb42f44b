#include "converters/experiment/event_reader.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>
#include <string>

#include "core/base/short_text.h"

namespace synfire {
namespace {

/// Of all samples together: 3 GiB.
constexpr std::size_t kMostEvents = std::size_t{1} << 28;
constexpr std::size_t kMostTold = 10;

/// Throws where a neuron has more spikes in a step than it can send.
void check_steps(const EventSample& sample, const EventLimits& limits, const std::string& where) {
  const auto step = [&](std::size_t k) { return std::llround(sample.times_ms[k] / limits.dt_ms); };
  std::vector<std::uint32_t> neurons;
  for (std::size_t begin = 0, end = 0; begin < sample.times_ms.size(); begin = end) {
    while (end < sample.times_ms.size() && step(end) == step(begin)) ++end;
    if (static_cast<std::int64_t>(end - begin) <= limits.most_spikes) continue;
    const auto first = sample.neurons.begin();
    neurons.assign(first + static_cast<std::ptrdiff_t>(begin),
                   first + static_cast<std::ptrdiff_t>(end));
    std::ranges::sort(neurons);
    const auto most = static_cast<std::size_t>(limits.most_spikes);
    for (std::size_t k = most; k < neurons.size(); ++k)
      if (neurons[k] == neurons[k - most])
        fail(Code::sample_size, where,
             "neuron " + std::to_string(neurons[k]) + " has more than " +
                 std::to_string(limits.most_spikes) + " events in the step at " +
                 short_text(sample.times_ms[begin]) + " ms",
             "use a smaller run.dt");
  }
}

std::set<std::int64_t> shown_of(const Dataset& dataset) {
  std::set<std::int64_t> shown;
  for (const auto* const part : {&dataset.training, &dataset.assignment, &dataset.test})
    shown.insert(part->begin(), part->end());
  return shown;
}

}  // namespace

void read_shown_events(EventSet& events, const EventLimits& limits, Dataset& dataset,
                       Diagnostics& diagnostics) {
  dataset.events.resize(events.samples());
  std::size_t all = 0, faults = 0;
  for (const std::int64_t number : shown_of(dataset)) {
    EventSample& sample = dataset.events[static_cast<std::size_t>(number)];
    const std::string where = "sample " + std::to_string(number);
    try {
      sample = events.read(static_cast<std::size_t>(number));
      check_steps(sample, limits, where);
    } catch (const Failure& failure) {
      const Diagnostic& first = failure.diagnostics().front();
      if (++faults <= kMostTold)
        diagnostics.error(first.code, first.where, first.message, first.hint);
    }
    all += sample.times_ms.size();
    if (all > kMostEvents)
      fail(Code::file_too_large, where,
           "there are more than " + std::to_string(kMostEvents) + " events up to it",
           "show fewer samples: train, assign, test");
  }
  if (faults > kMostTold)
    diagnostics.error(Code::sample_size, "others",
                      std::to_string(faults - kMostTold) + " more recordings are at fault");
}

}  // namespace synfire
