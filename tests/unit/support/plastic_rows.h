// The rows of one rule without an engine, for tests that set spike times by hand.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/engine/plastic_rows.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire::test {

/// `sources` neurons, each with a synapse onto each of `targets`; weights are 1.
class HandPlayedRows {
 public:
  HandPlayedRows(const std::string& rule, Parameters parameters, std::int64_t sources = 1,
                 std::int64_t targets = 1, Stage synapse = {}, double weight = 1) {
    network_.dt_ms = 0.1;
    network_.populations = {float_population("a", {sources}, "lif"),
                            float_population("b", {targets}, "lif")};
    network_.projections = {connect("a", "b", all_to_all({DistributionKind::constant, weight}))};
    network_.projections[0].synapse = synapse;
    network_.projections[0].plasticity = {rule, std::move(parameters)};
    effects_.resize(static_cast<std::size_t>(targets));
    const Projection& projection = network_.projections[0];
    PlasticContext context{network_, projection, static_cast<std::size_t>(targets),
                           make_plastic_synapses(network_, 0, {0, targets})};
    if (!synapse.name.empty())
      context.dynamics = model_registry()
                             .find_synapse(synapse.name)
                             ->create({projection, context.synapses.rows()});
    rows_ = rule.empty() ? make_kept_rows(std::move(context))
                         : model_registry().find_plasticity(rule)->create(std::move(context));
  }

  /// A spike arrives from source `i`; returns its effect on each target.
  const std::vector<float>& pre(double now_ms, std::uint32_t i = 0) {
    rows_->begin(now_ms);
    rows_->arrive(now_ms, i, effects_);
    return effects_;
  }
  void post(double now_ms, std::uint32_t j = 0) {
    rows_->begin(now_ms);
    rows_->spike(now_ms, {&j, 1});
  }
  double weight(double now_ms, std::uint32_t i = 0, std::uint32_t j = 0) const {
    std::vector<float> weights(effects_.size());
    rows_->read(now_ms, i, rows_->ahead(now_ms), weights);
    return double{weights[j]};
  }
  PlasticRows& rows() { return *rows_; }

 private:
  Network network_;
  std::unique_ptr<PlasticRows> rows_;
  std::vector<float> effects_;
};

}  // namespace synfire::test
