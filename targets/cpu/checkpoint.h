// Checkpoints of a run, in a folder that always has a whole one.
//
// stretch-N is what was recorded between checkpoint N and the one before; state-N-R is the state of
// rank R at checkpoint N; head names the files that belong to the last checkpoint, by their
// digests. Files appear whole and never change, only head is replaced, and comes last: wherever a
// run is killed, what head names is there. All are archives (core/base/state_archive.h).
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
#include "core/io/recording.h"
#include "core/io/spike_piece.h"

namespace synfire {

/// What a run must have in common with the one that it goes on from.
struct CheckpointFacts {
  std::string version;
  std::string experiment;         // TOML, resolved
  std::vector<InputFile> inputs;  // that it was read from
  std::string network_hash;
  std::string output;         // the recording, relative to the folder that the checkpoint's is in
  std::uint64_t threads = 1;  // that the network is split for, on each rank
  std::uint64_t ranks = 1;
  double time_ms = 0;  // simulated until the last checkpoint

  void visit_state(StateArchive& archive);
};

class CheckpointFolder {
 public:
  using Visit = std::function<void(StateArchive&)>;

  /// For a new run. Called by all ranks. Throws file_write where the folder cannot be made, and
  /// checkpoint_exists where it has a checkpoint.
  CheckpointFolder(std::filesystem::path path, CheckpointFacts facts, Exchange* exchange);
  /// For a new run that nobody asked for checkpoints of: the folder is made when the first one is
  /// written, and replaces what an earlier run has left in it.
  static std::unique_ptr<CheckpointFolder> made_when_needed(std::filesystem::path path,
                                                            CheckpointFacts facts,
                                                            Exchange* exchange);
  /// For a run that goes on from the checkpoint that is there. Throws file_not_found,
  /// file_truncated, file_corrupt or file_format; checkpoint_mismatch where another version wrote
  /// it, or another number of ranks.
  CheckpointFolder(std::filesystem::path path, std::string_view version, Exchange* exchange);
  /// A folder that was made and has no checkpoint goes.
  ~CheckpointFolder();
  CheckpointFolder(const CheckpointFolder&) = delete;
  CheckpointFolder& operator=(const CheckpointFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const CheckpointFacts& facts() const { return head_.facts; }
  /// Whether there is a checkpoint.
  bool exists() const { return head_.number > 0; }

  /// The run as it is now: `stretch` visits what was recorded since the last call, `state`
  /// everything else. Called by all ranks. Throws file_write, and the checkpoint before stays.
  void save(double time_ms, const Visit& stretch, const Visit& state);
  /// Calls `state` once, then `stretch` for each stretch, in the order of time. Throws what opening
  /// throws.
  void load(const Visit& stretch, const Visit& state) const;
  /// The run is over: removes the checkpoint, and the folder where nothing else is in it.
  void remove() const;

 private:
  struct NamedFile {
    std::string name, digest;
    void visit_state(StateArchive& archive);
  };
  struct Head {
    CheckpointFacts facts;
    std::uint64_t number = 0;  // of the checkpoint, from 1 on
    std::vector<NamedFile> states, stretches;
    void visit_state(StateArchive& archive);
  };

  CheckpointFolder(std::filesystem::path path, Exchange* exchange)
      : path_(std::move(path)), exchange_(exchange) {}

  std::size_t rank() const { return exchange_ == nullptr ? 0 : exchange_->rank(); }
  std::size_t ranks() const { return exchange_ == nullptr ? 1 : exchange_->ranks(); }
  void refuse_checkpoint() const;
  void make_folder() const;
  std::optional<Failure> make_when_needed();
  /// Writes a file of the folder; returns its digest.
  std::string write(const std::string& name, const Visit& visit) const;
  void read(const NamedFile& file, const Visit& visit) const;
  std::vector<std::string> gather(const std::string& digest) const;
  bool is_ours(const std::string& name) const;
  bool is_named(const std::string& name) const;
  /// Removes files of earlier checkpoints, and of those that were not finished.
  void prune() const;

  std::filesystem::path path_;
  Exchange* exchange_;
  Head head_;
  std::uint64_t tried_ = 0;  // checkpoints
  bool is_made_ = false;     // the folder, for this run
};

/// What was recorded for some time.
struct RecordedStretch {
  using Piece = std::vector<SpikePiece>;  // of some populations

  std::vector<Piece> spikes;  // one after the other: of the same populations in the same order
  std::vector<StateTrace> traces;
  std::vector<WeightTrace> weights;  // archived without the synapses' ids, which the network tells

  /// Adds what comes after it: of the same probes in the same order, or of none.
  void append(RecordedStretch more);

  /// How much there is of each.
  struct Length {
    std::size_t pieces = 0;
    std::vector<std::size_t> state_times, weight_times;
  };
  Length length() const;
  /// What was added since it had that length.
  RecordedStretch since(const Length& before) const;
  void visit_state(StateArchive& archive);
};

/// The spikes of all pieces.
std::vector<SpikeTrain> joined(const std::vector<RecordedStretch::Piece>& pieces);

}  // namespace synfire
