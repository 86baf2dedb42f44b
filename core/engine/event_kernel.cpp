#include "core/engine/event_kernel.h"

#include <algorithm>
#include <bit>

#include "core/engine/weights.h"

#define HWY_WANT_AVX3_DL  // for VNNI
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
/// The events of one source pixel of at most 64 channels: a bit per channel, and all payloads.
struct FewChannels {
  std::uint64_t mask = 0;
  HWY_ALIGN float factor[2 * kWord];  // the second half is 0

  explicit FewChannels(std::size_t) { std::fill(factor + kWord, factor + 2 * kWord, 0.0F); }
};

/// The same of any number, as a list that ends with an event of payload 0.
struct ManyChannels {
  std::size_t words, count = 0;
  std::uint32_t channel[kMostChannels + 1];
  float factor[kMostChannels + 1];

  explicit ManyChannels(std::size_t channels) : words((channels + kWord - 1) / kWord) {}
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

/// Returns whether there is any.
HWY_INLINE bool find_events(const std::int16_t* at, std::size_t channels, FewChannels& found) {
  found.mask = event_mask(at, channels);
  if (found.mask != 0) store_factors(at, channels, found.factor);
  return found.mask != 0;
}

HWY_INLINE bool find_events(const std::int16_t* at, std::size_t channels, ManyChannels& found) {
  std::size_t count = 0;
  for (std::size_t w = 0; w < found.words; ++w) {
    const std::size_t first = w * kWord;
    std::uint64_t mask = event_mask(at + first, std::min(kWord, channels - first));
    for (; mask != 0; mask &= mask - 1, ++count) {
      const std::size_t c = first + static_cast<std::size_t>(std::countr_zero(mask));
      found.channel[count] = static_cast<std::uint32_t>(c);
      found.factor[count] = at[c];
    }
  }
  found.channel[count] = 0, found.factor[count] = 0;
  found.count = count;
  return count != 0;
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
    if constexpr (kWide >= 2) v1 = v0;
    if constexpr (kWide == 4) v2 = v3 = v0;
  }
  HWY_INLINE void add(D d, const float* row, float factor) {
    const std::size_t n = hn::Lanes(d);
    const auto scale = hn::Set(d, factor);
    v0 = hn::MulAdd(hn::LoadU(d, row), scale, v0);
    if constexpr (kWide >= 2) v1 = hn::MulAdd(hn::LoadU(d, row + n), scale, v1);
    if constexpr (kWide == 4) {
      v2 = hn::MulAdd(hn::LoadU(d, row + 2 * n), scale, v2);
      v3 = hn::MulAdd(hn::LoadU(d, row + 3 * n), scale, v3);
    }
  }
  HWY_INLINE void add(const Part& other) {
    v0 = hn::Add(v0, other.v0);
    if constexpr (kWide >= 2) v1 = hn::Add(v1, other.v1);
    if constexpr (kWide == 4) v2 = hn::Add(v2, other.v2), v3 = hn::Add(v3, other.v3);
  }
  HWY_INLINE void flush(D d, std::int32_t* sum) const {
    const std::size_t n = hn::Lanes(d);
    flush_one(v0, sum);
    if constexpr (kWide >= 2) flush_one(v1, sum + n);
    if constexpr (kWide == 4) flush_one(v2, sum + 2 * n), flush_one(v3, sum + 3 * n);
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
HWY_INLINE void mix_pairs(D d, const FewChannels& events, const float* row, std::size_t width,
                          Part<D, kWide>& even, Part<D, kWide>& odd) {
  for (std::uint64_t mask = events.mask; mask != 0; mask &= mask - 1) {
    const auto a = static_cast<std::size_t>(std::countr_zero(mask));
    mask &= mask - 1;
    const std::uint64_t last = mask == 0 ? 1 : 0;
    const auto b = static_cast<std::size_t>(std::countr_zero(mask | last));
    even.add(d, row + a * width, events.factor[a]);
    odd.add(d, row + b * width, events.factor[b + last * kWord]);
  }
}

template <class D, std::size_t kWide>
HWY_INLINE void mix_pairs(D d, const ManyChannels& events, const float* row, std::size_t width,
                          Part<D, kWide>& even, Part<D, kWide>& odd) {
  for (std::size_t i = 0; i < events.count; i += 2) {
    even.add(d, row + events.channel[i] * width, events.factor[i]);
    odd.add(d, row + events.channel[i + 1] * width, events.factor[i + 1]);
  }
}

template <class D, std::size_t kWide, class Events>
HWY_INLINE void mix_block(D d, const Events& events, const Link& link, std::size_t j) {
  Part<D, kWide> even(d), odd(d);
  mix_pairs<D, kWide>(d, events, link.weight + j, link.width, even, odd);
  even.add(odd);
  even.flush(d, link.sum + j);
}

template <class D, std::size_t kWide>
HWY_INLINE void mix_single(D d, float factor, const Link& link, std::size_t j) {
  Part<D, kWide> part(d);
  part.add(d, link.weight + j, factor);
  part.flush(d, link.sum + j);
}

template <class D, std::size_t kWide, class Events>
HWY_INLINE std::size_t mix_columns(D d, const Events& events, const Link& link, std::size_t j) {
  const std::size_t n = kWide * hn::Lanes(d);
  for (; j + n <= link.width; j += n) mix_block<D, kWide>(d, events, link, j);
  return j;
}

template <class Events>
HWY_INLINE void mix_link(const Events& events, const Link& link) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 4> d4;
  const hn::CappedTag<float, 1> d1;
  std::size_t j = mix_columns<decltype(d), 4>(d, events, link, 0);
  j = mix_columns<decltype(d), 2>(d, events, link, j);
  j = mix_columns<decltype(d), 1>(d, events, link, j);
  j = mix_columns<decltype(d4), 1>(d4, events, link, j);
  mix_columns<decltype(d1), 1>(d1, events, link, j);
}

/// The one channel of a source with one: many targets, and nothing to keep in registers.
HWY_INLINE void mix_single_link(float factor, const Link& link) {
  const hn::ScalableTag<float> d;
  const hn::CappedTag<float, 1> d1;
  const std::size_t n = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + 4 * n <= link.width; j += 4 * n) mix_single<decltype(d), 4>(d, factor, link, j);
  for (; j + n <= link.width; j += n) mix_single<decltype(d), 1>(d, factor, link, j);
  for (; j < link.width; ++j) mix_single<decltype(d1), 1>(d1, factor, link, j);
}

