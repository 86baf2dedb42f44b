#include "converters/tflite/tflite.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <unordered_set>
#include <utility>

#include "converters/tflite/operators.h"
#include "core/base/sha256.h"

namespace synfire {
namespace {

using namespace tflite;

constexpr std::uintmax_t kMaxFileSize = std::uintmax_t{1} << 31;

std::vector<std::byte> read_bytes(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream stream(path, std::ios::binary);
  if (error || !stream) fail(Code::file_not_found, path.string(), "cannot be opened for reading");
  if (size > kMaxFileSize)
    fail(Code::file_too_large, path.string(), "models above 2 GB are not supported");
  std::vector<std::byte> bytes(size);
  stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (static_cast<std::uintmax_t>(stream.gcount()) != size)
    fail(Code::file_truncated, path.string(), "ends before its size says");
  return bytes;
}

std::string digest_of(std::span<const std::byte> bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.hex();
}

/// A model's conversion, with what went wrong for each operator.
class Conversion {
 public:
  Conversion(const ModelFile& file, const std::string& name, const TfliteOptions& options)
      : file_(file), name_(name), builder_(file, name, options), reasons_(file.operators.size()) {}

  void run() {
    check_interface();
    if (file_.inputs.size() == 1) attempt([&] { builder_.add_input(file_.inputs[0]); });
    for (const OperatorView& view : file_.operators) convert(view);
    if (file_.outputs.size() == 1 && !faults_.has_error() && float_operators_.empty())
      attempt([&] { builder_.add_output(file_.outputs[0]); });
    report_float();
  }

  const Diagnostics& faults() const { return faults_; }
  const std::string& reason(std::size_t index) const { return reasons_[index]; }
  Network take_network() { return builder_.take_network(); }

 private:
  void check_interface() {
    if (file_.subgraphs != 1)
      faults_.error(
          Code::tflite_operator, name_,
          "the model has " + std::to_string(file_.subgraphs) + " subgraphs; only one is supported");
    expect_one(file_.inputs, "inputs");
    if (file_.inputs.size() != 1)
      for (const std::int32_t index : file_.inputs) refuse(index);
    expect_one(file_.outputs, "outputs");
    if (file_.operators.empty()) faults_.error(Code::tflite_graph, name_, "has no operators");
  }

  void expect_one(const std::vector<std::int32_t>& list, const char* what) {
    if (list.size() == 1) return;
    std::string names;
    for (const std::int32_t index : list)
      names += (names.empty() ? "" : ", ") + file_.tensors[static_cast<std::size_t>(index)].name;
    faults_.error(Code::tflite_operator, name_,
                  "the model has " + std::to_string(list.size()) + " " + what + " (" + names +
                      "); only one is supported");
  }

  /// Runs `step`; keeps the faults that it throws. False when there were any.
  template <typename Step>
  bool attempt(Step step, std::string* reason = nullptr) {
    try {
      step();
      return true;
    } catch (const Failure& failure) {
      for (const Diagnostic& fault : failure.diagnostics()) {
        if (reason != nullptr) *reason = fault.message;
        if (fault.code == Code::tflite_float)
          float_operators_.push_back(fault.where);
        else if (!is_reported(fault))
          faults_.error(fault.code, fault.where, fault.message, fault.hint);
      }
      return false;
    }
  }

  /// A tensor's fault is met by its maker and by each of its users; once is enough.
  bool is_reported(const Diagnostic& fault) {
    return fault.message.starts_with("tensor \"") && !reported_.insert(fault.message).second;
  }

  void convert(const OperatorView& view) {
    const OperatorEntry* entry = find_operator(view.code);
    const Operation operation(builder_, view);
    const bool done = attempt(
        [&] {
          if (entry == nullptr || entry->convert == nullptr)
            operation.refuse(Code::tflite_operator, "the operator is not supported");
          entry->convert(operation);
        },
        &reasons_[static_cast<std::size_t>(view.index)]);
    if (done) return;
    for (const std::int32_t output : view.outputs) refuse(output);
  }

  /// What follows is still checked, so that all faults are reported at once.
  void refuse(std::int32_t tensor) {
    Value& value = builder_.value(tensor);
    if (value.kind != Value::Kind::missing) return;
    value.kind = Value::Kind::refused;
    value.shape = file_.tensors[static_cast<std::size_t>(tensor)].shape;
    if (value.shape.size() > 1) value.shape.erase(value.shape.begin());
  }

