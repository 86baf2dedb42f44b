// For SynapseBlock only: how the rows of one source population are made.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <vector>

#include "core/engine/rules.h"
#include "core/engine/synapse_block.h"

namespace synfire {

/// The synapses of one source population are drawn target by target, gathered by neighbouring
/// sources (their rows are all over the memory, and single writes to it would take longer than the
/// draws), and then sorted into rows, some sources at a time.
template <typename Synapse>
class SynapseBlock::RowFiller {
 public:
  /// By projection: delay in steps (or 0) to class.
  using Classes = std::vector<std::map<std::int32_t, std::size_t>>;

  /// Room is taken for somewhat more than `expected` synapses.
  RowFiller(const Network& network, const WeightScale& scale, const Classes& classes,
            Sources& sources, std::size_t neurons, double expected)
      : network_(network),
        scale_(scale),
        classes_(classes),
        sources_(sources),
        neurons_(neurons),
        width_(sources.classes.size()) {
    // As many sources as have their rows numbered in 16 bits, and fit the cache.
    while (shift_ > 0 && (width_ << shift_) > kMaxRows) --shift_;
    gathered_.resize((neurons >> shift_) + 1);
    const double some = expected / static_cast<double>(gathered_.size());
    for (Gathered& each : gathered_) each.reserve(static_cast<std::size_t>(some * 1.05) + 64);
  }

  /// Draws or copies the synapses of a projection onto a slice.
  void gather(std::size_t index, const ShardSlice& slice) {
    const Connectivity& connectivity = network_.projections[index].connectivity;
    if (const auto* rows = std::get_if<Sparse>(&connectivity))
      gather_rows(index, *rows, slice);
    else if (const auto* rule = std::get_if<RandomRule>(&connectivity))
      gather_rule(index, *rule, slice);
  }

  /// Sorts what was gathered into rows.
  void lay_out() {
    for (const Gathered& some : gathered_) sources_.synapses += some.size();
    sources_.first = HugeArray<std::uint32_t>(neurons_);
    // Room for all heads there can be; what is not written takes no memory.
    const std::size_t heads =
        neurons_ + std::min<std::size_t>(sources_.synapses, neurons_ * width_);
    const std::size_t most = sources_.synapses + heads * kHead<Synapse>;
    sources_.table = HugeArray<std::byte>(most * sizeof(Synapse));
    auto* const synapses = reinterpret_cast<Synapse*>(sources_.table.data());
    for (std::size_t i = 0; i < gathered_.size(); ++i) {
      begin_sources(i, synapses);
      for (const Pending& synapse : gathered_[i])
        put(synapses[cursors_[synapse.row]++], synapse.target, synapse.weight);
      for (const LongRow& row : long_rows_) split(row, synapses);
      long_rows_.clear();
      gathered_[i] = {};
    }
  }

 private:
  using Weight = typename Synapse::Weight;
  /// A synapse on its way to its row.
  struct Pending {
    std::uint16_t row;  // among the rows of the sources it is gathered with
    std::uint16_t target;
    Weight weight;
  };
  using Gathered = std::vector<Pending, PageAllocator<Pending>>;

  void add(std::size_t from, std::size_t which, std::uint16_t target, Weight weight) {
    const std::size_t row = (from & ((std::size_t{1} << shift_) - 1)) * width_ + which;
    gathered_[from >> shift_].push_back({static_cast<std::uint16_t>(row), target, weight});
  }

