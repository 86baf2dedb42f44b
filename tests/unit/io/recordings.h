// Recordings for the tests of what reads and draws them.
#pragma once

#include "core/io/recording.h"

namespace synfire::test {

/// Two populations, of which "b" comes first in the network; states, weights, trials of 50 ms.
inline Recording small_recording() {
  Recording recording;
  recording.spikes = {{"b", {1, 11, 21, 31, 41, 51, 61, 71, 81, 91, 99}, {}, {}},
                      {"a", {5.0, 5.0, 55.5, 65.5}, {0, 7, 3, 3}, {1, -2, 3, 1}}};
  recording.spikes[0].node_ids.assign(11, 2);
  recording.traces = {{"b", "v", {0, 10, 20}, {1, 2, 3, 4, 5, 6}, {1, 4}, "mV"}};
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

}  // namespace synfire::test
