#include <algorithm>

#include "cli/firmware_job.h"
#include "cli/validation.h"

namespace synfire {
namespace {

std::vector<std::string> stage_names() { return {"auto", "output", "logits"}; }

std::vector<std::string> target_names() {
  std::vector<std::string> names;
  for (const ValidationTarget* const target : validation_targets())
    names.emplace_back(target->name);
  return names;
}

const ValidationTarget& target_of(const Arguments& arguments) {
  const auto list = validation_targets();
  const auto found = std::find_if(list.begin(), list.end(), [&](const ValidationTarget* target) {
    return target->name == arguments.text("target");
  });
  return **found;  // the words were checked against target_names()
}

/// Options that only other targets use.
void warn_of_unused(const Arguments& arguments, const ValidationTarget& chosen,
                    Diagnostics& diagnostics) {
  for (const ValidationTarget* const target : validation_targets())
    for (const std::string_view option : target->options)
      if (target != &chosen && arguments.given(option))
        diagnostics.warning(
            Code::option_unused, "synfire validate",
            "--" + std::string(option) + " is for --target " + std::string(target->name) + " only");
}

Outcome run(const Arguments& arguments, Session& session) {
  const ValidationTarget& target = target_of(arguments);
  Diagnostics diagnostics;
  warn_of_unused(arguments, target, diagnostics);
  Outcome outcome = target.run(arguments, session);
  outcome.data["target"] = target.name;
  outcome.diagnostics.insert(outcome.diagnostics.begin(), diagnostics.list().begin(),
                             diagnostics.list().end());
  return outcome;
}

OptionInfo target_option() {
  return {.name = "target",
          .kind = ValueKind::choice,
          .value = "NAME",
          .meaning = "what runs the network",
          .fallback = "cpu",
          .choices = target_names};
}

OptionInfo of_firmware(OptionInfo option, std::string_view meaning) {
  option.meaning = meaning;
  return option;
}

std::vector<OptionInfo> validate_options() {
  std::vector<OptionInfo> options{
      input_option(),
      {.name = "expect",
       .letter = 'e',
       .kind = ValueKind::input_file,
       .value = "FILE",
       .meaning = "the expected outputs: .bin, .npy or .csv, a row for each sample"},
      samples_option(),
      {.name = "stage",
       .kind = ValueKind::choice,
       .value = "NAME",
       .meaning = "where to compare",
       .fallback = "auto",
       .choices = stage_names},
      threads_option(),
      kernels_option(),
      target_option(),
      of_firmware(board_option(), "mcu: the board whose emulator runs the firmware"),
      {.name = "budget",
       .kind = ValueKind::text,
       .value = "LIMITS",
       .meaning = "mcu: limits that are checked, flash=64K,ram=20K,instructions=5M"},
      {.name = "output",
       .letter = 'o',
       .kind = ValueKind::text,
       .value = "FOLDER",
       .meaning = "mcu: write the firmware here, with a report of what was measured"},
      of_firmware(ring_option(), "mcu: events that may wait, a power of two"),
      of_firmware(packed_weights_option(),
                  "mcu: RAM that one layer's weights may take in packed form")};
  options.push_back(steps_option());
  for (OptionInfo& option : foreign_options()) options.push_back(std::move(option));
  return options;
}

}  // namespace

extern const Verb verb_validate{
    .name = "validate",
    .summary = "compare every output byte with an expected file, on this machine or a target",
    .examples = {"synfire validate kws.nir --input x.bin --expect y.bin",
                 "synfire validate kws.nir --target mcu --board mps2-an386 --input x.bin --expect "
                 "y.bin --samples 20 --budget flash=64K,ram=20K,instructions=5M"},
    .options = validate_options(),
    .arguments = {{"NETWORK", "a network (.nir)"}},
    .run = run,
};

}  // namespace synfire
