// Voltage-based plasticity in the event engine: against the rule's equations along the recorded
// potentials, and against the clock engine on finer and finer grids.
#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/engine/event_engine.h"
#include "core/engine/parallel_clock.h"
#include "engine/plastic_networks.h"
#include "neurons/models.h"

namespace synfire {
namespace {

using test::connect;
using test::float_population;
using test::Times;

struct Case {
  std::string name, model;
  double theta_minus = -62, theta_plus = -56, delay = 0, spike_ms = 2, refractory = 3;
  double rest = -65;
};

Tensor numbers(const Times& values) {
  return Tensor::of({static_cast<std::int64_t>(values.size())}, values);
}
Sparse all_of(std::int64_t sources, std::int64_t targets, float weight) {
  std::vector<std::int64_t> offsets;
  std::vector<std::int32_t> list;
  for (std::int64_t i = 0; i <= sources; ++i) offsets.push_back(i * targets);
  for (std::int64_t i = 0; i < sources * targets; ++i)
    list.push_back(static_cast<std::int32_t>(i % targets));
  const auto count = static_cast<std::int64_t>(list.size());
  return {Tensor::of({sources + 1}, offsets),
          Tensor::of({count}, list),
          Tensor::of({1}, std::vector<float>{weight}),
          {}};
}

/// Two trains onto three neurons, one of which a current makes spike, through synapses that change;
/// others that do not drive them hard. Some spikes coincide.
const std::vector<Times> kTrains{{2, 9, 11.5, 30, 44, 44.5, 71}, {5, 9, 27.25, 60.125}};
const Times kDrive{8, 8.5, 9, 26, 26.25, 26.5, 27.25, 43, 58, 58.5, 59, 59.5};
constexpr double kDelay = 1, kEnd = 80, kWeight = 1;

Network driven_network(const Case& c) {
  Network network;
  network.dt_ms = 0.125;
  network.populations = {
      float_population("pre", {1}, "spike_train"), float_population("other", {1}, "spike_train"),
      float_population("drive", {1}, "spike_train"), float_population("post", {3}, c.model)};
  network.populations[0].parameters["times_ms"] = numbers(kTrains[0]);
  network.populations[1].parameters["times_ms"] = numbers(kTrains[1]);
  network.populations[2].parameters["times_ms"] = numbers(kDrive);
  Parameters& post = network.populations[3].parameters;
  post = {{"v_threshold", c.rest + 15}, {"refractory_ms", c.refractory}};
  if (c.model != "if") post.insert({{"tau_mem_ms", 15.0}, {"v_leak", c.rest}});
  post["v_init"] = c.rest;
  const bool jumps = c.model == "if" || c.model == "lif";
  if (jumps) post["input"] = std::string("delta"), post["reset"] = std::string("value");
  if (c.model == "if") post.erase("input");
  post["v_reset"] = c.rest - 2;
  post["i_offset"] = c.model == "if" ? Tensor::of({3}, std::vector<float>{0, 0.05F, -0.02F})
                                     : Tensor::of({3}, std::vector<float>{0, 17, 5});
  const float strong = jumps ? 4 : c.model == "lif_exp" ? 25 : 18;
  network.projections = {connect("pre", "post", all_of(1, 3, kWeight), kDelay),
                         connect("other", "post", all_of(1, 3, kWeight), kDelay),
                         connect("drive", "post", all_of(1, 3, strong), kDelay)};
  for (int i = 0; i < 2; ++i)
    network.projections[static_cast<std::size_t>(i)].plasticity = {"clopath",
                                                                   {{"theta_minus", c.theta_minus},
                                                                    {"theta_plus", c.theta_plus},
                                                                    {"v_init", c.rest},
                                                                    {"v_spike", c.rest + 85},
                                                                    {"spike_ms", c.spike_ms},
                                                                    {"delay_ms", c.delay},
                                                                    {"a_ltd", 4e-3},
                                                                    {"a_ltp", 1e-3},
                                                                    {"w_max", 50.0}}};
  return network;
}

/// The potential of a neuron, quadratic between close places.
class Record {
 public:
  explicit Record(double before) : before_(before) {}
  void add(double begin, double end, const std::array<double, 3>& values) {
    pieces_[begin] = {end, values};
  }
  double operator()(double time) const {
    if (time < 0) return before_;
    const auto [begin, piece] = *std::prev(pieces_.upper_bound(time));
    const double x = (time - begin) / (piece.end - begin);
    double value = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      double factor = piece.values[i];
      for (std::size_t j = 0; j < 3; ++j)
        if (j != i) factor *= (x - kPlace[j]) / (kPlace[i] - kPlace[j]);
      value += factor;
    }
    return value;
  }
  static constexpr double kPlace[] = {0.1, 0.5, 0.9};

