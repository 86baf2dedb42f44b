// Exponentials of many neurons' time constants, vectorised: exp(t rate), with a rate for each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace synfire {

/// Time is cut by knots, 1/32 of the fastest time constant apart. From the last knot on a short
/// series is enough; the exponentials at the knot are kept while most neurons ask for them.
class Growth {
 public:
  /// `rates` per ms, not negative.
  explicit Growth(std::span<const double> rates);

  /// Of target s: exp(time rate), within 4 units in the last place and what rounding makes of the
  /// exponent, with the same bits on every instruction set and whatever was asked before. `time`,
  /// in ms, is not negative, and exponents are below 700. Valid until the next call.
  const double* at(double time, std::span<const std::uint16_t> targets);

  /// A neuron's rate, and its exponential at the knot.
  struct Neuron {
    double rate, level;
  };

 private:
  void go_to(double knot);

  std::vector<Neuron> neurons_, part_;  // part_: those asked for
  std::vector<double> factors_;
  double width_;           // between knots
  double knot_ = -1;       // the last one
  bool known_ = false;     // all levels are those of the knot
  std::size_t asked_ = 0;  // since the knot
};

}  // namespace synfire