  void gather_rule(std::size_t index, const RandomRule& rule, const ShardSlice& slice) {
    const Projection& projection = network_.projections[index];
    const bool draws_delays = rule.delay_ms.has_value(), draws_weights = stores_weights(projection);
    const std::int32_t least = draws_delays ? delay_range(projection, network_.dt_ms).least : 0;
    std::vector<std::size_t> by_delay;  // class of `least` steps, of one more, ...
    for (const auto& [steps, which] : classes_[index]) by_delay.push_back(which);
    const double per_grid = 1 / scale_.grid(projection);
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

  void gather_rows(std::size_t index, const Sparse& rows, const ShardSlice& slice) {
    const Projection& projection = network_.projections[index];
    const auto offsets = rows.offsets.as<std::int64_t>();
    const auto targets = rows.targets.as<std::int32_t>();
    const double grid = scale_.grid(projection);
    for (std::size_t from = 0; from + 1 < offsets.size(); ++from)
      for (auto s = static_cast<std::size_t>(offsets[from]);
           s < static_cast<std::size_t>(offsets[from + 1]); ++s) {
        const std::int64_t i = targets[s] - slice.slice.first;
        if (i < 0 || i >= slice.slice.count) continue;
        const std::int32_t key =
            rows.delay.empty() ? 0 : delay_steps(rows.delay.as<double>()[s], network_.dt_ms);
        add(from, classes_[index].at(key),
            static_cast<std::uint16_t>(slice.offset + static_cast<std::size_t>(i)),
            rows.weight.size() == 1 ? kOnce : stored_weight(rows.weight.number(s) / grid));
      }
  }

  /// The multiple of a class's weight that its synapses have which do not store one.
  static constexpr Weight kOnce = 1;

  static Weight stored_weight(double multiple) {
    constexpr double kMost = std::numeric_limits<Weight>::max();
    // Shifted to positive numbers, where cutting off rounds to the nearest.
    const auto shifted =
        static_cast<std::int64_t>(std::clamp(multiple, -kMost, kMost) + (kMost + 1.5));
    return static_cast<Weight>(shifted - (std::int64_t{std::numeric_limits<Weight>::max()} + 1));
  }

  /// Notes where the rows of some neighbouring sources begin, and writes their heads.
  void begin_sources(std::size_t some, Synapse* synapses) {
    const std::size_t first = some << shift_;
    const std::size_t count = std::min(std::size_t{1} << shift_, neurons_ - first);
    cursors_.assign(count * width_, 0);
    for (const Pending& synapse : gathered_[some]) ++cursors_[synapse.row];
    for (std::size_t n = 0; n < count; ++n) {
      sources_.first[first + n] = static_cast<std::uint32_t>(sources_.used);
      begin_rows(std::span(cursors_).subspan(n * width_, width_), synapses);
    }
  }

  /// Replaces the lengths of a source's rows by the places of their first synapses.
  void begin_rows(std::span<std::uint32_t> rows, Synapse* synapses) {
    for (std::size_t kind = 0; kind < rows.size(); ++kind) {
      const std::size_t count = rows[kind];
      if (count == 0) continue;
      set_head(synapses + sources_.used, std::min(count, kMostInRow), kind);
      const std::size_t begin = sources_.used + kHead<Synapse>;
      rows[kind] = static_cast<std::uint32_t>(begin);
      const std::size_t pieces = (count + kMostInRow - 1) / kMostInRow;
      if (pieces > 1) long_rows_.push_back({begin, count, kind});
      sources_.rows += pieces;
      sources_.used += count + pieces * kHead<Synapse>;
    }
    sources_.used += kHead<Synapse>;  // the end of the source, all 0
    if (sources_.used > UINT32_MAX)
      fail(Code::resource_limit, "net.projections",
           "more than 2^32 synapses from one population in one shard", "use more threads or ranks");
  }

  static void set_head(Synapse* place, std::size_t count, std::size_t kind) {
    const RowHead head{static_cast<std::uint16_t>(count), static_cast<std::uint16_t>(kind)};
    std::memcpy(place, &head, sizeof head);
  }

  static void put(PlainSynapse& place, std::uint16_t target, Weight) { place = {target}; }
  static void put(auto& place, std::uint16_t target, Weight weight) { place = {target, weight}; }

  /// A row of more synapses than a head can count: several of the same class, one after the other.
  struct LongRow {
    std::size_t begin, count, kind;
  };

  /// Makes place for the heads within a row that was written in one piece.
  static void split(const LongRow& row, Synapse* synapses) {
    Synapse* const begin = synapses + row.begin;
    for (std::size_t piece = (row.count - 1) / kMostInRow; piece > 0; --piece) {
      const std::size_t from = piece * kMostInRow, to = from + piece * kHead<Synapse>;
      const std::size_t count = std::min(kMostInRow, row.count - from);
      std::memmove(begin + to, begin + from, count * sizeof(Synapse));
      set_head(begin + to - kHead<Synapse>, count, row.kind);
    }
  }

  static constexpr std::size_t kMaxRows = 1 << 16;
  static constexpr std::size_t kMostInRow = UINT16_MAX;

  const Network& network_;
  const WeightScale& scale_;
  const Classes& classes_;
  Sources& sources_;
  std::size_t neurons_;
  std::size_t width_;   // classes
  unsigned shift_ = 6;  // sources that are gathered together, as a power of two
  std::vector<Gathered> gathered_;
  std::vector<std::uint32_t> cursors_;
  std::vector<LongRow> long_rows_;
  std::vector<std::uint32_t> drawn_;
  std::vector<float> weights_;
  std::vector<std::int32_t> delays_;
};

}  // namespace synfire
