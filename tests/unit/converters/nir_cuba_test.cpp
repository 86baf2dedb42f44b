// CubaLIF and CubaLI from and to NIR files, and the recurrent networks of the NIR paper against the
// activities that its authors published.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converters/nir/common/graph.h"
#include "converters/nir/nir.h"
#include "converters/nir_networks.h"
#include "converters/passes/common/fixed_point.h"
#include "core/io/samples.h"
#include "support/data.h"
#include "support/scratch.h"
#include "targets/cpu/step_trace.h"

namespace synfire {
namespace {

using test::cuba_network;
using test::ScratchFolder;

TEST(NirCuba, AreWrittenAsStandardNodesAndReadBack) {
  const ScratchFolder folder;
  write_nir(cuba_network(), folder / "net.nir");
  EXPECT_EQ(content_hash(read_nir(folder / "net.nir")), content_hash(cuba_network()));
  const NirSummary summary = summarize_nir(folder / "net.nir");
  EXPECT_TRUE(summary.plain);
  std::map<std::string, std::string> types;
  for (const NirNodeSummary& node : summary.nodes) types[node.name] = node.type;
  EXPECT_EQ(types["hidden"], "CubaLIF");
  EXPECT_EQ(types["readout"], "CubaLI");
}

/// The file as another tool would have it.
void forget_who_wrote_it(const std::filesystem::path& path) {
  nir::Graph graph = nir::load_graph(path);
  graph.metadata.clear();
  for (nir::Node& node : graph.nodes) node.metadata.clear();
  nir::save_graph(graph, path);
}

TEST(NirCuba, OptionsSayWhatAForeignFileDoesNot) {
  const ScratchFolder folder;
  write_nir(cuba_network(), folder / "net.nir");
  const NirOptions options{0.25, "semi_implicit", "subtract", true};
  EXPECT_THROW(read_nir(folder / "net.nir", options), Failure);  // ours says all of it
  forget_who_wrote_it(folder / "net.nir");
  const Network net = read_nir(folder / "net.nir", options);
  EXPECT_EQ(net.dt_ms, 0.25);
  for (const char* const name : {"hidden", "readout"})
    EXPECT_EQ(std::get<std::string>(net.population(name).parameters.at("integrator")),
              "semi_implicit");
  EXPECT_EQ(std::get<std::string>(net.population("hidden").parameters.at("reset")), "subtract");
  EXPECT_FALSE(net.population("readout").parameters.contains("reset"));
  EXPECT_EQ(net.population("hidden").phase, 1);
  EXPECT_EQ(net.population("readout").phase, 2);
  EXPECT_EQ(read_nir(folder / "net.nir").population("readout").phase, -1);
}

TEST(NirCuba, NeuronsWithoutACurrentAreIntegratedByEulersMethod) {
  const ScratchFolder folder;
  Network net = cuba_network();
  net.populations[2] = test::lif("readout", {2});
  net.populations[2].parameters.erase("integrator");
  write_nir(net, folder / "net.nir");
  forget_who_wrote_it(folder / "net.nir");
  const Network read = read_nir(folder / "net.nir", {.integrator = "semi_implicit"});
  EXPECT_EQ(std::get<std::string>(read.population("readout").parameters.at("integrator")), "euler");
}

struct Published {
  const char* network;
  const char* reset;
  const char* activity;   // of which tool
  std::size_t different;  // cells of 256 steps by the neurons, of which
  std::size_t spikes;     // so many are spikes
};

/// Norse resets to zero whatever it is asked for; where there are biases it leaves that of the
/// recurrent weights out in the first step. snnTorch takes the threshold off after two spikes in a
/// row otherwise than "subtract" does.
constexpr Published kPublished[] = {
    {"braille_noDelay_noBias_subtract", "zero", "norse_activity_noDelay_noBias_subtract", 0, 103},
    {"braille_noDelay_bias_zero", "zero", "snntorch_activity_noDelay_bias_zero", 0, 119},
    {"braille_noDelay_bias_zero", "zero", "norse_activity_noDelay_bias_zero", 23, 118},
    {"braille_noDelay_noBias_subtract", "subtract", "snntorch_activity_noDelay_noBias_subtract", 46,
     118}};

class Braille : public ::testing::TestWithParam<Published> {};

TEST_P(Braille, SpikesAsPublished) {
  constexpr std::int32_t kSteps = 256;
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const std::filesystem::path folder = data / "nir/paper/03_rnn";
  const auto input = data / "nir/braille_ds_test0_input.csv";
  if (!std::filesystem::exists(folder) || !std::filesystem::exists(input))
    GTEST_SKIP() << "no recurrent networks in " << data;
  const Published& published = GetParam();
  // A step more, as the hidden neurons are a step behind their input.
  const Network network =
      with_event_input(read_nir(folder / (std::string(published.network) + ".nir"),
                                {0.1, "semi_implicit", published.reset, true}),
                       {.steps = kSteps + 1});
  const Tensor rows = read_rows(input, DataType::int8, 12);
  Tensor sample(DataType::int8, {kSteps + 1, 12});
  std::ranges::copy(rows.as<std::int8_t>(), sample.as<std::int8_t>().begin());
  const StepTrace trace = StepTracer(network).trace(sample);

  const std::size_t hidden = network.index_of("lif1.lif");
  const std::int64_t neurons = network.populations[hidden].size();
  const Tensor activity =
      read_rows(folder / (std::string(published.activity) + ".npy"), DataType::int8, neurons);
  std::vector<std::int8_t> ours(activity.size());
  for (std::size_t step = 0; step < kSteps; ++step)
    for (const std::uint32_t neuron : trace.spikes[step + 1][hidden])
      ours[step * static_cast<std::size_t>(neurons) + neuron] = 1;
  std::size_t different = 0, spikes = 0;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    const std::int8_t theirs = activity.as<std::int8_t>()[i];
    different += ours[i] == theirs ? 0U : 1U, spikes += static_cast<std::size_t>(theirs);
  }
  EXPECT_EQ(spikes, published.spikes);
  EXPECT_EQ(different, published.different) << "of " << ours.size() << " cells";
}

INSTANTIATE_TEST_SUITE_P(Nir, Braille, ::testing::ValuesIn(kPublished),
                         [](const auto& each) { return std::string(each.param.activity); });

}  // namespace
}  // namespace synfire
