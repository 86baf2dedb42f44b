// Potentials in continuous time, and what a rule makes of them: against closed forms, and against
// quadrature in small pieces.
#include "core/engine/followed_potential.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <numbers>

#include "core/engine/plastic_block.h"

namespace synfire {
namespace {

constexpr double kTauX = 15, kTauMinus = 10, kTauPlus = 7;

/// w' = x [u - up]+ [u+ - low]+, the level [u- - low]+.
struct Voltage {
  static constexpr std::size_t kSums = 1, kFilters = 2;
  PotentialShape seen;
  double up, low;

  PotentialShape shape() const { return seen; }
  static std::array<double, 1> sum_rates() { return {1 / kTauX}; }
  static std::array<double, 2> filter_rates() { return {1 / kTauMinus, 1 / kTauPlus}; }
  std::array<PotentialGate, 2> gates() const { return {{{0, up}, {2, low}}}; }
  template <typename Real>
  std::array<Real, 1> growth(const std::array<Real, 3>& u) const {
    return {std::max(u[0] - static_cast<Real>(up), Real{0}) *
            std::max(u[2] - static_cast<Real>(low), Real{0})};
  }
  template <typename Real>
  Real level(const std::array<Real, 3>& u) const {
    return std::max(u[1] - static_cast<Real>(low), Real{0});
  }
};

/// A potential that is a sum of exponentials from each of some times on.
class Shown final : public EventGroup {
 public:
  struct Wave {
    double from, level, amplitude, tau, other = 0, other_tau = 1;
  };
  explicit Shown(std::vector<Wave> waves) : waves_(std::move(waves)) {}

  double potential(std::size_t, double time, std::span<double> terms) const override {
    const Wave& wave = at(time);
    double one = wave.amplitude * std::exp(-(time - wave.from) / wave.tau);
    double two = wave.other * std::exp(-(time - wave.from) / wave.other_tau);
    terms[0] = wave.level + one + two;
    for (std::size_t k = 1; k < terms.size(); ++k) {
      one *= -1 / wave.tau / static_cast<double>(k),
          two *= -1 / wave.other_tau / static_cast<double>(k);
      terms[k] = one + two;
    }
    return &wave == &waves_.back() ? kNever : (&wave)[1].from;
  }
  double value(double time) const {
    double value = 0;
    potential(0, time, {&value, 1});
    return value;
  }
  std::vector<double> times() const {
    std::vector<double> times;
    for (const Wave& wave : waves_) times.push_back(wave.from);
    return times;
  }
  double fastest_rate() const override {
    double rate = 0;
    for (const Wave& wave : waves_) rate = std::max({rate, 1 / wave.tau, 1 / wave.other_tau});
    return rate;
  }
  void open(const EventWindow&, EventSpikes&) override {}
  void receive(double, const EventRow&, EventSpikes&) override {}
  void settle(double, EventSpikes&) override {}
  void finish(double, EventSpikes&) override {}
  double next_time() override { return kNever; }
  void visit_state(StateArchive&) override {}

 private:
  const Wave& at(double time) const {
    auto wave = waves_.end() - 1;
    while (wave != waves_.begin() && wave->from > time) --wave;
    return *wave;
  }
  std::vector<Wave> waves_;
};

struct Result {
  double sum, low_minus, low_plus;
};

/// The same by small pieces: 5 points of Gauss in each for the low passes and the sum.
class Quadrature {
 public:
  Quadrature(const Voltage& rule, std::function<double(double)> u)
      : rule_(rule), u_(std::move(u)) {}

  void go_to(double end) {
    const double begin = time_;
    const int parts = static_cast<int>((end - begin) / 0.05) + 1;
    for (int part = 0; part < parts; ++part) step(begin + (end - begin) * (part + 1) / parts);
  }
  Result result() const { return {sum_, low_minus_, low_plus_}; }

 private:
  static constexpr double kPlace[] = {0.046910077030668, 0.230765344947158, 0.5, 0.769234655052841,
                                      0.953089922969332};
  static constexpr double kWeight[] = {0.118463442528095, 0.239314335249683, 0.284444444444444,
                                       0.239314335249683, 0.118463442528095};

