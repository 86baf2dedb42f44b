// What keeps the weights onto a neuron in order whatever rule changes them, at intervals: a sum
// that they are scaled to, or a rate that their neuron is drawn to.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/state_archive.h"

namespace synfire {

class Homeostasis {
 public:
  struct Options {
    double interval_ms = 0;       // 0: never
    double weight_sum = 0;        // 0: none
    double rate_hz = 0;           // 0: none
    double tau_scaling_ms = 1e5;  // w' = w (1 - rate / rate_hz) / tau_scaling
    double tau_rate_ms = 1e4;     // of the mean of the rate
  };

  Homeostasis(const Options& options, std::size_t neurons)
      : options_(options),
        sums_(is_on() ? neurons : 0),
        rates_(sums_.size(), options.rate_hz),
        spikes_(sums_.size()) {}

  bool is_on() const {
    return options_.interval_ms > 0 && (options_.weight_sum > 0 || options_.rate_hz > 0);
  }
  /// Whether it is time.
  bool is_due(double now_ms) const {
    return is_on() && now_ms >= static_cast<double>(done_ + 1) * options_.interval_ms;
  }
  void spike(std::uint32_t neuron) {
    if (!spikes_.empty()) ++spikes_[neuron];
  }

  /// Nothing is done this time.
  void skip() {
    ++done_;
    std::fill(spikes_.begin(), spikes_.end(), 0);
  }

  /// Between begin and finish, every weight is added.
  void begin() { std::fill(sums_.begin(), sums_.end(), 0.0); }
  void add(std::size_t neuron, float weight) { sums_[neuron] += double{weight}; }
  /// The factors on the weights onto each neuron.
  std::span<const double> finish() {
    ++done_;
    const double kept = std::exp(-options_.interval_ms / options_.tau_rate_ms);
    for (std::size_t j = 0; j < sums_.size(); ++j) {
      const double rate = 1e3 * spikes_[j] / options_.interval_ms;
      rates_[j] = rates_[j] * kept + rate * (1 - kept);
      spikes_[j] = 0;
      sums_[j] = factor(sums_[j], rates_[j]);
    }
    return sums_;
  }
  std::uint64_t bytes() const {
    return sums_.size() * (2 * sizeof(double) + sizeof(std::uint32_t));
  }

  void visit_state(StateArchive& archive) {
    archive("done", done_);
    archive.fixed("rates", rates_);
    archive.fixed("spikes", spikes_);
  }

 private:
  double factor(double sum, double rate) const {
    double factor = options_.weight_sum > 0 && sum > 0 ? options_.weight_sum / sum : 1;
    if (options_.rate_hz > 0)
      factor *= std::max(
          0.0, 1 + options_.interval_ms / options_.tau_scaling_ms * (1 - rate / options_.rate_hz));
    return factor;
  }

  Options options_;
  std::int64_t done_ = 0;              // intervals
  std::vector<double> sums_;           // by neuron; then the factors
  std::vector<double> rates_;          // mean, in Hz
  std::vector<std::uint32_t> spikes_;  // in this interval
};

}  // namespace synfire
