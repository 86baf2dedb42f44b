#include "neurons/common/poisson_kernel.h"

#include <algorithm>
#include <cmath>

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

/// What a draw at or above the last level stands for: few, so one by one.
std::int16_t rest_count(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                        std::uint64_t neuron) {
  const Random random(stream.seed, Stream::drive_rest,
                      (std::uint64_t{stream.population} << 32) | neuron);
  const auto above = std::upper_bound(table.rest.begin(), table.rest.end(), random.bits(step));
  return static_cast<std::int16_t>(above - table.rest.begin());
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
    const auto above = std::upper_bound(table.levels.begin(), table.levels.end(), bits);
    counts[i] = above == table.levels.end() && !table.rest.empty()
                    ? rest_count(stream, step, table, n)
                    : static_cast<std::int16_t>(above - table.levels.begin());
    nonzero += counts[i] != 0 ? 1 : 0;
  }
  return nonzero;
}
#else
using philox::Counters;
using philox::Words;
using Halves = hn::Repartition<std::uint16_t, Words>;
using VecH = hn::Vec<Halves>;

/// The counts of one step.
class Draw {
 public:
  Draw(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table)
      : stream_(stream), step_(step), table_(table), levels_(table.levels.data()) {
    constexpr std::uint16_t kRare = 65535 - 64;  // one draw in 1024 is above
    const auto last = table.levels.empty() ? table.levels.end() : table.levels.end() - 1;
    common_ = static_cast<std::size_t>(std::upper_bound(table.levels.begin(), last, kRare) -
                                       table.levels.begin());
  }

  /// The neurons from stream.first + i on of which `words` are the random bits; returns how many
  /// counts are not 0.
  HWY_INLINE std::size_t store(hn::Vec<Words> words, std::size_t i, std::int16_t* counts) const {
    const Halves d;
    const VecH bits = hn::BitCast(d, words);
    VecH count = hn::Zero(d);
    // Levels that are reached often are all compared, without a branch that cannot be predicted.
    for (std::size_t k = 0; k < common_; ++k) count = add_reached(count, bits, k);
    const hn::RebindToSigned<Halves> signed_halves;
    if (HWY_LIKELY(common_ == table_.levels.size() || hn::AllTrue(d, misses(bits, common_)))) {
      hn::StoreU(hn::BitCast(signed_halves, count), signed_halves, counts + i);
      return hn::CountTrue(d, hn::Ne(count, hn::Zero(d)));
    }
    for (std::size_t k = common_; k < table_.levels.size(); ++k)
      count = add_reached(count, bits, k);
    hn::StoreU(hn::BitCast(signed_halves, count), signed_halves, counts + i);
    return draw_rest(i, counts);
  }

 private:
  HWY_INLINE hn::Mask<Halves> misses(VecH bits, std::size_t k) const {
    return hn::Gt(hn::Set(Halves(), levels_[k]), bits);
  }
  HWY_INLINE VecH add_reached(VecH count, VecH bits, std::size_t k) const {
    const VecH more = hn::Add(count, hn::Set(Halves(), std::uint16_t{1}));
    return hn::IfThenElse(misses(bits, k), count, more);
  }
  std::size_t draw_rest(std::size_t i, std::int16_t* counts) const {
    std::size_t nonzero = 0;
    for (std::size_t n = i; n < i + hn::Lanes(Halves()); ++n) {
      if (static_cast<std::size_t>(counts[n]) == table_.levels.size() && !table_.rest.empty())
        counts[n] = rest_count(stream_, step_, table_, stream_.first + n);
      nonzero += counts[n] != 0 ? 1 : 0;
    }
    return nonzero;
  }

  const PoissonStream& stream_;
  std::uint64_t step_;
  const PoissonTable& table_;
  const std::uint16_t* levels_;
  std::size_t common_;
};

std::size_t draw_all(const PoissonStream& stream, std::uint64_t step, const PoissonTable& table,
                     std::int16_t* counts, std::size_t neurons) {
  const Words d;
  const Draw draw(stream, step, table);
  const std::uint32_t stream_word =
      static_cast<std::uint32_t>(Stream::drive) + (static_cast<std::uint32_t>(step >> 32) << 8);
  const auto counters = [&](std::uint64_t entity) {
    return Counters{hn::Set(d, static_cast<std::uint32_t>(step)),
                    hn::Iota(d, static_cast<std::uint32_t>(entity)), hn::Set(d, stream.population),
                    hn::Set(d, stream_word)};
  };
  std::size_t nonzero = 0, i = 0;
  const auto store = [&](const Counters& c, std::size_t at) {
    nonzero += draw.store(c.word0, at, counts) + draw.store(c.word1, at + kWordNeurons, counts) +
               draw.store(c.word2, at + 2 * kWordNeurons, counts) +
               draw.store(c.word3, at + 3 * kWordNeurons, counts);
  };
  for (; i < neurons; i += 2 * kBlockNeurons)
    for (std::size_t lane = 0; lane < kBlockEntities; lane += hn::Lanes(d)) {
      const std::uint64_t entity = (stream.first + i) / kBlockNeurons * kBlockEntities + lane;
      Counters x = counters(entity), y = counters(entity + kBlockEntities);
      philox::rounds(x, y, stream.seed);
      store(x, i + 2 * lane), store(y, i + 2 * lane + kBlockNeurons);
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
