// The expected output of `validate`: which stage of the network it belongs to, and its rows.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/tensor.h"

namespace synfire {

/// A place at which outputs can be compared.
struct CompareStage {
  std::string name;  // "output" or "logits"
  DataType type = DataType::int8;
  std::int64_t row = 0;  // values a sample
};

struct ExpectContext {
  std::vector<CompareStage> stages;  // the output first
  std::int64_t samples = 0;
  bool limited = false;  // --samples was given, so `samples` says little about the file
};

/// The stage that the file fits. When several fit: an array's own element type, the row count equal
/// to the number of samples, or the element type in the file's name ("..._int8_5000x10.bin")
/// decide; otherwise throws `missing_argument`, asking for --stage.
CompareStage choose_stage(const std::filesystem::path& expected, const ExpectContext& context);

/// The stage named `name`; throws `bad_option_value` when the network has none.
CompareStage named_stage(const std::string& name, const ExpectContext& context);

}  // namespace synfire
