#include <fmt/format.h>

#include <array>

#include "cli/arguments.h"
#include "cli/bench_events.h"
#include "cli/bench_record.h"
#include "cli/bench_samples.h"
#include "cli/quantity.h"
#include "cli/run_record.h"
#include "cli/session.h"
#include "cli/simulation.h"
#include "cli/table.h"
#include "core/io/report.h"
#include "core/net/reference.h"
#include "neurons/models.h"
#include "targets/cpu/bench.h"

namespace synfire {
namespace {

std::vector<std::string> bench_names() {
  return {"brunel", "cuba", "microcircuit", "kws", "events"};
}
std::vector<std::string> drive_names() { return {"poisson", "dc"}; }
std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (const PlasticityInfo* const rule : plasticity_rules()) names.emplace_back(rule->name);
  return names;
}
std::vector<std::string> engine_names() { return {"clock", "event"}; }

double quantity_of(const Arguments& arguments, std::string_view option, std::string_view unit) {
  return quantity(arguments, option, unit, "synfire bench");
}

Network network_of(const Arguments& arguments) {
  const double scale = quantity_of(arguments, "scale", "");
  const auto seed = static_cast<std::uint64_t>(arguments.integer("seed"));
  if (arguments.text("NAME") == "cuba") return cuba_network(scale, seed);
  const Drive drive = arguments.text("drive") == "dc" ? Drive::dc : Drive::poisson;
  if (arguments.text("NAME") == "microcircuit") return microcircuit_network(drive, scale, seed);
  if (arguments.given("plasticity"))
    return plastic_brunel_network(drive, scale, seed, arguments.text("plasticity"));
  return brunel_network(drive, scale, seed);
}

Json to_json(const BenchResult& result, const Network& network, const BenchOptions& options) {
  Json rates = Json::object();
  for (std::size_t p = 0; p < network.populations.size(); ++p)
    rates[network.populations[p].name] = result.population_rates_hz[p];
  Json json{{"engine", options.engine == BenchEngine::event ? "event" : "clock"},
            {"real_time_factor", result.real_time_factor},
            {"synaptic_events_per_s", result.synaptic_events_per_s},
            {"ceiling_events_per_s", result.ceiling_events_per_s},
            {"rate_hz", result.rate_hz},
            {"population_rates_hz", rates},
            {"spikes", result.spikes},
            {"spike_hash", fmt::format("{:016x}", result.spike_hash)},
            {"build_s", result.build_s},
            {"peak_bytes", result.peak_bytes},
            {"synapses", result.synapses},
            {"bytes_per_synapse", result.bytes_per_synapse},
            {"weight_error", result.weight_error},
            {"threads", options.threads},
            {"ranks", result.ranks}};
  if (result.plastic_synapses > 0)
    json.update({{"plastic_synapses", result.plastic_synapses},
                 {"bytes_per_plastic_synapse", result.bytes_per_plastic_synapse},
                 {"mean_plastic_weight", result.mean_plastic_weight},
                 {"weight_hash", fmt::format("{:016x}", result.weight_hash)}});
  return json;
}

std::string to_text(const BenchResult& result, std::int32_t threads) {
  const double ceiling = result.ceiling_events_per_s * threads * result.ranks;
  std::vector<std::vector<std::string>> rows{
      {"real-time factor", fmt::format("{:.4f}", result.real_time_factor)},
      {"synaptic events per s", fmt::format("{:.1f} M", result.synaptic_events_per_s / 1e6)},
      {"this machine's ceiling", fmt::format("{:.1f} M, {:.0f} % of it reached", ceiling / 1e6,
                                             100 * result.synaptic_events_per_s / ceiling)},
      {"rate [Hz]", fmt::format("{:.3f}", result.rate_hz)},
      {"spikes", fmt::format("{}", result.spikes)},
      {"spike hash", fmt::format("{:016x}", result.spike_hash)},
      {"build [s]", fmt::format("{:.3f}", result.build_s)},
      {"synapses", fmt::format("{}, {:.2f} bytes each", result.synapses, result.bytes_per_synapse)},
      {"peak memory [MB]", fmt::format("{:.1f}", static_cast<double>(result.peak_bytes) / 1e6)},
      {"weight error", fmt::format("{:.1e} relative", result.weight_error)}};
  if (result.plastic_synapses > 0) {
    rows.push_back(
        {"plastic synapses", fmt::format("{}, {:.2f} bytes each", result.plastic_synapses,
                                         result.bytes_per_plastic_synapse)});
    rows.push_back({"mean plastic weight", fmt::format("{:.6g}", result.mean_plastic_weight)});
    rows.push_back({"weight hash", fmt::format("{:016x}", result.weight_hash)});
  }
  return text_table(rows);
}

/// What some benches alone heed; the others refuse it.
struct Heeded {
  std::string_view option, by;
};
constexpr std::string_view kNetworks = "brunel, cuba, microcircuit";
constexpr std::array kHeeded{Heeded{"drive", "brunel, microcircuit"},
                             Heeded{"plasticity", "brunel"},
                             Heeded{"engine", kNetworks},
                             Heeded{"scale", kNetworks},
                             Heeded{"time", kNetworks},
                             Heeded{"warm-up", kNetworks},
                             Heeded{"max-rate", kNetworks},
                             Heeded{"record", kNetworks},
                             Heeded{"raster", kNetworks},
                             Heeded{"seed", kNetworks},
                             Heeded{"threads", "brunel, cuba, microcircuit, kws"},
                             Heeded{"network", "kws"},
                             Heeded{"input", "kws"},
                             Heeded{"coding", "kws"},
                             Heeded{"samples", "kws"},
                             Heeded{"kernels", "kws"}};

void check_heeded(const Arguments& arguments) {
  const std::string name = arguments.text("NAME");
  Diagnostics diagnostics;
  for (const auto& [option, by] : kHeeded)
    if (arguments.given(option) && by.find(name) == std::string_view::npos)
      diagnostics.error(Code::bad_option_value, "synfire bench",
                        fmt::format("{} does not heed --{}", name, option),
                        fmt::format("leave out --{0}: it is for {1}", option, by));
  diagnostics.throw_if_error();
}

/// What the clock engine alone can do.
void check_options(const BenchOptions& options, const Arguments& arguments) {
  if (options.engine == BenchEngine::clock) return;
  if (arguments.given("max-rate"))
    fail(Code::bad_option_value, "synfire bench", "--engine event does not watch rates",
         "leave out --max-rate, or use --engine clock");
  if (options.threads != 1 || options.exchange != nullptr)
    fail(Code::bad_option_value, "synfire bench", "--engine event runs on one thread of one rank",
         "leave out --threads and mpirun, or use --engine clock");
  if (options.record)
    fail(Code::bad_option_value, "synfire bench", "--engine event records no spikes",
         "use --engine clock");
}

Outcome run(const Arguments& arguments, Session& session) {
  check_heeded(arguments);
  if (arguments.text("NAME") == "kws") return bench_samples(arguments, session);
  if (arguments.text("NAME") == "events") return bench_events(session);
  const Network network = network_of(arguments);
  const bool events = arguments.text("engine") == "event";
  const BenchOptions options{.engine = events ? BenchEngine::event : BenchEngine::clock,
                             .threads = static_cast<std::int32_t>(arguments.integer("threads")),
                             .warm_up_ms = quantity_of(arguments, "warm-up", "ms"),
                             .time_ms = quantity_of(arguments, "time", "ms"),
                             .rate_limit_hz = quantity_of(arguments, "max-rate", "Hz"),
                             .record = arguments.given("record") || arguments.given("raster"),
                             .exchange = session.exchange()};
  check_options(options, arguments);
  session.detail(describe(network));
  const RunRecord record(arguments, session);
  const BenchResult result = run_bench(network, options);
  Outcome outcome;
  outcome.data = to_json(result, network, options);
  outcome.text = to_text(result, options.threads);
  if (!options.record || !session.speaks()) return outcome;
  outcome.data["statistics"] = statistics_json(result, network);
  outcome.text += "\n" + statistics_text(result, network);
  Recording recording = bench_recording(result, network);
  recording.provenance =
      record.provenance(network, result.real_time_factor * recording.interval.length() / 1000);
  if (arguments.given("raster"))
    write_document(arguments.text("raster"), bench_raster(recording, network.name));
  if (arguments.given("record")) write_recording(arguments.text("record"), recording);
  return outcome;
}

}  // namespace

