// A spiking network's firmware in its board's emulator against the desktop's engine, step by step.
#include <fmt/format.h>

#include <cstring>

#include "cli/simulation.h"
#include "cli/spiking_job.h"
#include "cli/table.h"
#include "cli/temporary_folder.h"
#include "targets/cpu/step_trace.h"
#include "targets/mcu/budget.h"
#include "targets/mcu/toolchain.h"

namespace synfire {
namespace {

using Words = std::vector<std::uint32_t>;

/// What the demo writes: of every step the spikes of all populations, then the output's potentials.
class Record {
 public:
  Record(const Network& network, const mcu::SpikingPlan& plan) : network_(network), plan_(plan) {}

  void add(const StepTrace& trace) {
    for (std::size_t step = 0; step < trace.spikes.size(); ++step) {
      for (const mcu::SpikingLayer& layer : plan_.layers)
        add_spikes(trace.spikes[step][network_.index_of(layer.name)], layer);
      add_potentials(trace.potential[step], plan_.out().places);
    }
  }

  std::size_t step_words() const {
    std::int64_t words = plan_.out().places.lane_count();
    for (const mcu::SpikingLayer& layer : plan_.layers) words += layer.spikes.words;
    return static_cast<std::size_t>(words);
  }
  /// "population conv1", or "the output's potentials", that a word of a step belongs to.
  std::string place(std::size_t word) const {
    for (const mcu::SpikingLayer& layer : plan_.layers) {
      const auto words = static_cast<std::size_t>(layer.spikes.words);
      if (word < words) return "spikes of " + layer.name;
      word -= words;
    }
    return fmt::format("potential in lane {} of the output", word);
  }
  const Words& words() const { return words_; }

 private:
  void add_spikes(const std::vector<std::uint32_t>& ids, const mcu::SpikingLayer& layer) {
    const std::size_t first = words_.size();
    words_.resize(first + static_cast<std::size_t>(layer.spikes.words));
    for (const std::uint32_t id : ids) {
      const auto bit = static_cast<std::size_t>(layer.places.bit(id));
      words_[first + bit / 32] |= std::uint32_t{1} << bit % 32;
    }
  }
  void add_potentials(const std::vector<double>& potentials, const mcu::Places& places) {
    const std::size_t first = words_.size();
    words_.resize(first + static_cast<std::size_t>(places.lane_count()));
    for (std::size_t i = 0; i < potentials.size(); ++i)
      words_[first + static_cast<std::size_t>(places.lane(static_cast<std::int64_t>(i)))] =
          static_cast<std::uint32_t>(static_cast<std::int32_t>(potentials[i]));
  }