 private:
  struct Piece {
    double end;
    std::array<double, 3> values;
  };
  double before_;
  std::map<double, Piece> pieces_;
};

/// Cut at events and into pieces of 0.02 ms at most.
Times places(const Case& c, const Times& spikes) {
  Times cuts{0, kEnd};
  for (const auto& train : {kTrains[0], kTrains[1], kDrive})
    for (const double time : train) cuts.push_back(time + kDelay);
  for (const double time : spikes)
    cuts.insert(cuts.end(), {time, time + c.spike_ms, time + c.refractory});
  if (c.delay > 0)
    for (std::size_t i = cuts.size(); i-- > 0;) cuts.push_back(cuts[i] + c.delay);
  std::erase_if(cuts, [](double time) { return time > kEnd; });
  std::sort(cuts.begin(), cuts.end());
  Times places;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    const int parts = static_cast<int>((cuts[i + 1] - cuts[i]) / 0.02) + 1;
    if (cuts[i + 1] - cuts[i] > 1e-9)
      for (int k = 0; k < parts; ++k)
        places.push_back(cuts[i] + (cuts[i + 1] - cuts[i]) * k / parts);
  }
  places.push_back(kEnd);
  return places;
}

/// The rule's equations along a record, in Runge-Kutta steps of a part of each piece.
double weight_along(const Case& c, const Record& record, const Times& places, const Times& spikes,
                    const Times& arrivals) {
  const auto u = [&](double time) {
    for (const double spike : spikes)
      if (time >= spike && time < spike + c.spike_ms) return c.rest + 85;
    return record(time);
  };
  using State = std::array<double, 3>;  // u-, u+, w
  double x = 0;
  const auto slope = [&](double time, double since, const State& s) {
    const double late = u(time - c.delay);
    return State{(late - s[0]) / 10, (late - s[1]) / 7,
                 1e-3 * x * std::exp(-since / 15) * std::max(u(time) - c.theta_plus, 0.0) *
                     std::max(s[1] - c.theta_minus, 0.0)};
  };
  State state{c.rest, c.rest, kWeight};
  for (std::size_t i = 0; i + 1 < places.size(); ++i) {
    for (const double arrival : arrivals)
      if (arrival == places[i])
        state[2] = std::max(state[2] - 4e-3 * std::max(state[0] - c.theta_minus, 0.0), 0.0),
        x += 1.0 / 15;
    constexpr int kParts = 8;
    const double length = (places[i + 1] - places[i]) / kParts;
    for (int part = 0; part < kParts; ++part) {
      const double since = part * length, time = places[i] + since;
      const auto at = [&](double ahead, const State& slopes) {
        State moved = state;
        for (std::size_t k = 0; k < 3; ++k) moved[k] += ahead * slopes[k];
        // Just inside: the potential jumps where pieces end.
        const double inside = std::clamp(ahead, 1e-6 * length, (1 - 1e-6) * length);
        return slope(time + inside, since + ahead, moved);
      };
      const State one = at(0, {}), two = at(length / 2, one), three = at(length / 2, two);
      const State four = at(length, three);
      for (std::size_t k = 0; k < 3; ++k)
        state[k] += length / 6 * (one[k] + 2 * two[k] + 2 * three[k] + four[k]);
    }
    x *= std::exp(-(places[i + 1] - places[i]) / 15);
  }
  return state[2];
}

class VoltageEvents : public ::testing::TestWithParam<Case> {};