  double late(double time) const {
    const double then = time - rule_.seen.delay_ms;
    return then < 0 ? rule_.seen.v_init : u_(then);
  }
  double low_pass(double low, double tau, double to) const {
    double sum = low * std::exp(-(to - time_) / tau);
    for (int k = 0; k < 5; ++k) {
      const double at = time_ + (to - time_) * kPlace[k];
      sum += (to - time_) * kWeight[k] * late(at) * std::exp(-(to - at) / tau) / tau;
    }
    return sum;
  }
  double growth(double at) const {
    return rule_.growth(std::array<double, 3>{u_(at), 0, low_pass(low_plus_, kTauPlus, at)})[0];
  }
  /// Halved where a gate opens or shuts.
  void step(double to, int depth = 0) {
    const double edge = 1e-6 * (to - time_);
    if (depth < 20 && (growth(time_ + edge) > 0) != (growth(to - edge) > 0)) {
      step(0.5 * (time_ + to), depth + 1);
      return step(to, depth + 1);
    }
    for (int k = 0; k < 5; ++k) {
      const double at = time_ + (to - time_) * kPlace[k];
      sum_ += (to - time_) * kWeight[k] * growth(at) * std::exp(-at / kTauX);
    }
    low_minus_ = low_pass(low_minus_, kTauMinus, to), low_plus_ = low_pass(low_plus_, kTauPlus, to);
    time_ = to;
  }

