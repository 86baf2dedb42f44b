#include "core/engine/map_kernel.h"

#include <algorithm>

#include "core/engine/weights.h"

#define HWY_WANT_AVX3_DL  // for VNNI
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/map_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engine/pair_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace synfire::kernel {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// One target pixel's vector from column j on.
template <class D>
HWY_INLINE void keep_one(D d, const KeptPixels& k, std::size_t pixel, std::size_t j) {
  const hn::Rebind<std::int16_t, D> narrow;
  const std::int16_t* const from = k.map + k.first[pixel] + j;
  const std::int16_t* weight = k.weight + j;
  std::int32_t* const to = k.sum + pixel * k.width + j;
  auto sum = hn::LoadU(d, to);
  for (const std::uint32_t tap : k.tap) {
    sum = add_pair_products(d, sum, hn::PromoteTo(d, hn::LoadU(narrow, from + tap)),
                            lower_halves(d, weight));
    weight += k.width;
  }
  hn::StoreU(sum, d, to);
}

template <class D>
HWY_INLINE std::size_t keep_columns(D d, const KeptPixels& k, std::size_t j) {
  for (; j + hn::Lanes(d) <= k.width; j += hn::Lanes(d))
    for (std::size_t pixel = 0; pixel < k.first.size(); ++pixel) keep_one(d, k, pixel, j);
  return j;
}

#if HWY_TARGET == HWY_SCALAR
std::size_t keep_pairs(const KeptPixels&) { return 0; }
#else
using Shorts = hn::ScalableTag<std::int16_t>;
using Sum = hn::Vec<hn::Repartition<std::int32_t, Shorts>>;
constexpr std::size_t kMostTaps = 64;  // of depthwise kernels that are served in pairs of taps

/// Sums of the lower and of the upper half of every block of 16 bytes, in the channels' order.
HWY_INLINE void order_blocks(Sum& low, Sum& high) {
  const hn::Repartition<std::int32_t, Shorts> d;
  if constexpr (HWY_MAX_BYTES >= 32) {
    auto first = hn::ConcatLowerLower(d, high, low), second = hn::ConcatUpperUpper(d, high, low);
    if constexpr (HWY_MAX_BYTES == 64) {
      alignas(64) static constexpr std::int32_t kOrder[16] = {0, 1, 2, 3, 8,  9,  10, 11,
                                                              4, 5, 6, 7, 12, 13, 14, 15};
      const auto order = hn::SetTableIndices(d, kOrder);
      first = hn::TableLookupLanes(first, order), second = hn::TableLookupLanes(second, order);
    }
    low = first, high = second;
  }
}

/// Weights of tap 2 i and 2 i + 1 of the channels from j on, side by side; 0 behind the last tap.
HWY_INLINE void pair_weights(const KeptPixels& k, std::size_t j, std::int16_t* pairs) {
  const Shorts d;
  for (std::size_t t = 0; t < k.tap.size(); t += 2, pairs += 2 * hn::Lanes(d)) {
    const auto a = hn::LoadU(d, k.weight + t * k.width + j);
    const auto b =
        t + 1 < k.tap.size() ? hn::LoadU(d, k.weight + (t + 1) * k.width + j) : hn::Zero(d);
    hn::Store(hn::InterleaveLower(d, a, b), d, pairs);
    hn::Store(hn::InterleaveUpper(d, a, b), d, pairs + hn::Lanes(d));
  }
}

/// The sums of one or two neighbouring target pixels, which share weights and taps.
template <std::size_t kPixels>
HWY_INLINE void keep_pixel_pairs(const KeptPixels& k, const std::int16_t* weight,
                                 const std::uint32_t* tap, std::size_t pixel, std::size_t j) {
  const Shorts d;
  const hn::Repartition<std::int32_t, Shorts> wide;
  const std::size_t n = hn::Lanes(d), taps = k.tap.size();
  const std::int16_t* const from = k.map + k.first[pixel] + j;
  const std::int16_t* const next = k.map + k.first[pixel + kPixels - 1] + j;
  auto low = hn::Zero(wide), high = low, next_low = low, next_high = low;
  const auto add = [&](Sum& lower, Sum& upper, const std::int16_t* at, std::size_t t, Sum w,
                       Sum w_upper) {
    const auto a = hn::LoadU(d, at + tap[t]), b = hn::LoadU(d, at + tap[t + 1]);
    lower = add_pair_products(wide, lower, hn::BitCast(wide, hn::InterleaveLower(d, a, b)), w);
    upper =
        add_pair_products(wide, upper, hn::BitCast(wide, hn::InterleaveUpper(d, a, b)), w_upper);
  };
  for (std::size_t t = 0; t < taps; t += 2, weight += 2 * n) {
    const auto w = hn::BitCast(wide, hn::Load(d, weight));
    const auto w_upper = hn::BitCast(wide, hn::Load(d, weight + n));
    add(low, high, from, t, w, w_upper);
    if constexpr (kPixels == 2) add(next_low, next_high, next, t, w, w_upper);
  }
  const auto store = [&](Sum lower, Sum upper, std::int32_t* sum) {
    order_blocks(lower, upper);
    hn::StoreU(hn::Add(hn::LoadU(wide, sum), lower), wide, sum);
    hn::StoreU(hn::Add(hn::LoadU(wide, sum + n / 2), upper), wide, sum + n / 2);
  };
  std::int32_t* const sum = k.sum + pixel * k.width + j;
  store(low, high, sum);
  if constexpr (kPixels == 2) store(next_low, next_high, sum + k.width);
}

/// Two taps are served by one product where the channels fill vectors of 16-bit values; returns the
/// first channel that is left.
std::size_t keep_pairs(const KeptPixels& k) {
  const std::size_t n = hn::Lanes(Shorts()), taps = k.tap.size();
  if (taps > kMostTaps) return 0;
  HWY_ALIGN std::int16_t weight[(kMostTaps + 1) * HWY_MAX_BYTES / sizeof(std::int16_t)];
  std::uint32_t tap[kMostTaps + 1];
  std::copy(k.tap.begin(), k.tap.end(), tap);
  tap[taps] = tap[taps - 1];
  std::size_t j = 0;
  for (; j + n <= k.width; j += n) {
    pair_weights(k, j, weight);
    std::size_t pixel = 0;
    for (; pixel + 2 <= k.first.size(); pixel += 2) keep_pixel_pairs<2>(k, weight, tap, pixel, j);
    if (pixel < k.first.size()) keep_pixel_pairs<1>(k, weight, tap, pixel, j);
  }
  return j;
}
#endif

void keep_all(const KeptPixels& k) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::CappedTag<std::int32_t, 4> d4;
  const hn::CappedTag<std::int32_t, 1> d1;
  std::size_t j = keep_pairs(k);
  j = keep_columns(d, k, j);
  j = keep_columns(d4, k, j);
  keep_columns(d1, k, j);
}

