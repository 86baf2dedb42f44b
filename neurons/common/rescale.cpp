#include "neurons/common/rescale.h"

#include <algorithm>
#include <type_traits>

#include "core/base/requantize.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/rescale.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

inline std::int32_t rescale_one(const RescaleTable& t, std::int32_t sum, std::size_t i) {
  const auto x = static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                           static_cast<std::uint32_t>(t.bias[i]));
  const std::int32_t scaled = synfire_divide_by_power(
      synfire_high_product(synfire_shift_left(x, t.left[i]), t.multiplier[i]), t.right[i]);
  const auto shifted = static_cast<std::int32_t>(static_cast<std::uint32_t>(scaled) +
                                                 static_cast<std::uint32_t>(t.zero_point));
  return synfire_clamp(shifted, t.low, t.high) - t.zero_point;
}

using Ints = hn::ScalableTag<std::int32_t>;
using Vec = hn::Vec<Ints>;

#if HWY_TARGET != HWY_SCALAR  // which has no 64-bit products of neighbouring lanes

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
/// floor((x m + 2^30 + 2^(30 + e)) / 2^(31 + e)) where e > 0. For x < 0 that is not above 0. The
/// constants of one vector of channels; results are still to be clamped.
class Rectified {
 public:
  HWY_INLINE Rectified(const RescaleTable& t, std::size_t i)
      : most_(t.high - t.zero_point),
        bias_(hn::LoadU(Ints(), t.bias.data() + i)),
        even_multiplier_(hn::LoadU(Ints(), t.multiplier.data() + i)),
        odd_multiplier_(hn::LoadU(Ints(), t.odd_multiplier.data() + i)),
        even_nudge_(load(t.nudge_even.data() + i / 2)),
        odd_nudge_(load(t.nudge_odd.data() + i / 2)),
        even_shift_(load(t.shift_even.data() + i / 2)),
        odd_shift_(load(t.shift_odd.data() + i / 2)) {}

  HWY_INLINE Vec operator()(Vec sum) const {
    const Ints d;
    Vec x = hn::Add(sum, bias_);
    if constexpr (!kSigned) x = hn::Max(x, hn::Zero(d));
    const Vec odd_x = hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(Bits(), x)));
    const auto even = scale(x, even_multiplier_, even_nudge_, even_shift_);
    const auto odd = scale(odd_x, odd_multiplier_, odd_nudge_, odd_shift_);
    return hn::OddEven(hn::BitCast(d, odd), hn::BitCast(d, even));
  }
  template <class D>
  HWY_INLINE hn::Vec<D> clamp(D d, hn::Vec<D> value) const {
    const auto most = hn::Set(d, static_cast<hn::TFromD<D>>(most_));
    return hn::Min(hn::Max(value, hn::Zero(d)), most);
  }

 private:
  // The narrower sets have no shift of 64 bits with a sign.
  static constexpr bool kSigned = HWY_MAX_BYTES == 64;
  using Bits = hn::Repartition<std::uint64_t, Ints>;
  using Wide = std::conditional_t<kSigned, hn::RebindToSigned<Bits>, Bits>;

  static HWY_INLINE hn::Vec<Wide> scale(Vec x, Vec multiplier, hn::Vec<Wide> nudge,
                                        hn::Vec<Wide> shift) {
    return hn::Shr(hn::Add(hn::BitCast(Wide(), hn::MulEven(x, multiplier)), nudge), shift);
  }
  static HWY_INLINE hn::Vec<Wide> load(const std::uint64_t* from) {
    return hn::BitCast(Wide(), hn::LoadU(Bits(), from));
  }

  std::int32_t most_;
  Vec bias_, even_multiplier_, odd_multiplier_;
  hn::Vec<Wide> even_nudge_, odd_nudge_, even_shift_, odd_shift_;
};

