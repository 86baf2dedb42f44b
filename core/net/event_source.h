// Recordings of events as samples of data sets, and what is known of their formats. Formats live in
// encoders/sources/, one file each, and reach the reader of experiments through this descriptor
// only.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string_view>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// The spikes of one sample, as they are to be sent.
struct EventSample {
  std::vector<double> times_ms;        // from the start of the sample, ascending
  std::vector<std::uint32_t> neurons;  // of each its neuron in the population that sends them
};

/// Samples of which any may be read: of a file that has many, or of a folder whose files are one
/// each.
class EventSet {
 public:
  virtual ~EventSet() = default;
  virtual std::size_t samples() const = 0;
  /// The class of each, 0 and up; empty where nothing tells them.
  virtual std::vector<std::int64_t> labels() const = 0;
  /// Throws file_truncated, file_corrupt, file_format or file_too_large, and sample_size for an
  /// event of a neuron that is not there; located at the file, sample and event.
  virtual EventSample read(std::size_t sample) = 0;
  /// Those that were read so far.
  virtual std::vector<std::filesystem::path> files() const = 0;
};

/// A format of recordings: everything there is to know about it. Exactly one of the functions is
/// there; `shape` is that of the population that sends the events.
struct SourceInfo {
  std::string_view name;
  std::string_view summary;
  std::vector<std::string_view> extensions;  // of its files, such as ".bin"
  std::string_view layout;                   // what is where in a file, and the neuron of an event
  std::string_view source;
  /// Of formats with one sample a file. Throws as EventSet::read.
  EventSample (*read)(const std::filesystem::path& file, const Shape& shape) = nullptr;
  /// Of formats with many samples a file. Throws what is wrong with the file as a whole.
  std::unique_ptr<EventSet> (*open)(const std::filesystem::path& file,
                                    const Shape& shape) = nullptr;
};

}  // namespace synfire
