// Power series that were cut off: a few coefficients c0 + c1 x + c2 x^2 ... of something smooth,
// for x from 0 to some length.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

#include "core/base/zero_between.h"

namespace synfire {

/// Coefficients at most.
constexpr std::size_t kMostTerms = 16;
using Terms = std::array<double, kMostTerms>;

/// How many coefficients leave out less than 2^-53 of exp(-x rate), up to x = length, where
/// `reach` = length rate is at most kMostReach.
constexpr double kMostReach = 0.65;
inline std::size_t terms_for(double reach) {
  double left = reach;
  std::size_t terms = 1;
  while (left > 0x1p-53 && terms < kMostTerms) left *= reach / static_cast<double>(++terms);
  return terms;
}

inline double value_at(std::span<const double> terms, double x) {
  double sum = 0;
  for (std::size_t k = terms.size(); k > 0; --k) sum = sum * x + terms[k - 1];
  return sum;
}

inline double slope_at(std::span<const double> terms, double x) {
  double sum = 0;
  for (std::size_t k = terms.size(); k > 1; --k)
    sum = sum * x + terms[k - 1] * static_cast<double>(k - 1);
  return sum;
}

/// How far it may be from c0 within the length.
inline double spread_of(std::span<const double> terms, double length) {
  double sum = 0;
  for (std::size_t k = terms.size(); k > 1; --k) sum = (sum + std::abs(terms[k - 1])) * length;
  return sum;
}

/// Those of x - offset: the same polynomial seen from there.
inline void move_origin(std::span<double> terms, double offset) {
  for (std::size_t from = 1; from < terms.size(); ++from)
    for (std::size_t k = terms.size() - 1; k >= from; --k) terms[k - 1] += offset * terms[k];
}

/// The same polynomial between 0 and a length in the basis of Bernstein: it is within the least and
/// the greatest coefficient, and has as many zeros as these change their signs, or an even number
/// less.
class BernsteinForm {
 public:
  BernsteinForm(std::span<const double> terms, double length) : count_(terms.size()) {
    double factor = 1;  // length^k / binomial(n, k)
    for (std::size_t k = 0; k < count_; ++k) {
      at_[k] = terms[k] * factor;
      if (k + 1 < count_)
        factor *= length * static_cast<double>(k + 1) / static_cast<double>(count_ - 1 - k);
    }
    for (std::size_t pass = 1; pass < count_; ++pass)
      for (std::size_t k = count_ - 1; k >= pass; --k) at_[k] += at_[k - 1];
  }

  double greatest() const { return *std::max_element(at_.data(), at_.data() + count_); }
  double first() const { return at_[0]; }
  int sign_changes() const {
    int changes = 0;
    double last = 0;
    for (std::size_t k = 0; k < count_; ++k) {
      if (at_[k] == 0) continue;
      changes += last * at_[k] < 0 ? 1 : 0;
      last = at_[k] < 0 ? -1 : 1;
    }
    return changes;
  }
  /// Takes the first half, and returns the second.
  BernsteinForm split() {
    BernsteinForm second = *this;
    Terms left{};
    for (std::size_t pass = 0; pass < count_; ++pass) {
      left[pass] = second.at_[0];
      for (std::size_t k = 0; k + 1 < count_ - pass; ++k)
        second.at_[k] = 0.5 * (second.at_[k] + second.at_[k + 1]);
    }
    // What is left of the triangle is the second half, in its order.
    at_ = left;
    return second;
  }

 private:
  Terms at_{};
  std::size_t count_;
};

inline double only_zero(std::span<const double> terms, double begin, double end) {
  const double first = value_at(terms, begin), last = value_at(terms, end);
  // Rounding has it at one of the ends.
  if ((first < 0) == (last < 0)) return std::abs(first) < std::abs(last) ? begin : end;
  return zero_between(begin, end, [&](double x) {
    return std::array{value_at(terms, x), slope_at(terms, x)};
  });
}

/// Calls see(x) in ascending order for the places in (begin, end) where the series changes its
/// sign; pairs closer than 2^-20 of the whole may be left out, and places where it is 0 without a
/// change may be among them. `form` is that of [begin, end].
template <typename See>
void each_zero_within(std::span<const double> terms, BernsteinForm form, double begin, double end,
                      int depth, const See& see) {
  const int changes = form.sign_changes();
  if (changes == 0 || depth == 20) return;
  if (changes == 1) return see(only_zero(terms, begin, end));
  const double middle = 0.5 * (begin + end);
  const BernsteinForm second = form.split();
  each_zero_within(terms, form, begin, middle, depth + 1, see);
  if (second.first() == 0) see(middle);
  each_zero_within(terms, second, middle, end, depth + 1, see);
}
template <typename See>
void each_zero(std::span<const double> terms, double length, const See& see) {
  each_zero_within(terms, BernsteinForm(terms, length), 0, length, 0, see);
}

/// The integral from `begin` to `end` by the rule of Gauss and Legendre: of what is smooth over it,
/// 4 points leave 6e-10 of the 8th derivative, 8 points 2e-23 of the 16th, at a length of 1.
template <std::size_t kPoints, typename Function>
double gauss_legendre(double begin, double end, const Function& f) {
  static_assert(kPoints == 4 || kPoints == 8);
  // Abramowitz & Stegun, Handbook of Mathematical Functions, table 25.4.
  constexpr auto kRule = [] {
    if constexpr (kPoints == 4)
      return std::array<std::array<double, 2>, 2>{{{0.339981043584856265, 0.652145154862546143},
                                                   {0.861136311594052575, 0.347854845137453857}}};
    else
      return std::array<std::array<double, 2>, 4>{{{0.183434642495649805, 0.362683783378361983},
                                                   {0.525532409916328986, 0.313706645877887287},
                                                   {0.796666477413626740, 0.222381034453374471},
                                                   {0.960289856497536232, 0.101228536290376259}}};
  }();
  const double middle = 0.5 * (begin + end), half = 0.5 * (end - begin);
  double sum = 0;
  for (const auto& [place, weight] : kRule)
    sum += weight * (f(middle - half * place) + f(middle + half * place));
  return sum * half;
}

}  // namespace synfire
