// The program: finds the verb, runs it, reports.
#pragma once

#include <string>
#include <vector>

namespace synfire {

/// `words` are the command line without the program's name; returns the exit status.
int run_app(const std::vector<std::string>& words);

}  // namespace synfire