/// Any shifts, any range.
class Rounded {
 public:
  HWY_INLINE Rounded(const RescaleTable& t, std::size_t i)
      : bias_(hn::LoadU(Ints(), t.bias.data() + i)),
        multiplier_(hn::LoadU(Ints(), t.multiplier.data() + i)),
        left_(hn::LoadU(Ints(), t.left.data() + i)),
        right_(hn::LoadU(Ints(), t.right.data() + i)),
        zero_point_(hn::Set(Ints(), t.zero_point)),
        low_(hn::Set(Ints(), t.low)),
        high_(hn::Set(Ints(), t.high)) {}

  HWY_INLINE Vec operator()(Vec sum) const {
    Vec x = hn::Shl(hn::Add(sum, bias_), left_);
    x = divide_by_power(high_product(x, multiplier_), right_);
    x = hn::Min(hn::Max(hn::Add(x, zero_point_), low_), high_);
    return hn::Sub(x, zero_point_);
  }
  template <class D>
  HWY_INLINE hn::Vec<D> clamp(D, hn::Vec<D> value) const {
    return value;
  }

 private:
  Vec bias_, multiplier_, left_, right_, zero_point_, low_, high_;
};

/// Two vectors as one of 16-bit values.
using Shorts = hn::Repartition<std::int16_t, Ints>;
HWY_INLINE hn::Vec<Shorts> narrow(Vec low, Vec high) {
  const Shorts d;
#if HWY_ARCH_X86
  const auto packed = hn::ReorderDemote2To(d, low, high);
  if constexpr (HWY_MAX_BYTES == 16) return packed;
  // Blocks of 16 bytes have 8 of the one and 8 of the other.
  constexpr std::size_t kPieces = HWY_MAX_BYTES / 8;
  alignas(64) static constexpr std::int64_t kOrder[8] = {
      0, 2, kPieces == 8 ? 4 : 1, kPieces == 8 ? 6 : 3, 1, 3, 5, 7};
  const hn::Repartition<std::int64_t, Ints> pieces;
  return hn::BitCast(
      d, hn::TableLookupLanes(hn::BitCast(pieces, packed), hn::SetTableIndices(pieces, kOrder)));
#else
  const hn::Rebind<std::int16_t, Ints> half;
  return hn::Combine(d, hn::DemoteTo(half, high), hn::DemoteTo(half, low));
#endif
}
#endif

/// Where values go: beside the sums, or into a map, the sums cleared.
class IntoValues {
 public:
  IntoValues(const std::int32_t* sum, std::int32_t* value) : sum_(sum), value_(value) {}
  HWY_INLINE Vec sum(std::size_t i) const { return hn::LoadU(Ints(), sum_ + i); }
  template <class Rescale>
  HWY_INLINE void put(const Rescale& rescale, std::size_t i) {
    hn::StoreU(rescale.clamp(Ints(), rescale(sum(i))), Ints(), value_ + i);
  }
  template <class Rescale>
  HWY_INLINE void put_two(const Rescale& rescale, const Rescale& next, std::size_t i) {
    put(rescale, i), put(next, i + hn::Lanes(Ints()));
  }
  std::int32_t one_sum(std::size_t i) const { return sum_[i]; }
  void put_one(std::int32_t value, std::size_t i) { value_[i] = value; }

 private:
  const std::int32_t* sum_;
  std::int32_t* value_;
};

