// One table of an experiment while it is read: every key is taken once, what is left is unknown.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "converters/experiment/document.h"
#include "converters/experiment/keys.h"
#include "core/base/diagnostics.h"

namespace synfire {

/// What the reading of one experiment gathers.
struct Reading {
  Diagnostics diagnostics;
  /// The experiment with every default filled in, as TOML.
  std::string resolved;
  /// Of the experiment's file: what names of other files are relative to.
  std::filesystem::path folder;
  std::vector<std::string> files;    // that were read, too
  std::vector<std::string> folders;  // that some of them lie in: one input each
  /// Where parts of the network come from: "net.populations.e.tau_mem_ms" -> "exp.toml:5:1".
  std::map<std::string, std::string, std::less<>> places;
  /// Keys and sections whose values are at fault, such as "population.e.size": nothing can be said
  /// of what would follow from them.
  std::set<std::string, std::less<>> broken;

  /// Whether the key, or any key of the section, is.
  bool is_broken(const std::string& part) const;
};

class Section {
 public:
  /// `node` is the table, or null where the file has none; `kind` is that of its keys in
  /// experiment_keys. Nothing but a table is a fault.
  Section(const TomlNode* node, std::string path, std::string_view kind, Reading& reading);

  const std::string& path() const { return path_; }
  const std::string& where() const { return where_; }
  /// A member that may be anything. Null when it is absent.
  const TomlNode* take(std::string_view key);
  /// What the resolved text says of a key that was not taken.
  void note(std::string_view key, const std::string& value);
  /// A member that is a table with keys of its own.
  const TomlNode* member(std::string_view key);
  /// A member, taken or not. Null when it is absent.
  const TomlNode* find(std::string_view key) const {
    return node_ == nullptr ? nullptr : node_->find(key);
  }
  bool has(std::string_view key) const { return node_ != nullptr && node_->find(key) != nullptr; }
  /// Whether it is missing from the table; from what is no table nothing is.
  bool lacks(std::string_view key) const { return !has(key) && !is_no_table_; }
  /// The one of two keys that was changed, else the first.
  std::string_view latest(std::string_view one, std::string_view other) const;
  bool is_broken(std::string_view key) const {
    return reading_.is_broken(path_ + "." + std::string(key));
  }

  // Of keys in the table of keys: the value or the fallback; nothing where neither is there, or
  // what is there is at fault, which has been told then.
  std::optional<double> quantity(std::string_view key);
  std::optional<double> real(std::string_view key);
  std::optional<std::int64_t> integer(std::string_view key);
  std::optional<bool> boolean(std::string_view key);
  std::optional<std::string> word(std::string_view key);
  std::vector<std::string> words(std::string_view key);
  std::vector<std::int64_t> integers(std::string_view key);
  std::vector<double> moments(std::string_view key);
  /// A word that must be among `names`.
  std::optional<std::string> choice(std::string_view key, const std::vector<std::string>& names);

  /// A number with the unit from a node of this section; `name` is for messages.
  std::optional<double> number_of(const TomlNode& node, std::string_view name,
                                  std::string_view unit);
  void fault_at(const std::string& where, std::string_view key, std::string message,
                std::string hint = {}, Code code = Code::experiment_value);
  /// Told of a key, or of the section where the key is absent.
  void fault(std::string_view key, std::string message, std::string hint = {},
             Code code = Code::experiment_value);
  /// Where a key is, or the section where it is absent.
  std::string where_of(std::string_view key) const;
  /// One that is not among the names that there are.
  void unknown_name(std::string_view key, const std::string& where, const std::string& name,
                    std::string_view what, const std::vector<std::string>& names);
  /// Tells of every key that nobody took. Which keys there are follows from that of `decider`, such
  /// as the model, where one is given.
  void refuse_rest(std::string_view decider = {});
  /// Tells of a key that is not among the `known`. Where the file has it and the `decider` (null:
  /// nothing) was changed, the change is at fault.
  void refuse_key(const TomlNode& node, const std::string& name,
                  const std::vector<std::string>& known, const TomlNode* decider);

 private:
  const TomlNode* required(const KeyInfo& info);
  const TomlNode* node_for(std::string_view key);
  bool in_range(const TomlNode& node, const KeyInfo& info, double value);
  void expand_range(const TomlNode& node, const std::string& text, const KeyInfo& info,
                    std::vector<std::int64_t>& values);

  const TomlNode* node_;
  std::string path_, where_;
  std::string_view kind_;
  Reading& reading_;
  std::set<std::string, std::less<>> taken_;
  std::vector<std::string> known_;  // keys that may be here, for suggestions
  std::map<std::string, TomlNode, std::less<>> fallbacks_;
  bool is_no_table_ = false;
};

}  // namespace synfire
