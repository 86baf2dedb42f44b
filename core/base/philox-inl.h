// Philox4x32-10 in vectors: the bits of core/base/random.h. Included by files that Highway compiles
// once for each instruction set, so without an include guard of its own.
// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#if defined(SYNFIRE_PHILOX_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNFIRE_PHILOX_INL_H
#undef SYNFIRE_PHILOX_INL_H
#else
#define SYNFIRE_PHILOX_INL_H
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR  // which has no products of neighbouring lanes

namespace philox {
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::CappedTag<std::uint32_t, 16>;
using Vec = hn::Vec<Words>;

/// A counter in each lane; after the rounds, four random words in each lane.
struct Counters {
  Vec word0, word1, word2, word3;
};

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

HWY_INLINE void round(Counters& c, std::uint32_t key0, std::uint32_t key1) {
  const Words d;
  const Product a = wide_product(c.word0, 0xD2511F53U), b = wide_product(c.word2, 0xCD9E8D57U);
  c = {hn::Xor(hn::Xor(b.high, c.word1), hn::Set(d, key0)), b.low,
       hn::Xor(hn::Xor(a.high, c.word3), hn::Set(d, key1)), a.low};
}

/// Two at once: each round waits for the one before.
HWY_INLINE void rounds(Counters& x, Counters& y, std::uint64_t seed) {
  auto key0 = static_cast<std::uint32_t>(seed), key1 = static_cast<std::uint32_t>(seed >> 32);
  for (int i = 0; i < 10; ++i) {
    round(x, key0, key1), round(y, key0, key1);
    key0 += 0x9E3779B9U, key1 += 0xBB67AE85U;
  }
}

}  // namespace philox
#endif
}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#endif
