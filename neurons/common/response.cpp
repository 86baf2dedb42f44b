#include "neurons/common/response.h"

#include <array>
#include <cmath>
#include <limits>

namespace synfire {
namespace {

/// The integral of u exp(x u) over u from 0 to 1: so many terms of the sum of x^k / (k! (k + 2)).
template <std::size_t kTerms>
double ramp_integral(double x) {
  static constexpr auto kFactors = [] {
    std::array<double, kTerms> factors{};
    double factorial = 1;
    for (std::size_t k = 0; k < kTerms; ++k) {
      factors[k] = 1 / (factorial * static_cast<double>(k + 2));
      factorial *= static_cast<double>(k + 1);
    }
    return factors;
  }();
  // Even and odd terms apart: half the latency.
  double even = 0, odd = 0;
  for (std::size_t k = kTerms; k > 0; k -= 2) {
    odd = odd * (x * x) + kFactors[k - 1];
    even = even * (x * x) + kFactors[k - 2];
  }
  return even + x * odd;
}

}  // namespace

double exp_response(double tau_mem, double tau_syn, double t, double mem, double syn) {
  constexpr double kNear = 0.05;
  const double difference = tau_syn - tau_mem;
  if (std::abs(difference) > kNear * tau_mem) return tau_syn / difference * (syn - mem);
  // Where the time constants meet, the formula above cancels; this one has no such place.
  const double x = t * difference / (tau_mem * tau_syn);
  if (x == 0 || mem == 0) return t / tau_mem * mem;
  return t / tau_mem * mem * (std::expm1(x) / x);
}

double ramp_response(double tau_mem, double tau_syn, double t, double mem, double syn) {
  constexpr double kShort = 0x1p-4, kLong = 1;  // the first term left out is below 2^-55 of the sum
  const double rate = (tau_syn - tau_mem) / (tau_mem * tau_syn), x = t * rate;
  const double factor = t / tau_mem * t * mem;
  if (std::abs(x) <= kShort) return factor * ramp_integral<10>(x);
  if (std::abs(x) <= kLong) return factor * ramp_integral<18>(x);
  return (t * syn - (syn - mem) / rate) / (tau_mem * rate);
}

double earliest_rise(double tau_mem, double v, double drawn, double threshold) {
  if (!(drawn > threshold)) return std::numeric_limits<double>::infinity();
  // tau ln(1 / (1 - x)) >= tau 2 x / (2 - x)
  const double x = (threshold - v) / (drawn - v);
  return tau_mem * 2 * x / (2 - x);
}

}  // namespace synfire
