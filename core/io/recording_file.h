// A recording that is written while its run goes on, or several in one file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/io/atomic_file.h"
#include "core/io/hdf5.h"
#include "core/io/recording.h"

namespace synfire {

/// What was appended stays: before every write the file makes sure of its room on the disk, so that
/// a full one leaves a file that can be finished and read. Calls come in the order: begin, append,
/// finish, for one run after the other; commit.
class RecordingFile {
 public:
  /// Throws file_write.
  explicit RecordingFile(const std::filesystem::path& path);

  /// The only run, at the root of the file; or run number `run`, in /runs/<run>.
  void begin(std::optional<std::uint64_t> run = {});
  /// Adds to the spikes of some populations, whose times are not before those that are there.
  /// Throws file_write where the disk is full, and has added nothing then.
  void append(const std::vector<SpikeTrain>& spikes);
  /// The rest of the run's recording; its spikes are not looked at. Throws the same.
  void finish(const Recording& recording);

  /// A run of several that is finished, for restore_run() of another file.
  std::vector<std::byte> image_of_run(std::uint64_t run) const;
  /// In the place of begin() to finish(), which gave these bytes. Throws file_write.
  void restore_run(std::uint64_t run, std::span<const std::byte> image);

  /// The file that becomes the recording, for whoever must remove it when the program is stopped.
  const std::filesystem::path& temporary() const { return temporary_; }

  /// In /summary: a dataset a column, and the names of the settings as an attribute.
  void write_summary(const Summary& summary);
  /// The file appears. Throws file_write.
  void commit();

 private:
  Hdf5Writer& runs();
  std::uint64_t rest_bytes(const Recording& recording) const;
  Hdf5Writer& group_of(const SpikeTrain& train);

  AtomicFile output_;
  std::filesystem::path temporary_;
  Hdf5Writer root_;
  std::optional<Hdf5Writer> runs_, run_, spikes_;
  std::map<std::string, Hdf5Writer> trains_;  // by population, of this run
};

/// What a recording tells of one of its runs, for another run of the same.
struct StoredRun {
  std::string place;       // "out.h5:/runs/3"
  std::string experiment;  // TOML
  std::string spike_hash;
  Interval interval;  // that was simulated, after the warm-up
};
/// In the order of their numbers. Throws what Hdf5Group::open throws, and file_format where a run
/// was not made from an experiment.
std::vector<StoredRun> read_stored_runs(const std::filesystem::path& path);

}  // namespace synfire
