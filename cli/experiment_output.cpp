#include "cli/experiment_output.h"

#include <filesystem>

#include "cli/interruption.h"
#include "cli/network_file.h"

namespace synfire {

OutputFile::OutputFile(const Arguments& arguments, const Session& session) {
  if (!arguments.given("output") || !session.speaks()) return;
  file_.emplace(std::filesystem::path(arguments.text("output")));
  remove_when_interrupted(file_->temporary());
}

OutputFile::~OutputFile() {
  if (file_) remove_folder(file_->temporary());
}

void finish(RecordingFile& file, Recording& recording, std::vector<Diagnostic>& diagnostics) {
  try {
    file.finish(recording);
  } catch (const Failure& failure) {
    recording.traces.clear(), recording.weights.clear();
    file.finish(recording);
    diagnostics.insert(diagnostics.end(), failure.diagnostics().begin(),
                       failure.diagnostics().end());
  }
}

void check_output_is_no_input(const ResolvedExperiment& resolved, const Arguments& arguments) {
  for (const std::string_view option : {"output", "report"})
    for (const std::string& file : resolved.files)
      if (arguments.given(option)) check_output(arguments.text(option), file);
}

}  // namespace synfire
