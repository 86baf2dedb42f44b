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

constexpr std::size_t kBlockNeurons = 64, kBlockEntities = 16;

#if HWY_TARGET == HWY_SCALAR
std::size_t draw_all(const PoissonStream& stream, std::uint64_t step,
                     std::span<const std::uint32_t> thresholds, std::int16_t* counts,
                     std::size_t neurons) {
  std::size_t nonzero = 0;
  for (std::size_t i = 0; i < neurons; ++i) {
    const std::uint64_t n = stream.first + i;
    const Random random(
        stream.seed, Stream::drive,
        (std::uint64_t{stream.population} << 32) | (n / kBlockNeurons * kBlockEntities + n % 16));
    const std::uint32_t bits = random.block(step)[n % kBlockNeurons / kBlockEntities];
    counts[i] = static_cast<std::int16_t>(
        std::upper_bound(thresholds.begin(), thresholds.end(), bits) - thresholds.begin());
    nonzero += counts[i] != 0 ? 1 : 0;
  }
  return nonzero;
}
#else
using philox::Counters;
using philox::Vec;
using philox::Words;

/// Thresholds in two parts: those that are reached often enough are all compared, without a branch
/// that cannot be predicted; then the rest, which hardly ever matters.
struct Levels {
  const std::uint32_t* values;
  std::size_t common, all;

  explicit Levels(std::span<const std::uint32_t> thresholds)
      : values(thresholds.data()), all(thresholds.size()) {
    constexpr std::uint32_t kRare = UINT32_MAX - (1U << 22);  // one draw in 1024 is above
    common = static_cast<std::size_t>(
        std::upper_bound(thresholds.begin(), thresholds.end(), kRare) - thresholds.begin());
  }
  /// 1 where the bits reach level i.
  HWY_INLINE Vec reaches(Vec bits, std::size_t i) const {
    const Words d;
    const auto above = hn::Gt(hn::Set(d, values[i]), bits);
    return hn::IfThenZeroElse(above, hn::Set(d, 1U));
  }
  /// Returns how many counts are not 0.
  HWY_INLINE std::size_t store(Vec bits, std::int16_t* counts) const {
    const Words d;
    Vec count = hn::Zero(d);
    for (std::size_t i = 0; i < common; ++i) count = hn::Add(count, reaches(bits, i));
    for (std::size_t i = common; i < all; ++i) {
      if (HWY_LIKELY(hn::AllTrue(d, hn::Gt(hn::Set(d, values[i]), bits)))) break;
      count = hn::Add(count, reaches(bits, i));
    }
    const hn::RebindToSigned<Words> di;
    const hn::Rebind<std::int16_t, Words> narrow;
    hn::StoreU(hn::DemoteTo(narrow, hn::BitCast(di, count)), narrow, counts);
    return hn::CountTrue(di, hn::Gt(hn::BitCast(di, count), hn::Zero(di)));
  }
  HWY_INLINE std::size_t store(const Counters& c, std::int16_t* counts) const {
    return store(c.word0, counts) + store(c.word1, counts + kBlockEntities) +
           store(c.word2, counts + 2 * kBlockEntities) +
           store(c.word3, counts + 3 * kBlockEntities);
  }
};

std::size_t draw_all(const PoissonStream& stream, std::uint64_t step,
                     std::span<const std::uint32_t> thresholds, std::int16_t* counts,
                     std::size_t neurons) {
  const Words d;
  const Levels levels(thresholds);
  const std::uint32_t stream_word =
      static_cast<std::uint32_t>(Stream::drive) + (static_cast<std::uint32_t>(step >> 32) << 8);
  const auto counters = [&](std::uint64_t entity) {
    return Counters{hn::Set(d, static_cast<std::uint32_t>(step)),
                    hn::Iota(d, static_cast<std::uint32_t>(entity)), hn::Set(d, stream.population),
                    hn::Set(d, stream_word)};
  };
  std::size_t nonzero = 0, i = 0;
  for (; i < neurons; i += 2 * kBlockNeurons)
    for (std::size_t lane = 0; lane < kBlockEntities; lane += hn::Lanes(d)) {
      const std::uint64_t entity = (stream.first + i) / kBlockNeurons * kBlockEntities + lane;
      Counters x = counters(entity), y = counters(entity + kBlockEntities);
      philox::rounds(x, y, stream.seed);
      nonzero += levels.store(x, counts + i + lane);
      nonzero += levels.store(y, counts + i + lane + kBlockNeurons);
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

std::vector<std::uint32_t> poisson_thresholds(double mean) {
  std::vector<std::uint32_t> list;
  double term = std::exp(-mean), sum = term;
  for (int k = 1; sum < 1 - 0x1p-33 && k < 1000; ++k) {
    list.push_back(static_cast<std::uint32_t>(sum * 0x1p32));
    term *= mean / k;
    sum += term;
  }
  return list;
}

std::size_t draw_poisson(const PoissonStream& stream, std::uint64_t step,
                         std::span<const std::uint32_t> thresholds, std::int16_t* counts,
                         std::size_t neurons) {
  return HWY_DYNAMIC_DISPATCH(draw_all)(stream, step, thresholds, counts, neurons);
}

}  // namespace synfire
#endif