Narrowed narrow_all(std::span<const std::int32_t> values, std::int16_t* map) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::Rebind<std::int16_t, decltype(d)> narrow_tag;
  const std::size_t n = hn::Lanes(d);
  Narrowed result;
  auto lost = hn::Zero(d);
  std::size_t i = 0;
  for (; i + n <= values.size(); i += n) {
    const auto value = hn::LoadU(d, values.data() + i);
    const auto narrowed = hn::DemoteTo(narrow_tag, value);  // saturates
    hn::StoreU(narrowed, narrow_tag, map + i);
    lost = hn::Or(lost, hn::Xor(hn::PromoteTo(d, narrowed), value));
    result.nonzero += hn::CountTrue(d, hn::Ne(value, hn::Zero(d)));
  }
  result.fits = hn::AllTrue(d, hn::Eq(lost, hn::Zero(d)));
  for (; i < values.size(); ++i) {
    map[i] = static_cast<std::int16_t>(values[i]);
    result.fits = result.fits && map[i] == values[i];
    result.nonzero += values[i] != 0 ? 1U : 0U;
  }
  return result;
}

template <class Value>
HWY_INLINE std::size_t compress(std::span<const Value> values, std::uint32_t* ids,
                                std::int32_t* payloads) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::ScalableTag<std::uint32_t> du;
  const hn::Rebind<Value, decltype(d)> stored;
  const std::size_t n = hn::Lanes(d);
  std::size_t found = 0, i = 0;
  auto id = hn::Iota(du, 0);
  for (; i + n <= values.size();
       i += n, id = hn::Add(id, hn::Set(du, static_cast<std::uint32_t>(n)))) {
    hn::Vec<decltype(d)> value;
    if constexpr (sizeof(Value) == 2)
      value = hn::PromoteTo(d, hn::LoadU(stored, values.data() + i));
    else
      value = hn::LoadU(d, values.data() + i);
    const auto mask = hn::Ne(value, hn::Zero(d));
    // In registers: to store some lanes only takes a hundred cycles on some processors (Zen 4).
    hn::StoreU(hn::Compress(id, hn::RebindMask(du, mask)), du, ids + found);
    hn::StoreU(hn::Compress(value, mask), d, payloads + found);
    found += hn::CountTrue(d, mask);
  }
  for (; i < values.size(); ++i) {
    ids[found] = static_cast<std::uint32_t>(i);
    payloads[found] = values[i];
    found += values[i] != 0 ? 1U : 0U;
  }
  return found;
}

std::size_t compress_map(std::span<const std::int16_t> map, std::uint32_t* ids,
                         std::int32_t* payloads) {
  return compress(map, ids, payloads);
}
std::size_t compress_values(std::span<const std::int32_t> values, std::uint32_t* ids,
                            std::int32_t* payloads) {
  return compress(values, ids, payloads);
}

