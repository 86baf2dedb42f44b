#include "cli/completion.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/help.h"
#include "cli/verb.h"

namespace synfire {
namespace {

std::vector<std::string> choices_of(ValueKind kind, Choices choices) {
  if (kind == ValueKind::boolean) return {"true", "false"};
  return choices != nullptr ? choices() : std::vector<std::string>{};
}

bool takes_file(ValueKind kind) {
  return kind == ValueKind::input_file || kind == ValueKind::output_file;
}

std::string verb_names() {
  std::vector<std::string_view> names;
  for (const Verb* const verb : verbs()) names.push_back(verb->name);
  return fmt::format("{}", fmt::join(names, " "));
}

/// "-o|--output"
std::string spellings(const OptionInfo& option, std::string_view separator) {
  std::string text = "--" + std::string(option.name);
  return option.letter == '\0' ? text : fmt::format("-{}{}{}", option.letter, separator, text);
}

/// Text inside single quotes of a POSIX shell.
std::string shell_quoted(std::string_view text) {
  std::string result = "'";
  for (const char c : text) c == '\'' ? result += "'\\''" : result += c;
  return result + "'";
}

std::string bash_values(const Verb& verb) {
  std::string text;
  for (const OptionInfo& option : verb.options) {
    if (option.kind == ValueKind::flag) continue;
    const auto choices = choices_of(option.kind, option.choices);
    text += fmt::format("        {}) ", spellings(option, "|"));
    text += takes_file(option.kind) ? "COMPREPLY=($(compgen -f -- \"$word\"))"
                                    : fmt::format("COMPREPLY=($(compgen -W \"{}\" -- \"$word\"))",
                                                  fmt::join(choices, " "));
    text += "; return ;;\n";
  }
  return text;
}

std::string bash_arguments(const Verb& verb) {
  if (verb.arguments.empty()) return "";
  const ArgumentInfo& argument = verb.arguments.front();
  if (takes_file(argument.kind)) return "      COMPREPLY=($(compgen -f -- \"$word\"))\n";
  return fmt::format("      COMPREPLY=($(compgen -W \"{}\" -- \"$word\"))\n",
                     fmt::join(choices_of(argument.kind, argument.choices), " "));
}

std::string bash_case(const Verb& verb) {
  std::string options;
  for (const OptionInfo& option : all_options(verb)) options += spellings(option, " ") + " ";
  const std::string values = bash_values(verb);
  std::string text = fmt::format("    {})\n", verb.name);
  if (!values.empty()) text += "      case \"$previous\" in\n" + values + "      esac\n";
  text += fmt::format(
      "      if [[ $word == -* ]]; then COMPREPLY=($(compgen -W \"{}\" -- \"$word\")); return; "
      "fi\n",
      options);
  return text + bash_arguments(verb) + "      ;;\n";
}

/// Square brackets and colons end zsh's descriptions.
std::string zsh_text(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '[' || c == ']' || c == ':') result += '\\';
    result += c;
  }
  return result;
}

std::string zsh_action(ValueKind kind, Choices choices) {
  if (takes_file(kind)) return "_files";
  const auto words = choices_of(kind, choices);
  return words.empty() ? " " : fmt::format("({})", fmt::join(words, " "));
}

std::string zsh_option(const OptionInfo& option) {
  std::string value;
  if (option.kind != ValueKind::flag)
    value = fmt::format(":{}:{}", option.value, zsh_action(option.kind, option.choices));
  std::string text;
  for (const std::string& name : {fmt::format("--{}", option.name),
                                  option.letter == '\0' ? "" : fmt::format("-{}", option.letter)})
    if (!name.empty())
      text += " \\\n        " +
              shell_quoted(fmt::format("{}[{}]{}", name, zsh_text(option.meaning), value));
  return text;
}

std::string zsh_case(const Verb& verb) {
  std::string text = fmt::format("    {})\n      _arguments", verb.name);
  for (const OptionInfo& option : all_options(verb)) text += zsh_option(option);
  for (const ArgumentInfo& argument : verb.arguments)
    text +=
        " \\\n        " + shell_quoted(fmt::format(":{}:{}", argument.name,
                                                   zsh_action(argument.kind, argument.choices)));
  return text + " ;;\n";
}

