// Firmware in its board's emulator against the expected file and against the desktop's engine, and
// what it needs.
#include <fmt/format.h>

#include <algorithm>

#include "cli/firmware_job.h"
#include "cli/spiking_job.h"
#include "cli/table.h"
#include "cli/temporary_folder.h"
#include "cli/validation.h"
#include "encoders/stage.h"
#include "targets/mcu/budget.h"
#include "targets/mcu/toolchain.h"

namespace synfire {
namespace {

struct Emulated {
  Tensor values;  // {samples, values} where the firmware ends
  mcu::Measurement measurement;
  std::string compiler, emulator;  // versions
  std::string compiler_words;
};

/// Everything that can be wrong with the command line or this machine, before the work begins.
mcu::Budget check_request(const Arguments& arguments) {
  if (!arguments.given("board"))
    fail(Code::missing_argument, "synfire validate", "--board is missing: firmware is for a board",
         "`synfire validate --help` lists the boards");
  (void)firmware_options(arguments);
  mcu::Budget budget = mcu::parse_budget(arguments.text("budget"));
  mcu::expect_tools(board_of(arguments));
  return budget;
}

Tensor rows_of(std::span<const std::byte> bytes, const Tensor& like) {
  if (bytes.size() != like.bytes().size())
    fail(Code::internal, "synfire validate", "the firmware's outputs are of another size");
  Tensor rows(like.type(), like.shape());
  std::copy(bytes.begin(), bytes.end(), rows.bytes().begin());
  return rows;
}

void expect_bytes(DataType input, DataType logits) {
  if (input != DataType::int8 || logits != DataType::int8)
    fail(Code::target_unsupported, "synfire validate",
         fmt::format("firmware maps int8 to int8 logits, the network {} to {}", to_string(input),
                     to_string(logits)));
}

/// Row `index` of `count`.
void put_row(Tensor& rows, std::int64_t index, std::int64_t count, const Tensor& row) {
  if (rows.empty()) rows = Tensor(row.type(), {count, static_cast<std::int64_t>(row.size())});
  const auto bytes = static_cast<std::int64_t>(row.bytes().size());
  std::ranges::copy(row.bytes(), rows.bytes().begin() + index * bytes);
}

/// What the firmware is given: the samples as quantized values, before the encoder ("offset") that
/// it has itself.
Tensor quantized(const Network& network, const SampleSet& samples) {
  const std::span<const Stage> encoders(network.inputs.front().encoders);
  if (encoders.size() < 2) return samples.data;
  Tensor rows;
  for (std::int64_t i = 0; i < samples.count(); ++i)
    put_row(rows, i, samples.count(),
            encode(encoders.first(encoders.size() - 1), samples.sample(i)));
  return rows;
}

/// Every row through the decoders.
Tensor decoded(std::span<const Stage> decoders, const Tensor& values) {
  const SampleSet samples{values, {values.shape()[1]}, {}};
  Tensor rows;
  for (std::int64_t i = 0; i < samples.count(); ++i)
    put_row(rows, i, samples.count(), decode(decoders, samples.sample(i)));
  return rows;
}

Emulated emulate(const FirmwareJob& job, const Tensor& samples, const Tensor& like,
                 const Session& session) {
  const TemporaryFolder folder;
  mcu::write_firmware(folder.path(), job.files);
  session.detail("building the firmware with " + job.board->compiler);
  const auto firmware = mcu::build_firmware(folder.path(), job.files, *job.board);
  session.detail("running it in " + job.board->emulator);
  auto run = mcu::emulate_firmware(folder.path(), firmware, *job.board, samples.bytes(),
                                   samples.shape()[0]);
  return {rows_of(run.output, like), run.measurement,
          mcu::version_of(job.board->compiler, folder.path()),
          mcu::version_of(job.board->emulator, folder.path()), firmware.warnings};
}

/// The desktop's values where the firmware ends: at the logits, at the output, or at a decoder
/// between them that is left to the firmware's user.
Tensor values_at_end(const Network& network, const mcu::Plan& plan, const RunResult& engine) {
  const std::span<const Stage> decoders(network.outputs.front().decoders);
  if (!plan.decoding.any()) return engine.logits;
  if (plan.decoders.empty()) return engine.outputs;
  return decoded(decoders.subspan(1, decoders.size() - 1 - plan.decoders.size()), engine.logits);
}

/// What comes after the firmware's end is computed here.
Tensor decoded(const Validation& validation, const mcu::Plan& plan, const Tensor& values) {
  const std::span<const Stage> decoders(validation.network.outputs.front().decoders);
  if (validation.stage.name == "logits" || plan.decoders.empty()) return values;
  return decoded(decoders.last(plan.decoders.size()), values);
}

/// For each MHz of the clock, at one instruction a cycle.
double inferences_per_s_per_mhz(const mcu::Measurement& m) {
  return m.instructions_mean() > 0 ? 1e6 / static_cast<double>(m.instructions_mean()) : 0;
}

Json to_json(const Emulated& emulated, const FirmwareJob& job, const RunResult& engine) {
  const mcu::Measurement& m = emulated.measurement;
  return {{"kind", "measured"},
          {"board", job.board->name},
          {"samples", m.samples},
          {"instructions_per_inference", m.instructions_mean()},
          {"instructions_least", m.instructions_least},
          {"instructions_greatest", m.instructions_greatest},
          {"instructions_total", m.instructions_total},
          {"synops_per_inference", engine.per_sample(engine.synops_total)},
          {"estimated",
           {{"inferences_per_s_per_mhz", inferences_per_s_per_mhz(m)},
            {"assumes", "one instruction a cycle"}}},
          {"flash_bytes", m.flash_bytes()},
          {"text_bytes", m.size.text},
          {"data_bytes", m.size.data},
          {"ram_bytes",
           {{"state", job.footprint().state_bytes},
            {"static", m.size.ram()},
            {"stack", m.stack_bytes},
            {"total", m.ram_bytes()}}},
          {"stack_bytes", m.stack_bytes},
          {"compiler", emulated.compiler},
          {"compiler_words", emulated.compiler_words},
          {"emulator", emulated.emulator}};
}

std::string text_of(const Emulated& emulated, const FirmwareJob& job, const RunResult& engine) {
  const mcu::Measurement& m = emulated.measurement;
  const std::vector<std::vector<std::string>> rows{
      {"measured on " + job.board->name, "", ""},
      {"instructions an inference", grouped(m.instructions_mean()),
       fmt::format("{} to {} in {} samples", grouped(m.instructions_least),
                   grouped(m.instructions_greatest), m.samples)},
      {"SynOps an inference", fmt::format("{:.1f}", engine.per_sample(engine.synops_total)),
       "counted by the desktop's engine"},
      {"inferences a second and MHz", fmt::format("{:.3f}", inferences_per_s_per_mhz(m)),
       "estimated: one instruction a cycle"},
      {"flash, bytes", grouped(m.flash_bytes()),
       fmt::format("text {}, data {}", m.size.text, m.size.data)},
      {"RAM, bytes", grouped(m.ram_bytes()),
       fmt::format("static {} (state {}), stack {}", m.size.ram(), job.footprint().state_bytes,
                   m.stack_bytes)}};
  return text_table(rows) + fmt::format("{}\n{}\n", emulated.compiler, emulated.emulator);
}

Json to_json(const mcu::Budget& budget, const mcu::Measurement& measurement) {
  Json limits = Json::object();
  for (const mcu::Limit& limit : budget)
    limits[std::string(limit.key->name)] = {{"allowed", limit.allowed},
                                            {"needed", limit.needed(measurement)}};
  return limits;
}

/// The same bits as the engine's, whatever the file says.
void compare_with_engine(Validation& validation, const Tensor& engine, const Tensor& values,
                         Outcome& outcome) {
  const Difference difference = difference_of(engine, values);
  outcome.data["engine_different_bytes"] = difference.bytes;
  outcome.text += fmt::format("{} the desktop's engine: {} of {} bytes differ\n",
                              difference.bytes == 0 ? "equal to" : "different from",
                              difference.bytes, values.bytes().size());
  report_difference(validation.diagnostics, "the desktop's engine has", "the firmware's end",
                    engine, values, difference);
}

Outcome run(const Arguments& arguments, Session& session) {
  const mcu::Budget budget = check_request(arguments);
  if (const Network network = open_network(arguments, session); mcu::is_spiking(network))
    return validate_spiking(arguments, session, network);
  Validation validation = open_validation(arguments, session);
  const FirmwareJob job = make_firmware_job(arguments, validation.network, validation.stage.name);
  const RunResult engine = simulate(validation, arguments, session);
  const Tensor samples = quantized(validation.network, validation.samples);
  expect_bytes(samples.type(), engine.logits.type());
  const Tensor wanted = values_at_end(validation.network, job.plan, engine);
  const Emulated emulated = emulate(job, samples, wanted, session);
  Outcome outcome;
  outcome.data = to_json(emulated, job, engine);
  outcome.data["network_hash"] = job.plan.hash;
  compare_with_expected(validation, decoded(validation, job.plan, emulated.values), outcome);
  compare_with_engine(validation, wanted, emulated.values, outcome);
  mcu::check_budget(budget, emulated.measurement, "board " + job.board->name,
                    validation.diagnostics);
  outcome.data["budget"] = to_json(budget, emulated.measurement);
  if (arguments.given("output")) {
    write_firmware_folder(arguments.text("output"), job, outcome.data,
                          outcome.text + "\n" + text_of(emulated, job, engine));
    session.message("wrote " + arguments.text("output"));
  }
  outcome.text += "\n" + text_of(emulated, job, engine);
  outcome.diagnostics = validation.diagnostics.list();
  return outcome;
}

}  // namespace

extern const ValidationTarget validate_mcu{
    .name = "mcu", .options = {"board", "budget", "output", "ring", "packed-weights"}, .run = run};

}  // namespace synfire
