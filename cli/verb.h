// A verb of the command line. One table of options drives parsing, help, completion and man pages.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"

// Compiled once, in json.cpp: a quarter of the time of what includes this.
extern template class nlohmann::basic_json<nlohmann::ordered_map>;

namespace synfire {

using Json = nlohmann::ordered_json;
/// JSON has no number that is none.
Json number_or_null(double value);

using Choices = std::vector<std::string> (*)();

enum class ValueKind : std::uint8_t {
  flag,
  boolean,
  integer,
  choice,
  choice_list,  // separated by commas
  text,
  input_file,
  output_file
};

struct OptionInfo {
  std::string_view name;
  char letter = '\0';
  ValueKind kind = ValueKind::flag;
  std::string_view value = {};  // "FILE" in help; empty for flags
  std::string_view meaning = {};
  std::string_view fallback = {};
  std::int64_t low = 0;  // range of integers
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  Choices choices = nullptr;
  bool required = false;
  bool repeats = false;                 // may be given more than once
  std::string_view stream_suffix = {};  // of an output file that goes to stdout (`-`)
};

struct ArgumentInfo {
  std::string_view name;
  std::string_view meaning;
  ValueKind kind = ValueKind::input_file;
  Choices choices = nullptr;
  bool required = true;
};

/// What a verb found. The exit status is that of the first error among the diagnostics, else 0.
struct Outcome {
  Json data = Json::object();
  std::string text;  // the same for people
  std::vector<Diagnostic> diagnostics;
};

class Arguments;
class Session;

struct Verb {
  std::string_view name;
  std::string_view summary;
  std::array<std::string_view, 2> examples;
  std::vector<OptionInfo> options;
  std::vector<ArgumentInfo> arguments;
  Outcome (*run)(const Arguments&, Session&);
  bool on_ranks = false;  // under mpirun: every rank runs it, and they share the work
};

/// Every verb_*.cpp; the list is generated from the files of this folder.
std::span<const Verb* const> verbs();
const Verb* find_verb(std::string_view name);

/// --help, --json, --quiet, --verbose: options of every verb.
std::span<const OptionInfo> common_options();
/// The verb's own options, then the common ones.
std::vector<OptionInfo> all_options(const Verb& verb);

}  // namespace synfire
