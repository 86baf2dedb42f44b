// Recordings at a path: a file that has many of them, or a folder with one a file.
#pragma once

#include <filesystem>
#include <memory>
#include <span>

#include "core/net/event_source.h"

namespace synfire {

using Sources = std::span<const SourceInfo* const>;

/// A file is read by the format that has its extension. In a folder the samples are, in this order:
/// those of `labels` where it lists them (lists_recordings); those of y_labels.csv, such a table;
/// those in folders 0, 1, 2 ... of their classes, in the order of the files' names over all
/// classes; or all, in the order of their names. Names are in the order that people give them: 2
/// before 10. `labels` itself is no recording. Throws file_not_found, file_format where no format
/// or several would do, label_mismatch or file_corrupt at the line of a table, and what the format
/// throws.
std::unique_ptr<EventSet> open_events(const std::filesystem::path& path, const Shape& shape,
                                      Sources sources, const std::filesystem::path& labels = {});

/// Whether a table (.csv, .tsv, .txt) has lines of recordings and classes: "1.bin,5", "1,5", or
/// with columns between and blanks instead of commas; the first one may name the columns.
bool lists_recordings(const std::filesystem::path& table, const std::filesystem::path& folder,
                      Sources sources);

}  // namespace synfire
