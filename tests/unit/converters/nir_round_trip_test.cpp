#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "converters/nir/common/graph.h"
#include "converters/nir/nir.h"
#include "converters/nir_networks.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using test::ScratchFolder;

Network round_trip(const Network& network) {
  const ScratchFolder folder;
  write_nir(network, folder / "net.nir");
  EXPECT_EQ(folder.entries(), 1U);
  return read_nir(folder / "net.nir");
}

NirSummary summary_of(const Network& network) {
  const ScratchFolder folder;
  write_nir(network, folder / "net.nir");
  return summarize_nir(folder / "net.nir");
}

std::string type_in(const NirSummary& summary, std::string_view name) {
  for (const NirNodeSummary& node : summary.nodes)
    if (node.name == name) return node.type;
  return "absent";
}

void expect_same(const Network& a, const Network& b) {
  ASSERT_EQ(a.populations.size(), b.populations.size());
  for (std::size_t i = 0; i < a.populations.size(); ++i) {
    EXPECT_EQ(a.populations[i].name, b.populations[i].name);
    EXPECT_EQ(a.populations[i].parameters, b.populations[i].parameters) << a.populations[i].name;
  }
  ASSERT_EQ(a.projections.size(), b.projections.size());
  for (std::size_t i = 0; i < a.projections.size(); ++i) {
    EXPECT_EQ(a.projections[i].name, b.projections[i].name);
    EXPECT_EQ(a.projections[i].delay_ms, b.projections[i].delay_ms);
    EXPECT_EQ(a.projections[i].connectivity, b.projections[i].connectivity)
        << a.projections[i].name;
  }
  EXPECT_EQ(content_hash(a), content_hash(b));
}

TEST(NirRoundTrip, PlainNetwork) {
  expect_same(test::plain_network(), round_trip(test::plain_network()));
}

TEST(NirRoundTrip, SynapsesThatChange) {
  Network network = test::plain_network();
  network.projections[0].synapse = {"tsodyks_markram", {{"u", 0.25}}};
  network.projections[1].plasticity = {"stdp_pair", {{"tau_plus_ms", 15.0}}};
  expect_same(network, round_trip(network));
}

TEST(NirRoundTrip, GroupedNetwork) {
  expect_same(test::grouped_network(), round_trip(test::grouped_network()));
}

TEST(NirRoundTrip, ExtensionNetwork) {
  expect_same(test::extension_network(), round_trip(test::extension_network()));
}

TEST(NirRoundTrip, IntegerNetwork) {
  expect_same(test::integer_network(), round_trip(test::integer_network()));
}

TEST(NirRoundTrip, EqualNetworksMakeEqualFiles) {
  const ScratchFolder folder;
  write_nir(test::plain_network(), folder / "a.nir");
  write_nir(test::plain_network(), folder / "b.nir");
  EXPECT_EQ(test::read_all(folder / "a.nir"), test::read_all(folder / "b.nir"));
}

TEST(NirRoundTrip, PlainNetworkUsesStandardNodesOnly) {
  const NirSummary summary = summary_of(test::plain_network());
  EXPECT_TRUE(summary.plain);
  EXPECT_THAT(summary.reasons, testing::IsEmpty());
  EXPECT_EQ(summary.version, "1.0");
  EXPECT_EQ(type_in(summary, "in"), "Input");
  EXPECT_EQ(type_in(summary, "conv"), "IF");
  EXPECT_EQ(type_in(summary, "w1"), "Conv2d");
  EXPECT_EQ(type_in(summary, "w2"), "SumPool2d");
  EXPECT_EQ(type_in(summary, "hidden"), "LIF");
  EXPECT_EQ(type_in(summary, "hidden_projection"), "Affine");
  EXPECT_EQ(type_in(summary, "hidden_projection.delay"), "Delay");
  EXPECT_EQ(type_in(summary, "hidden_projection.flatten"), "Flatten");
  EXPECT_EQ(type_in(summary, "back"), "Scale");
  EXPECT_EQ(type_in(summary, "out"), "Linear");
  EXPECT_EQ(type_in(summary, "readout"), "LI");
  EXPECT_EQ(type_in(summary, "result"), "Output");
}

TEST(NirRoundTrip, ReasonsNameWhatIsNotPlain) {
  const NirSummary summary = summary_of(test::extension_network());
  EXPECT_FALSE(summary.plain);
  EXPECT_THAT(summary.reasons, testing::Contains("last: reset \"subtract\" is not NIR's reset"));
  EXPECT_THAT(summary.reasons, testing::Contains("sparse: NIR has no sparse rows"));
  EXPECT_THAT(summary.reasons, testing::Contains("max: NIR has no max pool"));
  EXPECT_EQ(type_in(summary, "oblong"), "Conv2d");
  EXPECT_EQ(type_in(summary, "w1"), "Conv2d");  // what can be said in NIR still is
}

TEST(NirRoundTrip, MillisecondsComeBackExactly) {
  for (int i = 1; i < 400; i += 7) {
    Network net;
    net.dt_ms = 0.1 / 3;
    const double odd = 0.1 * i + 1e-3 / i;
    net.populations = {test::lif("a", {2}), test::lif("b", {2})};
    net.populations[0].parameters["tau_mem_ms"] = odd;
    net.populations[1].parameters["tau_mem_ms"] = test::ramp<float>({2}, 0.1, odd);
    net.projections = {{"w", "a", "b", Dense{test::ramp<float>({2, 2}, 0.5)}, odd, 0}};
    ASSERT_EQ(content_hash(net), content_hash(round_trip(net))) << odd;
  }
}

TEST(NirRoundTrip, WhatAnotherToolChangedWins) {
  const ScratchFolder folder;
  Network net = test::plain_network();
  net.populations[4].parameters["v_leak"] = 0.5;
  write_nir(net, folder / "a.nir");
  nir::Graph graph = nir::load_graph(folder / "a.nir");
  for (nir::Node& node : graph.nodes)
    if (node.name == "readout") std::get<Tensor>(node.values["v_leak"]).as<double>()[1] = 0.75;
  nir::save_graph(graph, folder / "b.nir");
  const Network edited = read_nir(folder / "b.nir");
  EXPECT_EQ(std::get<Tensor>(edited.population("readout").parameters.at("v_leak")),
            Tensor::of<double>({2}, std::vector{0.5, 0.75}));
}

TEST(NirRoundTrip, AnInvalidNetworkIsNotWritten) {
  const ScratchFolder folder;
  Network net = test::plain_network();
  net.projections[0].source = "nobody";
  EXPECT_THROW(write_nir(net, folder / "a.nir"), Failure);
  EXPECT_EQ(folder.entries(), 0U);
}

// For tests/reference/nir_official_check.py, which reads these files with the NIR package.
TEST(NirRoundTrip, WritesPlainFilesForOtherTools) {
  const char* folder = std::getenv("SYNFIRE_NIR_FOLDER");
  if (folder == nullptr) GTEST_SKIP() << "SYNFIRE_NIR_FOLDER is not set";
  write_nir(test::plain_network(), std::filesystem::path(folder) / "plain.nir");
  write_nir(test::grouped_network(), std::filesystem::path(folder) / "grouped.nir");
  write_nir(test::cuba_network(), std::filesystem::path(folder) / "cuba.nir");
}

}  // namespace
}  // namespace synfire
