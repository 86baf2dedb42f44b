// Plasticity rules and synapses, played by hand, against the formulas of their papers.
#include <gtest/gtest.h>

#include <random>

#include "support/plastic_rows.h"

namespace synfire {
namespace {

using test::HandPlayedRows;

TEST(StdpPair, DrawsTheWindowCurve) {
  for (const double distance : {-80.0, -35.5, -10.0, -0.1, 0.1, 10.0, 20.0, 63.0}) {
    HandPlayedRows rows("stdp_pair", {{"tau_plus_ms", 17.0},
                                      {"tau_minus_ms", 34.0},
                                      {"a_plus", 0.02},
                                      {"a_minus", 0.03},
                                      {"w_max", 2.0}});
    if (distance > 0) {
      rows.pre(100), rows.post(100 + distance);
    } else {
      rows.post(100), rows.pre(100 - distance);
    }
    const double expected =
        distance > 0 ? 2 * 0.02 * std::exp(-distance / 17) : -2 * 0.03 * std::exp(distance / 34);
    EXPECT_NEAR(rows.weight(500) - 1, expected, 2e-7) << distance;
  }
}

TEST(StdpPair, TakesSpikesOfOneInstantForPreBeforePost) {
  HandPlayedRows rows("stdp_pair", {{"a_plus", 0.02}, {"w_max", 2.0}});
  rows.pre(10), rows.post(10);
  EXPECT_NEAR(rows.weight(20), 1.04, 1e-6);
}

TEST(StdpPair, PairsEverySpikeOrTheNearest) {
  for (const bool nearest : {false, true}) {
    HandPlayedRows rows("stdp_pair", {{"a_plus", 0.02},
                                      {"a_minus", 0.01},
                                      {"w_max", 2.0},
                                      {"pairing", std::string(nearest ? "nearest" : "all")}});
    rows.pre(10), rows.pre(20), rows.post(25), rows.post(30), rows.pre(40);
    const auto pair = [](double distance) { return std::exp(-distance / 20); };
    const double up = nearest ? pair(5) + pair(10) : pair(15) + pair(5) + pair(20) + pair(10);
    const double down = nearest ? pair(10) : pair(15) + pair(10);
    EXPECT_NEAR(rows.weight(41), 1 + 0.04 * up - 0.02 * down, 5e-7) << nearest;
  }
}

TEST(StdpPair, MultipliesByWhatIsLeft) {
  HandPlayedRows rows("stdp_pair", {{"weight_dependence", std::string("multiplicative")},
                                    {"a_plus", 0.02},
                                    {"a_minus", 0.01},
                                    {"w_max", 4.0}});
  rows.pre(10), rows.post(15), rows.pre(40);
  const double up = 4 - 3 * std::exp(-0.02 * std::exp(-0.25));
  EXPECT_NEAR(rows.weight(41), up * (1 - 0.01 * std::exp(-1.25)), 1e-6);
}

TEST(StdpPair, FollowsAPowerLaw) {
  for (const double mu : {0.4, 1.0}) {
    HandPlayedRows rows("stdp_pair", {{"weight_dependence", std::string("power_law")},
                                      {"mu", mu},
                                      {"w_reference", 0.5},
                                      {"a_plus", 0.02},
                                      {"a_minus", 0.01},
                                      {"w_max", 4.0}});
    rows.pre(10), rows.post(15), rows.pre(40);
    // dw = A+ w0^(1 - mu) w^mu dp, in many small steps.
    double w = 1;
    const double p = 0.02 * std::exp(-0.25) / 10000;
    for (int i = 0; i < 10000; ++i) w += p * std::pow(0.5, 1 - mu) * std::pow(w, mu);
    EXPECT_NEAR(rows.weight(41), w * (1 - 0.01 * std::exp(-1.25)), 2e-6) << mu;
  }
}

TEST(StdpPair, ForgetsNothingInLongSilence) {
  HandPlayedRows rows("stdp_pair", {{"a_plus", 0.002}, {"a_minus", 0.0}, {"w_max", 8.0}}, 2);
  rows.pre(10, 0);
  for (int i = 1; i <= 100; ++i) rows.post(10 + 0.25 * i);
  rows.pre(1e4, 1);  // many epochs later
  double sum = 0;
  for (int i = 1; i <= 100; ++i) sum += std::exp(-0.25 * i / 20);
  EXPECT_NEAR(rows.weight(1e4, 0), 1 + 0.016 * sum, 2e-6);
  EXPECT_EQ(rows.weight(1e4, 1), 1);
  rows.pre(2e4, 0);
  EXPECT_NEAR(rows.weight(2e4, 0), 1 + 0.016 * sum, 2e-6);
}

TEST(StdpPair, SaysWhichWordsThereAre) {
  try {
    HandPlayedRows rows("stdp_pair", {{"pairing", std::string("nearst")}});
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics()[0].hint, "did you mean 'nearest'?");
  }
}

/// 60 pairs, `distance` ms from the presynaptic to the postsynaptic spike, at `rate_hz`.
double change_after_60_pairs(const std::string& rule, const Parameters& parameters, double rate_hz,
                             double distance) {
  HandPlayedRows rows(rule, parameters);
  const double period = 1000 / rate_hz;
  for (int i = 0; i < 60; ++i) {
    const double time = 100 + i * period;
    if (distance > 0) {
      rows.pre(time), rows.post(time + distance);
    } else {
      rows.post(time), rows.pre(time - distance);
    }
  }
  return rows.weight(100 + 60 * period + 1000) - 1;
}

/// Sjostrom, Turrigiano & Nelson, Neuron 32, 2001, as Pfister & Gerstner, 2006, fit it: the change
/// by 60 pairs and its standard error, by rate, for +10 ms and -10 ms.
struct Measured {
  double rate_hz, plus, plus_error, minus, minus_error;
};
constexpr Measured kVisualCortex[] = {{0.1, -0.04, 0.05, -0.29, 0.08},
                                      {10, 0.14, 0.10, -0.41, 0.11},
                                      {20, 0.29, 0.14, -0.34, 0.10},
                                      {40, 0.53, 0.11, 0.56, 0.32},
                                      {50, 0.56, 0.26, 0.75, 0.19}};

/// Mean square of the distances from what was measured, in standard errors.
double misfit(const std::string& rule, const Parameters& parameters) {
  double sum = 0;
  for (const Measured& m : kVisualCortex) {
    const double plus = change_after_60_pairs(rule, parameters, m.rate_hz, 10);
    const double minus = change_after_60_pairs(rule, parameters, m.rate_hz, -10);
    sum += std::pow((plus - m.plus) / m.plus_error, 2) +
           std::pow((minus - m.minus) / m.minus_error, 2);
  }
  return sum / 10;
}

TEST(StdpTriplet, DependsOnTheRateAsInVisualCortexWherePairsDoNot) {
  EXPECT_LT(misfit("stdp_triplet", {{"w_max", 10.0}}), 0.4);
  EXPECT_LT(misfit("stdp_triplet", {{"w_max", 10.0},
                                    {"pairing", std::string("nearest")},
                                    {"tau_x_ms", 714.0},
                                    {"tau_y_ms", 40.0},
                                    {"a2_plus", 8.8e-11},
                                    {"a3_plus", 5.3e-2},
                                    {"a2_minus", 6.6e-3},
                                    {"a3_minus", 3.1e-3}}),
            0.3);
  EXPECT_GT(misfit("stdp_pair", {{"w_max", 10.0},
                                 {"tau_plus_ms", 16.8},
                                 {"tau_minus_ms", 33.7},
                                 {"a_plus", 5e-4},
                                 {"a_minus", 5e-4}}),
            3);
}

TEST(StdpTriplet, AddsTripletsToPairs) {
  HandPlayedRows rows("stdp_triplet", {{"tau_plus_ms", 10.0},
                                       {"tau_minus_ms", 20.0},
                                       {"tau_x_ms", 30.0},
                                       {"tau_y_ms", 40.0},
                                       {"a2_plus", 0.01},
                                       {"a3_plus", 0.02},
                                       {"a2_minus", 0.03},
                                       {"a3_minus", 0.04}});
  rows.pre(10), rows.post(14), rows.post(20), rows.pre(25);
  const auto decay = [](double time, double tau) { return std::exp(-time / tau); };
  double w = 1 + decay(4, 10) * 0.01;
  w += decay(10, 10) * (0.01 + 0.02 * decay(6, 40));
  w -= (decay(11, 20) + decay(5, 20)) * (0.03 + 0.04 * decay(15, 30));
  EXPECT_NEAR(rows.weight(30), w, 5e-7);
}

TEST(Inhibitory, WeighsCoincidenceAgainstEverySpike) {
  HandPlayedRows rows("inhibitory", {{"tau_ms", 20.0}, {"eta", 0.1}, {"rho_hz", 5.0}}, 1, 1, {},
                      -1);
  EXPECT_NEAR(rows.pre(10)[0], -(1 - 0.1 * 2 * 5e-3 * 20), 1e-6);
  rows.post(15), rows.pre(22);
  EXPECT_NEAR(rows.weight(23), 0.98 + 0.1 * std::exp(-0.25) + 0.1 * (std::exp(-0.35) - 0.2), 1e-6);
}

/// The same by many small steps.
class RewardByEuler {
 public:
  static constexpr double kStep = 1e-3;
  void advance(double until) {
    for (; now_ < until - kStep / 2; now_ += kStep) {
      weight += kStep * eligibility * signal;
      eligibility *= 1 - kStep / 150, signal *= 1 - kStep / 60;
      x *= 1 - kStep / 20, y *= 1 - kStep / 30;
    }
  }
  double weight = 1, eligibility = 0, signal = 0, x = 0, y = 0;

