#include "core/engine/mix_kernel.h"

#include <cstring>

#define HWY_WANT_AVX3_DL  // for VNNI
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/mix_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/engine/pair_product-inl.h"

HWY_BEFORE_NAMESPACE();
namespace synfire::kernel {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Two 16-bit values, or four bytes.
template <class Value>
HWY_INLINE std::int32_t word_at(const Value* at) {
  std::int32_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

template <class D>
HWY_INLINE hn::Vec<D> add_products(D d, hn::Vec<D> sum, hn::Vec<D> word, hn::Vec<D> weight,
                                   const std::int16_t*) {
  return add_pair_products(d, sum, word, weight);
}
template <class D>
HWY_INLINE hn::Vec<D> add_products(D d, hn::Vec<D> sum, hn::Vec<D> word, hn::Vec<D> weight,
                                   const std::uint8_t*) {
  return add_quad_products(d, sum, word, weight);
}

/// The sums of one target pixel in `kWide` neighbouring vectors.
template <class D, std::size_t kWide>
struct Sums {
  hn::Vec<D> v0, v1, v2, v3;

  HWY_INLINE void load(D d, const std::int32_t* from) {
    const std::size_t n = hn::Lanes(d);
    v0 = hn::LoadU(d, from);
    if constexpr (kWide == 4)
      v1 = hn::LoadU(d, from + n), v2 = hn::LoadU(d, from + 2 * n), v3 = hn::LoadU(d, from + 3 * n);
  }
  HWY_INLINE void store(D d, std::int32_t* to) const {
    const std::size_t n = hn::Lanes(d);
    hn::StoreU(v0, d, to);
    if constexpr (kWide == 4)
      hn::StoreU(v1, d, to + n), hn::StoreU(v2, d, to + 2 * n), hn::StoreU(v3, d, to + 3 * n);
  }
  template <class Value>
  HWY_INLINE void add(D d, const Value* values, const Sums& weight) {
    const auto word = hn::Set(d, word_at(values));
    v0 = add_products(d, v0, word, weight.v0, values);
    if constexpr (kWide == 4) {
      v1 = add_products(d, v1, word, weight.v1, values);
      v2 = add_products(d, v2, word, weight.v2, values);
      v3 = add_products(d, v3, word, weight.v3, values);
    }
  }
};

/// Four pixels share every weight vector; the sums of all stay in registers.
template <class D, std::size_t kWide, class Value>
HWY_INLINE void mix_four(D d, const MixedPixels<Value>& m, std::size_t pixel, std::size_t j) {
  const std::size_t width = m.width;
  std::int32_t* const sum = m.sum + pixel * width + j;
  Sums<D, kWide> a, b, c, e, weight;
  a.load(d, sum), b.load(d, sum + width);
  c.load(d, sum + 2 * width), e.load(d, sum + 3 * width);
  const Value* const pa = m.map + m.first[pixel];
  const Value* const pb = m.map + m.first[pixel + 1];
  const Value* const pc = m.map + m.first[pixel + 2];
  const Value* const pe = m.map + m.first[pixel + 3];
  const std::int32_t* row = reinterpret_cast<const std::int32_t*>(m.weight) + j;
  for (const std::uint32_t at : m.word) {
    weight.load(d, row);
    a.add(d, pa + at, weight), b.add(d, pb + at, weight);
    c.add(d, pc + at, weight), e.add(d, pe + at, weight);
    row += width;
  }
  a.store(d, sum), b.store(d, sum + width);
  c.store(d, sum + 2 * width), e.store(d, sum + 3 * width);
}

template <class D, std::size_t kWide, class Value>
HWY_INLINE void mix_one(D d, const MixedPixels<Value>& m, std::size_t pixel, std::size_t j) {
  std::int32_t* const sum = m.sum + pixel * m.width + j;
  Sums<D, kWide> a, weight;
  a.load(d, sum);
  const Value* const from = m.map + m.first[pixel];
  const std::int32_t* row = reinterpret_cast<const std::int32_t*>(m.weight) + j;
  for (const std::uint32_t at : m.word) {
    weight.load(d, row), a.add(d, from + at, weight);
    row += m.width;
  }
  a.store(d, sum);
}

/// The columns from j on that fill whole vectors (four of them, or one); returns the first left.
template <class D, std::size_t kWide, class Value>
HWY_INLINE std::size_t mix_columns(D d, const MixedPixels<Value>& m, std::size_t j) {
  const std::size_t n = kWide * hn::Lanes(d);
  // Sixteen sums need more registers than the narrower instruction sets have.
  constexpr bool kShares = kWide == 1 || HWY_MAX_BYTES == 64;
  for (; j + n <= m.width; j += n) {
    std::size_t pixel = 0;
    if constexpr (kShares)
      for (; pixel + 4 <= m.first.size(); pixel += 4) mix_four<D, kWide>(d, m, pixel, j);
    for (; pixel < m.first.size(); ++pixel) mix_one<D, kWide>(d, m, pixel, j);
  }
  return j;
}

template <class Value>
HWY_INLINE void mix_all(const MixedPixels<Value>& m) {
  const hn::ScalableTag<std::int32_t> d;
  const hn::CappedTag<std::int32_t, 4> d4;
  const hn::CappedTag<std::int32_t, 1> d1;
  std::size_t j = mix_columns<decltype(d), 4>(d, m, 0);
  j = mix_columns<decltype(d), 1>(d, m, j);
  j = mix_columns<decltype(d4), 1>(d4, m, j);
  mix_columns<decltype(d1), 1>(d1, m, j);
}
void mix_pairs(const MixedPixels<std::int16_t>& m) { mix_all(m); }
bool mix_quads([[maybe_unused]] const MixedPixels<std::uint8_t>& m) {
#if SYNFIRE_QUAD_PRODUCTS
  if (!m.first.empty()) mix_all(m);
  return true;
#else
  return false;
#endif
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire::kernel {

HWY_EXPORT(mix_pairs);
HWY_EXPORT(mix_quads);

void mix_pixels(const MixedPixels<std::int16_t>& pixels) {
  HWY_DYNAMIC_DISPATCH(mix_pairs)(pixels);
}
void mix_pixels(const MixedPixels<std::uint8_t>& pixels) {
  HWY_DYNAMIC_DISPATCH(mix_quads)(pixels);
}
bool has_quad_products() { return HWY_DYNAMIC_DISPATCH(mix_quads)({}); }

}  // namespace synfire::kernel
#endif
