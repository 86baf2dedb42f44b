// The threshold that rises with every spike: its own equation, and learning on and off.
#include <gtest/gtest.h>

#include <cmath>

#include "core/engine/clock_engine.h"
#include "neurons/models.h"
#include "support/networks.h"

namespace synfire {
namespace {

constexpr double kDt = 0.1, kPlus = 1.5, kTau = 40, kInit = 3;

/// One neuron that a current keeps busy.
Network network() {
  Network network;
  network.dt_ms = kDt;
  network.populations = {test::float_population("n", {1}, "coba_alif")};
  Parameters& parameters = network.populations[0].parameters;
  parameters["i_offset"] = 60.0;
  parameters["c_mem"] = 100.0;
  parameters["theta_init"] = kInit;
  parameters["theta_plus"] = kPlus;
  parameters["tau_theta_ms"] = kTau;
  return network;
}

TEST(CobaAlif, TheThresholdDecaysAndRisesByEverySpike) {
  const Network each = network();
  const CompiledNetwork compiled(each, model_registry());
  ClockEngine engine(compiled);
  double theta = kInit;
  for (int step = 0; step < 5000; ++step) {
    const std::uint64_t before = engine.spikes(0);
    engine.run(1);
    theta = theta * std::exp(-kDt / kTau) + kPlus * static_cast<double>(engine.spikes(0) - before);
    ASSERT_NEAR(engine.group(0).state("theta")[0], theta, 1e-9) << step;
  }
  EXPECT_GT(engine.spikes(0), 5U);
}

TEST(CobaAlif, TheThresholdStaysWhileItIsNotToLearn) {
  const Network each = network();
  const CompiledNetwork compiled(each, model_registry());
  ClockEngine engine(compiled);
  engine.run(1000);
  const double theta = engine.group(0).state("theta")[0];
  const std::uint64_t before = engine.spikes(0);
  engine.group(0).learn(false);
  engine.run(3000);
  EXPECT_GT(engine.spikes(0), before);
  EXPECT_EQ(engine.group(0).state("theta")[0], theta);
  engine.group(0).learn(true);
  engine.run(1);
  EXPECT_NE(engine.group(0).state("theta")[0], theta);
}

}  // namespace
}  // namespace synfire
