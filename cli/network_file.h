// Files that verbs take and make: what they hold, and whether they can be written.
#pragma once

#include <filesystem>
#include <string>

#include "converters/nir/nir.h"
#include "core/net/network.h"

namespace synfire {

enum class ModelFormat : std::uint8_t { tflite, nir };

/// By content, whatever the name; by name when the content is damaged beyond recognition.
ModelFormat model_format_of(const std::filesystem::path& path);

/// Reads a converted network or a NIR import; a .tflite is refused with a hint to convert it.
Network read_network(const std::filesystem::path& path, const NirOptions& options = {});

/// Throws file_format or file_not_found where `path` is nothing that `run` simulates, such as a
/// folder or a recording, and says what it is; a damaged network, or one that is not there, is told
/// by what reads it.
void check_simulated(const std::filesystem::path& path);

/// Throws `file_write` now rather than after a long simulation; `input` must not be overwritten.
void check_output(const std::filesystem::path& path, const std::filesystem::path& input);

}  // namespace synfire
