#include "neurons/common/rescale.h"

#include <algorithm>

#include "core/base/requantize.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/rescale.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == \
    HWY_SCALAR  // no 64-bit products of neighbouring lanes: the scalar loop does it all
inline std::size_t rescale_vectors(const RescaleTable&, const std::int32_t*, std::int32_t*,
                                   std::size_t) {
  return 0;
}
inline std::size_t rescale_rectified(const RescaleTable&, const std::int32_t*, std::int32_t*,
                                     std::size_t) {
  return 0;
}
#else
using Ints = hn::ScalableTag<std::int32_t>;
using Vec = hn::Vec<Ints>;

/// round(x * m / 2^31) of every lane, by the even and the odd lanes' 64-bit products.
HWY_INLINE Vec high_product(Vec x, Vec m) {
  const Ints d;
  const hn::Repartition<std::int64_t, Ints> wide;
  const hn::Repartition<std::uint64_t, Ints> bits;
  const auto half = hn::Set(wide, std::int64_t{1} << 30);
  const auto odd_of = [&](Vec v) {
    return hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(bits, v)));
  };
  const auto even = hn::BitCast(bits, hn::Add(hn::MulEven(x, m), half));
  const auto odd = hn::BitCast(bits, hn::Add(hn::MulEven(odd_of(x), odd_of(m)), half));
  // Bits 31..62 of each sum are the result; the odd one moves to the upper half of its pair.
  return hn::OddEven(hn::BitCast(d, hn::ShiftLeft<1>(odd)),
                     hn::BitCast(d, hn::ShiftRight<31>(even)));
}

HWY_INLINE Vec divide_by_power(Vec x, Vec exponent) {
  const Ints d;
  const Vec one = hn::Set(d, 1), zero = hn::Zero(d);
  const Vec mask = hn::Sub(hn::Shl(one, exponent), one);
  const Vec sign = hn::VecFromMask(d, hn::Lt(x, zero));  // -1 where negative
  const Vec threshold = hn::Sub(hn::ShiftRight<1>(mask), sign);
  const Vec up = hn::VecFromMask(d, hn::Gt(hn::And(x, mask), threshold));
  return hn::Sub(hn::Shr(x, exponent), up);
}

/// For x >= 0, round(round(x m / 2^31) / 2^e) with halves up is one floor: nested floors merge to
/// floor((x m + 2^30 + 2^(30 + e)) / 2^(31 + e)) where e > 0.
HWY_INLINE std::size_t rescale_rectified(const RescaleTable& table, const std::int32_t* sum,
                                         std::int32_t* value, std::size_t n) {
  const Ints d;
  const hn::Repartition<std::uint64_t, Ints> wide;
  const Vec most = hn::Set(d, table.high - table.zero_point), zero = hn::Zero(d);
  // Read once: the compiler cannot know that the stores leave the table alone.
  const std::int32_t* const bias = table.bias.data();
  const std::int32_t* const even_multiplier = table.multiplier.data();
  const std::int32_t* const odd_multiplier = table.odd_multiplier.data();
  const std::uint64_t* const even_nudge = table.nudge_even.data();
  const std::uint64_t* const odd_nudge = table.nudge_odd.data();
  const std::uint64_t* const even_shift = table.shift_even.data();
  const std::uint64_t* const odd_shift = table.shift_odd.data();
  const auto scale = [&](Vec x, const std::int32_t* multiplier, const std::uint64_t* nudge,
                         const std::uint64_t* shift) {
    const auto product = hn::BitCast(wide, hn::MulEven(x, hn::LoadU(d, multiplier)));
    return hn::Shr(hn::Add(product, hn::LoadU(wide, nudge)), hn::LoadU(wide, shift));
  };
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    const Vec x = hn::Max(hn::Add(hn::LoadU(d, sum + i), hn::LoadU(d, bias + i)), zero);
    const Vec odd_x = hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(wide, x)));
    const auto even = scale(x, even_multiplier + i, even_nudge + i / 2, even_shift + i / 2);
    const auto odd = scale(odd_x, odd_multiplier + i, odd_nudge + i / 2, odd_shift + i / 2);
    const Vec scaled = hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even));
    hn::StoreU(hn::Min(scaled, most), d, value + i);
  }
  return i;
}

/// `n` values of one period; `at` is the offset within the table.
HWY_INLINE std::size_t rescale_vectors(const RescaleTable& table, const std::int32_t* sum,
                                       std::int32_t* value, std::size_t n) {
  const Ints d;
  const Vec zero_point = hn::Set(d, table.zero_point);
  const Vec low = hn::Set(d, table.low), high = hn::Set(d, table.high);
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= n; i += hn::Lanes(d)) {
    Vec x = hn::Add(hn::LoadU(d, sum + i), hn::LoadU(d, table.bias.data() + i));
    x = hn::Shl(x, hn::LoadU(d, table.left.data() + i));
    x = high_product(x, hn::LoadU(d, table.multiplier.data() + i));
    x = divide_by_power(x, hn::LoadU(d, table.right.data() + i));
    x = hn::Min(hn::Max(hn::Add(x, zero_point), low), high);
    hn::StoreU(hn::Sub(x, zero_point), d, value + i);
  }
  return i;
}
#endif

inline std::int32_t rescale_one(const RescaleTable& t, std::int32_t sum, std::size_t i) {
  const auto x = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                           static_cast<std::uint32_t>(t.bias[i]));
  const std::int32_t scaled = synfire_divide_by_power(
      synfire_high_product(synfire_shift_left(x, t.left[i]), t.multiplier[i]), t.right[i]);
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(scaled) +
                                                 static_cast<std::uint32_t>(t.zero_point));
  return synfire_clamp(shifted, t.low, t.high) - t.zero_point;
}

void rescale_all(const RescaleTable& table, const std::int32_t* sum, std::int32_t* value,
                 std::size_t count) {
  for (std::size_t base = 0; base < count; base += table.period) {
    const std::size_t n = std::min(table.period, count - base);
    std::size_t i = table.odd_multiplier.empty()
                        ? rescale_vectors(table, sum + base, value + base, n)
                        : rescale_rectified(table, sum + base, value + base, n);
    for (; i < n; ++i) value[base + i] = rescale_one(table, sum[base + i], i);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {
HWY_EXPORT(rescale_all);

bool RescaleTable::rectified() const {
  return low == zero_point && high > zero_point &&
         std::all_of(right.begin(), right.end(), [](std::int32_t bits) { return bits > 0; });
}

void RescaleTable::prepare() {
  if (!rectified()) return;
  for (std::size_t i = 0; i < period; ++i) {
    const std::int32_t e = right[i];
    const std::uint64_t nudge = (std::uint64_t{1} << 30) + (std::uint64_t{1} << (30 + e));
    // The odd channels' multipliers are read from the even places.
    odd_multiplier.push_back(i % 2 == 0 && i + 1 < period ? multiplier[i + 1] : 0);
    (i % 2 == 0 ? nudge_even : nudge_odd).push_back(nudge);
    (i % 2 == 0 ? shift_even : shift_odd).push_back(static_cast<std::uint64_t>(31 + e));
  }
}

void rescale_sums(const RescaleTable& table, const std::int32_t* sum, std::int32_t* value,
                  std::size_t count) {
  HWY_DYNAMIC_DISPATCH(rescale_all)(table, sum, value, count);
}
}  // namespace synfire
#endif
