#include "neurons/common/response.h"

#include <limits>

namespace synfire {
namespace {

/// The integral of u exp(x u) over u from 0 to 1, for |x| <= 1: the sum of x^k / (k! (k + 2)).
double ramp_integral(double x) {
  constexpr int kTerms = 18;  // the next one is below 2^-56 of the sum
  static constexpr auto kFactors = [] {
    std::array<double, kTerms> factors{};
    double factorial = 1;
    for (int k = 0; k < kTerms; ++k) {
      factors[static_cast<std::size_t>(k)] = 1 / (factorial * (k + 2));
      factorial *= k + 1;
    }
    return factors;
  }();
  double sum = 0;
  for (std::size_t k = kTerms; k-- > 0;) sum = sum * x + kFactors[k];
  return sum;
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
  const double rate = (tau_syn - tau_mem) / (tau_mem * tau_syn), x = t * rate;
  if (std::abs(x) <= 1) return t / tau_mem * t * mem * ramp_integral(x);
  return (t * syn - (syn - mem) / rate) / (tau_mem * rate);
}

double earliest_rise(double tau_mem, double v, double drawn, double threshold) {
  if (!(drawn > threshold)) return std::numeric_limits<double>::infinity();
  // tau ln(1 / (1 - x)) >= tau 2 x / (2 - x)
  const double x = (threshold - v) / (drawn - v);
  return tau_mem * 2 * x / (2 - x);
}

}  // namespace synfire