TEST_P(VoltageEvents, ChangeWeightsAsTheEquationsSayAlongThePotentials) {
  const Case& c = GetParam();
  const Network network = driven_network(c);
  EventEngine whole(network, model_registry(), {.records = true});
  whole.run(kEnd);
  std::map<std::uint32_t, Times> spikes;
  for (const EventSpike& spike : whole.recorded())
    spikes[spike.neuron - 3].push_back(spike.time_ms);
  EXPECT_FALSE(spikes[1].empty());
  double changed = 0;
  for (std::uint32_t j = 0; j < 3; ++j) {
    const Times cuts = places(c, spikes[j]);
    EventEngine engine(network, model_registry());
    Record record(c.rest);
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
      std::array<double, 3> values;
      for (std::size_t k = 0; k < 3; ++k) {
        engine.run(cuts[i] + (cuts[i + 1] - cuts[i]) * Record::kPlace[k] - engine.time_ms());
        values[k] = engine.state(3, "v", j);
      }
      record.add(cuts[i], cuts[i + 1], values);
    }
    for (std::size_t projection = 0; projection < 2; ++projection) {
      Times arrivals = kTrains[projection];
      for (double& time : arrivals) time += kDelay;
      const double expected = weight_along(c, record, cuts, spikes[j], arrivals);
      const double found = double{whole.weights(projection).weights[j]};
      // Weights are in single precision.
      EXPECT_NEAR(found, expected, 3e-7 * std::max(1.0, expected)) << j << ", " << projection;
      changed += std::abs(expected - kWeight);
    }
  }
  EXPECT_GT(changed, 0.1);
}

INSTANTIATE_TEST_SUITE_P(
    Cases, VoltageEvents,
    ::testing::Values(Case{"IntegrateAndFire", "if"}, Case{"Leaky", "lif"},
                      Case{"WithCurrents", "lif_exp"}, Case{"WithAlphaCurrents", "lif_alpha"},
                      Case{"ThetaAboveTheThreshold", "lif_exp", -62, -45},
                      Case{"ThetaBelowRest", "lif", -70, -70},
                      Case{"LateJumps", "lif", -62, -56, 4},
                      Case{"LateCurrents", "lif_exp", -62, -56, 1.375},
                      Case{"SpikesThatOverlap", "lif_exp", -62, -56, 0, 6, 0.5},
                      Case{"SpikesThatOverlapLate", "lif_alpha", -62, -56, 2.5, 6, 0.5},
                      Case{"WithoutShape", "lif_alpha", -62, -56, 0, 0, 1}),
    [](const auto& each) { return each.param.name; });

TEST(VoltageEvent, DoesNotDependOnHowARunIsCutOrRead) {
  const Network network = driven_network({"", "lif_exp", -62, -56, 1.375});
  EventEngine whole(network, model_registry()), cut(network, model_registry());
  whole.run(kEnd);
  for (int part = 0; part < 160; ++part) cut.run(0.5), cut.weight_hash();
  EXPECT_EQ(cut.weight_hash(), whole.weight_hash());
  EXPECT_EQ(cut.spike_hash(), whole.spike_hash());
  EXPECT_EQ(cut.weights(0).weights, whole.weights(0).weights);
}

/// Sum of both trains' weights onto a neuron that spikes when inputs arrive, on a grid.
double weight_on_a_grid(Network network, double dt_ms) {
  network.dt_ms = dt_ms;
  ParallelClock clock(network, model_registry(), 1);
  clock.run(std::llround(kEnd / dt_ms));
  return double{clock.weights(0).weights[0]} + double{clock.weights(1).weights[0]};
}

TEST(VoltageEvent, IsWhereFinerAndFinerGridsLead) {
  for (const double delay : {0.0, 3.0}) {
    // Around 0, where single precision is finest.
    const Network network = driven_network({"", "lif", -1, 5, delay, 2, 3, 0});
    EventEngine engine(network, model_registry());
    engine.run(kEnd);
    const double limit =
        double{engine.weights(0).weights[0]} + double{engine.weights(1).weights[0]};
    const double coarse = weight_on_a_grid(network, 0.125),
                 fine = weight_on_a_grid(network, 0.0625);
    const double finest = weight_on_a_grid(network, 0.03125);
    EXPECT_GT(std::abs(coarse - limit), 2e-4 * limit);
    EXPECT_NEAR((coarse - limit) / (fine - limit), 2, 0.05) << "the error is linear in dt";
    EXPECT_NEAR((fine - limit) / (finest - limit), 2, 0.05);
    // What is linear and quadratic cancels; single precision in the clock engine remains.
    EXPECT_NEAR((coarse - 6 * fine + 8 * finest) / 3, limit, 3e-6 * limit);
  }
}

