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
HWY_INLINE std::size_t add_wide_blocks(D d, Sum* sum, const Weight* weight, std::size_t stride,
                                       const std::uint32_t* rows, const std::int32_t* factor,
                                       std::size_t count, std::size_t width) {
  const std::size_t n = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + 4 * n <= width; j += 4 * n) {
    auto a = hn::LoadU(d, sum + j), b = hn::LoadU(d, sum + j + n);
    auto c = hn::LoadU(d, sum + j + 2 * n), e = hn::LoadU(d, sum + j + 3 * n);
    for (std::size_t i = 0; i < count; ++i) {
      const Weight* row = weight + rows[i] * stride + j;
      const auto scale = hn::Set(d, static_cast<Sum>(factor[i]));
      a = hn::Add(a, hn::Mul(load_weights(d, row), scale));
      b = hn::Add(b, hn::Mul(load_weights(d, row + n), scale));
      c = hn::Add(c, hn::Mul(load_weights(d, row + 2 * n), scale));
      e = hn::Add(e, hn::Mul(load_weights(d, row + 3 * n), scale));
    }
    hn::StoreU(a, d, sum + j), hn::StoreU(b, d, sum + j + n);
    hn::StoreU(c, d, sum + j + 2 * n), hn::StoreU(e, d, sum + j + 3 * n);
  }
  return j;
}

template <class D, class Sum, class Weight>
HWY_INLINE std::size_t add_narrow_blocks(D d, Sum* sum, const Weight* weight, std::size_t stride,
                                         const std::uint32_t* rows, const std::int32_t* factor,
                                         std::size_t count, std::size_t width, std::size_t j) {
  const std::size_t n = hn::Lanes(d);
  for (; j + n <= width; j += n) {
    auto a = hn::LoadU(d, sum + j);
    for (std::size_t i = 0; i < count; ++i)
      a = hn::Add(a, hn::Mul(load_weights(d, weight + rows[i] * stride + j),
                             hn::Set(d, static_cast<Sum>(factor[i]))));
    hn::StoreU(a, d, sum + j);
  }
  return j;
}

template <class Sum, class Weight>
HWY_INLINE void add_rows_of(Sum* sum, const Weight* weight, std::size_t stride,
                            const std::uint32_t* rows, const std::int32_t* factor,
                            std::size_t count, std::size_t width) {
  const hn::ScalableTag<Sum> d;
  std::size_t j = add_wide_blocks(d, sum, weight, stride, rows, factor, count, width);
  j = add_narrow_blocks(d, sum, weight, stride, rows, factor, count, width, j);
  j = add_narrow_blocks(hn::CappedTag<Sum, 4>(), sum, weight, stride, rows, factor, count, width,
                        j);
  for (; j < width; ++j)
    for (std::size_t i = 0; i < count; ++i)
      sum[j] = multiply_add(sum[j], weight[rows[i] * stride + j], factor[i]);
}

template <class Sum, class Weight>
HWY_INLINE void add_products_of(Sum* sum, const Weight* weight, const std::int32_t* factor,
                                std::size_t width) {
  const hn::ScalableTag<Sum> d;
  const hn::ScalableTag<std::int32_t> di;
  const std::size_t n = hn::Lanes(d);
  std::size_t j = 0;
  for (; j + n <= width; j += n) {
    const auto factors = hn::LoadU(di, factor + j);
    auto product = load_weights(d, weight + j);
    if constexpr (std::is_same_v<Sum, float>)
      product = hn::Mul(product, hn::ConvertTo(d, factors));
    else
      product = hn::Mul(product, factors);
    hn::StoreU(hn::Add(hn::LoadU(d, sum + j), product), d, sum + j);
  }
  for (; j < width; ++j) sum[j] = multiply_add(sum[j], weight[j], factor[j]);
}

void add_rows_i8(std::int32_t* sum, const std::int8_t* weight, std::size_t stride,
                 const std::uint32_t* rows, const std::int32_t* factor, std::size_t count,
                 std::size_t width) {
  add_rows_of(sum, weight, stride, rows, factor, count, width);
}
void add_rows_i32(std::int32_t* sum, const std::int32_t* weight, std::size_t stride,
                  const std::uint32_t* rows, const std::int32_t* factor, std::size_t count,
                  std::size_t width) {
  add_rows_of(sum, weight, stride, rows, factor, count, width);
}
void add_rows_f32(float* sum, const float* weight, std::size_t stride, const std::uint32_t* rows,
                  const std::int32_t* factor, std::size_t count, std::size_t width) {
  add_rows_of(sum, weight, stride, rows, factor, count, width);
}
void add_products_i8(std::int32_t* sum, const std::int8_t* weight, const std::int32_t* factor,
                     std::size_t width) {
  add_products_of(sum, weight, factor, width);
}
void add_products_i32(std::int32_t* sum, const std::int32_t* weight, const std::int32_t* factor,
                      std::size_t width) {
  add_products_of(sum, weight, factor, width);
}
void add_products_f32(float* sum, const float* weight, const std::int32_t* factor,
                      std::size_t width) {
  add_products_of(sum, weight, factor, width);
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
HWY_EXPORT(add_products_i8);
HWY_EXPORT(add_products_i32);
HWY_EXPORT(add_products_f32);
HWY_EXPORT(name_of_target);

void add_rows(std::int32_t* sum, const std::int8_t* weight, std::size_t stride,
              const std::uint32_t* rows, const std::int32_t* factor, std::size_t count,
              std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_rows_i8)(sum, weight, stride, rows, factor, count, width);
}
void add_rows(std::int32_t* sum, const std::int32_t* weight, std::size_t stride,
              const std::uint32_t* rows, const std::int32_t* factor, std::size_t count,
              std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_rows_i32)(sum, weight, stride, rows, factor, count, width);
}
void add_rows(float* sum, const float* weight, std::size_t stride, const std::uint32_t* rows,
              const std::int32_t* factor, std::size_t count, std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_rows_f32)(sum, weight, stride, rows, factor, count, width);
}
void add_products(std::int32_t* sum, const std::int8_t* weight, const std::int32_t* factor,
                  std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_products_i8)(sum, weight, factor, width);
}
void add_products(std::int32_t* sum, const std::int32_t* weight, const std::int32_t* factor,
                  std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_products_i32)(sum, weight, factor, width);
}
void add_products(float* sum, const float* weight, const std::int32_t* factor, std::size_t width) {
  HWY_DYNAMIC_DISPATCH(add_products_f32)(sum, weight, factor, width);
}
const char* instruction_set() { return HWY_DYNAMIC_DISPATCH(name_of_target)(); }

}  // namespace synfire::kernel
#endif