/// `e` is a copy, so that the compiler knows that stores to the sums leave it alone.
template <class Events>
void mix_all_of(MixedEvents e) {
  Events found(e.channels);
  const std::size_t tap_stride = e.channels * e.width;
  const std::uint32_t* const offsets = e.offsets.data();
  const std::size_t pixels = e.offsets.size() - 1;
  const bool single = e.channels == 1;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    if (!find_events(e.map + pixel * e.channels, e.channels, found)) continue;
    const Reach* const end = e.reach + offsets[pixel + 1];
    for (const Reach* at = e.reach + offsets[pixel]; at != end; ++at) {
      const Link link{e.weight + at->tap * tap_stride, e.sum + at->target * e.width, e.width};
      single ? mix_single_link(found.factor[0], link) : mix_link(found, link);
    }
  }
}
void mix_all(const MixedEvents& e) {
  e.channels <= kWord ? mix_all_of<FewChannels>(e) : mix_all_of<ManyChannels>(e);
}

/// The reaches of one source pixel of a depthwise convolution.
struct KeptPixel {
  const std::int16_t* map;
  std::int32_t* sum;
  const std::int16_t* weight;
  const Reach* begin;
  const Reach* end;
  std::size_t channels;
};

/// The products of `kWide` neighbouring vectors of channels through every reach: the payloads stay
/// in registers.
template <class D, std::size_t kWide>
HWY_INLINE std::size_t keep_columns(D d, const KeptPixel& p, std::size_t j) {
  const hn::Rebind<std::int16_t, D> narrow;
  const std::size_t n = hn::Lanes(d);
  const auto add = [d](std::int32_t* sum, const std::int16_t* weight, hn::Vec<D> value) {
    hn::StoreU(add_pair_products(d, hn::LoadU(d, sum), value, lower_halves(d, weight)), d, sum);
  };
  const auto load = [&](std::size_t at) { return hn::PromoteTo(d, hn::LoadU(narrow, p.map + at)); };
  for (; j + kWide * n <= p.channels; j += kWide * n) {
    const auto v0 = load(j);
    auto v1 = v0, v2 = v0, v3 = v0, any = v0;
    if constexpr (kWide == 4) {
      v1 = load(j + n), v2 = load(j + 2 * n), v3 = load(j + 3 * n);
      any = hn::Or(hn::Or(v0, v1), hn::Or(v2, v3));
    }
    if (hn::AllTrue(d, hn::Eq(any, hn::Zero(d)))) continue;
    for (const Reach* at = p.begin; at != p.end; ++at) {
      const std::int16_t* const weight = p.weight + at->tap * p.channels + j;
      std::int32_t* const sum = p.sum + at->target * p.channels + j;
      add(sum, weight, v0);
      if constexpr (kWide == 4) {
        add(sum + n, weight + n, v1);
        add(sum + 2 * n, weight + 2 * n, v2);
        add(sum + 3 * n, weight + 3 * n, v3);
      }
    }
  }
  return j;
}

void keep_all_of(KeptEvents e) {
  const hn::CappedTag<std::int32_t, 4> d4;
  const hn::CappedTag<std::int32_t, 1> d1;
  const std::uint32_t* const offsets = e.offsets.data();
  const std::size_t pixels = e.offsets.size() - 1;
  for (std::size_t pixel = 0; pixel < pixels; ++pixel) {
    const KeptPixel p{e.map + pixel * e.channels,   e.sum,     e.weight, e.reach + offsets[pixel],
                      e.reach + offsets[pixel + 1], e.channels};
    std::size_t j = keep_columns<Ints, 4>(Ints(), p, 0);
    j = keep_columns<Ints, 1>(Ints(), p, j);
    j = keep_columns<decltype(d4), 1>(d4, p, j);
    keep_columns<decltype(d1), 1>(d1, p, j);
  }
}
void keep_all(const KeptEvents& e) { keep_all_of(e); }

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire::kernel {

HWY_EXPORT(mix_all);
HWY_EXPORT(keep_all);

void mix_events(const MixedEvents& events) { HWY_DYNAMIC_DISPATCH(mix_all)(events); }
void keep_events(const KeptEvents& events) { HWY_DYNAMIC_DISPATCH(keep_all)(events); }

}  // namespace synfire::kernel
#endif
