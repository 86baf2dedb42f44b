// Probes: a state variable of a population, recorded at an interval.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/engine/clock_engine.h"

namespace synfire {

/// What to record: every `interval` steps, counted from the sample's first step.
struct ProbeSpec {
  std::string population;
  std::string variable;  // one of the model's states, such as "v"
  std::int64_t interval = 1;
};

/// Values {times, neurons} of one probe.
struct Trace {
  ProbeSpec spec;
  std::int64_t neurons = 0;
  std::vector<std::int64_t> steps;
  std::vector<double> values;  // row by row
};

class Probe {
 public:
  /// Throws network_invalid (no such population) or unknown_name (no such state, with the nearest).
  Probe(const CompiledNetwork& compiled, ProbeSpec spec);

  /// Call after every step of `engine`; `first_step` is added to the recorded step numbers.
  void record(const ClockEngine& engine, std::int64_t first_step, Trace& trace) const;
  Trace empty_trace() const;

 private:
  ProbeSpec spec_;
  std::size_t population_;
  std::int64_t neurons_;
};

/// Reads "POPULATION.VARIABLE" or "POPULATION.VARIABLE:INTERVAL"; throws bad_option_value.
ProbeSpec parse_probe(const std::string& text);

}  // namespace synfire
