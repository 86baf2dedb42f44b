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
/// floor((x m + 2^30 + 2^(30 + e)) / 2^(31 + e)) where e > 0.
class Rectified {
 public:
  explicit Rectified(const RescaleTable& table)
      : bias_(table.bias.data()),
        even_multiplier_(table.multiplier.data()),
        odd_multiplier_(table.odd_multiplier.data()),
        even_nudge_(table.nudge_even.data()),
        odd_nudge_(table.nudge_odd.data()),
        even_shift_(table.shift_even.data()),
        odd_shift_(table.shift_odd.data()),
        most_(hn::Set(Ints(), table.high - table.zero_point)) {}

  /// One vector of sums of the channels from `i` on.
  HWY_INLINE Vec operator()(Vec sum, std::size_t i) const {
    const Ints d;
    const Vec x = hn::Max(hn::Add(sum, hn::LoadU(d, bias_ + i)), hn::Zero(d));
    const Vec odd_x = hn::BitCast(d, hn::ShiftRight<32>(hn::BitCast(Wide(), x)));
    const auto even = scale(x, even_multiplier_ + i, even_nudge_ + i / 2, even_shift_ + i / 2);
    const auto odd = scale(odd_x, odd_multiplier_ + i, odd_nudge_ + i / 2, odd_shift_ + i / 2);
    return hn::Min(hn::OddEven(hn::BitCast(d, hn::ShiftLeft<32>(odd)), hn::BitCast(d, even)),
                   most_);
  }

 private:
  using Wide = hn::Repartition<std::uint64_t, Ints>;

  static HWY_INLINE hn::Vec<Wide> scale(Vec x, const std::int32_t* multiplier,
                                        const std::uint64_t* nudge, const std::uint64_t* shift) {
    const Wide wide;
    const auto product = hn::BitCast(wide, hn::MulEven(x, hn::LoadU(Ints(), multiplier)));
    return hn::Shr(hn::Add(product, hn::LoadU(wide, nudge)), hn::LoadU(wide, shift));
  }

  // Read once: the compiler cannot know that stores leave the table alone.
  const std::int32_t *bias_, *even_multiplier_, *odd_multiplier_;
  const std::uint64_t *even_nudge_, *odd_nudge_, *even_shift_, *odd_shift_;
  Vec most_;
};

/// Any shifts, any range.
class Rounded {
 public:
  explicit Rounded(const RescaleTable& table)
      : bias_(table.bias.data()),
        multiplier_(table.multiplier.data()),
        left_(table.left.data()),
        right_(table.right.data()),
        zero_point_(hn::Set(Ints(), table.zero_point)),
        low_(hn::Set(Ints(), table.low)),
        high_(hn::Set(Ints(), table.high)) {}

  HWY_INLINE Vec operator()(Vec sum, std::size_t i) const {
    const Ints d;
    Vec x = hn::Shl(hn::Add(sum, hn::LoadU(d, bias_ + i)), hn::LoadU(d, left_ + i));
    x = high_product(x, hn::LoadU(d, multiplier_ + i));
    x = divide_by_power(x, hn::LoadU(d, right_ + i));
    x = hn::Min(hn::Max(hn::Add(x, zero_point_), low_), high_);
    return hn::Sub(x, zero_point_);
  }

 private:
  const std::int32_t *bias_, *multiplier_, *left_, *right_;
  Vec zero_point_, low_, high_;
};
#endif

/// Where values go: beside the sums, or into a map, the sums cleared.
class IntoValues {
 public:
  IntoValues(const std::int32_t* sum, std::int32_t* value) : sum_(sum), value_(value) {}
  HWY_INLINE Vec sum(std::size_t i) const { return hn::LoadU(Ints(), sum_ + i); }
  HWY_INLINE void put(Vec value, std::size_t i) { hn::StoreU(value, Ints(), value_ + i); }
  std::int32_t one_sum(std::size_t i) const { return sum_[i]; }
  void put_one(std::int32_t value, std::size_t i) { value_[i] = value; }

 private:
  const std::int32_t* sum_;
  std::int32_t* value_;
};

class IntoMap {
 public:
  IntoMap(std::int32_t* sum, std::int16_t* map) : sum_(sum), map_(map) {}
  HWY_INLINE Vec sum(std::size_t i) const { return hn::LoadU(Ints(), sum_ + i); }
  HWY_INLINE void put(Vec value, std::size_t i) {
    const hn::Rebind<std::int16_t, Ints> narrow;
    hn::StoreU(hn::DemoteTo(narrow, value), narrow, map_ + i);
    hn::StoreU(hn::Zero(Ints()), Ints(), sum_ + i);
    nonzero_ += hn::CountTrue(Ints(), hn::Ne(value, hn::Zero(Ints())));
  }
  std::int32_t one_sum(std::size_t i) const { return sum_[i]; }
  void put_one(std::int32_t value, std::size_t i) {
    map_[i] = static_cast<std::int16_t>(value);
    sum_[i] = 0;
    nonzero_ += value != 0 ? 1U : 0U;
  }
  std::size_t nonzero() const { return nonzero_; }

 private:
  std::int32_t* sum_;
  std::int16_t* map_;
  std::size_t nonzero_ = 0;
};

template <class Rescale, class Into>
HWY_INLINE void rescale_by([[maybe_unused]] const Rescale& rescale, const RescaleTable& table,
                           Into& into, std::size_t count) {
  const std::size_t period = table.period;
  for (std::size_t base = 0; base < count; base += period) {
    const std::size_t n = std::min(period, count - base);
    std::size_t i = 0;
#if HWY_TARGET != HWY_SCALAR
    for (; i + hn::Lanes(Ints()) <= n; i += hn::Lanes(Ints()))
      into.put(rescale(into.sum(base + i), i), base + i);
#endif
    for (; i < n; ++i) into.put_one(rescale_one(table, into.one_sum(base + i), i), base + i);
  }
}

template <class Into>
HWY_INLINE void rescale_into(const RescaleTable& table, Into& into, std::size_t count) {
#if HWY_TARGET == HWY_SCALAR
  rescale_by(table, table, into, count);
#else
  if (table.odd_multiplier.empty())
    rescale_by(Rounded(table), table, into, count);
  else
    rescale_by(Rectified(table), table, into, count);
#endif
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
    (i % 2 == 0 ? shift_even : shift_odd).push_back(static_cast<std::uint64_t>(31 + e));
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
