// How the rows of a SynapseBlock are made.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <numeric>
#include <utility>

#include "core/engine/rules.h"
#include "core/engine/synapse_block.h"

namespace synfire {

/// One source population after the other: its synapses are drawn target by target, gathered by
/// neighbouring sources (their rows are all over the memory, and single writes to it would take
/// longer than the draws), and then sorted into rows, some sources at a time.
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
    if (std::holds_alternative<OneToOne>(projection.connectivity)) return;
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

  /// A synapse on its way to its row.
  struct Pending {
    std::uint16_t row;  // among the rows of the sources it is gathered with
    std::uint16_t target;
    std::int16_t weight;
  };
  using Gathered = std::vector<Pending, PageAllocator<Pending>>;

  void fill(std::size_t source) {
    Sources& sources = block_.sources_[source];
    const auto neurons = static_cast<std::size_t>(network_.populations[source].size());
    width_ = sources.classes.size();
    // As many sources as have their rows numbered in 16 bits, and fit the cache.
    for (shift_ = 6; shift_ > 0 && (width_ << shift_) > kMaxRows; --shift_) continue;
    if (width_ >= kMaxRows)
      fail(Code::resource_limit, "net.populations." + network_.populations[source].name,
           "more than 65535 different delays and weights leave it");
    gathered_.resize((neurons >> shift_) + 1);
    reserve(expected_[source], neurons);
    for (std::size_t i = 0; i < network_.projections.size(); ++i)
      if (source_of(network_.projections[i]) == source) gather(i);
    lay_out(sources, neurons);
    gathered_ = {};
  }

  /// Room for somewhat more than the shard's share.
  void reserve(double synapses, std::size_t neurons) {
    double here = 0, all = 0;
    for (const ShardSlice& slice : slices_) here += static_cast<double>(slice.slice.count);
    for (const Population& population : network_.populations)
      all += static_cast<double>(population.size());
    const double some = synapses * here / all / static_cast<double>((neurons >> shift_) + 1);
    for (Gathered& each : gathered_) each.reserve(static_cast<std::size_t>(some * 1.05) + 64);
  }

  void gather(std::size_t index) {
    const Projection& projection = network_.projections[index];
    for (const ShardSlice& slice : slices_) {
      if (network_.populations[slice.population].name != projection.target) continue;
      if (const auto* rows = std::get_if<Sparse>(&projection.connectivity))
        gather_rows(index, *rows, slice);
      else if (std::holds_alternative<RandomRule>(projection.connectivity))
        gather_rule(index, slice);
    }
  }

  void add(std::size_t from, std::size_t which, std::uint16_t target, std::int16_t weight) {
    const std::size_t row = (from & ((std::size_t{1} << shift_) - 1)) * width_ + which;
    gathered_[from >> shift_].push_back({static_cast<std::uint16_t>(row), target, weight});
  }

  void gather_rule(std::size_t index, const ShardSlice& slice) {
    const Projection& projection = network_.projections[index];
    const auto& rule = std::get<RandomRule>(projection.connectivity);
    const bool draws_delays = rule.delay_ms.has_value(), draws_weights = stores_weights(projection);
    const std::int32_t least = draws_delays ? delay_range(projection, network_.dt_ms).least : 0;
    std::vector<std::size_t> by_delay;  // class of `least` steps, of one more, ...
    for (const auto& [steps, which] : classes_[index]) by_delay.push_back(which);
    const double per_grid = 1 / (scale_.quantum(projection.receptor) * scale_.unit(projection));
    RuleSampler sampler(network_, index, slice.slice.first, slice.slice.count);
    for (std::int64_t i = 0; i < slice.slice.count; ++i) {
      const std::int64_t target = slice.slice.first + i;
      sampler.draw_sources(target, drawn_);
      if (draws_delays) sampler.draw_delays(target, drawn_.size(), delays_);
      if (draws_weights) sampler.draw_weights(target, drawn_.size(), weights_);
      const auto local = static_cast<std::uint16_t>(slice.offset + static_cast<std::size_t>(i));
      for (std::size_t s = 0; s < drawn_.size(); ++s)
        add(drawn_[s], by_delay[draws_delays ? static_cast<std::size_t>(delays_[s] - least) : 0],
            local,
            draws_weights ? stored_weight(static_cast<double>(weights_[s]) * per_grid) : kOnce);
    }
  }

  /// The multiple of a class's weight that its synapses have which do not store one.
  static constexpr std::int16_t kOnce = 1;

  static std::int16_t stored_weight(double multiple) {
    constexpr double kMost = 32767;
    // Shifted to positive numbers, where cutting off rounds to the nearest.
    return static_cast<std::int16_t>(
        static_cast<std::int32_t>(std::clamp(multiple, -kMost, kMost) + (kMost + 1.5)) - 32768);
  }