std::string fish_text(std::string_view text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

std::string fish_value(ValueKind kind, Choices choices) {
  if (kind == ValueKind::flag) return "";
  if (takes_file(kind)) return " -r -F";
  return " -x -a " + fish_text(fmt::format("{}", fmt::join(choices_of(kind, choices), " ")));
}

std::string fish_lines(const Verb& verb) {
  const std::string when =
      fmt::format("complete -c synfire -n '__fish_seen_subcommand_from {}'", verb.name);
  std::string text;
  for (const OptionInfo& option : all_options(verb)) {
    text += fmt::format("{} -l {}", when, option.name);
    if (option.letter != '\0') text += fmt::format(" -s {}", option.letter);
    text += fish_value(option.kind, option.choices) + " -d " + fish_text(option.meaning) + "\n";
  }
  for (const ArgumentInfo& argument : verb.arguments)
    text += when +
            (takes_file(argument.kind) ? " -F" : fish_value(argument.kind, argument.choices)) +
            "\n";
  return text;
}

/// Hyphens and backslashes have a meaning in roff; a leading dot or quote is a request.
std::string roff(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '\\' || c == '-') result += '\\';
    result += c;
  }
  return result.starts_with('.') || result.starts_with('\'') ? "\\&" + result : result;
}

std::string man_verb(const Verb& verb) {
  std::string text = fmt::format(".SH SYNFIRE {}\n{}\n.PP\n.B {}\n.PP\nExamples:\n", verb.name,
                                 roff(verb.summary), roff(usage(verb)));
  for (const std::string_view example : verb.examples)
    text += fmt::format(".PP\n.RS\n{}\n.RE\n", roff(example));
  for (const ArgumentInfo& argument : verb.arguments)
    text += fmt::format(".TP\n.I {}\n{}\n", roff(argument.name), roff(argument_meaning(argument)));
  for (const OptionInfo& option : verb.options)
    text += fmt::format(".TP\n.B {}\n{}\n", roff(spellings(option, ", ")),
                        roff(option_meaning(option)));
  return text;
}

}  // namespace

std::string bash_completion() {
  std::string text =
      "_synfire() {\n  local word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
      "  local previous=\"${COMP_WORDS[COMP_CWORD-1]}\"\n"
      "  if [[ $COMP_CWORD -eq 1 ]]; then\n";
  text += fmt::format("    COMPREPLY=($(compgen -W \"{} --help --version\" -- \"$word\"))\n",
                      verb_names());
  text += "    return\n  fi\n  case \"${COMP_WORDS[1]}\" in\n";
  for (const Verb* const verb : verbs()) text += bash_case(*verb);
  return text + "  esac\n}\ncomplete -o filenames -F _synfire synfire\n";
}

std::string zsh_completion() {
  std::string text = "#compdef synfire\n_synfire() {\n  local -a verbs\n  verbs=(\n";
  for (const Verb* const verb : verbs())
    text += "    " + shell_quoted(fmt::format("{}:{}", verb->name, verb->summary)) + "\n";
  text +=
      "  )\n  if (( CURRENT == 2 )); then\n    _describe verb verbs\n    return\n  fi\n"
      "  local verb=$words[2]\n  shift words\n  (( CURRENT-- ))\n  case $verb in\n";
  for (const Verb* const verb : verbs()) text += zsh_case(*verb);
  return text + "  esac\n}\ncompdef _synfire synfire\n";
}

std::string fish_completion() {
  std::string text = "complete -c synfire -f\n";
  for (const Verb* const verb : verbs()) {
    text += fmt::format("complete -c synfire -n __fish_use_subcommand -a {} -d {}\n", verb->name,
                        fish_text(verb->summary));
    text += fish_lines(*verb);
  }
  return text;
}

std::string man_page() {
  std::string text =
      ".TH SYNFIRE 1 \"\" \"synfire " SYNFIRE_VERSION
      "\"\n.SH NAME\nsynfire \\- spiking neural network simulator, converter and runtime\n"
      ".SH SYNOPSIS\n.B synfire\n.I VERB\n[arguments] [options]\n.SH OPTIONS OF EVERY VERB\n";
  for (const OptionInfo& option : common_options())
    text += fmt::format(".TP\n.B {}\n{}\n", roff(spellings(option, ", ")), roff(option.meaning));
  for (const Verb* const verb : verbs()) text += man_verb(*verb);
  return text +
         ".SH EXIT STATUS\n0 ok; 1 the verdict is negative; 2 usage; 3 bad input file; 4 "
         "unsupported; "
         "5 resource limit; 70 internal error; 130 interrupted\n";
}

}  // namespace synfire