  const Network& network_;
  const mcu::SpikingPlan& plan_;
  Words words_;
};

struct Emulated {
  mcu::EmulatedRun run;
  std::string compiler, emulator, compiler_words;
};

Emulated emulate(const SpikingJob& job, const SampleSet& samples, const Session& session) {
  const TemporaryFolder folder;
  mcu::write_firmware(folder.path(), job.files);
  session.detail("building the firmware with " + job.board->compiler);
  const auto firmware = mcu::build_firmware(folder.path(), job.files, *job.board);
  session.detail("running it in " + job.board->emulator);
  return {mcu::emulate_firmware(folder.path(), firmware, *job.board, samples.data.bytes(),
                                samples.count() * job.plan.steps),
          mcu::version_of(job.board->compiler, folder.path()),
          mcu::version_of(job.board->emulator, folder.path()), firmware.warnings};
}

Words words_of(const std::vector<std::byte>& bytes) {
  Words words(bytes.size() / sizeof(std::uint32_t));
  std::memcpy(words.data(), bytes.data(), words.size() * sizeof(std::uint32_t));
  return words;
}

void compare(const Record& record, const Words& got, std::int64_t steps, Outcome& outcome,
             Diagnostics& diagnostics) {
  const Words& expected = record.words();
  if (got.size() != expected.size())
    fail(Code::tool_failed, "synfire validate",
         fmt::format("the firmware wrote {} words instead of {}", got.size(), expected.size()));
  std::size_t different = 0, first = 0;
  for (std::size_t i = expected.size(); i-- > 0;)
    if (expected[i] != got[i]) ++different, first = i;
  outcome.data["engine_different_words"] = different;
  outcome.data["compared_words"] = expected.size();
  outcome.text += fmt::format(
      "{} the desktop's engine: {} of {} words differ (spikes of all populations and the "
      "output's potentials, in every step)\n",
      different == 0 ? "equal to" : "different from", different, expected.size());
  if (different == 0) return;
  const std::size_t step = first / record.step_words();
  const auto each = static_cast<std::size_t>(steps);
  diagnostics.error(
      Code::expect_mismatch, fmt::format("sample {}, step {}", step / each, step % each),
      fmt::format("{}: the desktop's engine has {:#x}, got {:#x}",
                  record.place(first % record.step_words()), expected[first], got[first]));
}

double mean_synops(std::uint64_t synops, const mcu::Measurement& m) {
  return static_cast<double>(synops) / static_cast<double>(m.samples);
}

/// Events of such a recording that a processor takes up in a second for each MHz of its clock, at
/// one instruction a cycle.
double events_per_s_per_mhz(const mcu::Measurement& m) {
  const double instructions = static_cast<double>(m.instructions_total) +
                              static_cast<double>(m.events * m.push_instructions);
  return instructions > 0 ? 1e6 * static_cast<double>(m.events) / instructions : 0;
}

Json to_json(const Emulated& emulated, const SpikingJob& job, std::uint64_t synops) {
  const mcu::Measurement& m = emulated.run.measurement;
  return {
      {"kind", "measured"},
      {"board", job.board->name},
      {"steps", m.samples},
      {"events", m.events},
      {"instructions_per_step", m.instructions_mean()},
      {"instructions_least", m.instructions_least},
      {"instructions_greatest", m.instructions_greatest},
      {"instructions_per_push", m.push_instructions},
      {"synops_per_step", mean_synops(synops, m)},
      {"estimated",
       {{"events_per_s_per_mhz", events_per_s_per_mhz(m)}, {"assumes", "one instruction a cycle"}}},
      {"flash_bytes", m.flash_bytes()},
      {"ram_bytes",
       {{"state", mcu::footprint(job.plan).state_bytes},
        {"static", m.size.ram()},
        {"stack", m.stack_bytes},
        {"total", m.ram_bytes()}}},
      {"stack_bytes", m.stack_bytes},
      {"compiler", emulated.compiler},
      {"compiler_words", emulated.compiler_words},
      {"emulator", emulated.emulator}};
}

std::string text_of(const Emulated& emulated, const SpikingJob& job, std::uint64_t synops) {
  const mcu::Measurement& m = emulated.run.measurement;
  const std::vector<std::vector<std::string>> rows{
      {"measured on " + job.board->name, "", ""},
      {"instructions a step", grouped(m.instructions_mean()),
       fmt::format("{} to {} in {} steps", grouped(m.instructions_least),
                   grouped(m.instructions_greatest), m.samples)},
      {"instructions to push an event", grouped(m.push_instructions),
       fmt::format("{} events", grouped(m.events))},
      {"SynOps a step", fmt::format("{:.1f}", mean_synops(synops, m)),
       "counted by the desktop's engine"},
      {"events a second and MHz", fmt::format("{:.1f}", events_per_s_per_mhz(m)),
       "estimated: such events, one instruction a cycle"},
      {"flash, bytes", grouped(m.flash_bytes()),
       fmt::format("text {}, data {}", m.size.text, m.size.data)},
      {"RAM, bytes", grouped(m.ram_bytes()),
       fmt::format("static {} (state {}), stack {}", m.size.ram(),
                   mcu::footprint(job.plan).state_bytes, m.stack_bytes)}};
  return text_table(rows) + fmt::format("{}\n{}\n", emulated.compiler, emulated.emulator);
}

void warn_of_unused(const Arguments& arguments, Diagnostics& diagnostics) {
  for (const std::string_view option : {"expect", "stage", "packed-weights"})
    if (arguments.given(option))
      diagnostics.warning(Code::option_unused, "synfire validate",
                          fmt::format("--{} has no effect on spiking firmware, which is compared "
                                      "with the desktop's engine",
                                      option));
}

void expect_none_dropped(const Emulated& emulated, const SpikingJob& job) {
  if (const std::int64_t dropped = emulated.run.measurement.dropped; dropped > 0)
    fail(Code::resource_limit, "--ring",
         fmt::format("{} events found the ring of {} full; it holds those of {} steps", dropped,
                     job.options.ring, job.plan.input_delay + 1));
}

}  // namespace

Outcome validate_spiking(const Arguments& arguments, Session& session, const Network& network) {
  const mcu::Budget budget = mcu::parse_budget(arguments.text("budget"));
  Diagnostics diagnostics;
  warn_of_unused(arguments, diagnostics);
  const SpikingJob job = make_spiking_job(arguments, network);
  const SampleSet samples = open_samples(arguments, network, session);
  StepTracer engine(network);
  Record record(network, job.plan);
  for (std::int64_t i = 0; i < samples.count(); ++i) record.add(engine.trace(samples.sample(i)));
  const Emulated emulated = emulate(job, samples, session);
  expect_none_dropped(emulated, job);
  Outcome outcome;
  outcome.data = to_json(emulated, job, engine.synops());
  outcome.data["network_hash"] = job.plan.hash;
  compare(record, words_of(emulated.run.output), job.plan.steps, outcome, diagnostics);
  mcu::check_budget(budget, emulated.run.measurement, "board " + job.board->name, diagnostics);
  if (arguments.given("output")) {
    write_firmware_folder(arguments.text("output"), job, outcome.data,
                          outcome.text + "\n" + text_of(emulated, job, engine.synops()));
    session.message("wrote " + arguments.text("output"));
  }
  outcome.text += "\n" + text_of(emulated, job, engine.synops());
  outcome.diagnostics = diagnostics.list();
  return outcome;
}

}  // namespace synfire
