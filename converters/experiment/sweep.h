// The [sweep] of an experiment: which keys take which values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "converters/experiment/document.h"

namespace synfire {

/// One key of the experiment, "projection.inhibition.weight", or several with commas between them,
/// and the values that they take.
struct SweptKey {
  std::string path;
  std::vector<TomlNode> values;

  /// Each of the keys by itself.
  std::vector<std::string> paths() const;
};

struct Sweep {
  std::vector<SweptKey> keys;
  bool listed = false;  // the i-th values of all keys together, else every value with every other

  /// How many points there are; 2^63 where there are more than that. 1 without keys.
  std::uint64_t size() const;
  /// The value of each key at a point; the last key varies fastest.
  std::vector<const TomlNode*> point(std::uint64_t index) const;
};

/// The table [sweep] of an experiment, whose keys are paths in quotes or nested tables. Throws
/// every fault at once: experiment_value.
Sweep read_sweep(const TomlNode& root);

}  // namespace synfire