  /// One diagnostic for the whole model instead of one for each of its operators.
  void report_float() {
    if (float_operators_.empty()) return;
    std::string names;
    const std::size_t shown = std::min<std::size_t>(float_operators_.size(), 8);
    for (std::size_t i = 0; i < shown; ++i) names += (i == 0 ? "" : ", ") + float_operators_[i];
    if (shown < float_operators_.size()) names += ", ...";
    faults_.error(Code::tflite_float, name_,
                  std::to_string(float_operators_.size()) + " of its " +
                      std::to_string(file_.operators.size()) +
                      " operators compute in floating point: " + names,
                  float_advice());
  }

  const ModelFile& file_;
  const std::string& name_;
  Builder builder_;
  Diagnostics faults_;
  std::vector<std::string> reasons_;
  std::unordered_set<std::string> reported_;
  std::vector<std::string> float_operators_;
};

Network convert(std::vector<std::byte> bytes, const std::string& name,
                const TfliteOptions& options) {
  const std::string digest = digest_of(bytes);
  const ModelFile file = read_model_file(std::move(bytes), name);
  Conversion conversion(file, name, options);
  conversion.run();
  conversion.faults().throw_if_error();
  Network network = conversion.take_network();
  network.name = std::filesystem::path(name).stem().string();
  network.metadata["source"] = name;
  network.metadata["source_sha256"] = digest;
  return network;
}

TfliteTensorSummary summary_of(const TensorView& view) {
  TfliteTensorSummary summary{view.name, view.shape, type_name(view.type), view.constant};
  summary.scale_count = view.scales.size();
  if (!view.scales.empty()) summary.scale = static_cast<double>(view.scales[0]);
  if (view.zero_point_count() > 0) summary.zero_point = view.zero_point(0);
  return summary;
}

std::vector<TfliteTensorSummary> summaries_of(const ModelFile& file,
                                              const std::vector<std::int32_t>& list) {
  std::vector<TfliteTensorSummary> summaries;
  for (const std::int32_t index : list)
    if (index >= 0) summaries.push_back(summary_of(file.tensors[static_cast<std::size_t>(index)]));
  return summaries;
}

std::int64_t saturating_sum(std::int64_t a, std::int64_t b) {
  std::int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? std::numeric_limits<std::int64_t>::max() : sum;
}

TfliteSummary summarize(std::vector<std::byte> bytes, const std::string& name,
                        const TfliteOptions& options) {
  TfliteSummary summary;
  summary.name = name;
  summary.sha256 = digest_of(bytes);
  summary.bytes = bytes.size();
  const ModelFile file = read_model_file(std::move(bytes), name);
  Conversion conversion(file, name, options);
  conversion.run();
  summary.description = file.description;
  summary.subgraphs = file.subgraphs;
  summary.inputs = summaries_of(file, file.inputs);
  summary.outputs = summaries_of(file, file.outputs);
  for (const OperatorView& view : file.operators) {
    const std::string& reason = conversion.reason(static_cast<std::size_t>(view.index));
    summary.operators.push_back({view.index, operator_name(view), view.version,
                                 summaries_of(file, view.inputs), summaries_of(file, view.outputs),
                                 nominal_macs(file, view), reason.empty(), reason});
    summary.macs = saturating_sum(summary.macs, summary.operators.back().macs);
  }
  summary.diagnostics = conversion.faults().list();
  summary.converts = !conversion.faults().has_error();
  return summary;
}

std::vector<std::byte> copy_of(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

}  // namespace

Network read_tflite(const std::filesystem::path& file, const TfliteOptions& options) {
  return convert(read_bytes(file), file.filename().string(), options);
}

Network read_tflite(std::span<const std::byte> bytes, std::string name,
                    const TfliteOptions& options) {
  return convert(copy_of(bytes), name, options);
}

TfliteSummary summarize_tflite(const std::filesystem::path& file, const TfliteOptions& options) {
  return summarize(read_bytes(file), file.filename().string(), options);
}

TfliteSummary summarize_tflite(std::span<const std::byte> bytes, std::string name,
                               const TfliteOptions& options) {
  return summarize(copy_of(bytes), name, options);
}

}  // namespace synfire
