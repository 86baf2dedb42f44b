// Experiments from TOML: one file says what is simulated, what is recorded and what is varied.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "converters/experiment/sweep.h"
#include "core/base/diagnostics.h"
#include "core/engine/model.h"
#include "core/io/summary.h"
#include "core/net/experiment.h"

namespace synfire {

/// Where in the file the parts of the network are.
struct ExperimentPlaces {
  std::map<std::string, std::string, std::less<>> parts;  // net.populations.e -> exp.toml:5:1
  std::string file;

  /// Told at the place of the part that it is about, or of the next greater one that is known;
  /// what is about no part of the network stays as it is.
  Diagnostic located(Diagnostic diagnostic) const;
};

struct ResolvedExperiment {
  Experiment experiment;
  /// The whole experiment with overrides and defaults filled in: TOML that gives the same run.
  std::string text;
  std::vector<std::string> files;    // that it was read from, but for its own
  std::vector<std::string> folders;  // that some of them lie in: one input each
  ExperimentPlaces places;
};

/// All that an experiment is read from, but for the files that it names: enough to read it again
/// when its own file has changed.
struct ExperimentSource {
  std::string path, text;
  std::vector<std::string> changes = {};  // assignments, in their order
};

/// A file and what the command line changes of it.
class ExperimentFile {
 public:
  /// Throws file_not_found or experiment_syntax.
  explicit ExperimentFile(const std::filesystem::path& path);
  explicit ExperimentFile(const ExperimentSource& source);
  /// `name` stands for the file in messages.
  ExperimentFile(std::string_view text, const std::string& name);

  /// --set a.b=c; throws bad_option_value.
  void set(const std::string& assignment);
  /// The same by an option of its own, such as --max-wall 10s, which faults of the value name.
  void set(const std::string& key, const std::string& value, const std::string& option);
  const ExperimentSource& source() const { return source_; }

  /// How many runs it asks for: points of the sweep times repetitions, at most 2^63. Throws
  /// experiment_value.
  std::uint64_t runs() const;
  /// Run `index` by itself; the repetitions of a point come one after the other.
  struct Run;
  Run run(std::uint64_t index) const;

  /// Throws every fault of the experiment at once, located at file:line:column: experiment_key,
  /// experiment_value, quantity_invalid, and what the network's own checks find.
  ResolvedExperiment resolve(const ModelRegistry& registry) const;

 private:
  std::uint64_t repetitions() const;

  ExperimentSource source_;
  TomlNode root_;
  std::filesystem::path folder_;
  std::string title_;  // the file's name, where the experiment has none
};

struct ExperimentFile::Run {
  std::vector<Setting> settings;  // of the sweep
  ExperimentFile file;            // without sweep and repetitions
};

}  // namespace synfire
