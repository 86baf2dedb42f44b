// What a run leaves behind: spikes in SONATA's shape, outputs, activity per layer, provenance.
//
// Layout: /spikes/<population>/{timestamps [ms], node_ids, payload?}, attribute sorting = by_time
// (SONATA developer guide, "Output file formats"); /outputs/{values, logits, predictions, labels};
// /report/<population>/<variable>/{data {times, neurons}, time [ms]} of probes;
// /layers/{population, origin, neurons, spikes, synops, macs}, one row per population;
// /provenance with one attribute per fact.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

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
  std::vector<double> values;  // {times, neurons}
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
  std::string spike_hash;     // of its spikes
  std::string settings_json;  // every setting after defaults, files and flags were merged
};

struct Recording {
  std::vector<SpikeTrain> spikes;
  std::vector<StateTrace> traces;
  Tensor outputs;  // {samples, values}; an empty Tensor is not written
  Tensor logits;
  std::vector<std::int64_t> predictions;
  std::vector<std::int64_t> labels;
  std::vector<LayerRow> layers;
  Provenance provenance;
};

/// Writes through a temporary name. Throws file_write (nothing is left behind) and internal when a
/// train's arrays differ in length.
void write_recording(const std::filesystem::path& path, const Recording& recording);

/// "2026-05-04T12:30:00Z"
std::string utc_now();
/// "gcc 12.2.0"
std::string compiler_name();
/// Throws file_not_found.
std::string file_sha256(const std::filesystem::path& path);

}  // namespace synfire
