#include "core/engine/kernel.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/engine/kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire::kernel {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

template <class D>
HWY_INLINE hn::Vec<D> load_weights(D d, const std::int8_t* at) {
  return hn::PromoteTo(d, hn::LoadU(hn::Rebind<std::int8_t, D>(), at));
}
template <class D>
HWY_INLINE hn::Vec<D> load_weights(D d, const std::int32_t* at) {
  return hn::LoadU(d, at);
}
template <class D>
HWY_INLINE hn::Vec<D> load_weights(D d, const float* at) {
  return hn::LoadU(d, at);
}

inline std::int32_t multiply_add(std::int32_t sum, std::int32_t weight, std::int32_t factor) {
  return static_cast<std::int32_t>(static_cast<std::uint32_t>(sum) +
                                   static_cast<std::uint32_t>(weight) *
                                       static_cast<std::uint32_t>(factor));
}
inline float multiply_add(float sum, float weight, std::int32_t factor) {
  return sum + weight * static_cast<float>(factor);
}

/// Four vectors of sums stay in registers over all events; returns how many columns were done.
template <class D, class Sum, class Weight>
HWY_INLINE std::size_t add_wide_blocks(D d, const Rows<Sum, Weight>& r) {
  const std::size_t n = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + 4 * n <= r.width; j += 4 * n) {
    Sum* sum = r.sum + j;
    auto a = hn::LoadU(d, sum), b = hn::LoadU(d, sum + n);
    auto c = hn::LoadU(d, sum + 2 * n), e = hn::LoadU(d, sum + 3 * n);
    for (std::size_t i = 0; i < r.count; ++i) {
      const Weight* row = r.weight + (r.rows[i] - r.first_row) * r.stride + j;
      const auto scale = hn::Set(d, static_cast<Sum>(r.factor[i]));
      a = hn::Add(a, hn::Mul(load_weights(d, row), scale));
      b = hn::Add(b, hn::Mul(load_weights(d, row + n), scale));
      c = hn::Add(c, hn::Mul(load_weights(d, row + 2 * n), scale));
      e = hn::Add(e, hn::Mul(load_weights(d, row + 3 * n), scale));
    }
    hn::StoreU(a, d, sum), hn::StoreU(b, d, sum + n);
    hn::StoreU(c, d, sum + 2 * n), hn::StoreU(e, d, sum + 3 * n);
  }
  return j;
}

template <class D, class Sum, class Weight>
HWY_INLINE std::size_t add_narrow_blocks(D d, const Rows<Sum, Weight>& r, std::size_t j) {
  const std::size_t n = hn::Lanes(d);
  for (; j + n <= r.width; j += n) {
    auto a = hn::LoadU(d, r.sum + j);
    for (std::size_t i = 0; i < r.count; ++i)
      a = hn::Add(a, hn::Mul(load_weights(d, r.weight + (r.rows[i] - r.first_row) * r.stride + j),
                             hn::Set(d, static_cast<Sum>(r.factor[i]))));
    hn::StoreU(a, d, r.sum + j);
  }
  return j;
}

/// Exact integers in float: the events' own sum, converted once and added to the integer sum.
template <class D>
HWY_INLINE std::size_t add_fused_blocks(D d, const Rows<std::int32_t, float>& r, std::size_t j) {
  const hn::RebindToSigned<D> di;
  const std::size_t n = hn::Lanes(d);
  const auto flush = [&](hn::Vec<D> part, std::int32_t* sum) {
    hn::StoreU(hn::Add(hn::LoadU(di, sum), hn::ConvertTo(di, part)), di, sum);
  };
  for (; j + 4 * n <= r.width; j += 4 * n) {
    auto a = hn::Zero(d), b = a, c = a, e = a;
    for (std::size_t i = 0; i < r.count; ++i) {
      const float* row = r.weight + (r.rows[i] - r.first_row) * r.stride + j;
      const auto scale = hn::Set(d, static_cast<float>(r.factor[i]));
      a = hn::MulAdd(hn::LoadU(d, row), scale, a);
      b = hn::MulAdd(hn::LoadU(d, row + n), scale, b);
      c = hn::MulAdd(hn::LoadU(d, row + 2 * n), scale, c);
      e = hn::MulAdd(hn::LoadU(d, row + 3 * n), scale, e);
    }
    flush(a, r.sum + j), flush(b, r.sum + j + n);
    flush(c, r.sum + j + 2 * n), flush(e, r.sum + j + 3 * n);
  }
  for (; j + n <= r.width; j += n) {
    auto a = hn::Zero(d);
    for (std::size_t i = 0; i < r.count; ++i)
      a = hn::MulAdd(hn::LoadU(d, r.weight + (r.rows[i] - r.first_row) * r.stride + j),
                     hn::Set(d, static_cast<float>(r.factor[i])), a);
    flush(a, r.sum + j);
  }
  return j;
}

