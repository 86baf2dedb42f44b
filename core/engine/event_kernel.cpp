#include "core/engine/event_kernel.h"

#include <algorithm>
#include <bit>

#include "core/engine/weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/event_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engine/pair_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace synfire::kernel {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Ints = hn::ScalableTag<std::int32_t>;
using Shorts = hn::ScalableTag<std::int16_t>;

constexpr std::size_t kWord = 64;
constexpr std::size_t kWords = (kMostChannels + kWord - 1) / kWord;
constexpr std::size_t kSilent = 1024;  // where factors are 0

/// The events of one source pixel: a bit per channel and the payloads.
struct PixelEvents {
  std::uint64_t mask[kWords];
  std::size_t words;
  std::size_t count;
  HWY_ALIGN float factor[kSilent + kWords * kWord];

  PixelEvents() {
    for (std::size_t i = kSilent; i < kSilent + kWords * kWord; ++i) factor[i] = 0;
  }
};

/// Bit i says whether value i is not 0; values up to the next vector's end are read.
HWY_INLINE std::uint64_t event_mask(const std::int16_t* at, std::size_t values) {
  const Shorts d;
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < values; i += hn::Lanes(d)) {
    std::uint64_t bits = 0;
    hn::StoreMaskBits(d, hn::Ne(hn::LoadU(d, at + i), hn::Zero(d)),
                      reinterpret_cast<std::uint8_t*>(&bits));
    word |= bits << i;
  }
  return values == kWord ? word : word & ((std::uint64_t{1} << values) - 1);
}

HWY_INLINE void store_factors(const std::int16_t* at, std::size_t values, float* factor) {
  const Ints d;
  const hn::Rebind<std::int16_t, Ints> narrow;
  const hn::Rebind<float, Ints> real;
  for (std::size_t i = 0; i < values; i += hn::Lanes(d))
    hn::StoreU(hn::ConvertTo(real, hn::PromoteTo(d, hn::LoadU(narrow, at + i))), real, factor + i);
}

HWY_INLINE void find_events(const std::int16_t* at, std::size_t channels, PixelEvents& found) {
  found.count = 0;
  for (std::size_t w = 0; w < found.words; ++w) {
    const std::size_t values = std::min(kWord, channels - w * kWord);
    found.mask[w] = event_mask(at + w * kWord, values);
    found.count += static_cast<std::size_t>(std::popcount(found.mask[w]));
    if (found.mask[w] != 0) store_factors(at + w * kWord, values, found.factor + w * kWord);
  }
}

/// The weights of one source pixel's channels through one tap, and the sums that they reach.
struct Link {
  const float* weight;
  std::int32_t* sum;
  std::size_t width;
};

template <class D, std::size_t kWide>
struct Part {
  hn::Vec<D> v0, v1, v2, v3;

  HWY_INLINE explicit Part(D d) {
    v0 = hn::Zero(d);
    if constexpr (kWide == 4) v1 = v2 = v3 = v0;
  }
  HWY_INLINE void add(D d, const float* row, float factor) {
    const std::size_t n = hn::Lanes(d);
    const auto scale = hn::Set(d, factor);
    v0 = hn::MulAdd(hn::LoadU(d, row), scale, v0);
    if constexpr (kWide == 4) {
      v1 = hn::MulAdd(hn::LoadU(d, row + n), scale, v1);
      v2 = hn::MulAdd(hn::LoadU(d, row + 2 * n), scale, v2);
      v3 = hn::MulAdd(hn::LoadU(d, row + 3 * n), scale, v3);
    }
  }
  HWY_INLINE void add(const Part& other) {
    v0 = hn::Add(v0, other.v0);
    if constexpr (kWide == 4)
      v1 = hn::Add(v1, other.v1), v2 = hn::Add(v2, other.v2), v3 = hn::Add(v3, other.v3);
  }
  HWY_INLINE void flush(D d, std::int32_t* sum) const {
    const std::size_t n = hn::Lanes(d);
    flush_one(v0, sum);
    if constexpr (kWide == 4) {
      flush_one(v1, sum + n), flush_one(v2, sum + 2 * n), flush_one(v3, sum + 3 * n);
    }
  }

 private:
  static HWY_INLINE void flush_one(hn::Vec<D> part, std::int32_t* sum) {
    const hn::RebindToSigned<D> di;
    hn::StoreU(hn::Add(hn::LoadU(di, sum), hn::ConvertTo(di, part)), di, sum);
  }
};

/// Two events at a time, as one alone would wait for its own sum; the second of an odd number's
/// last pair has factor 0. Without branches, as the number of events cannot be predicted.
template <class D, std::size_t kWide>
HWY_INLINE void mix_block(D d, const PixelEvents& events, const Link& link, std::size_t j) {
  Part<D, kWide> even(d), odd(d);
  for (std::size_t w = 0; w < events.words; ++w) {
    const float* const row = link.weight + w * kWord * link.width + j;
    const float* const factor = events.factor + w * kWord;
    for (std::uint64_t mask = events.mask[w]; mask != 0; mask &= mask - 1) {
      const auto a = static_cast<std::size_t>(std::countr_zero(mask));
      mask &= mask - 1;
      const std::uint64_t last = mask == 0 ? 1 : 0;
      const auto b = static_cast<std::size_t>(std::countr_zero(mask | last));
      even.add(d, row + a * link.width, factor[a]);
      odd.add(d, row + b * link.width, factor[b + last * kSilent]);
    }
  }
  even.add(odd);
  even.flush(d, link.sum + j);
}

