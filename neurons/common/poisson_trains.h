// Poisson spike trains of neurons whose rates are set one by one, now and then.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

#include "core/base/state_archive.h"
#include "core/engine/model.h"

namespace synfire {

/// Throws parameter_invalid, located at `where`, for more than 25 spikes a step: below, counts
/// beyond kMostPoisson have a chance of less than 1e-9.
void require_poisson_mean(double mean, const std::string& where);

/// Intervals are exponential, and drawn when the last one ends: a step costs a comparison for each
/// neuron that is not silent. Where rates change the next interval is drawn anew, since such
/// intervals have no memory.
class PoissonTrains {
 public:
  /// `where` is the place of rates in messages.
  PoissonTrains(const GroupContext& context, std::size_t neurons, std::string where);

  void reset();
  /// In Hz, one per neuron, of all steps from `step` on, which is not before that of the last call.
  /// Throws parameter_invalid for a rate below 0 or too high.
  void set_rates(std::int64_t step, std::span<const double> rates_hz);
  /// Whether there are rates for this step; steps ascend.
  bool begun(std::int64_t step) {
    while (!change_steps_.empty() && change_steps_.front() <= step) apply();
    return begun_;
  }
  /// Adds the spikes of a step.
  void draw(std::int64_t step, SpikeList& out);

  void visit_state(StateArchive& archive) {
    archive("change_steps", change_steps_);
    archive("change_rates", change_rates_);
    archive("trains", trains_);
    archive.fixed("drawn", drawn_);
    archive("begun", begun_);
  }

 private:
  struct Train {
    std::uint32_t neuron;
    double mean;  // interval, in steps
    double next;  // spike, in steps
  };

  void apply();
  double interval(const Train& train);

  std::uint64_t seed_, first_entity_;
  double dt_ms_;
  std::string where_;
  // Changes that are to come, one after the other.
  std::deque<std::int64_t> change_steps_;
  std::deque<double> change_rates_;
  std::vector<Train> trains_;         // of neurons that are not silent, ascending
  std::vector<std::uint64_t> drawn_;  // intervals, by neuron
  bool begun_ = false;
};

}  // namespace synfire
