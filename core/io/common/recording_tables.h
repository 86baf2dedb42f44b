// Tables of recordings: what came of a sweep, of a task, of a data set.
#pragma once

#include <string>
#include <vector>

#include "core/io/hdf5.h"
#include "core/io/recording.h"

namespace synfire {

/// Names of a group's members; numbers in them count as such: "g2" comes before "g10".
std::vector<std::string> ordered_members(const Hdf5Group& group);

/// Throws file_corrupt where columns do not fit together.
Summary read_summary(const Hdf5Group& group);

/// Throws file_corrupt where a number is none of such a table.
TrialTable read_trial_table(const Hdf5Group& group, const std::string& task);

/// Throws file_corrupt where columns do not fit together.
Classification read_classification(const Hdf5Group& group, const std::string& dataset);

}  // namespace synfire
