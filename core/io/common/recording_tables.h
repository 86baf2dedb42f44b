// Tables of recordings: what came of a sweep, of a task, of a data set.
#pragma once

#include <string>

#include "core/io/hdf5.h"
#include "core/io/recording.h"

namespace synfire {

/// Throws file_corrupt where columns do not fit together.
Summary read_summary(const Hdf5Group& group);

/// Throws file_corrupt where a number is none of such a table.
TrialTable read_trial_table(const Hdf5Group& group, const std::string& task);

/// Throws file_corrupt where columns do not fit together.
Classification read_classification(const Hdf5Group& group, const std::string& dataset);

}  // namespace synfire
