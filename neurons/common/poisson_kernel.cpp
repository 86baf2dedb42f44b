#include "neurons/common/poisson_kernel.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "core/base/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/poisson_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/base/philox-inl.h"

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kBlockNeurons = 128, kBlockEntities = 16, kWordNeurons = 32;

/// The levels that a draw of 16 bits reaches; one at or above the last: of 32 more bits.
std::int16_t count_of(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                      std::uint64_t neuron, std::uint16_t bits) {
  const auto above = std::upper_bound(table.levels.begin(), table.levels.end(), bits);
  if (above != table.levels.end() || table.rest.empty())
    return static_cast<std::int16_t>(above - table.levels.begin());
  const Random random(stream.seed, Stream::drive_rest,
                      (std::uint64_t{stream.population} << 32) | neuron);
  const auto rest = std::upper_bound(table.rest.begin(), table.rest.end(), random.bits(step));
  return static_cast<std::int16_t>(rest - table.rest.begin());
}

#if HWY_TARGET == HWY_SCALAR
std::size_t draw_all(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                     std::int16_t* counts, std::size_t neurons) {
  std::size_t nonzero = 0;
  for (std::size_t i = 0; i < neurons; ++i) {
    const std::uint64_t n = stream.first + i;
    const std::uint64_t entity = n / kBlockNeurons * kBlockEntities + n % kWordNeurons / 2;
    const Random random(stream.seed, Stream::drive,
                        (std::uint64_t{stream.population} << 32) | entity);
    const std::uint32_t word = random.block(step)[n % kBlockNeurons / kWordNeurons];
    const auto bits = static_cast<std::uint16_t>(n % 2 == 0 ? word : word >> 16);
    counts[i] = count_of(stream, step, table, n, bits);
    nonzero += counts[i] != 0 ? 1 : 0;
  }
  return nonzero;
}
#else
using philox::Words;
using Halves = hn::Repartition<std::uint16_t, Words>;
using VecH = hn::Vec<Halves>;

/// The counters of a step, which differ in the entity.
struct CounterOfEntity {
  std::uint64_t step;
  std::uint32_t population;
  HWY_INLINE auto operator()(philox::Half entity) const {
    const auto stream = static_cast<std::uint32_t>(Stream::drive);
    return philox::Counter{static_cast<std::uint32_t>(step), entity, population,
                           stream + (static_cast<std::uint32_t>(step >> 32) << 8)};
  }
};

/// The counts of one step.
class Draw {
 public:
  Draw(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table)
      : stream_(stream), step_(step), table_(table), levels_(table.levels.data()) {
    constexpr std::uint16_t kRare = 65535 - 16;  // one draw in 4096 is above
    const auto last = table.levels.empty() ? table.levels.end() : table.levels.end() - 1;
    const auto count_to = [&](std::uint16_t level) {
      return static_cast<std::size_t>(std::upper_bound(table.levels.begin(), last, level) -
                                      table.levels.begin());
    };
    certain_ = count_to(0), common_ = count_to(kRare);
  }

  /// The counts of which the block holds the random bits: 4 vectors, kWordNeurons apart, from i on.
  /// Returns how many are not 0.
  HWY_INLINE std::size_t store(const philox::Block& block, std::size_t i,
                               std::int16_t* counts) const {
    const Halves d;
    const VecH bits[] = {hn::BitCast(d, block.word0), hn::BitCast(d, block.word1),
                         hn::BitCast(d, block.word2), hn::BitCast(d, block.word3)};
    VecH count0 = hn::Set(d, static_cast<std::uint16_t>(certain_));
    VecH count1 = count0, count2 = count0, count3 = count0;
    // Levels that are reached often are all compared, without a branch that cannot be predicted.
    for (std::size_t k = certain_; k < common_; ++k) {
      const VecH below = hn::Set(d, static_cast<std::uint16_t>(levels_[k] - 1));
      count0 = add_above(count0, bits[0], below), count1 = add_above(count1, bits[1], below);
      count2 = add_above(count2, bits[2], below), count3 = add_above(count3, bits[3], below);
    }
    std::int16_t* const to = counts + i;
    std::size_t nonzero = put(count0, to) + put(count1, to + kWordNeurons) +
                          put(count2, to + 2 * kWordNeurons) + put(count3, to + 3 * kWordNeurons);
    const VecH most = hn::Max(hn::Max(bits[0], bits[1]), hn::Max(bits[2], bits[3]));
    if (HWY_LIKELY(common_ == table_.levels.size() ||
                   hn::AllTrue(d, hn::Gt(hn::Set(d, levels_[common_]), most))))
      return nonzero;
    for (const VecH& some : bits) {
      nonzero += add_rare(some, i, counts);
      i += kWordNeurons;
    }
    return nonzero;
  }

