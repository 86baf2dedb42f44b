// What the runs of a sweep gave, one row a run.
#pragma once

#include <string>
#include <vector>

namespace synfire {

/// A key that a sweep varies, or several with commas between them, and a value as the file has it.
struct Setting {
  std::string key, value;
};

struct SummaryColumn {
  std::string name;
  std::vector<std::string> texts;
  std::vector<double> numbers;  // where there are no texts

  std::size_t rows() const { return texts.empty() ? numbers.size() : texts.size(); }
};

struct Summary {
  std::vector<std::string> settings;  // names of the columns that were varied, in their order
  std::vector<SummaryColumn> columns;

  std::size_t runs() const { return columns.empty() ? 0 : columns.front().rows(); }
};

}  // namespace synfire
