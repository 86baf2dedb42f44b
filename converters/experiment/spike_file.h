// Spike trains of a stimulus from a file.
#pragma once

#include <filesystem>
#include <string>

#include "core/io/recording.h"

namespace synfire {

/// A recording (.h5, SONATA's shape), of which `population` is taken, or its only one where that is
/// empty; or a table (.csv) of times in ms and neurons. Throws what their readers throw;
/// experiment_value where the population is not there.
SpikeTrain read_spike_file(const std::filesystem::path& path, const std::string& population);

}  // namespace synfire
