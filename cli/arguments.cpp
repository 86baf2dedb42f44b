#include "cli/arguments.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "cli/help.h"

namespace synfire {
namespace {

namespace po = boost::program_options;

const std::array<OptionInfo, 4> kCommonOptions{{
    {.name = "json", .meaning = "print one JSON document instead of text"},
    {.name = "quiet", .letter = 'q', .meaning = "no messages, warnings or progress"},
    {.name = "verbose", .letter = 'v', .meaning = "more messages"},
    {.name = "help", .letter = 'h', .meaning = "print this help"},
}};

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

po::options_description describe(const std::vector<OptionInfo>& options) {
  po::options_description description;
  for (const OptionInfo& option : options) {
    std::string names(option.name);
    if (option.letter != '\0') names += std::string(",") + option.letter;
    const bool is_flag = option.kind == ValueKind::flag;
    // The description owns the semantic.
    description.add_options()(names.c_str(), new po::untyped_value(is_flag));
  }
  return description;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> parts;
  std::stringstream stream(text);
  for (std::string part; std::getline(stream, part, ',');) parts.push_back(part);
  return parts;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::vector<std::string> choices_of(ValueKind kind, Choices choices) {
  if (kind == ValueKind::boolean) return {"true", "false"};
  return choices != nullptr ? choices() : std::vector<std::string>{};
}

std::string range_text(const OptionInfo& option) {
  const bool open = option.high == std::numeric_limits<std::int64_t>::max();
  return open ? "at least " + std::to_string(option.low)
              : std::to_string(option.low) + " to " + std::to_string(option.high);
}

/// Turns the words into values and gathers what is wrong with them.
class Parser {
 public:
  Parser(const Verb& verb, OptionValues& values)
      : verb_(verb), options_(all_options(verb)), values_(values) {}

  void parse(const std::vector<std::string>& words) {
    if (split(words)) {
      if (!values_.contains("help")) check_required(), check_streams();
    }
    found_.throw_if_error();
  }

 private:
  std::string where() const {
    return verb_.run == nullptr ? "synfire" : "synfire " + std::string(verb_.name);
  }
  std::string help_hint() const { return "`" + where() + " --help` lists the options"; }

  bool split(const std::vector<std::string>& words) {
    const auto description = describe(options_);
    using namespace po::command_line_style;
    try {
      const auto parsed = po::command_line_parser(words)
                              .options(description)
                              .style(unix_style & ~allow_guessing)
                              .allow_unregistered()
                              .run();
      for (const auto& option : parsed.options)
        if (option.unregistered) unknown(option.original_tokens.front());
      // After an unknown option its value looks like an argument: more errors would mislead.
      if (found_.has_error()) return false;
      for (const auto& option : parsed.options) take(option);
      return !found_.has_error();
    } catch (const po::error_with_option_name& error) {
      syntax(error);
      return false;
    }
  }

  void syntax(const po::error_with_option_name& error) {
    const auto* const bad = dynamic_cast<const po::invalid_command_line_syntax*>(&error);
    const bool missing =
        bad != nullptr && (bad->kind() == po::invalid_syntax::missing_parameter ||
                           bad->kind() == po::invalid_syntax::empty_adjacent_parameter);
    if (missing)
      found_.error(Code::missing_argument, where(), error.get_option_name() + " needs a value",
                   help_hint());
    else
      found_.error(Code::bad_option_value, where(), error.what(), help_hint());
  }

  void unknown(const std::string& token) {
    const std::string name = token.substr(0, token.find('='));
    std::vector<std::string> names;
    for (const OptionInfo& option : options_) names.push_back("--" + std::string(option.name));
    const std::string near = suggestion(name, names);
    found_.error(Code::unknown_option, where(), "unknown option '" + name + "'",
                 near.empty() ? help_hint() : near);
  }

  void take(const po::option& option) {
    const bool positional = option.string_key.empty() && option.position_key >= 0;
    if (positional) return take_argument(option.value.front());
    const auto info = std::find_if(options_.begin(), options_.end(), [&](const OptionInfo& o) {
      return o.name == option.string_key;
    });
    if (info == options_.end()) return unknown(option.original_tokens.front());
    const std::string value = option.value.empty() ? "true" : value_of(option);
    if (option.original_tokens.size() > 1 && is_option(value))
      return found_.error(
          Code::missing_argument, where(),
          "--" + std::string(info->name) + " needs a value, '" + value + "' is an option",
          help_hint());
    check(*info, value);
    const bool repeats = info->repeats || info->kind == ValueKind::flag;
    std::vector<std::string>& values = values_[std::string(info->name)];
    values.push_back(value);
    if (values.size() > 1 && !repeats)
      found_.error(Code::bad_option_value, where(),
                   "--" + std::string(info->name) + " is given twice");
  }

  /// Boost takes "=x" for the value in `-o=x`.
  static std::string value_of(const po::option& option) {
    const std::string &token = option.original_tokens.front(), &value = option.value.front();
    const bool joined = token.size() > 2 && token[1] != '-' && token[2] == '=';
    return joined ? value.substr(1) : value;
  }

  /// Boost takes "--json" for the value in `--output --json`.
  bool is_option(const std::string& word) const {
    return std::any_of(options_.begin(), options_.end(), [&](const OptionInfo& option) {
      return word == "--" + std::string(option.name) ||
             (option.letter != '\0' && word == std::string("-") + option.letter);
    });
  }

  void take_argument(const std::string& value) {
    if (argument_ == verb_.arguments.size()) return refuse_argument(value);
    const ArgumentInfo& argument = verb_.arguments[argument_++];
    check_choice(std::string(argument.name), value, choices_of(argument.kind, argument.choices));
    check_path(std::string(argument.name), value, argument.kind);
    values_[std::string(argument.name)] = {value};
  }

  /// Of this one or one before it the option may be missing: `plot out.h5 x.svg`.
  void refuse_argument(const std::string& value) {
    std::string taken, hint = output_hint(value);
    for (const ArgumentInfo& argument : verb_.arguments) {
      const std::string& before = values_[std::string(argument.name)].front();
      taken += ", " + std::string(argument.name) + " is '" + before + "'";
      if (hint.empty()) hint = output_hint(before);
    }
    found_.error(Code::bad_option_value, where(), "unexpected argument '" + value + "'" + taken,
                 hint.empty() ? help_hint() : hint);
  }

  /// "" where the name is not one of an output file.
  std::string output_hint(const std::string& name) const {
    for (const OptionInfo& option : options_)
      if (!option.stream_suffix.empty() && name.size() > option.stream_suffix.size() &&
          name.ends_with(option.stream_suffix) && !values_.contains(option.name))
        return "did you mean --" + std::string(option.name) + " " + name + "?";
    return {};
  }

  void check(const OptionInfo& option, const std::string& value) {
    const std::string name = "--" + std::string(option.name);
    if (option.kind == ValueKind::choice_list)
      for (const std::string& part : split_list(value))
        check_choice(name, part, choices_of(option.kind, option.choices));
    else
      check_choice(name, value, choices_of(option.kind, option.choices));
    check_path(name, value, option.kind);
    if (option.kind != ValueKind::integer) return;
    const auto number = parse_integer(value);
    if (!number || *number < option.low || *number > option.high)
      found_.error(Code::bad_option_value, where(),
                   name + " is '" + value + "', it must be an integer, " + range_text(option));
  }

  void check_choice(const std::string& name, const std::string& value,
                    const std::vector<std::string>& choices) {
    if (choices.empty() || std::find(choices.begin(), choices.end(), value) != choices.end())
      return;
    const std::string near = suggestion(value, choices);
    found_.error(Code::bad_option_value, where(),
                 name + " is '" + value + "', it must be one of " + join(choices), near);
  }

  void check_path(const std::string& name, const std::string& value, ValueKind kind) {
    if (kind != ValueKind::input_file && kind != ValueKind::output_file) return;
    if (value.empty())
      found_.error(Code::bad_option_value, where(), name + " is an empty file name");
    else if (value == "-" && !used_streams_.insert(kind).second)
      found_.error(Code::bad_option_value, where(),
                   name + " is -, as another file is already: there is one stream");
  }

  void check_required() {
    for (const ArgumentInfo& argument : verb_.arguments)
      if (argument.required && !values_.contains(argument.name))
        found_.error(Code::missing_argument, where(),
                     std::string(argument.name) + " is missing: " + argument_meaning(argument),
                     help_hint());
    for (const OptionInfo& option : options_)
      if (option.required && !values_.contains(option.name))
        found_.error(
            Code::missing_argument, where(),
            "--" + std::string(option.name) + " is missing: " + std::string(option.meaning),
            help_hint());
  }

  void check_streams() {
    if (used_streams_.contains(ValueKind::output_file) && values_.contains("json"))
      found_.error(Code::bad_option_value, where(), "--json and an output to - share stdout");
  }

  const Verb& verb_;
  std::vector<OptionInfo> options_;
  OptionValues& values_;
  std::size_t argument_ = 0;
  std::set<ValueKind> used_streams_;  // by `-`
  Diagnostics found_;
};

}  // namespace

std::span<const OptionInfo> common_options() { return kCommonOptions; }

std::vector<OptionInfo> all_options(const Verb& verb) {
  std::vector<OptionInfo> options = verb.options;
  options.insert(options.end(), kCommonOptions.begin(), kCommonOptions.end());
  return options;
}

Arguments::Arguments(const Verb& verb, const std::vector<std::string>& words) {
  Parser(verb, values_).parse(words);
  for (const OptionInfo& option : verb.options)
    if (!option.fallback.empty()) fallbacks_.emplace(option.name, option.fallback);
}

std::string Arguments::text(std::string_view name) const {
  if (const auto found = values_.find(name); found != values_.end()) return found->second.front();
  const auto found = fallbacks_.find(name);
  return found == fallbacks_.end() ? std::string() : found->second;
}

std::vector<std::string> Arguments::texts(std::string_view name) const {
  const auto found = values_.find(name);
  return found == values_.end() ? std::vector<std::string>() : found->second;
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  return split_list(text(name));
}

std::int64_t Arguments::integer(std::string_view name) const {
  return parse_integer(text(name)).value_or(0);
}

Json Arguments::to_json() const {
  Json settings = Json::object();
  for (const auto& [name, value] : fallbacks_) settings[name] = value;
  for (const auto& [name, values] : values_)
    settings[name] = values.size() == 1 ? Json(values.front()) : Json(values);
  return settings;
}

std::string suggestion(std::string_view name, const std::vector<std::string>& candidates) {
  const std::string near = nearest_name(name, candidates);
  return near.empty() ? near : "did you mean '" + near + "'?";
}

}  // namespace synfire
