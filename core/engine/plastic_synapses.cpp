#include "core/engine/plastic_synapses.h"

#include <algorithm>
#include <cmath>

#include "core/base/short_text.h"
#include "core/engine/rules.h"
#include "core/engine/weight_scale.h"

namespace synfire {
namespace {

/// Goes twice through the same synapses: to count, and to place them.
class Maker {
 public:
  Maker(const Network& network, std::size_t index, const Slice& slice)
      : network_(network), index_(index), projection_(network.projections[index]), slice_(slice) {}

  PlasticSynapses make() {
    note_delays();
    const auto sources = static_cast<std::size_t>(network_.population(projection_.source).size());
    std::vector<std::uint64_t> end(sources * made_.delays.size() + 1);
    each([&](std::size_t row, std::int64_t, double) { ++end[row + 1]; });
    for (std::size_t row = 1; row < end.size(); ++row) end[row] += end[row - 1];
    if (end.back() > UINT32_MAX)
      fail(Code::resource_limit, where(), "more than 2^32 synapses in one shard",
           "use more threads or ranks");
    made_.begin = HugeArray<std::uint32_t>(end.size());
    std::copy(end.begin(), end.end(), made_.begin.data());
    made_.target = HugeArray<std::uint16_t>(end.back());
    made_.weight = HugeArray<float>(end.back());
    place(end);
    return std::move(made_);
  }

 private:
  std::string where() const { return "net.projections." + projection_.name; }

  void place(std::vector<std::uint64_t>& next) {
    PlasticWeightCheck check;
    each([&](std::size_t row, std::int64_t target, double weight) {
      const std::size_t at = next[row]++;
      made_.target[at] = static_cast<std::uint16_t>(target);
      made_.weight[at] = static_cast<float>(std::abs(weight));
      check.add(weight);
    });
    made_.inhibits = check.inhibits(projection_);
  }

  void note_delays() {
    auto& delays = made_.delays;
    const auto* const sparse = std::get_if<Sparse>(&projection_.connectivity);
    if (sparse != nullptr && !sparse->delay.empty()) {
      for (const double delay : sparse->delay.as<double>())
        delays.push_back(delay_steps(delay, network_.dt_ms));
      std::sort(delays.begin(), delays.end());
      delays.erase(std::unique(delays.begin(), delays.end()), delays.end());
    }
    if (!delays.empty()) return;
    const DelayRange range = delay_range(projection_, network_.dt_ms);
    for (std::int32_t steps = range.least; steps <= range.greatest; ++steps)
      delays.push_back(steps);
  }

  std::size_t row(std::size_t source, std::int32_t steps) const {
    const auto found = std::lower_bound(made_.delays.begin(), made_.delays.end(), steps);
    return made_.row(source, static_cast<std::size_t>(found - made_.delays.begin()));
  }

  /// Calls visit(row, target in the slice, weight) for every synapse onto the slice, by target.
  template <typename Visit>
  void each(const Visit& visit) {
    if (const auto* rule = std::get_if<RandomRule>(&projection_.connectivity))
      each_drawn(*rule, visit);
    else if (const auto* sparse = std::get_if<Sparse>(&projection_.connectivity))
      each_listed(*sparse, visit);
    else if (const auto* one = std::get_if<OneToOne>(&projection_.connectivity))
      each_pair(*one, visit);
  }

  template <typename Visit>
  void each_drawn(const RandomRule& rule, const Visit& visit) {
    RuleSampler sampler(network_, index_, slice_.first, slice_.count);
    for (std::int64_t i = 0; i < slice_.count; ++i) {
      const std::int64_t target = slice_.first + i;
      sampler.draw_sources(target, sources_);
      if (!rule.weight.is_constant()) sampler.draw_weights(target, sources_.size(), weights_);
      if (rule.delay_ms) sampler.draw_delays(target, sources_.size(), steps_);
      for (std::size_t s = 0; s < sources_.size(); ++s)
        visit(rule.delay_ms ? row(sources_[s], steps_[s]) : std::size_t{sources_[s]}, i,
              rule.weight.is_constant() ? rule.weight.first : double{weights_[s]});
    }
  }

  template <typename Visit>
  void each_listed(const Sparse& sparse, const Visit& visit) const {
    const auto offsets = sparse.offsets.as<std::int64_t>();
    const auto targets = sparse.targets.as<std::int32_t>();
    for (std::size_t source = 0; source + 1 < offsets.size(); ++source)
      for (auto s = static_cast<std::size_t>(offsets[source]);
           s < static_cast<std::size_t>(offsets[source + 1]); ++s) {
        const std::int64_t target = targets[s] - slice_.first;
        if (target < 0 || target >= slice_.count) continue;
        const std::int32_t steps = sparse.delay.empty()
                                       ? made_.delays[0]
                                       : delay_steps(sparse.delay.as<double>()[s], network_.dt_ms);
        visit(row(source, steps), target, sparse.weight.number(sparse.weight.size() == 1 ? 0 : s));
      }
  }

  template <typename Visit>
  void each_pair(const OneToOne& one, const Visit& visit) const {
    for (std::int64_t i = 0; i < slice_.count; ++i) {
      const auto neuron = static_cast<std::size_t>(slice_.first + i);
      visit(neuron, i, one.weight.number(one.weight.size() == 1 ? 0 : neuron));
    }
  }

  const Network& network_;
  std::size_t index_;
  const Projection& projection_;
  Slice slice_;
  PlasticSynapses made_;
  std::vector<std::uint32_t> sources_;
  std::vector<float> weights_;
  std::vector<std::int32_t> steps_;
};

}  // namespace

bool PlasticWeightCheck::inhibits(const Projection& projection) const {
  const std::string where = "net.projections." + projection.name;
  if (excites_ && inhibits_)
    fail(Code::network_invalid, where, "weights of both signs in a projection that changes",
         "bound the weights at 0, or make two projections");
  if (const double bound = largest_weight(projection); largest_ > bound * (1 + 1e-6))
    fail(Code::parameter_invalid, where + ".plasticity.w_max",
         "it is " + short_text(bound) + ", below the initial weight " + short_text(largest_));
  return inhibits_;
}

PlasticSynapses make_plastic_synapses(const Network& network, std::size_t projection,
                                      const Slice& slice) {
  return Maker(network, projection, slice).make();
}

}  // namespace synfire
