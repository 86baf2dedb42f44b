#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "cli/arguments.h"
#include "cli/session.h"
#include "cli/template_files.h"
#include "core/io/atomic_file.h"

namespace synfire {
namespace {

std::string name_of(const EmbeddedFile& file) {
  return std::filesystem::path(file.path).stem().string();
}

std::vector<std::string> template_names() {
  std::vector<std::string> names;
  for (const EmbeddedFile& file : embedded_files()) names.push_back(name_of(file));
  return names;
}

Outcome run(const Arguments& arguments, Session&) {
  const std::string name = arguments.text("NAME");
  const auto files = embedded_files();
  const EmbeddedFile& file = *std::ranges::find(files, name, name_of);
  const std::filesystem::path path =
      arguments.given("output") ? arguments.text("output") : name + ".toml";
  if (std::filesystem::exists(path) && !arguments.flag("force") && !arguments.given("output"))
    fail(Code::file_write, path.string(), "the file is there already",
         "give another name with -o, or --force to replace it");
  write_file(path, file.text);
  return {Json{{"file", path.string()}, {"template", name}},
          fmt::format("{0}: run it with `synfire run {0}`\n", path.string()),
          {}};
}

}  // namespace

extern const Verb verb_new{
    .name = "new",
    .summary = "write a commented experiment to start from",
    .examples = {"synfire new brunel", "synfire new brunel -o mine.toml"},
    .options = {{.name = "output",
                 .letter = 'o',
                 .kind = ValueKind::output_file,
                 .value = "FILE",
                 .meaning = "where to write it (default: NAME.toml)",
                 .stream_suffix = ".toml"},
                {.name = "force", .letter = 'f', .meaning = "replace a NAME.toml that is there"}},
    .arguments = {{.name = "NAME",
                   .meaning = "an experiment",
                   .kind = ValueKind::choice,
                   .choices = template_names}},
    .run = run,
};

}  // namespace synfire
