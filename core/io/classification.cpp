#include <algorithm>

#include "core/io/recording.h"

namespace synfire {

double Classification::accuracy() const {
  if (labels.empty()) return 0;
  std::size_t right = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) right += labels[i] == predictions[i] ? 1 : 0;
  return static_cast<double>(right) / static_cast<double>(labels.size());
}

std::vector<std::uint64_t> Classification::confusion() const {
  const auto columns = static_cast<std::size_t>(classes) + 1;
  std::vector<std::uint64_t> table(static_cast<std::size_t>(classes) * columns);
  for (std::size_t i = 0; i < labels.size(); ++i)
    ++table[static_cast<std::size_t>(labels[i]) * columns +
            static_cast<std::size_t>(predictions[i] < 0 ? classes : predictions[i])];
  return table;
}

}  // namespace synfire
