// Products of 16-bit values in pairs and of bytes by fours, for kernels that are compiled once per
// instruction set.
#if defined(SYNFIRE_PAIR_PRODUCT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef SYNFIRE_PAIR_PRODUCT_INL_H
#undef SYNFIRE_PAIR_PRODUCT_INL_H
#else
#define SYNFIRE_PAIR_PRODUCT_INL_H
#endif

#include <hwy/highway.h>

/// Whether there is add_quad_products.
#undef SYNFIRE_QUAD_PRODUCTS
#define SYNFIRE_QUAD_PRODUCTS (HWY_TARGET == HWY_AVX3_DL)

HWY_BEFORE_NAMESPACE();
namespace synfire::kernel {
namespace HWY_NAMESPACE {

/// sum + the two products of every lane's 16-bit halves. The halves' products may not both be 2^30.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> add_pair_products([[maybe_unused]] D d,
                                                        hwy::HWY_NAMESPACE::Vec<D> sum,
                                                        hwy::HWY_NAMESPACE::Vec<D> a,
                                                        hwy::HWY_NAMESPACE::Vec<D> b) {
  namespace hn = hwy::HWY_NAMESPACE;
#if HWY_TARGET == HWY_AVX3_DL
  // VNNI: products and sums in one instruction. As text, because Highway does not ask the compiler
  // for VNNI though the processors of this target have it.
  asm("vpdpwssd %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
  return sum;
#elif HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR && HWY_TARGET != HWY_EMU128
  const hn::Repartition<std::int16_t, D> halves;
  auto unused = hn::Zero(d);
  return hn::ReorderWidenMulAccumulate(d, hn::BitCast(halves, a), hn::BitCast(halves, b), sum,
                                       unused);
#else
  const auto low = [](hn::Vec<D> v) { return hn::ShiftRight<16>(hn::ShiftLeft<16>(v)); };
  const auto products =
      hn::Add(hn::Mul(low(a), low(b)), hn::Mul(hn::ShiftRight<16>(a), hn::ShiftRight<16>(b)));
  return hn::Add(sum, products);
#endif
}

#if SYNFIRE_QUAD_PRODUCTS
/// sum + the four products of every lane's bytes, unsigned ones of `a` with signed ones of `b`.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> add_quad_products(D, hwy::HWY_NAMESPACE::Vec<D> sum,
                                                        hwy::HWY_NAMESPACE::Vec<D> a,
                                                        hwy::HWY_NAMESPACE::Vec<D> b) {
  asm("vpdpbusd %2, %1, %0" : "+v"(sum.raw) : "v"(a.raw), "v"(b.raw));
  return sum;
}
#endif

/// 16-bit values as the lower halves of lanes whose upper halves are 0: one product counts.
template <class D>
HWY_INLINE hwy::HWY_NAMESPACE::Vec<D> lower_halves(D d, const std::int16_t* at) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::Rebind<std::uint16_t, D> narrow;
  return hn::PromoteTo(d, hn::LoadU(narrow, reinterpret_cast<const std::uint16_t*>(at)));
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire::kernel
HWY_AFTER_NAMESPACE();
#endif