class IntoMap {
 public:
  IntoMap(std::int32_t* sum, std::int16_t* map) : sum_(sum), map_(map) {}
#if HWY_TARGET != HWY_SCALAR
  template <class Rescale>
  HWY_INLINE void put(const Rescale& rescale, std::size_t i) {
    const hn::Rebind<std::int16_t, Ints> half;
    const Vec value = rescale.clamp(Ints(), rescale(take_sum(i)));
    hn::StoreU(hn::DemoteTo(half, value), half, map_ + i);
    nonzero_ += hn::CountTrue(Ints(), hn::Ne(value, hn::Zero(Ints())));
  }
  template <class Rescale>
  HWY_INLINE void put_two(const Rescale& rescale, const Rescale& next, std::size_t i) {
    const Shorts d;
    const Vec low = rescale(take_sum(i)), high = next(take_sum(i + hn::Lanes(Ints())));
    const auto value = rescale.clamp(d, narrow(low, high));
    hn::StoreU(value, d, map_ + i);
    nonzero_ += hn::CountTrue(d, hn::Ne(value, hn::Zero(d)));
  }
#endif
  std::int32_t one_sum(std::size_t i) const { return sum_[i]; }
  void put_one(std::int32_t value, std::size_t i) {
    map_[i] = static_cast<std::int16_t>(value);
    sum_[i] = 0;
    nonzero_ += value != 0 ? 1U : 0U;
  }
  std::size_t nonzero() const { return nonzero_; }

 private:
#if HWY_TARGET != HWY_SCALAR
  HWY_INLINE Vec take_sum(std::size_t i) {
    const Vec sum = hn::LoadU(Ints(), sum_ + i);
    hn::StoreU(hn::Zero(Ints()), Ints(), sum_ + i);
    return sum;
  }
#endif

  std::int32_t* sum_;
  std::int16_t* map_;
  std::size_t nonzero_ = 0;
};

/// The whole vectors of the first `count` values, which are whole periods, one vector of channels
/// after the other: its constants stay in registers. Returns how many channels that were.
template <class Rescale, class Into>
HWY_INLINE std::size_t rescale_vectors(const RescaleTable& table, Into& into, std::size_t count) {
  const std::size_t n = hn::Lanes(Ints()), period = table.period;
  std::size_t i = 0;
  for (; i + 2 * n <= period; i += 2 * n) {
    const Rescale rescale(table, i), rescale_next(table, i + n);
    for (std::size_t at = i; at < count; at += period) into.put_two(rescale, rescale_next, at);
  }
  for (; i + n <= period; i += n) {
    const Rescale rescale(table, i);
    for (std::size_t at = i; at < count; at += period) into.put(rescale, at);
  }
  return i;
}

template <class Into>
HWY_INLINE void rescale_into(const RescaleTable& table, Into& into, std::size_t count) {
  const std::size_t period = table.period, whole = count / period * period;
  std::size_t done = 0;
#if HWY_TARGET != HWY_SCALAR
  done = table.odd_multiplier.empty() ? rescale_vectors<Rounded>(table, into, whole)
                                      : rescale_vectors<Rectified>(table, into, whole);
#endif
  for (std::size_t base = 0; base < count; base += period)
    for (std::size_t i = base < whole ? done : 0; i < std::min(period, count - base); ++i)
      into.put_one(rescale_one(table, into.one_sum(base + i), i), base + i);
}

void rescale_all(const RescaleTable& table, const std::int32_t* sum, std::int32_t* value,
                 std::size_t count) {
  IntoValues into(sum, value);
  rescale_into(table, into, count);
}

std::size_t rescale_all_and_clear(const RescaleTable& table, std::int32_t* sum, std::int16_t* map,
                                  std::size_t count) {
  IntoMap into(sum, map);
  rescale_into(table, into, count);
  return into.nonzero();
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {
HWY_EXPORT(rescale_all);
HWY_EXPORT(rescale_all_and_clear);

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
    // The odd channels' results are wanted in the upper halves.
    (i % 2 == 0 ? shift_even : shift_odd)
        .push_back(static_cast<std::uint64_t>(31 + e) - i % 2 * 32);
  }
}

void rescale_sums(const RescaleTable& table, const std::int32_t* sum, std::int32_t* value,
                  std::size_t count) {
  HWY_DYNAMIC_DISPATCH(rescale_all)(table, sum, value, count);
}
std::size_t rescale_and_clear(const RescaleTable& table, std::int32_t* sum, std::int16_t* map,
                              std::size_t count) {
  return HWY_DYNAMIC_DISPATCH(rescale_all_and_clear)(table, sum, map, count);
}
}  // namespace synfire
#endif
