#include "core/engine/kernel_cost.h"

#include <cmath>

namespace synfire {
namespace {

// Nanoseconds on one core of 2 GHz with AVX-512, fitted to tests/bench/kernel_bench.cpp. What is
// compared are ratios, which differ little between instruction sets.
constexpr double kProduct = 0.0205;      // one weight of one target pixel, served densely
constexpr double kTarget = 6;            // a target pixel and block of columns
constexpr double kScan = 8;              // a source pixel, silent or not
constexpr double kBusy = 14;             // a source pixel with events
constexpr double kVisit = 16;            // the same, each reach and block of columns
constexpr double kEventProduct = 0.035;  // one weight of one event
constexpr double kFarProduct = 0.075;    // the same where the weights leave the first cache
constexpr std::size_t kNearWeights = 32768 / sizeof(float);
constexpr std::size_t kBlock = 64;  // columns that are summed in registers together

double real(std::size_t count) { return static_cast<double>(count); }

double blocks_of(const MixingWork& w) { return real((w.width + kBlock - 1) / kBlock); }

double dense_cost(const MixingWork& w) {
  return real(w.target_pixels) * (kTarget * blocks_of(w) + real(w.values * w.width) * kProduct);
}

double event_cost(const MixingWork& w, double activity) {
  const double busy = 1 - std::pow(1 - activity, real(w.channels));
  const bool near = w.values * w.width <= kNearWeights;
  return real(w.source_pixels) * (kScan + kBusy * busy) +
         real(w.reaches) * blocks_of(w) * kVisit * busy +
         activity * real(w.reaches * w.channels * w.width) * (near ? kEventProduct : kFarProduct);
}

}  // namespace

double break_even_activity(const MixingWork& work) {
  const double dense = dense_cost(work);
  if (event_cost(work, 1) <= dense) return 2;
  double low = 0, high = 1;
  while (high - low > 1e-3) {
    const double middle = (low + high) / 2;
    (event_cost(work, middle) < dense ? low : high) = middle;
  }
  return low;
}

}  // namespace synfire
