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
using Pairs = hn::Repartition<std::uint64_t, Words>;

/// A word that all lanes share.
using Same = std::uint32_t;
/// A word for every other lane, in the low half of a pair: what products of 64 bits are made of,
/// and made to. The high half means nothing.
using Half = hn::Vec<Pairs>;

struct SameProduct {
  Same high, low;
};
struct HalfProduct {
  Half high, low;
};
HWY_INLINE SameProduct product(Same x, std::uint32_t factor) {
  const std::uint64_t wide = std::uint64_t{x} * factor;
  return {static_cast<Same>(wide >> 32), static_cast<Same>(wide)};
}
HWY_INLINE HalfProduct product(Half x, std::uint32_t factor) {
  const Words d;
  const Half wide = hn::MulEven(hn::BitCast(d, x), hn::Set(d, factor));
  return {hn::ShiftRight<32>(wide), wide};
}

HWY_INLINE Same xor3(Same a, Same b, Same c) { return a ^ b ^ c; }
HWY_INLINE Half xor3(Half a, Same b, Same c) { return hn::Xor(a, hn::Set(Pairs(), b ^ c)); }
HWY_INLINE Half xor3(Same a, Half b, Same c) { return xor3(b, a, c); }
HWY_INLINE Half xor3(Half a, Half b, Same c) { return hn::Xor3(a, b, hn::Set(Pairs(), c)); }

struct Key {
  std::uint32_t word0, word1;

  explicit Key(std::uint64_t seed)
      : word0(static_cast<std::uint32_t>(seed)), word1(static_cast<std::uint32_t>(seed >> 32)) {}
  void advance() { word0 += 0x9E3779B9U, word1 += 0xBB67AE85U; }
};

/// A counter, before or after some rounds. Words that all lanes share become different one by one:
/// in the first three rounds there is less to do.
template <typename W0, typename W1, typename W2, typename W3>
struct Counter {
  W0 word0;
  W1 word1;
  W2 word2;
  W3 word3;
};
template <typename... W>
Counter(W...) -> Counter<W...>;

template <typename... W>
HWY_INLINE auto round(const Counter<W...>& c, const Key& key) {
  const auto a = product(c.word0, 0xD2511F53U);
  const auto b = product(c.word2, 0xCD9E8D57U);
  return Counter{xor3(b.high, c.word1, key.word0), b.low, xor3(a.high, c.word3, key.word1), a.low};
}

/// Four random words of every lane.
struct Block {
  hn::Vec<Words> word0, word1, word2, word3;
};
HWY_INLINE hn::Vec<Words> join(Half even, Half odd) {
  const Words d;
  return hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
}

/// The first four rounds; after them no word is shared.
template <typename CounterOf>
HWY_INLINE auto begin(std::uint64_t number, Key key, const CounterOf& counter_of) {
  const Half lanes = hn::ShiftLeft<1>(hn::Iota(Pairs(), 0));
  const auto one = round(counter_of(hn::Add(lanes, hn::Set(Pairs(), number))), key);
  key.advance();
  const auto two = round(one, key);
  key.advance();
  const auto three = round(two, key);
  key.advance();
  return round(three, key);
}

/// The words of as many counters as there are lanes from `first` on, and from `second` on: both at
/// once, since each round waits for the one before. counter_of(Half numbers) is a Counter.
template <typename CounterOf>
HWY_INLINE void blocks(std::uint64_t first, std::uint64_t second, std::uint64_t seed,
                       const CounterOf& counter_of, Block& x, Block& y) {
  Key key(seed);
  auto x_even = begin(first, key, counter_of), x_odd = begin(first + 1, key, counter_of);
  auto y_even = begin(second, key, counter_of), y_odd = begin(second + 1, key, counter_of);
  for (int i = 0; i < 4; ++i) key.advance();
  for (int i = 4; i < 10; ++i, key.advance()) {
    x_even = round(x_even, key), x_odd = round(x_odd, key);
    y_even = round(y_even, key), y_odd = round(y_odd, key);
  }
  x = {join(x_even.word0, x_odd.word0), join(x_even.word1, x_odd.word1),
       join(x_even.word2, x_odd.word2), join(x_even.word3, x_odd.word3)};
  y = {join(y_even.word0, y_odd.word0), join(y_even.word1, y_odd.word1),
       join(y_even.word2, y_odd.word2), join(y_even.word3, y_odd.word3)};
}

}  // namespace philox
#endif
}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#endif
