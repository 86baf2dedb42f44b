#include "core/engine/synapse_block.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/engine/rules.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

std::int32_t steps_of(double delay_ms, double dt_ms) {
  return std::max(1, static_cast<std::int32_t>(std::lround(delay_ms / dt_ms)));
}

}  // namespace

/// Two passes over the same synapses: the first counts the rows' lengths, the second fills them.
/// Random rules are drawn twice, which is cheaper than to keep what was drawn.
class SynapseBlock::Builder {
 public:
  Builder(SynapseBlock& block, const Network& network, std::span<const ShardSlice> slices,
          const WeightScale& scale)
      : block_(block), network_(network), slices_(slices), scale_(scale) {}

  void build() {
    for (const Population& population : network_.populations)
      block_.sources_.emplace_back(), cursors_.emplace_back(),
          neurons_.push_back(population.size());
    for (std::size_t i = 0; i < network_.projections.size(); ++i) add_classes(i);
    for (std::size_t p = 0; p < block_.sources_.size(); ++p)
      cursors_[p].assign(static_cast<std::size_t>(neurons_[p]) * block_.sources_[p].classes.size(),
                         0);
    for (std::size_t i = 0; i < network_.projections.size(); ++i)
      visit(i, [&](std::size_t source, std::size_t row, std::uint16_t, std::int16_t) {
        ++cursors_[source][row];
      });
    lay_out();
    for (std::size_t i = 0; i < network_.projections.size(); ++i)
      visit(i, [&](std::size_t source, std::size_t row, std::uint16_t target, std::int16_t weight) {
        const std::uint32_t at = cursors_[source][row]++;
        block_.targets_[at] = target;
        if (block_.weights_.size() > 0) block_.weights_[at] = weight;
      });
  }

 private:
  std::size_t source_of(const Projection& projection) const {
    return static_cast<std::size_t>(&network_.population(projection.source) -
                                    network_.populations.data());
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
    if (const auto* rows = std::get_if<Sparse>(&projection.connectivity))
      add_sparse_classes(projection, *rows, source);
    else if (const auto* rule = std::get_if<RandomRule>(&projection.connectivity))
      add_rule_classes(projection, *rule, source);
  }

  /// What every synapse of the projection has in common, but for its delay.
  SynapseClass common_class(const Projection& projection, double weight) {
    const bool stored = stores_weights(projection);
    stores_ = stores_ || stored;
    return {steps_of(projection.delay_ms, network_.dt_ms), projection.receptor,
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
      each.delay_steps = steps_of(delay, network_.dt_ms);
      if (!classes_.back().contains(each.delay_steps))
        classes_.back()[each.delay_steps] = class_of(source, each);
    }
  }

  template <typename Visit>
  void visit(std::size_t index, Visit&& see) {
    const Projection& projection = network_.projections[index];
    for (const ShardSlice& slice : slices_) {
      if (network_.populations[slice.population].name != projection.target) continue;
      if (const auto* rows = std::get_if<Sparse>(&projection.connectivity))
        visit_rows(index, *rows, slice, see);
      else if (std::holds_alternative<RandomRule>(projection.connectivity))
        visit_rule(index, slice, see);
    }
  }

  template <typename Visit>
  void visit_rule(std::size_t index, const ShardSlice& slice, Visit& see) {
    const Projection& projection = network_.projections[index];
    const auto& rule = std::get<RandomRule>(projection.connectivity);
    const std::size_t source = source_of(projection);
    const std::size_t width = block_.sources_[source].classes.size();
    const std::size_t fixed = rule.delay_ms ? 0 : classes_[index].at(0);
    const std::int32_t least = rule.delay_ms ? delay_range(projection, network_.dt_ms).least : 0;
    std::vector<std::size_t> by_delay;  // class of `least` steps, of one more, ...
    for (const auto& [steps, which] : classes_[index]) by_delay.push_back(which);
    const double grid = scale_.quantum(projection.receptor) * scale_.unit(projection);
    const bool fills = stores_weights(projection) && block_.weights_.size() > 0;
    RuleSampler sampler(network_, index, slice.slice.first, slice.slice.count);
    for (std::int64_t i = 0; i < slice.slice.count; ++i) {
      const std::int64_t target = slice.slice.first + i;
      sampler.draw_sources(target, drawn_);
      if (rule.delay_ms) sampler.draw_delays(target, drawn_.size(), delays_);
      if (fills) sampler.draw_weights(target, drawn_.size(), weights_);
      const auto local = static_cast<std::uint16_t>(slice.offset + static_cast<std::size_t>(i));
      for (std::size_t s = 0; s < drawn_.size(); ++s) {
        const std::size_t which =
            rule.delay_ms ? by_delay[static_cast<std::size_t>(delays_[s] - least)] : fixed;
        see(source, drawn_[s] * width + which, local,
            fills ? stored_weight(static_cast<double>(weights_[s]) / grid) : std::int16_t{0});
      }
    }
  }