template <class D, std::size_t kWide>
HWY_INLINE void mix_single(D d, std::size_t channel, float factor, const Link& link,
                           std::size_t j) {
  Part<D, kWide> part(d);
  part.add(d, link.weight + channel * link.width + j, factor);
  part.flush(d, link.sum + j);
}

template <class D, std::size_t kWide>
HWY_INLINE std::size_t mix_columns(D d, const PixelEvents& events, const Link& link,
                                   std::size_t j) {
  const std::size_t n = kWide * hn::Lanes(d);
  for (; j + n <= link.width; j += n) mix_block<D, kWide>(d, events, link, j);
  return j;
}

HWY_INLINE void mix_link(const PixelEvents& events, const Link& link) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 4> d4;
  const hn::CappedTag<float, 1> d1;
  std::size_t j = mix_columns<decltype(d), 4>(d, events, link, 0);
  j = mix_columns<decltype(d), 1>(d, events, link, j);
  j = mix_columns<decltype(d4), 1>(d4, events, link, j);
  mix_columns<decltype(d1), 1>(d1, events, link, j);
}

/// Inputs of one channel, mostly: the sums of many targets and nothing to keep in registers.
HWY_INLINE void mix_single_link(std::size_t channel, float factor, const Link& link) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> d1;
  const std::size_t n = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + 4 * n <= link.width; j += 4 * n)
    mix_single<decltype(d), 4>(d, channel, factor, link, j);
  for (; j + n <= link.width; j += n) mix_single<decltype(d), 1>(d, channel, factor, link, j);
  for (; j < link.width; ++j) mix_single<decltype(d1), 1>(d1, channel, factor, link, j);
}

void mix_pixel(const MixedEvents& e, const PixelEvents& found, std::size_t pixel) {
  const std::size_t tap_stride = e.channels * e.width;
  std::size_t word = 0;
  while (found.mask[word] == 0) ++word;
  const std::size_t first =
      word * kWord + static_cast<std::size_t>(std::countr_zero(found.mask[word]));
  for (std::uint32_t r = e.offsets[pixel]; r < e.offsets[pixel + 1]; ++r) {
    const Link link{e.weight + e.reach[r].tap * tap_stride, e.sum + e.reach[r].target * e.width,
                    e.width};
    if (found.count == 1)
      mix_single_link(first, found.factor[first], link);
    else
      mix_link(found, link);
  }
}

void mix_all(const MixedEvents& e) {
  PixelEvents found;
  found.words = (e.channels + kWord - 1) / kWord;
  for (std::size_t pixel = 0; pixel + 1 < e.offsets.size(); ++pixel) {
    find_events(e.map + pixel * e.channels, e.channels, found);
    if (found.count != 0) mix_pixel(e, found, pixel);
  }
}

/// All channels of a vector through every reach: the payloads stay in a register.
template <class D>
HWY_INLINE std::size_t keep_columns(D d, const KeptEvents& e, std::size_t pixel, std::size_t j) {
  const hn::Rebind<std::int16_t, D> narrow;
  for (; j + hn::Lanes(d) <= e.channels; j += hn::Lanes(d)) {
    const auto value = hn::PromoteTo(d, hn::LoadU(narrow, e.map + pixel * e.channels + j));
    if (hn::AllTrue(d, hn::Eq(value, hn::Zero(d)))) continue;
    for (std::uint32_t r = e.offsets[pixel]; r < e.offsets[pixel + 1]; ++r) {
      const auto weight = lower_halves(d, e.weight + e.reach[r].tap * e.channels + j);
      std::int32_t* const sum = e.sum + e.reach[r].target * e.channels + j;
      hn::StoreU(add_pair_products(d, hn::LoadU(d, sum), value, weight), d, sum);
    }
  }
  return j;
}

void keep_all(const KeptEvents& e) {
  const hn::CappedTag<std::int32_t, 4> d4;
  const hn::CappedTag<std::int32_t, 1> d1;
  for (std::size_t pixel = 0; pixel + 1 < e.offsets.size(); ++pixel) {
    std::size_t j = keep_columns(Ints(), e, pixel, 0);
    j = keep_columns(d4, e, pixel, j);
    keep_columns(d1, e, pixel, j);
  }
}

bool all_small_of(std::span<const std::int16_t> map) {
  const Shorts d;
  const auto least = hn::Set(d, static_cast<std::int16_t>(-kLargestSmall));
  const auto most = hn::Set(d, static_cast<std::int16_t>(kLargestSmall));
  auto low = hn::Zero(d), high = low;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= map.size(); i += hn::Lanes(d)) {
    const auto value = hn::LoadU(d, map.data() + i);
    low = hn::Min(low, value), high = hn::Max(high, value);
  }
  bool small = hn::AllTrue(d, hn::Eq(hn::Min(low, least), least)) &&
               hn::AllTrue(d, hn::Eq(hn::Max(high, most), most));
  for (; i < map.size(); ++i) small &= map[i] >= -kLargestSmall && map[i] <= kLargestSmall;
  return small;
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire::kernel {

HWY_EXPORT(mix_all);
HWY_EXPORT(keep_all);
HWY_EXPORT(all_small_of);

void mix_events(const MixedEvents& events) { HWY_DYNAMIC_DISPATCH(mix_all)(events); }
void keep_events(const KeptEvents& events) { HWY_DYNAMIC_DISPATCH(keep_all)(events); }
bool all_small(std::span<const std::int16_t> map) {
  return HWY_DYNAMIC_DISPATCH(all_small_of)(map);
}

}  // namespace synfire::kernel
#endif
