#include <cmath>
#include <complex>
#include <numbers>
#include <unsupported/Eigen/FFT>

#include "core/io/spike_curves.h"

namespace synfire {
namespace {

std::vector<double> hann_window(std::size_t size) {
  std::vector<double> window(size);
  for (std::size_t i = 0; i < size; ++i)
    window[i] = 0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) /
                                     static_cast<double>(size));
  return window;
}

}  // namespace

Curve power_spectrum(const std::vector<double>& signal, double samples_per_s, std::size_t segment) {
  if (segment < 4 || signal.size() < segment) return {};
  const std::vector<double> window = hann_window(segment);
  double energy = 0, mean = 0;
  for (const double w : window) energy += w * w;
  for (const double value : signal) mean += value / static_cast<double>(signal.size());
  Eigen::FFT<double> fft;
  std::vector<double> piece(segment), power(segment / 2 + 1);
  std::vector<std::complex<double>> transform;
  std::size_t segments = 0;
  for (std::size_t first = 0; first + segment <= signal.size(); first += segment / 2, ++segments) {
    for (std::size_t i = 0; i < segment; ++i) piece[i] = (signal[first + i] - mean) * window[i];
    fft.fwd(transform, piece);
    for (std::size_t k = 0; k < power.size(); ++k) power[k] += std::norm(transform[k]);
  }
  Curve curve;
  // Half of the power is at the negative frequencies; 0 and the highest, which have none, are left
  // out.
  for (std::size_t k = 1; k < segment / 2; ++k) {
    curve.x.push_back(static_cast<double>(k) * samples_per_s / static_cast<double>(segment));
    curve.y.push_back(2 * power[k] / (samples_per_s * energy * static_cast<double>(segments)));
  }
  return curve;
}

}  // namespace synfire
