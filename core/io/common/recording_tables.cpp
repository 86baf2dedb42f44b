#include "core/io/common/recording_tables.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/base/natural_order.h"
#include "core/io/common/recording_columns.h"

namespace synfire {
namespace {

/// All columns have as many rows as runs, and settings are texts.
void check_summary(const Hdf5Group& group, const Summary& summary) {
  for (const SummaryColumn& column : summary.columns)
    if (column.rows() == 0 || column.rows() != summary.runs())
      fail(Code::file_corrupt, group.where(column.name), "not one row for every run");
  for (const std::string& setting : summary.settings)
    if (std::ranges::none_of(summary.columns, [&](const SummaryColumn& column) {
          return column.name == setting && !column.texts.empty();
        }))
      fail(Code::file_corrupt, group.where(), "there is no column '" + setting + "'");
}

/// One column of a table of trials.
template <typename T>
void read_column(const Hdf5Group& group, std::string_view name, T Trial::*member,
                 std::vector<Trial>& trials) {
  const Tensor column = group.read(name);
  if (column.size() != trials.size())
    fail(Code::file_corrupt, group.where(name), "not one number for each trial");
  for (std::size_t i = 0; i < trials.size(); ++i) {
    const double value = column.number(i);
    const bool counts = std::is_unsigned_v<T>;
    if (!std::isfinite(value) || (counts && !(value >= 0 && value <= kMaxCount)))
      fail(Code::file_corrupt, group.where(name),
           "row " + std::to_string(i) + " is no such number");
    trials[i].*member = static_cast<T>(value);
  }
}

}  // namespace

std::vector<std::string> ordered_members(const Hdf5Group& group) {
  std::vector<std::string> names = group.children();
  std::ranges::sort(
      names, [](const std::string& a, const std::string& b) { return natural_order(a, b) < 0; });
  return names;
}

Summary read_summary(const Hdf5Group& group) {
  Summary summary;
  if (group.has_attribute("", "settings")) summary.settings = group.texts_attribute("", "settings");
  for (const std::string& name : ordered_members(group)) {
    SummaryColumn& column = summary.columns.emplace_back();
    column.name = name;
    if (group.is_text(name)) {
      column.texts = group.read_texts(name);
      continue;
    }
    const Tensor numbers = group.read(name);
    for (std::size_t i = 0; i < numbers.size(); ++i) column.numbers.push_back(numbers.number(i));
  }
  check_summary(group, summary);
  return summary;
}

TrialTable read_trial_table(const Hdf5Group& group, const std::string& task) {
  TrialTable table{
      task, group.texts_attribute("", "actions"), group.number_attribute("", "least_actions"), {}};
  table.trials.resize(read_times(group, "begin").size());
  read_column(group, "begin", &Trial::begin_ms, table.trials);
  for (const auto& [name, member] : kTrialCounts) read_column(group, name, member, table.trials);
  read_column(group, "reward", &Trial::reward, table.trials);
  read_column(group, "surprise", &Trial::surprise, table.trials);
  if (!std::is_sorted(table.trials.begin(), table.trials.end(),
                      [](const Trial& a, const Trial& b) { return a.episode < b.episode; }))
    fail(Code::file_corrupt, group.where("episode"), "the episodes do not rise");
  return table;
}

Classification read_classification(const Hdf5Group& group, const std::string& dataset) {
  constexpr double kMostClasses = 4096;
  Classification result;
  result.dataset = dataset, result.readout = group.text_attribute("", "readout");
  const double classes = group.number_attribute("", "classes");
  if (!(classes >= 0 && classes <= kMostClasses))
    fail(Code::file_corrupt, group.where(), "no such number of classes");
  result.classes = static_cast<std::int64_t>(classes);
  result.shown = group.unsigned_attribute("", "shown");
  result.shown_again = group.unsigned_attribute("", "shown_again");
  if (group.has_attribute("", "events_sent")) {  // of recordings only
    result.events_sent = group.unsigned_attribute("", "events_sent");
    result.events_cut = group.unsigned_attribute("", "events_cut");
  }
  result.samples = read_numbers(group, "samples");
  result.labels = read_numbers(group, "labels");
  result.predictions = read_numbers(group, "predictions");
  result.learnt = read_numbers(group, "learnt");
  const Tensor accuracy = group.read("learnt_accuracy");
  for (std::size_t i = 0; i < accuracy.size(); ++i)
    result.learnt_accuracy.push_back(accuracy.number(i));
  const auto is_class = [&](std::int64_t each) { return each < result.classes; };
  if (result.labels.size() != result.predictions.size() ||
      result.labels.size() != result.samples.size() ||
      result.learnt.size() != result.learnt_accuracy.size() ||
      !std::ranges::all_of(result.predictions, is_class) ||
      !std::ranges::all_of(result.labels,
                           [&](std::int64_t each) { return each >= 0 && is_class(each); }))
    fail(Code::file_corrupt, group.where(), "its columns do not fit together");
  return result;
}

}  // namespace synfire
