// The network of an experiment: populations, projections and stimuli.
#pragma once

#include <string>
#include <vector>

#include "converters/experiment/parameters.h"
#include "core/engine/model.h"
#include "core/net/network.h"

namespace synfire {

class NetworkReader {
 public:
  NetworkReader(const ModelRegistry& registry, Reading& reading, Network& network)
      : registry_(registry), reading_(reading), network_(network) {}

  /// Everything that makes the network, in the order of the file; the populations of stimuli come
  /// behind all others.
  void read(const TomlNode& root);
  /// Names of populations so far, for suggestions.
  std::vector<std::string> population_names() const;

 private:
  void read_population(const TomlNode& node);
  void read_projection(const TomlNode& node);
  void read_stimulus(const TomlNode& node);
  const ModelInfo* read_model(Section& section, bool generates);
  std::vector<std::string> read_populations(Section& section, std::string_view key);
  bool read_size(Section& section, Population& population);
  std::optional<Distribution> read_weight(Section& section, const std::vector<std::string>& targets,
                                          bool current);
  bool send_currents(const std::vector<std::string>& sources) const;
  void read_file(Section& section, const ModelInfo& model, Parameters& parameters);
  std::optional<Connectivity> read_rule(Section& section, const std::vector<std::string>& sources,
                                        const std::vector<std::string>& targets);
  std::optional<double> read_number(Section& section, const std::string& rule);
  void add(Projection projection, const Section& section);
  const ModelInfo* model_of(const std::string& population) const;

  const ModelRegistry& registry_;
  Reading& reading_;
  Network& network_;
  std::vector<Population> generators_;
};

}  // namespace synfire
