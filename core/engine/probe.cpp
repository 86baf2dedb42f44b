#include "core/engine/probe.h"

#include <algorithm>
#include <charconv>

namespace synfire {
namespace {

void check_state(const ModelInfo& model, const ProbeSpec& spec) {
  const std::vector<std::string> names = model.state_names();
  if (std::ranges::find(names, spec.variable) != names.end()) return;
  const std::string near = nearest_name(spec.variable, names);
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "" : ", ") + name;
  fail(Code::unknown_name, "probe " + spec.population + "." + spec.variable,
       "model " + std::string(model.name) + " has no such state",
       near.empty() ? "states: " + all : "did you mean '" + near + "'?");
}

[[noreturn]] void bad_probe(const std::string& text) {
  fail(Code::bad_option_value, "--probe",
       "'" + text + "' is not POPULATION.VARIABLE or POPULATION.VARIABLE:STEPS",
       "for example conv1.v or output.v:10");
}

}  // namespace

Probe::Probe(const CompiledNetwork& compiled, ProbeSpec spec)
    : spec_(std::move(spec)),
      population_(compiled.index_of(spec_.population)),
      neurons_(compiled.network().populations[population_].size()) {
  check_state(*compiled.nodes()[population_].model, spec_);
}

void Probe::record(const ClockEngine& engine, std::int64_t first_step, Trace& trace) const {
  const std::int64_t step = engine.steps_done() - 1;
  if (step % spec_.interval != 0) return;
  const std::vector<double> values = engine.group(population_).state(spec_.variable);
  trace.steps.push_back(first_step + step);
  trace.values.insert(trace.values.end(), values.begin(), values.end());
}

Trace Probe::empty_trace() const { return {spec_, neurons_, {}, {}}; }

ProbeSpec parse_probe(const std::string& text) {
  ProbeSpec spec;
  const std::size_t colon = text.rfind(':');
  const std::string path = text.substr(0, colon);
  if (colon != std::string::npos) {
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data() + colon + 1, end, spec.interval);
    if (error != std::errc() || at != end || spec.interval < 1) bad_probe(text);
  }
  const std::size_t dot = path.rfind('.');
  if (dot == std::string::npos || dot == 0 || dot + 1 == path.size()) bad_probe(text);
  spec.population = path.substr(0, dot);
  spec.variable = path.substr(dot + 1);
  return spec;
}

}  // namespace synfire
