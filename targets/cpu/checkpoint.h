// Checkpoints of a run, or of the runs of a sweep, in a folder that always has a whole one.
//
// stretch-N is what was recorded between checkpoint N and the one before; state-N-R is the state of
// rank R at checkpoint N; run-I is what a run of a sweep has left that was over before; head names
// the files that belong to the last checkpoint, by their digests. A run's file has the digest of
// that of the run before, so that head does not grow with their number. Files appear whole and
// never change, only head is replaced, and comes last: wherever a run is killed, what head names is
// there. All are archives (core/base/state_archive.h). Only one process at a time uses a folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/exchange.h"
#include "core/io/folder_lock.h"
#include "core/io/recording.h"

namespace synfire {

/// What a run must have in common with the one that it goes on from.
struct CheckpointFacts {
  std::string version;
  std::string path, experiment;      // of the experiment, and its TOML
  std::vector<std::string> changes;  // of it, by the command line
  std::vector<InputFile> inputs;     // that it was read from
  std::string output;  // the recording, relative to the folder that the checkpoint's is in
  std::uint64_t ranks = 1;
  // Of the run that goes on:
  std::uint64_t run = 0;  // of a sweep; those before it are over
  std::string network_hash;
  std::uint64_t threads = 1;  // that the network is split for, on each rank
  double time_ms = 0;         // simulated until the last checkpoint

  void visit_state(StateArchive& archive);
};

class CheckpointFolder {
 public:
  using Visit = std::function<void(StateArchive&)>;

  /// For a new run. Called by all ranks. Throws file_write where the folder cannot be made,
  /// folder_in_use where another process uses it, and checkpoint_exists where it has a checkpoint.
  CheckpointFolder(std::filesystem::path path, CheckpointFacts facts, Exchange* exchange);
  /// For a new run that nobody asked for checkpoints of: the folder is made when the first one is
  /// written, and replaces what an earlier run has left in it.
  static std::unique_ptr<CheckpointFolder> made_when_needed(std::filesystem::path path,
                                                            CheckpointFacts facts,
                                                            Exchange* exchange);
  /// For a run that goes on from the checkpoint that is there. Throws file_not_found,
  /// file_truncated, file_corrupt or file_format; folder_in_use; checkpoint_mismatch where another
  /// version wrote it, or another number of ranks.
  CheckpointFolder(std::filesystem::path path, std::string_view version, Exchange* exchange);
  /// A folder that was made and has no checkpoint goes.
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const CheckpointFacts& facts() const { return head_.facts; }
  /// Whether there is a checkpoint.
  bool exists() const { return head_.number > 0; }
  /// Whether it has a state that the run goes on from; else that run begins.
  bool has_state() const { return !next_.states.empty(); }

  /// What the next run is of, which has no state.
  void begin_run(std::string network_hash, std::uint64_t threads);
  /// A run of a sweep is over: `left` visits what it has left, when the next checkpoint is written,
  /// on rank 0. What it had in earlier checkpoints is not needed any more.
  void end_run(Visit left);
  /// The run as it is now: `stretch` visits what was recorded since the last call, `state`
  /// everything else. Called by all ranks. Throws file_write or folder_in_use, and the checkpoint
  /// before stays.
  void save(double time_ms, const Visit& stretch, const Visit& state);
  /// The same between two runs.
  void save();
  /// Calls `state` once, then `stretch` for each stretch, in the order of time. Throws what opening
  /// throws.
  void load(const Visit& stretch, const Visit& state) const;
  /// Calls `left` for each run that is over, in their order. Throws the same.
  void load_ended(const Visit& left) const;
  /// All is over: removes the checkpoint, and the folder where nothing else is in it.
  void remove();

 private:
  struct NamedFile {
    std::string name, digest;
    void visit_state(StateArchive& archive);
  };
  struct Head {
    CheckpointFacts facts;
    std::uint64_t number = 0;  // of the checkpoint, from 1 on
    std::string last_run;      // digest of the file of the last run that is over
    std::vector<NamedFile> states, stretches;
    void visit_state(StateArchive& archive);
  };

  CheckpointFolder(std::filesystem::path path, Exchange* exchange)
      : path_(std::move(path)), exchange_(exchange) {}

  std::size_t rank() const { return exchange_ == nullptr ? 0 : exchange_->rank(); }
  std::size_t ranks() const { return exchange_ == nullptr ? 1 : exchange_->ranks(); }
  void refuse_checkpoint() const;
  void make_folder();
  std::optional<Failure> make_when_needed();
  /// Where `write_mine` adds to the new head, and returns the digest of this rank's state.
  void save(const std::function<std::string(Head&)>& write_mine, bool has_states);
  void write_ended(Head& next) const;
  /// Writes a file of the folder; returns its digest.
  std::string write(const std::string& name, const Visit& visit) const;
  /// Returns its digest.
  std::string read(const std::string& name, const Visit& visit) const;
  void read(const NamedFile& file, const Visit& visit) const;
  void remove_files() const;
  std::vector<std::string> gather(const std::string& digest) const;
  bool is_ours(const std::string& name) const;
  bool is_named(const std::string& name) const;
  /// Removes files of the checkpoint before; all that are of no checkpoint.
  void prune(const Head& before) const;
  void prune() const;

  std::filesystem::path path_;
  Exchange* exchange_;
  std::optional<FolderLock> lock_;
  Head head_, next_;          // as it is on the disk; as the next one goes on
  std::vector<Visit> ended_;  // runs that are over, but not in the folder yet
  std::uint64_t tried_ = 0;   // checkpoints
  bool is_made_ = false;      // the folder, for this run
  bool is_pruned_ = false;    // what earlier processes and failures have left
};

/// Calls `save`; where it cannot write a checkpoint, what there is to tell of it.
std::optional<Diagnostic> warning_of(const std::function<void()>& save);

}  // namespace synfire
