#include "neurons/common/exp_kernel.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/exp_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Doubles = hn::ScalableTag<double>;
using Longs = hn::RebindToSigned<Doubles>;
using Vec = hn::Vec<Doubles>;

HWY_INLINE Vec mul_add(Vec a, Vec b, double c) {
  return hn::Add(hn::Mul(a, b), hn::Set(Doubles(), c));  // two roundings, as everywhere
}

/// exp(x) = 2^n exp(r) with |r| <= ln 2 / 2; the series of exp(r) to r^13 leaves 2^-57.
HWY_INLINE Vec exponential(Vec x) {
  const Doubles d;
  const Longs di;
  constexpr double kInverse = 1.4426950408889634, kHigh = 0x1.62e42fee00000p-1;
  constexpr double kLow = 0x1.a39ef35793c76p-33;  // ln 2 = kHigh + kLow, n kHigh is exact
  x = hn::Min(hn::Max(x, hn::Set(d, -700.0)), hn::Set(d, 700.0));
  const Vec n = hn::Round(hn::Mul(x, hn::Set(d, kInverse)));
  Vec r = hn::Sub(x, hn::Mul(n, hn::Set(d, kHigh)));
  r = hn::Sub(r, hn::Mul(n, hn::Set(d, kLow)));
  const Vec r2 = hn::Mul(r, r);
  // Even and odd terms apart: half the latency.
  Vec even = hn::Set(d, 1.0 / 479001600), odd = hn::Set(d, 1.0 / 6227020800);
  even = mul_add(even, r2, 1.0 / 3628800), odd = mul_add(odd, r2, 1.0 / 39916800);
  even = mul_add(even, r2, 1.0 / 40320), odd = mul_add(odd, r2, 1.0 / 362880);
  even = mul_add(even, r2, 1.0 / 720), odd = mul_add(odd, r2, 1.0 / 5040);
  even = mul_add(even, r2, 1.0 / 24), odd = mul_add(odd, r2, 1.0 / 120);
  even = mul_add(even, r2, 0.5), odd = mul_add(odd, r2, 1.0 / 6);
  // exp(r) = 1 + (r + r^2 (even + r odd)).
  const Vec tail = hn::Mul(r2, hn::Add(even, hn::Mul(r, odd)));
  const Vec mantissa = hn::Add(hn::Set(d, 1.0), hn::Add(r, tail));
  const auto exponent = hn::ShiftLeft<52>(hn::Add(hn::ConvertTo(di, n), hn::Set(di, 1023)));
  return hn::Mul(mantissa, hn::BitCast(d, exponent));
}

/// In place; whole vectors, two at a time, so that one can run while the other waits.
void exp_all(double factor, double* values, std::size_t count) {
  const Doubles d;
  const Vec factors = hn::Set(d, factor);
  const std::size_t lanes = hn::Lanes(d);
  for (std::size_t i = 0; i < count; i += 2 * lanes) {
    const Vec first = exponential(hn::Mul(hn::LoadU(d, values + i), factors));
    const Vec second = exponential(hn::Mul(hn::LoadU(d, values + i + lanes), factors));
    hn::StoreU(first, d, values + i);
    hn::StoreU(second, d, values + i + lanes);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(exp_all);

void exp_of_targets(std::span<const double> rates, std::span<const std::uint16_t> targets,
                    double factor, double* out) {
  // One by one: the processor's own gather instructions wait for each other.
  for (std::size_t i = 0; i < targets.size(); ++i) out[i] = rates[targets[i]];
  std::fill(out + targets.size(), out + targets.size() + kExpSlack, 0.0);
  HWY_DYNAMIC_DISPATCH(exp_all)(factor, out, targets.size());
}

}  // namespace synfire
#endif