ValueRange range_of(std::span<const std::int16_t> map) {
  const hn::ScalableTag<std::int16_t> d;
  auto low = hn::Zero(d), high = low;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= map.size(); i += hn::Lanes(d)) {
    const auto value = hn::LoadU(d, map.data() + i);
    low = hn::Min(low, value), high = hn::Max(high, value);
  }
  ValueRange range;
  HWY_ALIGN std::int16_t lows[hn::MaxLanes(d)], highs[hn::MaxLanes(d)];
  hn::Store(low, d, lows), hn::Store(high, d, highs);
  for (std::size_t k = 0; k < hn::Lanes(d); ++k)
    range.low = std::min(range.low, lows[k]), range.high = std::max(range.high, highs[k]);
  for (; i < map.size(); ++i)
    range.low = std::min(range.low, map[i]), range.high = std::max(range.high, map[i]);
  return range;
}

std::size_t count_nonzero(const std::int16_t* at, std::size_t values) {
  const hn::ScalableTag<std::int16_t> d;
  std::size_t count = 0, i = 0;
  for (; i + hn::Lanes(d) <= values; i += hn::Lanes(d))
    count += hn::CountTrue(d, hn::Ne(hn::LoadU(d, at + i), hn::Zero(d)));
  for (; i < values; ++i) count += at[i] != 0 ? 1U : 0U;
  return count;
}

std::uint64_t weighted_count_all(std::span<const std::int16_t> map, std::size_t channels,
                                 std::span<const std::uint32_t> weight) {
  std::uint64_t total = 0;
  // Neighbouring pixels mostly have the same weight.
  for (std::size_t pixel = 0, end = 0; pixel < weight.size(); pixel = end) {
    while (end < weight.size() && weight[end] == weight[pixel]) ++end;
    total += std::uint64_t{weight[pixel]} *
             count_nonzero(map.data() + pixel * channels, (end - pixel) * channels);
  }
  return total;
}

template <class D>
HWY_INLINE std::size_t add_value_vectors(D d, std::int32_t* sum, const std::int16_t* map,
                                         std::size_t width, std::size_t j) {
  const hn::Rebind<std::int16_t, D> narrow_tag;
  for (; j + hn::Lanes(d) <= width; j += hn::Lanes(d))
    hn::StoreU(hn::Add(hn::LoadU(d, sum + j), hn::PromoteTo(d, hn::LoadU(narrow_tag, map + j))), d,
               sum + j);
  return j;
}

void add_values_all(std::int32_t* sum, const std::int16_t* map, std::size_t width) {
  std::size_t j = add_value_vectors(hn::ScalableTag<std::int32_t>(), sum, map, width, 0);
  j = add_value_vectors(hn::CappedTag<std::int32_t, 4>(), sum, map, width, j);
  add_value_vectors(hn::CappedTag<std::int32_t, 1>(), sum, map, width, j);
}

void add_scaled_all(std::int32_t* sum, std::span<const std::int16_t> map, std::int32_t factor) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::Rebind<std::int16_t, decltype(d)> narrow_tag;
  const auto scale = hn::Set(d, factor);
  std::size_t j = 0;
  for (; j + hn::Lanes(d) <= map.size(); j += hn::Lanes(d)) {
    const auto value = hn::PromoteTo(d, hn::LoadU(narrow_tag, map.data() + j));
    hn::StoreU(hn::Add(hn::LoadU(d, sum + j), hn::Mul(value, scale)), d, sum + j);
  }
  for (; j < map.size(); ++j) accumulate(sum[j], map[j], factor);
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire::kernel {

HWY_EXPORT(keep_all);
HWY_EXPORT(narrow_all);
HWY_EXPORT(compress_map);
HWY_EXPORT(compress_values);
HWY_EXPORT(range_of);
HWY_EXPORT(weighted_count_all);
HWY_EXPORT(add_values_all);
HWY_EXPORT(add_scaled_all);

Narrowed narrow(std::span<const std::int32_t> values, std::int16_t* map) {
  return HWY_DYNAMIC_DISPATCH(narrow_all)(values, map);
}
std::size_t compress_nonzero(std::span<const std::int16_t> map, std::uint32_t* ids,
                             std::int32_t* payloads) {
  return HWY_DYNAMIC_DISPATCH(compress_map)(map, ids, payloads);
}
std::size_t compress_nonzero(std::span<const std::int32_t> values, std::uint32_t* ids,
                             std::int32_t* payloads) {
  return HWY_DYNAMIC_DISPATCH(compress_values)(values, ids, payloads);
}
ValueRange value_range(std::span<const std::int16_t> map) {
  return HWY_DYNAMIC_DISPATCH(range_of)(map);
}
std::uint64_t weighted_count(std::span<const std::int16_t> map, std::size_t channels,
                             std::span<const std::uint32_t> weight) {
  return HWY_DYNAMIC_DISPATCH(weighted_count_all)(map, channels, weight);
}
void add_values(std::int32_t* sum, const std::int16_t* map, std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_values_all)(sum, map, width);
}
void add_scaled(std::int32_t* sum, std::span<const std::int16_t> map, std::int32_t factor) {
  HWY_DYNAMIC_DISPATCH(add_scaled_all)(sum, map, factor);
}
void keep_pixels(const KeptPixels& pixels) { HWY_DYNAMIC_DISPATCH(keep_all)(pixels); }

}  // namespace synfire::kernel
#endif
