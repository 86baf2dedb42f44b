// Vectorised neurons against the C99 functions, bit for bit, and those against closed forms.
#include "neurons/common/lif_kernel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <random>

#include "core/base/random.h"
#include "core/engine/clock_engine.h"
#include "neurons/alpha_reference.h"
#include "neurons/common/poisson_kernel.h"
#include "neurons/common/refractory.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

constexpr std::size_t kNeurons = 151;  // not a whole number of vectors

std::vector<std::int32_t> random_sums(std::mt19937& random) {
  std::uniform_int_distribution<std::int32_t> sum(-3000, 4000);
  std::vector<std::int32_t> sums(kNeurons);
  for (std::int32_t& s : sums) s = sum(random);
  return sums;
}

TEST(LifKernel, GivesTheBitsOfTheScalarNeuron) {
  for (const std::int32_t delta : {0, 1})
    for (const std::int32_t reset :
         {SYNFIRE_RESET_ZERO, SYNFIRE_RESET_VALUE, SYNFIRE_RESET_SUBTRACT})
      for (const std::int32_t inclusive : {0, 1}) {
        const synfire_lif_t lif{.decay = 0.97F,
                                .gain = 0.3F,
                                .v_leak = -0.5F,
                                .i_offset = 0.125F,
                                .v_threshold = 2,
                                .v_reset = -1,
                                .reset = reset,
                                .refractory_steps = 2,
                                .delta_input = delta,
                                .inclusive = inclusive};
        std::mt19937 random(7);
        std::vector<float> v(kNeurons), expected_v(kNeurons);
        std::vector<std::int32_t> expected_wait(kNeurons);
        Refractory refractory;
        refractory.reset(kNeurons, lif.refractory_steps);
        std::vector<std::uint32_t> ids(kNeurons + 64);
        const float quantum = 0x1p-10F;
        std::size_t spikes = 0;
        for (int step = 0; step < 50; ++step) {
          std::vector<std::int32_t> sums = random_sums(random);
          std::vector<std::uint32_t> expected;
          for (std::size_t i = 0; i < kNeurons; ++i)
            if (synfire_lif_step(&lif, &expected_v[i], &expected_wait[i],
                                 static_cast<float>(sums[i]) * quantum) != 0)
              expected.push_back(static_cast<std::uint32_t>(i));
          const std::size_t count = step_lif(
              lif, quantum, {v.data(), refractory.begin_step(), sums.data(), ids.data(), kNeurons});
          refractory.end_step(std::span(ids).first(count));
          ASSERT_EQ(std::vector(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count)),
                    expected);
          ASSERT_EQ(v, expected_v);
          ASSERT_THAT(sums, testing::Each(0));
          spikes += count;
        }
        EXPECT_GT(spikes, 100U);
      }
}

TEST(LifExpKernel, GivesTheBitsOfTheScalarNeuron) {
  const synfire_lif_exp_t lif{.decay = 0.97F,
                              .decay_exc = 0.8F,
                              .decay_inh = 0.9F,
                              .gain_exc = 0.11F,
                              .gain_inh = 0.13F,
                              .drive = 0.02F,
                              .gain = 0.5F,
                              .v_leak = -0.5F,
                              .v_threshold = 2,
                              .v_reset = -1,
                              .refractory_steps = 3,
                              .inclusive = 1};
  std::mt19937 random(8);
  std::vector<float> v(kNeurons), exc(kNeurons), inh(kNeurons), v2(kNeurons), exc2(kNeurons),
      inh2(kNeurons);
  std::vector<std::int32_t> wait2(kNeurons);
  Refractory refractory;
  refractory.reset(kNeurons, lif.refractory_steps);
  std::vector<std::uint32_t> ids(kNeurons + 64);
  const float unit_exc = 0x1p-10F, unit_inh = 0x1p-12F;
  std::size_t spikes = 0;
  for (int step = 0; step < 80; ++step) {
    auto sums_exc = random_sums(random), sums_inh = random_sums(random);
    std::vector<std::uint32_t> expected;
    for (std::size_t i = 0; i < kNeurons; ++i)
      if (synfire_lif_exp_step(&lif, &v2[i], &exc2[i], &inh2[i], &wait2[i],
                               static_cast<float>(sums_exc[i]) * unit_exc,
                               static_cast<float>(sums_inh[i]) * unit_inh) != 0)
        expected.push_back(static_cast<std::uint32_t>(i));
    const std::size_t count = step_all(lif, {{v.data(), {exc.data(), inh.data()}, {}},
                                             refractory.begin_step(),
                                             {sums_exc.data(), sums_inh.data()},
                                             {unit_exc, unit_inh},
                                             ids.data(),
                                             kNeurons});
    refractory.end_step(std::span(ids).first(count));
    ASSERT_EQ(std::vector(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count)), expected);
    ASSERT_EQ(v, v2);
    ASSERT_EQ(exc, exc2);
    ASSERT_EQ(inh, inh2);
    ASSERT_THAT(sums_inh, testing::Each(0));
    spikes += count;
  }
  EXPECT_GT(spikes, 100U);
}

