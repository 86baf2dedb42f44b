// NIR files: Synfire's native network format and the exchange format of spiking networks.
//
// A network whose items all mean what standard NIR nodes mean is written as a plain NIR file that
// every NIR tool reads. Items that NIR cannot say (integer arithmetic, schedules, sparse rows,
// subtractive reset ...) are written as extension nodes of type "synfire.*", one representation
// per item; such a file is not plain, and says why.
// Source: Pedersen et al., "Neuromorphic intermediate representation", Nature Communications 2024.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/net/network.h"

namespace synfire {

/// Writes through a temporary name. Grouped convolutions and oblong kernels are standard Conv2d
/// nodes, although the NIR package up to 1.0.8 infers wrong shapes for them and reads such a file
/// only with type_check=False; read_nir gives back a network of the same content_hash.
/// Throws network_invalid (all faults) and file_write.
void write_nir(const Network& network, const std::filesystem::path& path);

/// What a foreign file does not say, and each tool takes otherwise. Synfire's own files say all of
/// it.
struct NirOptions {
  std::optional<double> dt_ms = {};  // 1 ms
  std::string integrator = {};       // of models that have one; "": the model's default
  std::string reset = {};            // "": zero or value, as v_reset says
  /// In NIR a signal passes all nodes within a step, here it is a step later after each projection.
  /// With this, populations that have something to do without input (a bias, a leak) start in the
  /// step in which the first signal can reach them, so that every layer does what it does there, so
  /// many steps later.
  bool staggered_start = false;

  bool says_anything() const { return dt_ms || !integrator.empty() || !reset.empty(); }
};

/// Reads a file of this or any other tool. In foreign files each chain of stateless nodes
/// (Linear, Affine, Conv2d, SumPool2d, AvgPool2d, Flatten, Scale, Delay) between two neuron nodes
/// becomes one projection, a bias becomes the target's i_offset, seconds become milliseconds,
/// an edge's delay is one step, v_reset = 0 is reset "zero" and anything else reset "value".
/// Options that contradict the file throw bad_option_value.
/// Throws file_not_found, file_truncated, file_corrupt, file_format, file_too_large,
/// network_invalid, and nir_node with every node that this version does not run.
Network read_nir(const std::filesystem::path& path, const NirOptions& options = {});

struct NirNodeSummary {
  std::string name;  // nested nodes by their path: "rnn.lif"
  std::string type;
};

struct NirSummary {
  std::string version;  // of the writer's NIR package; empty when absent
  std::vector<NirNodeSummary> nodes;
  std::vector<std::pair<std::string, std::string>> edges;
  bool plain = true;                 // every node is a standard one
  std::vector<std::string> reasons;  // "conv1: integer arithmetic"; why it is not plain
};

/// What is in the file, also when this version cannot run it. Throws as read_nir does, but for
/// nir_node.
NirSummary summarize_nir(const std::filesystem::path& path);

}  // namespace synfire
