// How a SynapseBlock is made.
#include <algorithm>
#include <map>
#include <numeric>
#include <utility>

#include "core/engine/row_filler.h"
#include "core/engine/rules.h"
#include "core/engine/synapse_block.h"

namespace synfire {

/// Finds the classes of all rows, and has these filled, one source population after the other.
class SynapseBlock::Builder {
 public:
  Builder(SynapseBlock& block, const Network& network, std::span<const ShardSlice> slices,
          const WeightScale& scale)
      : block_(block), network_(network), slices_(slices), scale_(scale) {}

  void build() {
    block_.sources_.resize(network_.populations.size());
    expected_.assign(network_.populations.size(), 0);
    for (std::size_t i = 0; i < network_.projections.size(); ++i) add_classes(i);
    for (std::size_t source = 0; source < block_.sources_.size(); ++source) sort_classes(source);
    // The largest first: what is gathered of it is gone before the others' rows take memory.
    std::vector<std::size_t> order(expected_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return expected_[a] > expected_[b]; });
    for (const std::size_t source : order)
      if (!block_.sources_[source].classes.empty()) fill(source);
  }

 private:
  static bool has_static_rows(const Projection& projection) {
    return projection.is_static() && !std::holds_alternative<OneToOne>(projection.connectivity);
  }
  std::size_t source_of(const Projection& projection) const {
    return network_.index_of(projection.source);
  }

  std::size_t class_of(std::size_t source, const SynapseClass& wanted) {
    auto& classes = block_.sources_[source].classes;
    const auto found = std::find(classes.begin(), classes.end(), wanted);
    const auto index = static_cast<std::size_t>(found - classes.begin());
    if (found == classes.end()) classes.push_back(wanted);
    return index;
  }

  void add_classes(std::size_t index) {
    const Projection& projection = network_.projections[index];
    const std::size_t source = source_of(projection);
    classes_.emplace_back();
    if (!has_static_rows(projection)) return;
    expected_[source] += static_cast<double>(synapse_count(network_, projection));
    if (const auto* rows = std::get_if<Sparse>(&projection.connectivity))
      add_sparse_classes(projection, *rows, source);
    else if (const auto* rule = std::get_if<RandomRule>(&projection.connectivity))
      add_rule_classes(projection, *rule, source);
  }

  /// What every synapse of the projection has in common, but for its delay.
  SynapseClass common_class(const Projection& projection, double weight) const {
    const bool stored = stores_weights(projection);
    return {delay_steps(projection.delay_ms, network_.dt_ms), projection.receptor,
            stored ? scale_.unit(projection) : scale_.fixed(weight, projection.receptor), stored};
  }

  void add_rule_classes(const Projection& projection, const RandomRule& rule, std::size_t source) {
    SynapseClass each = common_class(projection, rule.weight.first);
    if (!rule.delay_ms) {
      classes_.back()[0] = class_of(source, each);
      return;
    }
    const DelayRange range = delay_range(projection, network_.dt_ms);
    for (each.delay_steps = range.least; each.delay_steps <= range.greatest; ++each.delay_steps)
      classes_.back()[each.delay_steps] = class_of(source, each);
  }

  void add_sparse_classes(const Projection& projection, const Sparse& rows, std::size_t source) {
    SynapseClass each = common_class(projection, rows.weight.number(0));
    if (rows.delay.empty()) {
      classes_.back()[0] = class_of(source, each);
      return;
    }
    for (const double delay : rows.delay.as<double>()) {
      each.delay_steps = delay_steps(delay, network_.dt_ms);
      if (!classes_.back().contains(each.delay_steps))
        classes_.back()[each.delay_steps] = class_of(source, each);
    }
  }

  /// Spikes go through the rows of their source in the order of the delays.
  void sort_classes(std::size_t source) {
    auto& classes = block_.sources_[source].classes;
    std::vector<std::size_t> order(classes.size()), place(classes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return classes[a].delay_steps < classes[b].delay_steps;
    });
    std::vector<SynapseClass> sorted;
    for (const std::size_t which : order) {
      place[which] = sorted.size();
      sorted.push_back(classes[which]);
    }
    classes = std::move(sorted);
    for (std::size_t i = 0; i < network_.projections.size(); ++i)
      if (source_of(network_.projections[i]) == source)
        for (auto& [steps, which] : classes_[i]) which = place[which];
  }

  void fill(std::size_t source) {
    Sources& sources = block_.sources_[source];
    if (sources.classes.size() > kMostClasses)
      fail(Code::resource_limit, "net.populations." + network_.populations[source].name,
           "more than 65535 different delays and weights leave it");
    for (const Projection& projection : network_.projections)
      if (source_of(projection) == source && has_static_rows(projection))
        sources.bits = std::max(sources.bits, weight_bits(projection));
    with_type(sources.bits, nullptr, [&]<typename Synapse>(const Synapse*) {
      const auto neurons = static_cast<std::size_t>(network_.populations[source].size());
      RowFiller<Synapse> filler(network_, scale_, classes_, sources, neurons,
                                expected_[source] * share());
      for (std::size_t i = 0; i < network_.projections.size(); ++i)
        if (source_of(network_.projections[i]) == source &&
            has_static_rows(network_.projections[i]))
          for (const ShardSlice& slice : slices_)
            if (network_.populations[slice.population].name == network_.projections[i].target)
              filler.gather(i, slice);
      filler.lay_out();
    });
  }

  /// The shard's share of all neurons.
  double share() const {
    double here = 0, all = 0;
    for (const ShardSlice& slice : slices_) here += static_cast<double>(slice.slice.count);
    for (const Population& population : network_.populations)
      all += static_cast<double>(population.size());
    return here / all;
  }

  static constexpr std::size_t kMostClasses = UINT16_MAX;

  SynapseBlock& block_;
  const Network& network_;
  std::span<const ShardSlice> slices_;
  const WeightScale& scale_;
  std::vector<double> expected_;  // synapses by source population, in all shards
  std::vector<std::map<std::int32_t, std::size_t>>
      classes_;  // by projection: delay (or 0) to class
};

SynapseBlock::SynapseBlock(const Network& network, std::span<const ShardSlice> slices,
                           const WeightScale& scale) {
  Builder(*this, network, slices, scale).build();
  std::uint64_t rows = 0;
  for (const Sources& sources : sources_) rows += sources.rows;
  mean_row_ = rows > 0 ? static_cast<double>(synapses()) / static_cast<double>(rows) : 0;
}

}  // namespace synfire
