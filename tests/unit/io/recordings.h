// Recordings for the tests of what reads and draws them.
#pragma once

#include "core/io/recording.h"

namespace synfire::test {

/// Two populations, of which "b" comes first in the network; states, weights, a task, trials of 50
/// ms.
inline Recording small_recording() {
  Recording recording;
  recording.spikes = {{"b", {1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 99}, {}, {}},
                      {"a", {5.0, 5.0, 55.5, 65.5}, {0, 7, 3, 3}, {1, -2, 3, 1}}};
  recording.spikes[0].node_ids.assign(11, 2);
  recording.traces = {{"b", "v", {0, 10, 20}, {1, 2, 3, 4, 5, 6}, {1, 4}, "mV"}};
  recording.weights = {{"a to b", "pA", {0, 100}, {1, 2, 3, 1.5, 2, 2.5}}};
  recording.trials = {{"game", {"left", "right"}, 1, {}}};
  for (std::uint64_t k = 0; k < 3; ++k)
    recording.trials[0].trials.push_back(
        {30.0 * static_cast<double>(k), k, 0, k % 2, 1, 0.5, k % 2, 1});
  recording.weights = {
      {"a to b", "pA", {0, 100}, {1, 2, 3, 1.5, 2, 2.5}, {0, 1, 2}, {5, 5, 5}, {1, 3}}};
  Classification digits;
  digits.dataset = "digits", digits.readout = "b", digits.classes = 2;
  digits.samples = {7, 8, 9}, digits.labels = {0, 1, 1}, digits.predictions = {0, 1, -1};
  digits.spikes = {4, 5, 0}, digits.assignments = {1, 0, -1, 1};
  digits.responses = {0, 2, 3, 1, 0, 0, 1, 2};
  digits.learnt = {50, 100, 150}, digits.learnt_accuracy = {0.5, 0.6, 0.75};
  digits.shown = 250, digits.shown_again = 3;
  recording.classifications = {digits};
  recording.interval = {0, 100};
  recording.trial_ms = 50;
  recording.predictions = {1, 0};
  recording.labels = {1, 1};
  recording.layers = {{"b", "", 4, 11, 30, 0}, {"a", "", 10, 4, 0, 0}};
  recording.provenance.argv = {"synfire", "run", "a b.nir"};
  recording.provenance.version = "0.1.0";
  recording.provenance.seed = ~std::uint64_t{0};
  recording.provenance.started = "2026-01-01T00:00:00Z";
  return recording;
}

/// Of a sweep over a key and two values of another, each twice: the change is x + 10 g, + or - 1.
inline Summary small_summary() {
  Summary summary{{"stimulus.a.shift", "b.g, c.g"},
                  {{"b.g, c.g", {}, {}},
                   {"s weight_change", {}, {}},
                   {"seed", {}, {}},
                   {"stimulus.a.shift", {}, {}}}};
  for (const int x : {-10, 0, 10})
    for (const int g : {1, 2})
      for (const int seed : {1, 2}) {
        summary.columns[0].texts.push_back(std::to_string(g));
        summary.columns[1].numbers.push_back(x + 10 * g + (seed == 1 ? 1 : -1));
        summary.columns[2].numbers.push_back(seed);
        summary.columns[3].texts.push_back("\"" + std::to_string(x) + " ms\"");
      }
  return summary;
}

}  // namespace synfire::test