HWY_INLINE void add_rows_of(const Rows<std::int32_t, float>& r) {
  std::size_t j = add_fused_blocks(hn::ScalableTag<float>(), r, 0);
  j = add_fused_blocks(hn::CappedTag<float, 8>(), r, j);
  j = add_fused_blocks(hn::CappedTag<float, 4>(), r, j);
  for (; j < r.width; ++j)
    for (std::size_t i = 0; i < r.count; ++i)
      r.sum[j] = multiply_add(
          r.sum[j], static_cast<std::int32_t>(r.weight[(r.rows[i] - r.first_row) * r.stride + j]),
          r.factor[i]);
}

template <class Sum, class Weight>
HWY_INLINE void add_rows_of(const Rows<Sum, Weight>& r) {
  const hn::ScalableTag<Sum> d;
  std::size_t j = add_wide_blocks(d, r);
  j = add_narrow_blocks(d, r, j);
  j = add_narrow_blocks(hn::CappedTag<Sum, 8>(), r, j);
  j = add_narrow_blocks(hn::CappedTag<Sum, 4>(), r, j);
  for (; j < r.width; ++j)
    for (std::size_t i = 0; i < r.count; ++i)
      r.sum[j] =
          multiply_add(r.sum[j], r.weight[(r.rows[i] - r.first_row) * r.stride + j], r.factor[i]);
}

template <class Sum, class Weight>
HWY_INLINE void add_pixel_of(const Rows<Sum, Weight>& rows, std::span<const Reach> reach,
                             std::size_t tap_stride) {
  Rows<Sum, Weight> r = rows;
  for (const Reach& at : reach) {
    r.sum = rows.sum + at.target * rows.width;
    r.weight = rows.weight + at.tap * tap_stride;
    add_rows_of(r);
  }
}

template <class D, class Sum, class Weight>
HWY_INLINE std::size_t multiply_vectors(D d, Sum* sum, const Weight* weight,
                                        const std::int32_t* factor, std::size_t width,
                                        std::size_t j) {
  const hn::Rebind<std::int32_t, D> di;
  const std::size_t n = hn::Lanes(d);
  for (; j + n <= width; j += n) {
    auto product = load_weights(d, weight + j);
    if constexpr (std::is_same_v<Sum, float>)
      product = hn::Mul(product, hn::ConvertTo(d, hn::LoadU(di, factor + j)));
    else
      product = hn::Mul(product, hn::LoadU(di, factor + j));
    hn::StoreU(hn::Add(hn::LoadU(d, sum + j), product), d, sum + j);
  }
  return j;
}

template <class Sum, class Weight>
HWY_INLINE void add_products_of(Sum* sum, const Weight* weight, std::span<const Reach> reach,
                                const std::int32_t* factor, std::size_t width) {
  for (const Reach& at : reach) {
    Sum* to = sum + at.target * width;
    const Weight* row = weight + at.tap * width;
    std::size_t j = multiply_vectors(hn::ScalableTag<Sum>(), to, row, factor, width, 0);
    j = multiply_vectors(hn::CappedTag<Sum, 4>(), to, row, factor, width, j);
    for (; j < width; ++j) to[j] = multiply_add(to[j], row[j], factor[j]);
  }
}

using RowsI8 = Rows<std::int32_t, std::int8_t>;
using RowsI32 = Rows<std::int32_t, std::int32_t>;
using RowsF32 = Rows<float, float>;
using RowsFused = Rows<std::int32_t, float>;
using Reaches = std::span<const Reach>;

