// Random connectivity, drawn target by target: the synapses of a target depend on (seed,
// projection, target) only, so that any part of a network can be built anywhere.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/random.h"
#include "core/net/network.h"

namespace synfire {

/// The synapses that a rule draws onto neighbouring targets.
class RuleSampler {
 public:
  /// Targets first .. first + count - 1 of the projection's target population. Rules that count by
  /// source or in all are drawn for every target, and kept for these.
  RuleSampler(const Network& network, std::size_t projection, std::int64_t first,
              std::int64_t count);

  /// Replaces `sources` by the target's sources in a fixed order.
  void draw_sources(std::int64_t target, std::vector<std::uint32_t>& sources);
  /// Replaces `weights` by those of the target's `count` synapses, in the order of its sources.
  void draw_weights(std::int64_t target, std::size_t count, std::vector<float>& weights) const;
  /// The same for their delays in steps, when the rule has delays of its own.
  void draw_delays(std::int64_t target, std::size_t count, std::vector<std::int32_t>& steps);
  /// The same delays in ms, not rounded to steps.
  void draw_delays_ms(std::int64_t target, std::size_t count, std::vector<double>& ms);

 private:
  Random random(Stream stream, std::int64_t entity) const;
  void draw_uniform(std::int64_t target, std::int64_t count, std::vector<std::uint32_t>& sources);
  void draw_pairs(std::int64_t target, std::vector<std::uint32_t>& sources) const;
  void draw_all(std::int64_t target, std::vector<std::uint32_t>& sources) const;
  void draw_total(std::int64_t first, std::int64_t count);
  void draw_by_source(std::int64_t first, std::int64_t count);
  void begin_partners() { ++draw_; }
  bool may_take(std::uint32_t partner);
  std::int64_t excluded(std::int64_t neuron) const { return excludes_ ? neuron : -1; }

  const RandomRule& rule_;
  std::uint64_t seed_, projection_;
  double dt_ms_;
  std::int64_t sources_, targets_, first_;
  bool excludes_;                                   // the neuron itself
  std::vector<std::int64_t> in_degree_;             // fixed_total_number: by target
  std::vector<std::vector<std::uint32_t>> chosen_;  // fixed_out_degree: sources by target
  std::vector<std::uint64_t> taken_in_;  // without multapses: by partner, the last draw it was in
  std::uint64_t draw_ = 0;
  std::vector<float> values_;
};

/// The range of delays, in steps, that a rule of this projection can draw with a chance of more
/// than 1e-9; at least one step each.
struct DelayRange {
  std::int32_t least, greatest;
};
DelayRange delay_range(const Projection& projection, double dt_ms);

}  // namespace synfire
