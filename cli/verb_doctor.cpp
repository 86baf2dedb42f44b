#include <fmt/format.h>

#include <filesystem>

#include "cli/arguments.h"
#include "cli/catalogue.h"
#include "cli/platform.h"
#include "cli/table.h"
#include "cli/verb.h"
#include "core/base/simd.h"
#include "core/io/atomic_file.h"
#include "core/io/hdf5_version.h"
#include "core/io/recording.h"
#include "targets/mpi/job.h"

namespace synfire {
namespace {

std::string counts() {
  std::string text;
  for (const CatalogueSection& section : catalogue())
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", section.entries().size(), section.name);
  return text;
}

/// Writes and removes a small file where results would go.
std::string check_folder(const std::filesystem::path& folder, std::vector<Diagnostic>& found) {
  try {
    check_writable(folder / "synfire-doctor.tmp");
    return folder.string() + " is writable";
  } catch (const Failure& failure) {
    found.insert(found.end(), failure.diagnostics().begin(), failure.diagnostics().end());
    return folder.string() + " is not writable";
  }
}

std::string vector_code() {
  return fmt::format("{} (SYNFIRE_SIMD chooses among {})", simd_in_use(),
                     fmt::join(simd_names(), ", "));
}

Outcome run(const Arguments&, Session&) {
  Outcome outcome;
  std::error_code error;
  const auto temporary = std::filesystem::temp_directory_path(error);
  const std::vector<std::pair<std::string, std::string>> facts{
      {"version", SYNFIRE_VERSION},
      {"compiler", compiler_name()},
      {"build type", SYNFIRE_BUILD_TYPE},
      {"instruction set", instruction_set()},
      {"vector code", vector_code()},
      {"HDF5", hdf5_version()},
      {"threads", std::to_string(hardware_threads())},
      {"ranks", mpi_support()},
      {"built in", counts()},
      {"temporary folder", check_folder(temporary, outcome.diagnostics)},
      {"current folder", check_folder(".", outcome.diagnostics)},
  };
  std::vector<std::vector<std::string>> rows;
  for (const auto& [name, value] : facts) {
    outcome.data[name] = value;
    rows.push_back({name, value});
  }
  outcome.text = text_table(rows);
  return outcome;
}

}  // namespace

extern const Verb verb_doctor{
    .name = "doctor",
    .summary =
        "show the version, what is built in, the processor and whether results can be written",
    .examples = {"synfire doctor", "synfire doctor --json"},
    .options = {},
    .arguments = {},
    .run = run,
};

}  // namespace synfire
