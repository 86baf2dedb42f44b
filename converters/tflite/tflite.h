// Reads quantized TensorFlow Lite models (.tflite): int8 activations and weights become a network
// of graded neurons whose outputs equal the source model's bit for bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "core/net/network.h"

namespace synfire {

struct TfliteOptions {
  /// The source runtime rounds once per requantization (TFLITE_SINGLE_ROUNDING) and not twice.
  bool single_rounding = false;
};

/// The graded network of a model: one population per operator that computes, values relative to
/// zero points, encoders and decoders at the edges. Throws Failure with every fault that was found:
/// `file_not_found`, `file_truncated`, `file_format`, `file_corrupt`, `tflite_graph` for bad files;
/// `tflite_operator` (one per operator), `tflite_float`, `tflite_quantization` and `resource_limit`
/// for models that cannot be converted.
Network read_tflite(const std::filesystem::path& file, const TfliteOptions& options = {});
Network read_tflite(std::span<const std::byte> bytes, std::string name,
                    const TfliteOptions& options = {});

struct TfliteTensorSummary {
  std::string name;
  Shape shape;  // with the batch dimension
  std::string type;
  bool constant = false;
  std::size_t scale_count = 0;  // 0: not quantized; above 1: per channel
  double scale = 0;             // of the first channel
  std::int64_t zero_point = 0;  // of the first channel
};

struct TfliteOperatorSummary {
  std::int32_t index = 0;
  std::string name;  // "CONV_2D", "CUSTOM name"
  std::int32_t version = 1;
  std::vector<TfliteTensorSummary> inputs;
  std::vector<TfliteTensorSummary> outputs;
  std::int64_t macs = 0;  // nominal: taps outside the map are counted
  bool converts = false;
  std::string reason;  // when it does not convert
};

struct TfliteSummary {
  std::string name;
  std::string description;
  std::string sha256;
  std::size_t bytes = 0;
  std::size_t subgraphs = 0;
  std::vector<TfliteTensorSummary> inputs;
  std::vector<TfliteTensorSummary> outputs;
  std::vector<TfliteOperatorSummary> operators;
  std::int64_t macs = 0;
  bool converts = false;
  std::vector<Diagnostic> diagnostics;  // what conversion would report
};

/// What is in a model, convertible or not; throws only when the file itself is bad.
TfliteSummary summarize_tflite(const std::filesystem::path& file,
                               const TfliteOptions& options = {});
TfliteSummary summarize_tflite(std::span<const std::byte> bytes, std::string name,
                               const TfliteOptions& options = {});

}  // namespace synfire