TEST(LifAlphaKernel, GivesTheBitsOfTheScalarNeuron) {
  const synfire_lif_alpha_t lif{.decay = 0.97F,
                                .exc = {.decay = 0.8F, .feed = 0.4F, .gain = 0.11F, .lift = 0.03F},
                                .inh = {.decay = 0.9F, .feed = 0.2F, .gain = 0.13F, .lift = 0.02F},
                                .drive = 0.02F,
                                .gain = 0.5F,
                                .v_leak = -0.5F,
                                .v_threshold = 2,
                                .v_reset = -1,
                                .refractory_steps = 3,
                                .inclusive = 0};
  for (const bool both : {true, false}) {
    std::mt19937 random(9);
    std::array<std::vector<float>, 5> found, expected;  // v; current and rise of both receptors
    for (auto* arrays : {&found, &expected})
      for (std::vector<float>& array : *arrays) array.resize(kNeurons);
    std::vector<std::int32_t> wait(kNeurons);
    Refractory refractory;
    refractory.reset(kNeurons, lif.refractory_steps);
    std::vector<std::uint32_t> ids(kNeurons + 64);
    const float unit_exc = 0x1p-10F, unit_inh = 0x1p-12F;
    std::size_t spikes = 0;
    for (int step = 0; step < 80; ++step) {
      auto sums_exc = random_sums(random), sums_inh = random_sums(random);
      const bool silent = step % 5 == 4;
      for (auto* sums : {&sums_exc, &sums_inh})
        if (silent || (!both && sums == &sums_inh)) std::fill(sums->begin(), sums->end(), 0);
      std::vector<std::uint32_t> expected_ids;
      for (std::size_t i = 0; i < kNeurons; ++i)
        if (synfire_lif_alpha_step(&lif, &expected[0][i], &expected[1][i], &expected[2][i],
                                   &expected[3][i], &expected[4][i], &wait[i],
                                   static_cast<float>(sums_exc[i]) * unit_exc,
                                   static_cast<float>(sums_inh[i]) * unit_inh) != 0)
          expected_ids.push_back(static_cast<std::uint32_t>(i));
      const std::size_t count = step_all(
          lif, {{found[0].data(),
                 {found[2].data(), both ? found[4].data() : nullptr},
                 {found[1].data(), both ? found[3].data() : nullptr}},
                refractory.begin_step(),
                {silent ? nullptr : sums_exc.data(), silent || !both ? nullptr : sums_inh.data()},
                {unit_exc, unit_inh},
                ids.data(),
                kNeurons});
      refractory.end_step(std::span(ids).first(count));
      ASSERT_EQ(std::vector(ids.begin(), ids.begin() + static_cast<std::ptrdiff_t>(count)),
                expected_ids);
      ASSERT_EQ(found, expected);
      ASSERT_THAT(sums_exc, testing::Each(0));
      ASSERT_THAT(sums_inh, testing::Each(0));
      spikes += count;
    }
    EXPECT_GT(spikes, 100U);
  }
}

