// Experiments from TOML: one file says what is simulated, what is recorded and what is varied.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "converters/experiment/document.h"
#include "core/engine/model.h"
#include "core/net/experiment.h"

namespace synfire {

struct ResolvedExperiment {
  Experiment experiment;
  /// The whole experiment with overrides and defaults filled in: TOML that gives the same run.
  std::string text;
};

/// A file and what the command line changes of it.
class ExperimentFile {
 public:
  /// Throws file_not_found or experiment_syntax.
  explicit ExperimentFile(const std::filesystem::path& path);
  /// `name` stands for the file in messages.
  ExperimentFile(std::string_view text, const std::string& name);

  /// --set a.b=c; throws bad_option_value.
  void set(const std::string& assignment);

  /// Throws every fault of the experiment at once, located at file:line:column: experiment_key,
  /// experiment_value, quantity_invalid, and what the network's own checks find.
  ResolvedExperiment resolve(const ModelRegistry& registry) const;

 private:
  TomlNode root_;
  std::string title_;  // the file's name, where the experiment has none
};

}  // namespace synfire
