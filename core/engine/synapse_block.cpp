#include "core/engine/synapse_block.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/engine/rules.h"
#include "core/engine/weights.h"

namespace synfire {
namespace {

/// What follows the first lines the processor fetches by itself.
template <typename Synapse>
void fetch_row(const Synapse* synapses, std::uint32_t begin, std::uint32_t end) {
  constexpr std::uint32_t kLine = 64 / sizeof(Synapse), kLines = 8;
  end = std::min(end, begin + kLines * kLine);
  for (std::uint32_t s = begin; s < end; s += kLine) __builtin_prefetch(synapses + s);
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
    for (std::size_t i = 0; i < network_.projections.size(); ++i) fill(i);
  }

 private:
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
    if (const auto* rows = std::get_if<Sparse>(&projection.connectivity))
      add_sparse_classes(projection, *rows, source);
    else if (const auto* rule = std::get_if<RandomRule>(&projection.connectivity))
      add_rule_classes(projection, *rule, source);
  }

  /// What every synapse of the projection has in common, but for its delay.
  SynapseClass common_class(const Projection& projection, double weight) {
    const bool stored = stores_weights(projection);
    stores_ = stores_ || stored;
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
    const double per_grid = 1 / (scale_.quantum(projection.receptor) * scale_.unit(projection));
    const bool fills = stores_weights(projection) && block_.stored_.size() > 0;
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
            fills ? stored_weight(static_cast<double>(weights_[s]) * per_grid) : kOnce);
      }
    }
  }

  /// The multiple of a class's weight that its synapses have which do not store one.
  static constexpr std::int16_t kOnce = 1;

  static std::int16_t stored_weight(double multiple) {
    return static_cast<std::int16_t>(std::clamp(std::floor(multiple + 0.5), -32767.0, 32767.0));
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
            rows.delay.empty() ? 0 : delay_steps(rows.delay.as<double>()[s], network_.dt_ms);
        const double weight = rows.weight.size() == 1 ? kOnce : rows.weight.number(s) / grid;
        see(source, from * width + classes_[index].at(key),
            static_cast<std::uint16_t>(slice.offset + static_cast<std::size_t>(i)),
            stored_weight(weight));
      }
  }

  /// A synapse on its way to its row.
  struct Pending {
    std::uint32_t row;
    std::uint16_t target;
    std::int16_t weight;
  };
  /// Rows of so many sources fit the cache while they are filled.
  static constexpr std::size_t kSourcesAtOnce = 64;

  /// Targets come one after the other and their sources are all over the rows: synapses are first
  /// gathered by neighbouring sources, as single writes to memory would take longer than the draws.
  void fill(std::size_t index) {
    const std::size_t source = source_of(network_.projections[index]);
    const std::size_t rows_at_once =
        kSourcesAtOnce * std::max<std::size_t>(1, block_.sources_[source].classes.size());
    gathered_.resize(cursors_[source].size() / rows_at_once + 1);
    visit(index, [&](std::size_t, std::size_t row, std::uint16_t target, std::int16_t weight) {
      gathered_[row / rows_at_once].push_back({static_cast<std::uint32_t>(row), target, weight});
    });
    for (std::vector<Pending>& some : gathered_) {
      for (const Pending& synapse : some) {
        const std::uint32_t at = cursors_[source][synapse.row]++;
        if (stores_)
          block_.stored_[at] = {synapse.target, synapse.weight};
        else
          block_.targets_[at] = synapse.target;
      }
      some.clear();
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
    if (stores_)
      block_.stored_ = HugeArray<StoredSynapse>(total);
    else
      block_.targets_ = HugeArray<std::uint16_t>(total);
  }

  SynapseBlock& block_;
  const Network& network_;
  std::span<const ShardSlice> slices_;
  const WeightScale& scale_;
  std::vector<std::int64_t> neurons_;
  std::vector<std::map<std::int32_t, std::size_t>>
      classes_;                                      // by projection: delay (or 0) to class
  std::vector<std::vector<std::uint32_t>> cursors_;  // by source population and row
  std::vector<std::vector<Pending>> gathered_;
  std::vector<std::uint32_t> drawn_;
  std::vector<float> weights_;
  std::vector<std::int32_t> delays_;
  bool stores_ = false;
};

SynapseBlock::SynapseBlock(const Network& network, std::span<const ShardSlice> slices,
                           const WeightScale& scale) {
  Builder(*this, network, slices, scale).build();
}

void SynapseBlock::collect(std::size_t population, std::size_t which, std::int64_t first,
                           std::span<const std::uint32_t> ids,
                           std::span<const std::int32_t> payloads, std::int32_t* sums,
                           std::vector<RowTask>& tasks) const {
  const Sources& sources = sources_[population];
  const SynapseClass& kind = sources.classes[which];
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::size_t source = static_cast<std::size_t>(first) + ids[i];
    const std::uint32_t* const begin =
        sources.begin.data() + source * sources.classes.size() + which;
    __builtin_prefetch(begin);
    tasks.push_back({begin, sums, wrapping_product(kind.weight, payloads[i])});
  }
}

void SynapseBlock::fetch(const RowTask& task) const {
  if (stored_.size() > 0)
    fetch_row(stored_.data(), task.begin[0], task.begin[1]);
  else
    fetch_row(targets_.data(), task.begin[0], task.begin[1]);
}

std::uint64_t SynapseBlock::serve(std::span<const RowTask> tasks) const {
  constexpr std::size_t kAhead = 4;
  const std::uint16_t* const target = targets_.data();
  const StoredSynapse* const stored = stored_.data();
  const bool stores = stored_.size() > 0;
  std::uint64_t served = 0;
  for (std::size_t i = 0; i < std::min(kAhead, tasks.size()); ++i) fetch(tasks[i]);
  for (std::size_t i = 0; i < tasks.size(); ++i) {
    if (i + kAhead < tasks.size()) fetch(tasks[i + kAhead]);
    const std::uint32_t begin = tasks[i].begin[0], end = tasks[i].begin[1];
    std::int32_t* const sums = tasks[i].sums;
    const std::int32_t weight = tasks[i].weight;
    if (stores) {
#pragma GCC unroll 4
      for (std::uint32_t s = begin; s < end; ++s)
        accumulate(sums[stored[s].target], stored[s].weight, weight);
    } else {
#pragma GCC unroll 8
      for (std::uint32_t s = begin; s < end; ++s) accumulate(sums[target[s]], 1, weight);
    }
    served += end - begin;
  }
  return served;
}

std::uint64_t SynapseBlock::bytes() const {
  std::uint64_t total = targets_.bytes() + stored_.bytes();
  for (const Sources& sources : sources_) total += sources.begin.bytes();
  return total;
}

}  // namespace synfire
