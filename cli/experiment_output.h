// The -o file of an experiment or a sweep.
#pragma once

#include <optional>
#include <vector>

#include "cli/arguments.h"
#include "cli/session.h"
#include "converters/experiment/experiment.h"
#include "core/io/recording_file.h"

namespace synfire {

/// The -o file while it is written; it goes with an interruption that does not wait.
class OutputFile {
 public:
  explicit OutputFile(const Arguments& arguments, const Session& session);
  ~OutputFile();
  OutputFile(const OutputFile&) = delete;
  OutputFile& operator=(const OutputFile&) = delete;

  /// Null where there is none, or another rank writes it.
  RecordingFile* get() { return file_ ? &*file_ : nullptr; }

 private:
  std::optional<RecordingFile> file_;
};

/// Also where the disk is full: then without what does not fit, which the diagnostics tell.
void finish(RecordingFile& file, Recording& recording, std::vector<Diagnostic>& diagnostics);

/// Files that the experiment reads are not written over.
void check_output_is_no_input(const ResolvedExperiment& resolved, const Arguments& arguments);

}  // namespace synfire
