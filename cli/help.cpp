#include "cli/help.h"

#include <fmt/format.h>

#include <algorithm>

namespace synfire {
namespace {

constexpr std::size_t kColumn = 30;

std::string entry(std::string_view left, std::string_view right) {
  if (left.size() + 2 >= kColumn) return fmt::format("  {}\n{:{}}{}\n", left, "", kColumn, right);
  return fmt::format("  {:<{}}{}\n", left, kColumn - 2, right);
}

std::string examples(const Verb& verb) {
  return fmt::format("Examples:\n  {}\n  {}\n", verb.examples[0], verb.examples[1]);
}

std::string argument_list(const Verb& verb) {
  std::string text;
  for (const ArgumentInfo& argument : verb.arguments)
    text += entry(argument.name, argument_meaning(argument));
  return text.empty() ? text : "\nArguments:\n" + text;
}

std::string option_list(std::span<const OptionInfo> options) {
  std::string text;
  for (const OptionInfo& option : options)
    text += entry(option_names(option), option_meaning(option));
  return text;
}

}  // namespace

std::string usage(const Verb& verb) {
  std::string text = "synfire " + std::string(verb.name);
  for (const ArgumentInfo& argument : verb.arguments)
    text +=
        argument.required ? fmt::format(" {}", argument.name) : fmt::format(" [{}]", argument.name);
  for (const OptionInfo& option : verb.options)
    if (option.required) text += fmt::format(" --{} {}", option.name, option.value);
  return text + " [options]";
}

std::string option_names(const OptionInfo& option) {
  std::string text = option.letter == '\0' ? "    " : fmt::format("-{}, ", option.letter);
  text += "--" + std::string(option.name);
  return option.value.empty() ? text : text + " " + std::string(option.value);
}

std::string argument_meaning(const ArgumentInfo& argument) {
  if (argument.choices == nullptr) return std::string(argument.meaning);
  return fmt::format("{}: {}", argument.meaning, fmt::join(argument.choices(), ", "));
}

std::string option_meaning(const OptionInfo& option) {
  std::string text(option.meaning);
  if (option.choices != nullptr) text += fmt::format(": {}", fmt::join(option.choices(), ", "));
  if (!option.fallback.empty()) text += fmt::format(" (default {})", option.fallback);
  return text;
}

std::string verb_help(const Verb& verb) {
  return fmt::format("{}\n{}: {}\n\nUsage: {}\n{}\nOptions:\n{}", examples(verb), verb.name,
                     verb.summary, usage(verb), argument_list(verb),
                     option_list(all_options(verb)));
}

std::string program_help() {
  std::string text =
      "Examples:\n  synfire convert kws.tflite --coding radix -o kws.nir\n"
      "  synfire run kws.nir --input samples/ --labels y.csv\n\n"
      "Usage: synfire VERB [arguments] [options]\n\nVerbs:\n";
  for (const Verb* const verb : verbs()) text += entry(verb->name, verb->summary);
  text += "\nOptions of every verb:\n" + option_list(common_options());
  text += entry("    --version", "print the version");
  text += "\nEnvironment:\n" +
          entry("SYNFIRE_SIMD", "instruction set of the vector code, see `synfire doctor`");
  return text + "\n`synfire VERB --help` explains a verb, `synfire explain E0312` a message.\n";
}

}  // namespace synfire