  Voltage rule_;
  std::function<double(double)> u_;
  double time_ = 0, sum_ = 0;
  double low_minus_ = rule_.seen.v_init, low_plus_ = rule_.seen.v_init;
};

/// By the class, asked at `times`, with spikes of the neuron at some of them.
Result followed(const Voltage& rule, const Shown& shown, const std::vector<double>& times,
                const std::vector<double>& spikes) {
  ContinuousPotentials<Voltage> potentials(rule, shown, 1);
  for (const double time : times) {
    potentials.advance(rule, 0, time);
    if (std::find(spikes.begin(), spikes.end(), time) != spikes.end())
      potentials.spike(0, time, {});
  }
  const auto low = potentials.signals(0);
  return {potentials.sums(0)[0], low[1], low[2]};
}

struct Case {
  std::string name;
  double up, low, spike_ms, delay;
  std::vector<double> spikes;
};

class Followed : public ::testing::TestWithParam<Case> {};

const Shown& shown() {
  static const Shown potential({{0, -65, 5, 20},
                                {7.3, -40, -22, 9, 14, 2},
                                {11, -52, 20, 0.7, -9, 5},
                                {19.5, -49, -3, 15},
                                {19.75, -49, -3, 15, 6, 3},
                                {31, -68, 25, 20},
                                {120, -45, -20, 10}});
  return potential;
}

TEST_P(Followed, PotentialsMakeWhatTheirEquationsSay) {
  const Case& c = GetParam();
  const Voltage rule{{-66, 30, c.spike_ms, c.delay}, c.up, c.low};
  const auto seen = [&](double time) {
    for (const double spike : c.spikes)
      if (time >= spike && time < spike + c.spike_ms) return 30.0;
    return shown().value(time);
  };
  std::vector<double> ends{60, 140, 150};  // where what is seen jumps, and where it is read
  for (const double time : shown().times()) ends.push_back(time);
  for (const double time : c.spikes) ends.insert(ends.end(), {time, time + c.spike_ms});
  for (std::size_t i = ends.size(); i-- > 0;) ends.push_back(ends[i] + c.delay);
  std::sort(ends.begin(), ends.end());
  std::vector<double> asked;
  Quadrature quadrature(rule, seen);
  for (const double end : ends) {
    if (end > 150) break;
    quadrature.go_to(end);
    const bool spikes = std::find(c.spikes.begin(), c.spikes.end(), end) != c.spikes.end();
    if (spikes || end == 60 || end == 150) asked.push_back(end);
  }
  const Result expected = quadrature.result(), found = followed(rule, shown(), asked, c.spikes);
  EXPECT_NEAR(found.low_minus, expected.low_minus, 1e-11);
  EXPECT_NEAR(found.low_plus, expected.low_plus, 1e-11);
  EXPECT_NEAR(found.sum, expected.sum, 1e-9 * expected.sum);
  EXPECT_GT(expected.sum, 0.1);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, Followed,
    ::testing::Values(Case{"AboveAllGates", -100, -100, 0, 0, {}},
                      Case{"AcrossGates", -50, -62, 0, 0, {}},
                      Case{"AcrossOneGate", -47, -100, 0, 0, {}},
                      Case{"WithSpikes", -45, -64, 2, 0, {8.125, 25.5, 90}},
                      Case{"WithSpikesThatOverlap", -45, -64, 2, 0, {8.125, 9.5, 11, 12.25}},
                      Case{"Late", -50, -64, 1, 4, {8.125, 25.5, 90}},
                      Case{"LaterThanItsPieces", -50, -64, 2, 17.3, {8.125, 9.5, 90}}),
    [](const auto& each) { return each.param.name; });

TEST(FollowedPotential, LeavesLessThanAPartIn1e12OfAClosedForm) {
  // u = c, and u = b + a exp(-t / tau) without gates in between, asked for once or often.
  const double a = 12, b = -55, tau = 20, up = -60, low = -80, end = 37;
  const Shown wave({{0, b, a, tau}});
  const Voltage rule{{-70, 0, 0, 0}, up, low};
  // u+ = b + k exp(-t / tau) + (v_init - b - k) exp(-t / tau+)
  const double k = a * tau / (tau - kTauPlus), rest = -70 - b - k;
  const double p[] = {b - up, a}, p_rate[] = {0, 1 / tau};
  const double q[] = {b - low, k, rest}, q_rate[] = {0, 1 / tau, 1 / kTauPlus};
  double expected = 0;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j) {
      const double rate = p_rate[i] + q_rate[j] + 1 / kTauX;
      expected += p[i] * q[j] * -std::expm1(-rate * end) / rate;
    }
  std::vector<double> often;
  for (int i = 1; i <= 1000; ++i) often.push_back(end * i / 1000);
  EXPECT_NEAR(followed(rule, wave, {end}, {}).sum, expected, 1e-12 * expected);
  EXPECT_NEAR(followed(rule, wave, often, {}).sum, expected, 1e-12 * expected);
}

TEST(FollowedPotential, FindsWhereGatesOpenAndShut) {
  // Above the gate between two times, known in closed form: u = b - a (e^-t/20 - e^-t/5).
  const Shown wave({{0, -70, 60, 20, -60, 5}});
  const double up = -55;  // u+ stays above its gate
  const Voltage rule{{-70, 0, 0, 0}, up, -71};
  const auto u = [&](double t) { return wave.value(t); };
  const auto crossing = [&](double low, double high) {
    for (int i = 0; i < 100; ++i) {
      const double middle = 0.5 * (low + high);
      ((u(middle) > up) == (u(low) > up) ? low : high) = middle;
    }
    return low;
  };
  const double opens = crossing(0, 9), shuts = crossing(9, 60);
  Quadrature quadrature(rule, u);
  for (const double end : {opens, shuts, 80.0}) quadrature.go_to(end);
  const double expected = quadrature.result().sum;
  EXPECT_NEAR(followed(rule, wave, {80}, {}).sum, expected, 1e-11 * expected);
  EXPECT_GT(expected, 100);
}

TEST(FollowedPotential, SaysWhatComesAndChangesNothing) {
  const Voltage rule{{-66, 30, 2, 4}, -50, -64};
  ContinuousPotentials<Voltage> potentials(rule, shown(), 1), other(rule, shown(), 1);
  for (int i = 1; i < 60; ++i) {
    potentials.advance(rule, 0, i);
    const double ahead = potentials.sums_at(rule, 0, i + 3.7)[0];
    ASSERT_EQ(ahead, potentials.sums_at(rule, 0, i + 3.7)[0]);
    other.advance(rule, 0, i);
    ASSERT_EQ(potentials.sums(0)[0], other.sums(0)[0]);
    if (i == 30) {
      ContinuousPotentials<Voltage> there(rule, shown(), 1);
      for (int k = 1; k <= 30; ++k) there.advance(rule, 0, k);
      there.advance(rule, 0, i + 3.7);
      EXPECT_EQ(there.sums(0)[0], ahead);
    }
  }
}

}  // namespace
}  // namespace synfire