/// The potential that one unit of current at time 0 has caused at time t.
double response(double t, double tau_mem, double tau_syn) {
  if (tau_mem == tau_syn) return t / tau_mem * std::exp(-t / tau_mem);
  return tau_syn / (tau_mem - tau_syn) * (std::exp(-t / tau_mem) - std::exp(-t / tau_syn));
}

TEST(LifExp, FollowsTheClosedFormOfASynapticCurrent) {
  for (const double tau_syn : {0.5, 10.0, 23.0}) {
    Network network;
    network.dt_ms = 0.1;
    network.populations = {test::float_population("a", {1}),
                           test::float_population("b", {1}, "lif_exp")};
    network.populations[0].parameters = {{"v_init", 2.0}};  // one spike in the first step
    network.populations[1].parameters = {
        {"tau_mem_ms", 10.0}, {"tau_syn_exc_ms", tau_syn}, {"v_threshold", 1e9}};
    network.projections = {
        test::connect("a", "b", OneToOne{Tensor::of({1}, std::vector<float>{50.0F})}, 0.1)};
    const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
    ClockEngine engine(compiled);
    engine.run(2);  // the current is there at the end of the second step
    ASSERT_EQ(engine.spikes(0), 1U);
    for (int step = 1; step <= 300; ++step) {
      engine.step();
      const double exact = 50 * response(0.1 * step, 10, tau_syn);
      EXPECT_NEAR(engine.group(1).state("v").at(0), exact, 2e-4) << tau_syn << ", step " << step;
    }
  }
}

/// A spike onto a lif_alpha neuron of tau_mem = 10, and the states that follow.
void compare_to_reference(double tau_syn, std::int32_t receptor, double dt) {
  constexpr double kWeight = -50;
  Network network;
  network.dt_ms = dt;
  network.populations = {test::float_population("a", {1}),
                         test::float_population("b", {1}, "lif_alpha")};
  network.populations[0].parameters = {{"v_init", 2.0}};  // one spike in the first step
  network.populations[1].parameters = {
      {"tau_mem_ms", 10.0}, {"v_threshold", 1e9}, {"r", 1.5}, {"v_leak", 2.0}, {"i_offset", -3.0}};
  network.populations[1].parameters[receptor == 0 ? "tau_syn_exc_ms" : "tau_syn_inh_ms"] = tau_syn;
  network.projections = {test::connect(
      "a", "b", OneToOne{Tensor::of({1}, std::vector<float>{static_cast<float>(kWeight)})}, dt)};
  network.projections[0].receptor = receptor;
  const CompiledNetwork compiled(network, ModelRegistry(neuron_models()));
  ClockEngine engine(compiled);
  engine.run(2);  // the input is there at the end of the second step
  const auto state = [&](const std::string& name) { return engine.group(1).state(name).at(0); };
  const AlphaMembrane membrane{
      .tau_mem = 10, .tau_exc = tau_syn, .v_inf = 2 - 1.5 * 3, .r = 1.5, .threshold = 1e9};
  const test::AlphaReference reference(membrane, dt);
  test::AlphaReference::State expected = reference.state({state("v"), 0, kWeight, 0, 0});
  const std::string suffix = receptor == 0 ? "exc" : "inh";
  for (int step = 1; step <= 400; ++step) {
    engine.step();
    expected = reference.after(expected);
    // 400 steps, each of which rounds to 24 bits.
    ASSERT_NEAR(state("v"), static_cast<double>(expected[0]) + membrane.v_inf, 1e-3)
        << tau_syn << ", step " << step;
    ASSERT_NEAR(state("i_" + suffix), static_cast<double>(expected[1]), 1e-3);
    ASSERT_NEAR(state("rise_" + suffix), static_cast<double>(expected[2]), 1e-3);
  }
}

