// The inverse of the standard normal distribution: normal variables from uniform ones.
// Source: Wichura, "Algorithm AS 241", Applied Statistics 37, 1988, function PPND7.
#pragma once

#include <cmath>
#include <cstdint>

namespace synfire {

/// z with P(Z <= z) = p, 0 < p < 1, to about 7 digits.
inline double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * (((59.109374720 * r + 159.29113202) * r + 50.434271938) * r + 3.3871327179) /
           (((67.187563600 * r + 78.757757664) * r + 17.895169469) * r + 1.0);
  }
  double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  double z = 0;
  if (r <= 5) {
    r -= 1.6;
    z = (((0.17023821103 * r + 1.3067284816) * r + 2.7568153900) * r + 1.4234372777) /
        ((0.12021132975 * r + 0.73700164250) * r + 1.0);
  } else {
    r -= 5;
    z = (((0.017337203997 * r + 0.42868294337) * r + 3.0812263860) * r + 6.6579051150) /
        ((0.012258202635 * r + 0.24197894225) * r + 1.0);
  }
  return q < 0 ? -z : z;
}

/// A standard normal variable from 32 uniform bits.
inline double normal_of(std::uint32_t bits) { return normal_quantile((bits + 0.5) * 0x1p-32); }

}  // namespace synfire
