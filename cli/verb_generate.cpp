#include "cli/arguments.h"
#include "cli/firmware_job.h"
#include "cli/network_file.h"
#include "cli/session.h"
#include "cli/spiking_job.h"

namespace synfire {
namespace {

std::vector<std::string> target_names() { return {"mcu"}; }
std::vector<std::string> stage_names() { return {"output", "logits"}; }

/// A wrong option is told before a missing network.
void check_options(const Arguments& arguments) {
  const bool board = arguments.given("board"), package = arguments.given("package");
  if (!board && !package)
    fail(Code::missing_argument, "synfire generate",
         "--board or --package is missing: firmware is for a board, a package for a build system",
         "`synfire generate --help` lists both");
  if (board && package)
    fail(Code::bad_option_value, "synfire generate",
         "--board and --package are two kinds of folder: a package is for any board");
  (void)firmware_options(arguments);
}

Outcome generate(const auto& job, const Arguments& arguments, Session& session) {
  const std::string folder = arguments.text("output");
  write_firmware_folder(folder, job);
  Outcome outcome;
  outcome.data = computed_report(job);
  outcome.data["output"] = folder;
  outcome.text = computed_text(job);
  session.message("wrote " + folder);
  return outcome;
}

Outcome run(const Arguments& arguments, Session& session) {
  check_options(arguments);
  const Network network = read_network(arguments.text("NETWORK"));
  if (mcu::is_spiking(network))
    return generate(make_spiking_job(arguments, network), arguments, session);
  return generate(make_firmware_job(arguments, network, arguments.text("stage")), arguments,
                  session);
}

}  // namespace

extern const Verb verb_generate{
    .name = "generate",
    .summary = "write firmware for a microcontroller, or C99 sources for a build system",
    .examples = {"synfire generate kws.nir --board mps2-an386 -o fw/",
                 "synfire generate kws.nir --package zephyr --ring 256 -o snn/"},
    .options = {{.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::text,
                 .value = "FOLDER",
                 .meaning = "the folder to write",
                 .required = true},
                {.name = "target",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "what the network is generated for",
                 .fallback = "mcu",
                 .choices = target_names},
                board_option(),
                {.name = "package",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "instead of a board's firmware, sources for a build system",
                 .choices = mcu::package_names},
                ring_option(),
                packed_weights_option(),
                {.name = "stage",
                 .kind = ValueKind::choice,
                 .value = "NAME",
                 .meaning = "where the firmware ends; after the logits comes softmax and the like",
                 .fallback = "output",
                 .choices = stage_names}},
    .arguments = {{"NETWORK", "a quantized network in any coding, or a lowered one (.nir)"}},
    .run = run,
};

}  // namespace synfire