TEST(LifAlpha, FollowsAReferenceForAnyTimeConstants) {
  for (const double dt : {0.1, 0.25})
    for (const std::int32_t receptor : {0, 1})
      for (const double tau_syn : {0.5, 2.0, 9.9, 9.999999, 10.0, 10.00001, 10.3, 23.0, 300.0})
        compare_to_reference(tau_syn, receptor, dt);
}

TEST(PoissonKernel, GivesTheCountsOfTheScalarDefinition) {
  const PoissonTable table = poisson_table(0.7);
  constexpr std::size_t kDrawn = 3000;
  std::vector<std::int16_t> counts(kDrawn + kPoissonSlack);
  std::size_t rests = 0;
  for (const std::uint64_t step : {0ULL, 9ULL, 5'000'000'000ULL, 5'000'000'001ULL}) {
    const std::size_t nonzero = draw_poisson({42, 3, 128}, step, table, counts.data(), kDrawn);
    EXPECT_EQ(nonzero, kDrawn - static_cast<std::size_t>(
                                    std::count(counts.begin(), counts.begin() + kDrawn, 0)));
    for (std::size_t i = 0; i < kDrawn; ++i) {
      const std::uint64_t n = 128 + i;
      const Random random(42, Stream::drive, (3ULL << 32) | (n / 128 * 16 + n % 32 / 2));
      const std::uint32_t word = random.block(step)[n % 128 / 32];
      const std::uint32_t bits = n % 2 == 0 ? word & 0xFFFF : word >> 16;
      auto expected = std::count_if(table.levels.begin(), table.levels.end(),
                                    [bits](std::uint32_t level) { return level <= bits; });
      if (bits >= table.levels.back()) {
        const Random rest(42, Stream::drive_rest, (3ULL << 32) | n);
        const std::uint32_t more = rest.bits(step);
        expected = std::count_if(table.rest.begin(), table.rest.end(),
                                 [more](std::uint32_t level) { return level <= more; });
        ++rests;
      }
      ASSERT_EQ(counts[i], expected) << "neuron " << n << " step " << step;
    }
  }
  EXPECT_GT(rests, 0U);
}

TEST(PoissonKernel, LevelsAndRestMakeUpTheDistribution) {
  for (const double mean : {1e-6, 0.3, 1.0, 24.0}) {
    const PoissonTable table = poisson_table(mean);
    const double whole = 1 - table.levels.back() / 65536.0;
    double below = 0, rest_below = 0;
    for (std::size_t k = 0; k < table.rest.size(); ++k) {
      const double p = std::exp(static_cast<double>(k) * std::log(mean) - mean -
                                std::lgamma(static_cast<double>(k) + 1));
      const double level = k < table.levels.size() ? table.levels[k] / 65536.0 - below : 0;
      if (k < table.levels.size()) below = table.levels[k] / 65536.0;
      const double rest = table.rest[k] / 4294967295.0 - rest_below;
      rest_below = table.rest[k] / 4294967295.0;
      EXPECT_NEAR(level + rest * whole, p, 1e-12 + whole * 1e-9) << mean << ", " << k;
    }
  }
}

TEST(PoissonKernel, HasThePoissonDistribution) {
  for (const double mean : {0.05, 1.0, 6.5}) {
    const PoissonTable table = poisson_table(mean);
    std::vector<std::int16_t> counts(6400 + kPoissonSlack);
    double sum = 0, squares = 0, draws = 0;
    for (std::uint64_t step = 0; step < 50; ++step) {
      draw_poisson({1, 0, 0}, step, table, counts.data(), 6400);
      for (const std::int32_t count : std::span(counts).first(6400))
        sum += count, squares += count * count;
      draws += 6400;
    }
    const double average = sum / draws, variance = squares / draws - average * average;
    EXPECT_NEAR(average, mean, 5 * std::sqrt(mean / draws));
    EXPECT_NEAR(variance, mean, 5 * std::sqrt((mean + 2 * mean * mean) / draws));
  }
}

}  // namespace
}  // namespace synfire
