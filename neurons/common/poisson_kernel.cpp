#include "neurons/common/poisson_kernel.h"

#include <algorithm>
#include <cmath>

#include "core/base/random.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/poisson_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kBlockNeurons = 64, kBlockEntities = 16;

inline std::int32_t count_of(std::uint32_t bits, std::span<const std::uint32_t> thresholds) {
  return static_cast<std::int32_t>(std::upper_bound(thresholds.begin(), thresholds.end(), bits) -
                                   thresholds.begin());
}

/// The neurons from `from` on, one by one: blocks that are not whole, and targets without vectors.
inline void draw_singly(const PoissonStream& stream, std::uint64_t step, std::size_t from,
                        std::span<const std::uint32_t> thresholds, std::span<std::int32_t> counts) {
  for (std::size_t i = from; i < counts.size(); ++i) {
    const std::uint64_t n = stream.first + i;
    const std::uint64_t entity =
        (std::uint64_t{stream.population} << 32) | (n / kBlockNeurons * kBlockEntities + n % 16);
    const Random random(stream.seed, Stream::drive, entity);
    counts[i] = count_of(random.block(step)[n % kBlockNeurons / kBlockEntities], thresholds);
  }
}

#if HWY_TARGET == HWY_SCALAR
void draw_all(const PoissonStream& stream, std::uint64_t step,
              std::span<const std::uint32_t> thresholds, std::span<std::int32_t> counts) {
  draw_singly(stream, step, 0, thresholds, counts);
}
#else
using Words = hn::CappedTag<std::uint32_t, kBlockEntities>;
using Vec = hn::Vec<Words>;

struct Product {
  Vec high, low;
};
HWY_INLINE Product wide_product(Vec x, std::uint32_t factor) {
  const Words d;
  const hn::Repartition<std::uint64_t, Words> wide;
  const Vec m = hn::Set(d, factor);
  const auto even = hn::MulEven(x, m);
  const auto odd = hn::MulEven(hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x))), m);
  return {hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, hn::ShiftRight<32>(even))),
          hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even))};
}

struct Counters {
  Vec word0, word1, word2, word3;
};
/// Philox4x32-10 (Salmon et al. 2011), the bits of core/base/random.h.
HWY_INLINE Counters philox(Counters c, std::uint32_t key0, std::uint32_t key1) {
  const Words d;
  for (int round = 0; round < 10; ++round) {
    const Product a = wide_product(c.word0, 0xD2511F53U), b = wide_product(c.word2, 0xCD9E8D57U);
    c = {hn::Xor(hn::Xor(b.high, c.word1), hn::Set(d, key0)), b.low,
         hn::Xor(hn::Xor(a.high, c.word3), hn::Set(d, key1)), a.low};
    key0 += 0x9E3779B9U, key1 += 0xBB67AE85U;
  }
  return c;
}

HWY_INLINE void store_counts(Vec bits, std::span<const std::uint32_t> thresholds,
                             std::int32_t* counts) {
  const Words d;
  Vec count = hn::Zero(d);
  for (const std::uint32_t threshold : thresholds) {
    const auto above = hn::Gt(hn::Set(d, threshold), bits);
    if (hn::AllTrue(d, above)) break;  // thresholds ascend
    count = hn::Add(count, hn::Add(hn::Set(d, 1U), hn::VecFromMask(d, above)));
  }
  hn::StoreU(hn::BitCast(hn::RebindToSigned<Words>(), count), hn::RebindToSigned<Words>(), counts);
}

void draw_all(const PoissonStream& stream, std::uint64_t step,
              std::span<const std::uint32_t> thresholds, std::span<std::int32_t> counts) {
  const Words d;
  const std::uint32_t stream_word =
      static_cast<std::uint32_t>(Stream::drive) + (static_cast<std::uint32_t>(step >> 32) << 8);
  std::size_t i = 0;
  for (; i + kBlockNeurons <= counts.size(); i += kBlockNeurons)
    for (std::size_t lane = 0; lane < kBlockEntities; lane += hn::Lanes(d)) {
      const std::uint64_t entity = (stream.first + i) / kBlockNeurons * kBlockEntities + lane;
      const Counters c = philox({hn::Set(d, static_cast<std::uint32_t>(step)),
                                 hn::Iota(d, static_cast<std::uint32_t>(entity)),
                                 hn::Set(d, stream.population), hn::Set(d, stream_word)},
                                static_cast<std::uint32_t>(stream.seed),
                                static_cast<std::uint32_t>(stream.seed >> 32));
      std::int32_t* const to = counts.data() + i + lane;
      store_counts(c.word0, thresholds, to);
      store_counts(c.word1, thresholds, to + kBlockEntities);
      store_counts(c.word2, thresholds, to + 2 * kBlockEntities);
      store_counts(c.word3, thresholds, to + 3 * kBlockEntities);
    }
  draw_singly(stream, step, i, thresholds, counts);
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

void draw_poisson(const PoissonStream& stream, std::uint64_t step,
                  std::span<const std::uint32_t> thresholds, std::span<std::int32_t> counts) {
  HWY_DYNAMIC_DISPATCH(draw_all)(stream, step, thresholds, counts);
}

}  // namespace synfire
#endif
