// What `info` says of each file format.
#pragma once

#include <filesystem>

#include "cli/verb.h"

namespace synfire {

Outcome tflite_info(const std::filesystem::path& path);
Outcome nir_info(const std::filesystem::path& path);

/// What stands in the way of converting or running is a finding of `info`, not its failure.
std::vector<Diagnostic> as_warnings(std::vector<Diagnostic> diagnostics);

}  // namespace synfire