TEST(VoltageEvent, ForgetsNothingInLongSilence) {
  // A potential that stays where it is, 11 mV above theta+ and 17 above theta-.
  Network network = driven_network({"", "lif", -67, -61, 0, 2, 3, -50});
  network.projections.pop_back();
  network.populations[3].parameters["v_threshold"] = 0.0;
  network.populations[3].parameters["i_offset"] = 0.0;
  network.populations[0].parameters["times_ms"] = numbers({10, 4000});
  network.populations[1].parameters["times_ms"] = numbers({6000});
  for (int i = 0; i < 2; ++i) {
    Projection& projection = network.projections[static_cast<std::size_t>(i)];
    std::get<Sparse>(projection.connectivity).weight =
        Tensor::of({1}, std::vector<float>{1e-12F});  // hardly act
    projection.plasticity.parameters.insert({{"w_reference", 1e-6}});
    projection.plasticity.parameters["a_ltd"] = 0.0;
  }
  EventEngine engine(network, model_registry());
  const auto trace = [](double since) { return since > 0 ? -std::expm1(-since / 15) : 0; };
  for (const double time : {10.5, 11.0, 13.0, 60.0, 900.0, 1300.0, 3999.0, 4003.0, 6500.0}) {
    engine.run(time - engine.time_ms());
    const double expected = 1e-3 * 11 * 17 * (trace(time - 11) + trace(time - 4001));
    EXPECT_NEAR(1e6 * double{engine.weights(0).weights[2]}, expected, 2e-6) << time;
    EXPECT_NEAR(1e6 * double{engine.weights(1).weights[1]}, 1e-3 * 11 * 17 * trace(time - 6001),
                2e-6);
  }
}

/// The weights of a network with noise, in the units of its potentials.
const Stage kNoisyRule{"clopath",
                       {{"theta_minus", 0.2},
                        {"theta_plus", 0.8},
                        {"v_spike", 2.0},
                        {"v_init", 0.0},
                        {"a_ltd", 1e-2},
                        {"a_ltp", 1e-2}}};

TEST(VoltageEvent, ChangesLikeTheClockEngineInANetworkWithNoise) {
  Network network = test::noisy_network(kNoisyRule);
  // One direction only: they nearly cancel.
  for (const char* off : {"a_ltd", "a_ltp"}) {
    Parameters& parameters = network.projections[0].plasticity.parameters;
    parameters["a_ltd"] = parameters["a_ltp"] = 1e-2;
    parameters[off] = 0.0;
    network.dt_ms = 0.5;
    EventEngine events(network, model_registry());
    events.run(1000);
    network.dt_ms = 0.05;
    ParallelClock clock(network, model_registry(), 1);
    clock.run(20000);
    const double expected = clock.mean_weight(0) - 0.0625;
    EXPECT_GT(std::abs(expected), 1e-4) << off;
    EXPECT_NEAR(events.mean_weight(0) - 0.0625, expected, 0.05 * std::abs(expected)) << off;
  }
}

TEST(VoltageEvent, ChangesRowsWithOneDelayLikeThoseWithMany) {
  Network network = test::noisy_network(kNoisyRule);
  auto& sparse = std::get<Sparse>(network.projections[0].connectivity);
  std::fill_n(sparse.delay.as<double>().data(), sparse.delay.size(), 1.5);
  EventEngine spread(network, model_registry());
  sparse.delay = {};
  network.projections[0].delay_ms = 1.5;
  EventEngine bundled(network, model_registry());
  spread.run(500), bundled.run(500);
  EXPECT_EQ(spread.spike_hash(), bundled.spike_hash());
  EXPECT_EQ(spread.weight_hash(), bundled.weight_hash());
}

TEST(VoltageEvent, RefusesModelsWithoutAPotentialByName) {
  const ModelInfo& lif = *model_registry().find("lif");
  ModelInfo bare = lif;
  bare.name = "bare", bare.states = {};
  const ModelInfo* models[] = {&lif, &bare, model_registry().find("poisson")};
  const ModelRegistry registry(models, model_registry().synapses(),
                               model_registry().plasticity_rules());
  Network network = test::noisy_network(kNoisyRule);
  EXPECT_EQ(EventEngine::unsupported(network, registry), "");
  network.populations[0].model = "bare";
  EXPECT_EQ(EventEngine::unsupported(network, registry), "") << "the source's does not matter";
  network.populations[1].model = "bare";
  EXPECT_EQ(EventEngine::unsupported(network, registry),
            "the rule clopath of projection a->b goes by potentials, which neuron model bare does "
            "not have");
  EXPECT_THROW(EventEngine(network, registry), Failure);
}

TEST(VoltageEvent, HasNoPartOfItsDelayInTheDendrite) {
  Network network = driven_network({"", "lif"});
  network.projections[0].plasticity.parameters["dendritic_delay_ms"] = 0.5;
  EXPECT_THROW(EventEngine(network, model_registry()), Failure);
}

}  // namespace
}  // namespace synfire