 private:
  double now_ = 0;
};

TEST(StdpReward, TurnsEligibilityIntoWeight) {
  HandPlayedRows rows("stdp_reward", {{"tau_minus_ms", 30.0},
                                      {"tau_eligibility_ms", 150.0},
                                      {"tau_reward_ms", 60.0},
                                      {"a_plus", 0.2},
                                      {"a_minus", 0.1}});
  RewardByEuler euler;
  std::mt19937 random(4);
  double now = 0;
  for (int event = 0; event < 120; ++event) {
    now += 1 + static_cast<double>(random() % 25) + (event == 60 ? 2000 : 0);
    euler.advance(now);
    switch (random() % 5) {
      case 0:
      case 1:
        rows.pre(now);
        euler.eligibility -= 0.1 * euler.y, ++euler.x;
        break;
      case 2:
      case 3:
        rows.post(now);
        euler.eligibility += 0.2 * euler.x, ++euler.y;
        break;
      case 4:
        rows.rows().reward(now, event % 2 == 0 ? 0.4 : -0.3);
        euler.signal += (event % 2 == 0 ? 0.4 : -0.3) / 60;
    }
    ASSERT_NEAR(rows.weight(now), euler.weight, 2e-4) << event;
  }
  EXPECT_GT(std::abs(euler.weight - 1), 0.01);
}

TEST(StdpReward, ActsAtOnceWithoutDecay) {
  HandPlayedRows rows("stdp_reward", {{"tau_reward_ms", 0.0}, {"a_plus", 0.2}});
  rows.pre(10), rows.post(15);
  EXPECT_EQ(rows.weight(100), 1);
  rows.rows().reward(115, 0.5);
  EXPECT_NEAR(rows.weight(200), 1 + 0.5 * 0.2 * std::exp(-0.25) * std::exp(-0.1), 1e-6);
}

/// The rule against its equations; the filtered potential acts `delay` steps late.
void expect_to_follow_the_potential(std::size_t delay) {
  const double dt = 0.1;
  HandPlayedRows rows("clopath", {{"a_ltd", 4e-3},
                                  {"a_ltp", 4e-3},
                                  {"spike_ms", 1.0},
                                  {"delay_ms", static_cast<double>(delay) * dt}});
  double low_minus = -70.6, low_plus = -70.6, x = 0, w = 1;
  std::vector<double> past(delay, -70.6);
  for (int step = 0; step < 600; ++step) {
    const double now = step * dt;
    if (step == 100 || step == 300 || step == 450) {
      rows.pre(now);
      w -= 4e-3 * std::max(low_minus + 70.6, 0.0), x += 1.0 / 15;
    }
    if (step == 150 || step == 290) rows.post(now);
    const bool spikes = (step >= 150 && step < 160) || (step >= 290 && step < 300);
    const double potential = -70.6 + 0.02 * step, v = spikes ? 33 : potential;
    const auto shown = static_cast<float>(potential);
    rows.rows().follow(now, {&shown, 1});
    w += dt * 4e-3 * x * std::max(v + 45.3, 0.0) * std::max(low_plus + 70.6, 0.0);
    past.push_back(v);
    const double late = past[past.size() - 1 - delay];
    low_minus = late + (low_minus - late) * std::exp(-dt / 10);
    low_plus = late + (low_plus - late) * std::exp(-dt / 7);
    x *= std::exp(-dt / 15);
  }
  EXPECT_GT(std::abs(w - 1), 0.01);
  EXPECT_NEAR(rows.weight(60), w, 5e-6);
}

TEST(Clopath, FollowsThePotential) { expect_to_follow_the_potential(0); }

TEST(Clopath, FollowsThePotentialLateWhereItsDelaySaysSo) {
  expect_to_follow_the_potential(40);
  expect_to_follow_the_potential(130);
}

TEST(Homeostasis, KeepsTheSumOfTheWeightsOntoANeuron) {
  for (const std::string rule : {"homeostasis", "stdp_pair"}) {
    HandPlayedRows rows(rule, {{"homeostasis_every_ms", 50.0}, {"weight_sum", 3.0}}, 5, 2);
    rows.pre(10, 0), rows.post(12, 1), rows.pre(60, 2);
    for (const std::uint32_t target : {0U, 1U}) {
      double sum = 0;
      for (std::uint32_t source = 0; source < 5; ++source) sum += rows.weight(60, source, target);
      // stdp_pair: the spike at 60 came after it.
      EXPECT_NEAR(sum, 3, rule == "homeostasis" ? 1e-6 : 0.02) << rule;
    }
    EXPECT_EQ(rows.weight(60, 0, 1) > rows.weight(60, 1, 1) * 1.005, rule == "stdp_pair");
  }
}

TEST(Homeostasis, ScalesTowardsARate) {
  HandPlayedRows rows("homeostasis",
                      {{"homeostasis_every_ms", 100.0},
                       {"target_rate_hz", 20.0},
                       {"tau_scaling_ms", 1000.0},
                       {"tau_rate_ms", 200.0}},
                      1, 2);
  double rate = 20, silent = 20, w = 1, w_silent = 1;
  for (int interval = 0; interval < 10; ++interval) {
    for (int spike = 0; spike < 4; ++spike) rows.post(interval * 100 + 1 + spike, 0);
    const double kept = std::exp(-0.5);
    rate = rate * kept + 40 * (1 - kept), silent *= kept;
    w *= 1 + 0.1 * (1 - rate / 20), w_silent *= 1 + 0.1 * (1 - silent / 20);
  }
  rows.pre(1000);
  EXPECT_NEAR(rows.weight(1000, 0, 0), w, 1e-5);
  EXPECT_NEAR(rows.weight(1000, 0, 1), std::min(w_silent, 2.0), 1e-5);
  EXPECT_LT(w, 0.6);
}

TEST(TsodyksMarkram, DepressesAndFacilitates) {
  for (const double tau_facil : {0.0, 530.0}) {
    HandPlayedRows rows(
        "", {}, 1, 1,
        {"tsodyks_markram", {{"u", 0.2}, {"tau_rec_ms", 130.0}, {"tau_facil_ms", tau_facil}}}, 2);
    double u = 0.2, x = 1;
    for (int spike = 0; spike < 8; ++spike) {
      if (spike > 0) {
        x = 1 + (x - x * u - 1) * std::exp(-50.0 / 130);
        u = 0.2 + u * (1 - 0.2) * (tau_facil > 0 ? std::exp(-50 / tau_facil) : 0);
      }
      EXPECT_NEAR(rows.pre(5 + 50 * spike)[0], 2 * u * x, 1e-6) << spike;
    }
  }
}

TEST(Plasticity, KeepsEveryWeightWithinItsBounds) {
  for (const PlasticityInfo* const rule : plasticity_rules()) {
    Parameters parameters{{"w_max", 1.2}, {"homeostasis_every_ms", 100.0}, {"weight_sum", 4.0}};
    for (const ParameterInfo& each : rule->parameters)
      if (each.name.starts_with("a") || each.name == "eta")
        parameters[std::string(each.name)] = std::min(0.5, each.high);
    HandPlayedRows rows(std::string(rule->name), parameters, 4, 4);
    std::mt19937 random(1);
    double now = 0;
    const std::vector<float> depolarised(4, -50);
    for (int event = 0; event < 2000; ++event) {
      now += static_cast<double>(random() % 80) / 10;
      const auto neuron = static_cast<std::uint32_t>(random() % 4);
      if (random() % 2 == 0)
        rows.pre(now, neuron);
      else
        rows.post(now, neuron);
      rows.rows().follow(now, depolarised);
      if (event % 50 == 0) rows.rows().reward(now, event % 100 == 0 ? 30 : -30);
      for (std::uint32_t i = 0; i < 4; ++i) {
        const double weight = rows.weight(now, i, neuron);
        ASSERT_TRUE(weight >= 0 && weight <= 1.2000001) << rule->name << " " << weight;
      }
    }
  }
}

}  // namespace
}  // namespace synfire
