#include "neurons/common/growth.h"

#include <algorithm>
#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/growth.cpp"
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

/// exp(x) of 0 <= x <= 1/32: the series to x^7 leaves 2^-55.
HWY_INLINE Vec short_exponential(Vec x) {
  const Doubles d;
  const Vec x2 = hn::Mul(x, x);
  Vec even = hn::Set(d, 1.0 / 720), odd = hn::Set(d, 1.0 / 5040);
  even = mul_add(even, x2, 1.0 / 24), odd = mul_add(odd, x2, 1.0 / 120);
  even = mul_add(even, x2, 0.5), odd = mul_add(odd, x2, 1.0 / 6);
  const Vec tail = hn::Mul(x2, hn::Add(even, hn::Mul(x, odd)));
  return hn::Add(hn::Set(d, 1.0), hn::Add(x, tail));
}

/// Whole vectors; the levels, exponentials at `knot`, are taken from the neurons where they are
/// known.
template <bool kKnown>
HWY_INLINE void factors_of(const Growth::Neuron* neurons, std::size_t count, double knot,
                           double since, double* out) {
  const Doubles d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    Vec rate, level;
    hn::LoadInterleaved2(d, &neurons[i].rate, rate, level);
    if (!kKnown) level = exponential(hn::Mul(rate, hn::Set(d, knot)));
    hn::StoreU(hn::Mul(level, short_exponential(hn::Mul(rate, hn::Set(d, since)))), d, out + i);
  }
}
void all_factors(const Growth::Neuron* neurons, std::size_t count, bool known, double knot,
                 double since, double* out) {
  if (known) return factors_of<true>(neurons, count, knot, since, out);
  factors_of<false>(neurons, count, knot, since, out);
}

void set_levels(Growth::Neuron* neurons, std::size_t count, double knot) {
  const Doubles d;
  for (std::size_t i = 0; i < count; i += hn::Lanes(d)) {
    Vec rate, level;
    hn::LoadInterleaved2(d, &neurons[i].rate, rate, level);
    level = exponential(hn::Mul(rate, hn::Set(d, knot)));
    hn::StoreInterleaved2(rate, level, d, &neurons[i].rate);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(all_factors);
HWY_EXPORT(set_levels);

namespace {
constexpr std::size_t kVector = 8;  // the kernels read and write whole vectors of up to so many
constexpr std::size_t kPart = 128;  // few at a time, so that they stay near
constexpr double kKnots = 32;       // in the fastest time constant
}  // namespace

Growth::Growth(std::span<const double> rates)
    : neurons_(rates.size() + kVector), part_(kPart + kVector) {
  double fastest = 0;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    neurons_[i].rate = rates[i];
    fastest = std::max(fastest, rates[i]);
  }
  width_ = 1 / (kKnots * fastest);
}

void Growth::go_to(double knot) {
  const std::size_t neurons = neurons_.size() - kVector;
  knot_ = knot;
  known_ = asked_ > neurons / 2;
  asked_ = 0;
  if (known_) HWY_DYNAMIC_DISPATCH(set_levels)(neurons_.data(), neurons, knot * width_);
}

const double* Growth::at(double time, std::span<const std::uint16_t> targets) {
  const double knot = std::floor(time / width_);
  const double begin = knot * width_;
  if (knot != knot_) go_to(knot);
  asked_ += targets.size();
  factors_.resize(std::max(factors_.size(), targets.size() + kVector));
  for (std::size_t i = 0; i < targets.size(); i += kPart) {
    const auto part = targets.subspan(i, std::min(targets.size() - i, kPart));
    // Collected one by one, since the processor's own gather instructions wait for each other.
    for (std::size_t k = 0; k < part.size(); ++k) part_[k] = neurons_[part[k]];
    HWY_DYNAMIC_DISPATCH(all_factors)
    (part_.data(), part.size(), known_, begin, time - begin, factors_.data() + i);
  }
  return factors_.data();
}

}  // namespace synfire
#endif
