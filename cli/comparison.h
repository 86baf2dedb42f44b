// One quantized model under several codings over the same samples: what each costs and what it
// keeps of the model's bits.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/session.h"
#include "converters/passes/common/coding.h"
#include "targets/cpu/runner.h"

namespace synfire {

/// A coding as it is run: {"rate", T = 64}.
struct CodingRun {
  std::string label;  // "rate T=64"
  std::string coding;
  CodingOptions options;
};

struct CodingResult {
  CodingRun run;
  std::vector<LayerReport> layers;
  RunResult result;
  std::optional<double> accuracy;    // where there are labels
  std::int64_t different_bytes = 0;  // against the reference outputs
  double agreement = 1;              // fraction of samples with the reference's first class

  bool claims_exact() const;
  bool is_exact() const { return different_bytes == 0; }
};

struct Comparison {
  std::string model;
  SampleSet samples;
  std::vector<std::int64_t> labels;
  Tensor reference;              // {samples, values}
  std::string reference_origin;  // what the bytes are compared with
  std::optional<double> reference_accuracy;
  std::vector<CodingResult> codings;    // the table
  std::vector<CodingResult> two_phase;  // accuracy against T
  std::vector<CodingResult> pipelined;
};

struct ComparisonSettings {
  std::vector<CodingRun> table, two_phase, pipelined;
  std::int32_t threads = 1;
  std::int64_t record_samples = 0;
};

/// Runs every coding of the settings. `reference` may be empty: then the graded network's outputs
/// take its place.
Comparison compare_codings(const Network& graded, SampleSet samples,
                           std::vector<std::int64_t> labels, Tensor reference,
                           const ComparisonSettings& settings, const Session& session);

}  // namespace synfire
