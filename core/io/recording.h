// What a run leaves behind: spikes in SONATA's shape, outputs, activity per layer, provenance.
//
// Layout: /spikes/<population>/{timestamps [ms], node_ids, payload?}, attribute sorting = by_time
// (SONATA developer guide, "Output file formats"), with begin_ms, end_ms and trial_ms of the run as
// attributes of /spikes; /outputs/{values, logits, predictions, labels};
// /report/<population>/<variable>/{data {times, neurons}, time [ms], node_ids?} of probes;
// /weights/<projection>/{data {times, synapses}, time [ms], source_node_id?, target_node_id?,
// source_shape?};
// /classifications/<data set>/{samples, labels, predictions, spikes, assignments, responses,
// learnt, learnt_accuracy}, as in Classification, with its numbers as attributes;
// data have an attribute units where they are known;
// /trials/<task>/{begin [ms], episode, state, action, reward, surprise, best, over}, one row per
// decision, with attributes actions (their names) and least_actions;
// /layers/{population, origin, neurons, spikes, synops, macs}, one row per population;
// /provenance with one attribute per fact.
// The runs of a sweep are such groups in /runs; /summary has a column a dataset, and the names of
// the keys that were varied in its attribute settings.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/tensor.h"
#include "core/io/summary.h"

namespace synfire {

class Hdf5Writer;

/// Spikes of one population in the order of time.
struct SpikeTrain {
  std::string population;
  std::vector<double> timestamps_ms;
  std::vector<std::uint64_t> node_ids;
  std::vector<std::int32_t> payloads;  // empty when every spike is plain
};

/// A state variable of one population at some times, row by row.
struct StateTrace {
  std::string population;
  std::string variable;
  std::vector<double> times_ms;
  std::vector<double> values;                // {times, neurons}
  std::vector<std::uint64_t> node_ids = {};  // of the columns, rising; empty: 0, 1, ...
  std::string units = {};                    // "mV"; empty: none are told
};

/// Weights of one projection at some times, row by row.
struct WeightTrace {
  std::string projection;
  std::string units;  // "pA"; empty: none are told
  std::vector<double> times_ms;
  std::vector<float> values;                                    // {times, synapses}
  std::vector<std::uint64_t> source_ids = {}, target_ids = {};  // of the synapses; empty: not told
  Shape source_shape = {};  // of the population they come from; empty: not told
};

/// A decision in a task.
struct Trial {
  double begin_ms = 0;
  std::uint64_t episode = 0, state = 0, action = 0;
  double reward = 0, surprise = 0;   // surprise: reward less its prediction
  std::uint64_t best = 0, over = 0;  // 1 where no action was better; where its episode ended
};
/// The columns of whole numbers.
inline constexpr std::pair<const char*, std::uint64_t Trial::*> kTrialCounts[] = {
    {"episode", &Trial::episode},
    {"state", &Trial::state},
    {"action", &Trial::action},
    {"best", &Trial::best},
    {"over", &Trial::over}};
struct TrialTable {
  std::string task;
  std::vector<std::string> actions;  // their names
  double least_actions = 1;          // of an episode
  std::vector<Trial> trials;         // in the order of time
};

/// How a population told the samples of a data set apart.
struct Classification {
  std::string dataset, readout;
  std::int64_t classes = 0;
  std::vector<std::int64_t> samples, labels, predictions;  // that were tested; -1: no prediction
  std::vector<std::uint64_t> spikes;                       // of the readout, by tested sample
  std::vector<std::int64_t> assignments;                   // class of each neuron; -1: none
  std::vector<double> responses;             // {neurons, classes}: mean spikes a sample
  std::vector<std::int64_t> learnt;          // samples that had been shown to learn from when ...
  std::vector<double> learnt_accuracy;       // ... this share of the last ones was told apart
  std::uint64_t shown = 0, shown_again = 0;  // samples
  /// Of recordings, all that were shown together: cut came later than samples are shown.
  std::uint64_t events_sent = 0, events_cut = 0;

  double accuracy() const;
  /// {classes, classes + 1}: tested samples by their class, then what they were taken for; the last
  /// column is of those without prediction.
  std::vector<std::uint64_t> confusion() const;
};

/// The simulated time that was recorded, [begin, end); not known where end is not after begin.
struct Interval {
  double begin_ms = 0, end_ms = 0;

  double length() const { return end_ms - begin_ms; }
  bool is_known() const { return end_ms > begin_ms; }
  bool holds(double time_ms) const { return time_ms >= begin_ms && time_ms < end_ms; }
};

/// Totals of one population over all samples; macs per sample.
struct LayerRow {
  std::string population;
  std::string origin;
  std::int64_t neurons = 0;
  std::uint64_t spikes = 0;
  std::uint64_t synops = 0;
  std::uint64_t macs = 0;
};

struct InputFile {
  std::string path;
  std::string sha256;
};

/// What is needed to make the same file again.
struct Provenance {
  std::vector<std::string> argv;
  std::string version;
  std::string network_hash;
  std::vector<InputFile> inputs;
  std::uint64_t seed = 1;
  std::string compiler;
  std::string isa;
  std::int32_t threads = 1;
  std::string started;  // ISO 8601, UTC
  std::string ended;
  double wall_s = 0;
  std::string experiment;     // TOML that gives the same run; empty where there was none
  std::string spike_hash;     // of its spikes, until:
  double simulated_ms = 0;    // the end of the simulation; behind that of a recording cut short
  std::string settings_json;  // every setting after defaults, files and flags were merged
};

struct Recording {
  std::vector<SpikeTrain> spikes;
  std::vector<StateTrace> traces;
  std::vector<WeightTrace> weights;
  std::vector<TrialTable> trials;
  std::vector<Classification> classifications;
  Interval interval;
  double trial_ms = 0;  // after which the input starts anew; 0: it does not
  Tensor outputs;       // {samples, values}; an empty Tensor is not written
  Tensor logits;
  std::vector<std::int64_t> predictions;
  std::vector<std::int64_t> labels;
  std::vector<LayerRow> layers;
  Provenance provenance;
  Summary summary;  // of a sweep, whose runs are recordings of their own
};

/// Writes through a temporary name. Throws file_write (nothing is left behind) and internal when a
/// train's arrays differ in length.
void write_recording(const std::filesystem::path& path, const Recording& recording);

/// All of a recording but its spikes, into the group of the run and that of its spikes.
void write_beside_spikes(Hdf5Writer& root, Hdf5Writer& spikes, const Recording& recording);

/// All but logits, values of outputs and inputs' digests. Spikes of other SONATA tools too: in any
/// order, with or without a population's group (then named "neurons"), node_ids or gids. Throws,
/// with all faults, file_format (also where there is nothing of these), file_corrupt, and what
/// Hdf5Group::open throws. Of a sweep it is the summary alone, or the recording of run number
/// `run`; throws bad_option_value where there is no such run.
Recording read_recording(const std::filesystem::path& path, std::optional<std::uint64_t> run = {});

/// The name of a population's group: HDF5 would take a slash for a group in a group.
std::string link_name(std::string name);

/// "2026-05-04T12:30:00Z"
std::string utc_now();
/// "gcc 12.2.0"
std::string compiler_name();
/// Throws file_not_found.
std::string file_sha256(const std::filesystem::path& path);

/// The files, with their digests. Those inside of one of the `folders` are one input, whose digest
/// is that of the lines "DIGEST  NAME" of all of them, by name within the folder (what `sha256sum`
/// prints).
std::vector<InputFile> input_digests(std::span<const std::string> files,
                                     std::span<const std::string> folders);

}  // namespace synfire
