// The parsed and checked words after a verb.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cli/verb.h"

namespace synfire {

using OptionValues = std::map<std::string, std::vector<std::string>, std::less<>>;

class Arguments {
 public:
  /// Checks `words` against the verb's tables; throws every usage error at once.
  Arguments(const Verb& verb, const std::vector<std::string>& words);

  /// Whether it was typed, fallbacks not counted.
  bool given(std::string_view name) const { return values_.contains(name); }
  bool flag(std::string_view name) const { return given(name); }
  void set(std::string_view name, std::string value) {
    values_.insert_or_assign(std::string(name), std::vector{std::move(value)});
  }
  std::string text(std::string_view name) const;
  /// Every value of an option that repeats, in the order of the command line.
  std::vector<std::string> texts(std::string_view name) const;
  /// The parts between commas; none of an option that is not given and has no fallback.
  std::vector<std::string> list(std::string_view name) const;
  std::int64_t integer(std::string_view name) const;
  bool boolean(std::string_view name) const { return text(name) == "true"; }

  /// Every option and argument after defaults were filled in.
  Json to_json() const;

 private:
  OptionValues values_;
  std::map<std::string, std::string, std::less<>> fallbacks_;
};

/// "did you mean 'X'?", or "" when no candidate is near.
std::string suggestion(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace synfire
