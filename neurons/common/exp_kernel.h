// Exponentials of many neurons' time constants, vectorised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synfire {

/// Values behind the last one that may be written.
inline constexpr std::size_t kExpSlack = 16;

/// out[i] = exp(factor rates[targets[i]]), within 2 units in the last place for exponents in [-700,
/// 700] (beyond, those of the ends), with the same bits on every instruction set. `out` has room
/// for kExpSlack more.
void exp_of_targets(std::span<const double> rates, std::span<const std::uint16_t> targets,
                    double factor, double* out);

}  // namespace synfire
