// `run exp.toml`: an experiment from its file to its results.
#pragma once

#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"

namespace synfire {

/// Whether the argument is an experiment: by its name.
bool is_experiment(const Arguments& arguments);

Outcome run_experiment_file(const Arguments& arguments, Session& session);

/// Options that only experiments heed; and what they share with networks is not among them.
std::vector<OptionInfo> experiment_options();

}  // namespace synfire