void add_rows_i8(const RowsI8& r) { add_rows_of(r); }
void add_rows_i32(const RowsI32& r) { add_rows_of(r); }
void add_rows_f32(const RowsF32& r) { add_rows_of(r); }
void add_pixel_i8(const RowsI8& r, Reaches reach, std::size_t s) { add_pixel_of(r, reach, s); }
void add_pixel_i32(const RowsI32& r, Reaches reach, std::size_t s) { add_pixel_of(r, reach, s); }
void add_pixel_f32(const RowsF32& r, Reaches reach, std::size_t s) { add_pixel_of(r, reach, s); }
void add_pixel_fused(const RowsFused& r, Reaches reach, std::size_t s) {
  add_pixel_of(r, reach, s);
}
void add_products_i8(std::int32_t* sum, const std::int8_t* weight, Reaches reach,
                     const std::int32_t* factor, std::size_t width) {
  add_products_of(sum, weight, reach, factor, width);
}
void add_products_i32(std::int32_t* sum, const std::int32_t* weight, Reaches reach,
                      const std::int32_t* factor, std::size_t width) {
  add_products_of(sum, weight, reach, factor, width);
}
void add_products_f32(float* sum, const float* weight, Reaches reach, const std::int32_t* factor,
                      std::size_t width) {
  add_products_of(sum, weight, reach, factor, width);
}
const char* name_of_target() { return hwy::TargetName(HWY_TARGET); }

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire::kernel {

HWY_EXPORT(add_rows_i8);
HWY_EXPORT(add_rows_i32);
HWY_EXPORT(add_rows_f32);
HWY_EXPORT(add_pixel_i8);
HWY_EXPORT(add_pixel_i32);
HWY_EXPORT(add_pixel_f32);
HWY_EXPORT(add_pixel_fused);
HWY_EXPORT(add_products_i8);
HWY_EXPORT(add_products_i32);
HWY_EXPORT(add_products_f32);
HWY_EXPORT(name_of_target);

namespace {

/// The function that dispatch chooses, looked up once: calls are short enough for it to matter. The
/// target must be chosen before, or the look-up gives a function that chooses in every call.
template <typename LookUp>
auto chosen_of(LookUp look_up) {
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
  return look_up();
}

}  // namespace

void add_rows(const Rows<std::int32_t, std::int8_t>& rows) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_rows_i8); });
  chosen(rows);
}
void add_rows(const Rows<std::int32_t, std::int32_t>& rows) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_rows_i32); });
  chosen(rows);
}
void add_rows(const Rows<float, float>& rows) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_rows_f32); });
  chosen(rows);
}
void add_pixel(const Rows<std::int32_t, std::int8_t>& rows, std::span<const Reach> reach,
               std::size_t tap_stride) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_pixel_i8); });
  chosen(rows, reach, tap_stride);
}
void add_pixel(const Rows<std::int32_t, std::int32_t>& rows, std::span<const Reach> reach,
               std::size_t tap_stride) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_pixel_i32); });
  chosen(rows, reach, tap_stride);
}
void add_pixel(const Rows<float, float>& rows, std::span<const Reach> reach,
               std::size_t tap_stride) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_pixel_f32); });
  chosen(rows, reach, tap_stride);
}
void add_pixel(const Rows<std::int32_t, float>& rows, std::span<const Reach> reach,
               std::size_t tap_stride) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_pixel_fused); });
  chosen(rows, reach, tap_stride);
}
void add_products(std::int32_t* sum, const std::int8_t* weight, std::span<const Reach> reach,
                  const std::int32_t* factor, std::size_t width) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_products_i8); });
  chosen(sum, weight, reach, factor, width);
}
void add_products(std::int32_t* sum, const std::int32_t* weight, std::span<const Reach> reach,
                  const std::int32_t* factor, std::size_t width) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_products_i32); });
  chosen(sum, weight, reach, factor, width);
}
void add_products(float* sum, const float* weight, std::span<const Reach> reach,
                  const std::int32_t* factor, std::size_t width) {
  static const auto chosen = chosen_of([] { return HWY_DYNAMIC_DISPATCH(add_products_f32); });
  chosen(sum, weight, reach, factor, width);
}
const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(name_of_target)(); }

}  // namespace synfire::kernel
#endif
