// The desktop's engine against the expected file.
#include "cli/validation.h"

namespace synfire {
namespace {

Outcome run(const Arguments& arguments, Session& session) {
  Validation validation = open_validation(arguments, session);
  const RunResult result = simulate(validation, arguments, session);
  Outcome outcome;
  compare_with_expected(
      validation, validation.stage.name == "output" ? result.outputs : result.logits, outcome);
  outcome.data["network_hash"] = content_hash(validation.network);
  outcome.data["wall_s"] = result.wall_s;
  outcome.diagnostics = validation.diagnostics.list();
  return outcome;
}

}  // namespace

extern const ValidationTarget validate_cpu{.name = "cpu", .options = {}, .run = run};

}  // namespace synfire
