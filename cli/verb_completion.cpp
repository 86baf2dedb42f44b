#include <array>

#include "cli/arguments.h"
#include "cli/completion.h"
#include "cli/verb.h"

namespace synfire {
namespace {

struct Format {
  std::string_view name;
  std::string (*print)();
};

constexpr std::array<Format, 4> kFormats{{{"bash", bash_completion},
                                          {"zsh", zsh_completion},
                                          {"fish", fish_completion},
                                          {"man", man_page}}};

std::vector<std::string> format_names() {
  std::vector<std::string> names;
  for (const Format& format : kFormats) names.emplace_back(format.name);
  return names;
}

Outcome run(const Arguments& arguments, Session&) {
  Outcome outcome;
  for (const Format& format : kFormats)
    if (format.name == arguments.text("SHELL")) outcome.text = format.print();
  outcome.data["script"] = outcome.text;
  return outcome;
}

}  // namespace

extern const Verb verb_completion{
    .name = "completion",
    .summary = "print shell completion (bash, zsh, fish) or the man page",
    .examples = {"synfire completion bash > ~/.local/share/bash-completion/completions/synfire",
                 "synfire completion man > synfire.1"},
    .options = {},
    .arguments = {{"SHELL", "for which shell, or man pages", ValueKind::choice, format_names}},
    .run = run,
};

}  // namespace synfire