  void gather_rows(std::size_t index, const Sparse& rows, const ShardSlice& slice) {
    const Projection& projection = network_.projections[index];
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
        add(from, classes_[index].at(key),
            static_cast<std::uint16_t>(slice.offset + static_cast<std::size_t>(i)),
            stored_weight(weight));
      }
  }

  void lay_out(Sources& sources, std::size_t neurons) {
    if (std::any_of(sources.classes.begin(), sources.classes.end(),
                    [](const SynapseClass& each) { return each.stored; }))
      lay_out(sources, sources.stored, neurons);
    else
      lay_out(sources, sources.targets, neurons);
  }

  template <typename Synapse>
  void lay_out(Sources& sources, HugeArray<Synapse>& synapses, std::size_t neurons) {
    for (const Gathered& some : gathered_) sources.synapses += some.size();
    sources.first = HugeArray<std::uint32_t>(neurons);
    // Room for all heads there can be; what is not written takes no memory.
    const std::size_t heads = neurons + std::min<std::size_t>(sources.synapses, neurons * width_);
    synapses = HugeArray<Synapse>(sources.synapses + heads * kHead<Synapse>);
    for (std::size_t i = 0; i < gathered_.size(); ++i) {
      const std::size_t first = i << shift_;
      const std::size_t count = std::min(std::size_t{1} << shift_, neurons - first);
      cursors_.assign(count * width_, 0);
      for (const Pending& synapse : gathered_[i]) ++cursors_[synapse.row];
      for (std::size_t n = 0; n < count; ++n) {
        sources.first[first + n] = static_cast<std::uint32_t>(sources.used);
        begin_rows(sources, std::span(cursors_).subspan(n * width_, width_), synapses.data());
      }
      for (const Pending& synapse : gathered_[i]) put(synapses[cursors_[synapse.row]++], synapse);
      for (const LongRow& row : long_rows_) split(row, synapses.data());
      long_rows_.clear();
      gathered_[i] = {};
    }
  }

  /// Replaces the lengths of a source's rows by the places of their first synapses.
  template <typename Synapse>
  void begin_rows(Sources& sources, std::span<std::uint32_t> rows, Synapse* synapses) {
    for (std::size_t kind = 0; kind < rows.size(); ++kind) {
      const std::size_t count = rows[kind];
      if (count == 0) continue;
      set_head(synapses + sources.used, std::min(count, kMostInRow), kind);
      const std::size_t begin = sources.used + kHead<Synapse>;
      rows[kind] = static_cast<std::uint32_t>(begin);
      const std::size_t pieces = (count + kMostInRow - 1) / kMostInRow;
      if (pieces > 1) long_rows_.push_back({begin, count, kind});
      sources.rows += pieces;
      sources.used += count + pieces * kHead<Synapse>;
    }
    sources.used += kHead<Synapse>;  // the end of the source, all 0
    if (sources.used > UINT32_MAX)
      fail(Code::resource_limit, "net.projections",
           "more than 2^32 synapses from one population in one shard", "use more threads or ranks");
  }

  template <typename Synapse>
  static void set_head(Synapse* place, std::size_t count, std::size_t kind) {
    const RowHead head{static_cast<std::uint16_t>(count), static_cast<std::uint16_t>(kind)};
    std::memcpy(place, &head, sizeof head);
  }

  /// A row of more synapses than a head can count: several of the same class, one after the other.
  struct LongRow {
    std::size_t begin, count, kind;
  };

  /// Makes place for the heads within a row that was written in one piece.
  template <typename Synapse>
  static void split(const LongRow& row, Synapse* synapses) {
    Synapse* const begin = synapses + row.begin;
    for (std::size_t piece = (row.count - 1) / kMostInRow; piece > 0; --piece) {
      const std::size_t from = piece * kMostInRow, to = from + piece * kHead<Synapse>;
      const std::size_t count = std::min(kMostInRow, row.count - from);
      std::memmove(begin + to, begin + from, count * sizeof(Synapse));
      set_head(begin + to - kHead<Synapse>, count, row.kind);
    }
  }

  static void put(StoredSynapse& place, const Pending& synapse) {
    place = {synapse.target, synapse.weight};
  }
  static void put(std::uint16_t& place, const Pending& synapse) { place = synapse.target; }

  static constexpr std::size_t kMaxRows = 1 << 16;
  static constexpr std::size_t kMostInRow = UINT16_MAX;

  SynapseBlock& block_;
  const Network& network_;
  std::span<const ShardSlice> slices_;
  const WeightScale& scale_;
  std::vector<double> expected_;  // synapses by source population, in all shards
  std::vector<std::map<std::int32_t, std::size_t>>
      classes_;  // by projection: delay (or 0) to class
  // Of the source population that is being filled:
  std::size_t width_ = 1;  // classes
  unsigned shift_ = 0;     // sources that are gathered together, as a power of two
  std::vector<Gathered> gathered_;
  std::vector<std::uint32_t> cursors_;
  std::vector<LongRow> long_rows_;
  std::vector<std::uint32_t> drawn_;
  std::vector<float> weights_;
  std::vector<std::int32_t> delays_;
};

SynapseBlock::SynapseBlock(const Network& network, std::span<const ShardSlice> slices,
                           const WeightScale& scale) {
  Builder(*this, network, slices, scale).build();
  std::uint64_t rows = 0;
  for (const Sources& sources : sources_) rows += sources.rows;
  mean_row_ = rows > 0 ? static_cast<double>(synapses()) / static_cast<double>(rows) : 0;
}

}  // namespace synfire