extern const Verb verb_bench{
    .name = "bench",
    .summary = "time a network: real-time factor, synaptic events, inferences, hash of the spikes",
    .examples = {"synfire bench brunel --drive dc --threads 2",
                 "synfire bench kws --network kws.tflite --input x.bin"},
    .options = {{.name = "engine",
                 .kind = ValueKind::choice,
                 .value = "KIND",
                 .meaning = "clock (steps of dt) or event (continuous time)",
                 .fallback = "clock",
                 .choices = engine_names},
                {.name = "drive",
                 .kind = ValueKind::choice,
                 .value = "KIND",
                 .meaning = "brunel, microcircuit: random or constant input",
                 .fallback = "poisson",
                 .choices = drive_names},
                {.name = "plasticity",
                 .kind = ValueKind::choice,
                 .value = "RULE",
                 .meaning = "brunel: the rule that changes the weights between excitatory neurons",
                 .choices = rule_names},
                {.name = "scale",
                 .kind = ValueKind::text,
                 .value = "X",
                 .meaning = "factor of the number of neurons",
                 .fallback = "1"},
                {.name = "time",
                 .kind = ValueKind::text,
                 .value = "T",
                 .meaning = "simulated time that is timed, such as 1s or 500ms",
                 .fallback = "1s"},
                {.name = "warm-up",
                 .kind = ValueKind::text,
                 .value = "T",
                 .meaning = "simulated time before that",
                 .fallback = "200ms"},
                {.name = "threads",
                 .letter = 't',
                 .kind = ValueKind::integer,
                 .value = "N",
                 .meaning = "threads of each rank; the spikes depend on neither",
                 .fallback = "1",
                 .low = 1,
                 .high = 1024},
                {.name = "max-rate",
                 .kind = ValueKind::text,
                 .value = "R",
                 .meaning = "stop where a population's mean rate over 50 ms is above this",
                 .fallback = "200Hz"},
                {.name = "record",
                 .kind = ValueKind::output_file,
                 .value = "FILE.h5",
                 .meaning = "write the spikes of the timed part, print their statistics"},
                {.name = "raster",
                 .kind = ValueKind::output_file,
                 .value = "FILE.svg",
                 .meaning = "draw 500 ms of them, print their statistics"},
                {.name = "seed",
                 .kind = ValueKind::integer,
                 .value = "N",
                 .meaning = "seed of all random numbers",
                 .fallback = "1"},
                bench_network_option(),
                bench_input_option(),
                bench_coding_option(),
                samples_option(),
                kernels_option()},
    .arguments = {{.name = "NAME",
                   .meaning =
                       "a network; kws: inferences over samples; events: delivery by activity",
                   .kind = ValueKind::choice,
                   .choices = bench_names}},
    .run = run,
    .on_ranks = true,
};

}  // namespace synfire