 private:
  static HWY_INLINE VecH add_above(VecH count, VecH bits, VecH below) {
    const VecH one = hn::Set(Halves(), std::uint16_t{1});
    return hn::IfThenElse(hn::Gt(bits, below), hn::Add(count, one), count);
  }
  static HWY_INLINE std::size_t put(VecH count, std::int16_t* counts) {
    const hn::RebindToSigned<Halves> d;
    hn::StoreU(hn::BitCast(d, count), d, counts);
    return hn::CountTrue(Halves(), hn::Ne(count, hn::Zero(Halves())));
  }
  /// Counts above the common levels. Returns how many more are not 0 now, modulo 2^64.
  std::size_t add_rare(VecH bits, std::size_t i, std::int16_t* counts) const {
    HWY_ALIGN std::uint16_t draws[hn::MaxLanes(Halves())];
    hn::Store(bits, Halves(), draws);
    std::size_t more = 0;
    for (const std::uint16_t draw : std::span(draws).first(hn::Lanes(Halves()))) {
      const std::size_t n = i++;
      if (draw < levels_[common_]) continue;
      more -= counts[n] != 0 ? 1 : 0;
      counts[n] = count_of(stream_, step_, table_, stream_.first + n, draw);
      more += counts[n] != 0 ? 1 : 0;
    }
    return more;
  }

  const PoissonStream& stream_;
  std::uint64_t step_;
  const PoissonTable& table_;
  const std::uint16_t* levels_;
  std::size_t certain_;  // levels that every draw reaches
  std::size_t common_;   // levels that many draws reach
};

std::size_t draw_all(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                     std::int16_t* counts, std::size_t neurons) {
  const Draw draw(stream, step, table);
  const CounterOfEntity counter_of{step, stream.population};
  std::size_t nonzero = 0, i = 0;
  for (; i < neurons; i += 2 * kBlockNeurons)
    for (std::size_t lane = 0; lane < kBlockEntities; lane += hn::Lanes(Words())) {
      const std::uint64_t entity = (stream.first + i) / kBlockNeurons * kBlockEntities + lane;
      philox::Block x, y;
      philox::blocks(entity, entity + kBlockEntities, stream.seed, counter_of, x, y);
      nonzero += draw.store(x, i + 2 * lane, counts);
      nonzero += draw.store(y, i + 2 * lane + kBlockNeurons, counts);
    }
  for (std::size_t behind = neurons; behind < i; ++behind) nonzero -= counts[behind] != 0 ? 1 : 0;
  return nonzero;
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(draw_all);

PoissonTable poisson_table(double mean) {
  std::vector<double> rest;  // what the levels leave of each probability
  PoissonTable table;
  if (mean <= 0) return table;
  std::uint32_t level = 0;
  double sum = 0, left = 0, log_p = -mean;
  for (int k = 0; sum < 1 - 0x1p-40 && k <= kMostPoisson; ++k) {
    if (k > 0) log_p += std::log(mean / k);
    const double p = std::exp(log_p);
    const auto share = static_cast<std::uint32_t>(p * 65536);
    sum += p;
    // Levels follow each other without gaps: beyond the mode the first empty share ends them.
    if (rest.size() == table.levels.size() && (share > 0 || k < mean) && level + share < 65536) {
      level += share;
      table.levels.push_back(static_cast<std::uint16_t>(level));
      rest.push_back(p - share * 0x1p-16);
    } else {
      rest.push_back(p);
    }
    left += rest.back();
  }
  double below = 0;
  for (std::size_t k = 0; k + 1 < rest.size(); ++k) {
    below += rest[k];
    table.rest.push_back(static_cast<std::uint32_t>(std::min(below / left, 1.0) * 0xFFFFFFFF));
  }
  return table;
}

std::size_t draw_poisson(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                         std::int16_t* counts, std::size_t neurons) {
  return HWY_DYNAMIC_DISPATCH(draw_all)(stream, step, table, counts, neurons);
}

}  // namespace synfire
#endif