  static std::int16_t stored_weight(double multiple) {
    return static_cast<std::int16_t>(std::clamp<long>(std::lround(multiple), -32767, 32767));
  }

  template <typename Visit>
  void visit_rows(std::size_t index, const Sparse& rows, const ShardSlice& slice, Visit& see) {
    const Projection& projection = network_.projections[index];
    const std::size_t source = source_of(projection);
    const std::size_t width = block_.sources_[source].classes.size();
    const auto offsets = rows.offsets.as<std::int64_t>();
    const auto targets = rows.targets.as<std::int32_t>();
    const double grid = scale_.quantum(projection.receptor) * scale_.unit(projection);
    for (std::size_t from = 0; from + 1 < offsets.size(); ++from)
      for (auto s = static_cast<std::size_t>(offsets[from]);
           s < static_cast<std::size_t>(offsets[from + 1]); ++s) {
        const std::int64_t i = targets[s] - slice.slice.first;
        if (i < 0 || i >= slice.slice.count) continue;
        const std::int32_t key =
            rows.delay.empty() ? 0 : steps_of(rows.delay.as<double>()[s], network_.dt_ms);
        const double weight = rows.weight.size() == 1 ? 0 : rows.weight.number(s) / grid;
        see(source, from * width + classes_[index].at(key),
            static_cast<std::uint16_t>(slice.offset + static_cast<std::size_t>(i)),
            stored_weight(weight));
      }
  }

  /// Lengths become the places where the rows begin.
  void lay_out() {
    std::uint64_t total = 0;
    for (std::size_t p = 0; p < cursors_.size(); ++p) {
      HugeArray<std::uint32_t>& begin = block_.sources_[p].begin;
      begin = HugeArray<std::uint32_t>(cursors_[p].size() + 1);
      for (std::size_t row = 0; row < cursors_[p].size(); ++row) {
        begin[row] = static_cast<std::uint32_t>(total);
        total += std::exchange(cursors_[p][row], static_cast<std::uint32_t>(total));
      }
      if (total > UINT32_MAX)
        fail(Code::resource_limit, "net.projections", "more than 2^32 synapses in one shard",
             "use more threads or ranks");
      begin[cursors_[p].size()] = static_cast<std::uint32_t>(total);
    }
    block_.targets_ = HugeArray<std::uint16_t>(total);
    if (stores_) block_.weights_ = HugeArray<std::int16_t>(total);
  }

  SynapseBlock& block_;
  const Network& network_;
  std::span<const ShardSlice> slices_;
  const WeightScale& scale_;
  std::vector<std::int64_t> neurons_;
  std::vector<std::map<std::int32_t, std::size_t>>
      classes_;                                      // by projection: delay (or 0) to class
  std::vector<std::vector<std::uint32_t>> cursors_;  // by source population and row
  std::vector<std::uint32_t> drawn_;
  std::vector<float> weights_;
  std::vector<std::int32_t> delays_;
  bool stores_ = false;
};

SynapseBlock::SynapseBlock(const Network& network, std::span<const ShardSlice> slices,
                           const WeightScale& scale) {
  Builder(*this, network, slices, scale).build();
}

std::uint64_t SynapseBlock::deliver(std::size_t population, std::size_t which, std::int64_t first,
                                    std::span<const std::uint32_t> ids,
                                    std::span<const std::int32_t> payloads,
                                    std::int32_t* sums) const {
  const Sources& sources = sources_[population];
  const SynapseClass& kind = sources.classes[which];
  const std::size_t width = sources.classes.size();
  const auto row_of = [&](std::size_t i) {
    return (static_cast<std::size_t>(first) + ids[i]) * width + which;
  };
  std::uint64_t served = 0;
  for (std::size_t i = 0; i < ids.size(); ++i) {
    if (i + 1 < ids.size()) {
      const std::uint16_t* const next = targets_.data() + sources.begin[row_of(i + 1)];
      for (int line = 0; line < 8; ++line) __builtin_prefetch(next + 32 * line);
    }
    const std::uint32_t begin = sources.begin[row_of(i)], end = sources.begin[row_of(i) + 1];
    const std::int32_t weight = wrapping_product(kind.weight, payloads[i]);
    const std::uint16_t* const target = targets_.data();
    if (kind.stored) {
      const std::int16_t* const stored = weights_.data();
      for (std::uint32_t s = begin; s < end; ++s) accumulate(sums[target[s]], stored[s], weight);
    } else {
#pragma GCC unroll 8
      for (std::uint32_t s = begin; s < end; ++s) accumulate(sums[target[s]], 1, weight);
    }
    served += end - begin;
  }
  return served;
}

std::uint64_t SynapseBlock::bytes() const {
  std::uint64_t total = targets_.bytes() + weights_.bytes();
  for (const Sources& sources : sources_) total += sources.begin.bytes();
  return total;
}

}  // namespace synfire
