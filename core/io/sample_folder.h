// Folders of one-sample .bin files, and which file format a path holds.
#pragma once

#include <string>
#include <string_view>

#include "core/io/samples.h"

namespace synfire {

enum class TensorFormat : std::uint8_t { raw, npy, csv, idx };

/// By extension (.bin, .npy, .csv), else by content; throws `file_format` when neither tells.
TensorFormat format_of(const std::filesystem::path& path);

/// The files of y_labels.csv (lines "name,label" or "name,classes,label") in its order, or without
/// one every .bin file in the order of their names.
void read_sample_folder(const std::filesystem::path& folder, DataType element, const Shape& shape,
                        std::int64_t limit, SampleSet& samples);

/// Whether the name of a file in a list is of one inside the list's folder.
bool stays_inside(const std::filesystem::path& name);

/// "12" as a class number; throws `label_mismatch` located at `where`.
std::int64_t parse_label(std::string_view field, const std::string& where);

}  // namespace synfire
