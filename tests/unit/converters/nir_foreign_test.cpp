#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "converters/nir/common/graph.h"
#include "converters/nir/nir.h"
#include "converters/nir_networks.h"
#include "support/data.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using nir::Graph;
using nir::Node;
using test::ScratchFolder;

Tensor ints(std::vector<std::int64_t> values) {
  const Shape shape{static_cast<std::int64_t>(values.size())};
  return Tensor::of<std::int64_t>(shape, values);
}

Node input(std::string name, std::vector<std::int64_t> shape) {
  return {std::move(name), "Input", {{"shape", ints(std::move(shape))}}, {}};
}

Node output(std::string name, std::vector<std::int64_t> shape) {
  return {std::move(name), "Output", {{"shape", ints(std::move(shape))}}, {}};
}

Node if_node(std::string name, const Shape& shape) {
  Tensor ones(DataType::float32, shape);
  for (float& value : ones.as<float>()) value = 1;
  return {std::move(name), "IF", {{"r", ones}, {"v_threshold", ones}}, {}};
}

Node conv_node(std::string name, Tensor weight, std::int64_t stride, std::int64_t padding) {
  const Tensor bias(DataType::float32, {weight.shape()[0]});
  return {std::move(name),
          "Conv2d",
          {{"weight", std::move(weight)},
           {"stride", ints({stride, stride})},
           {"padding", ints({padding, padding})},
           {"dilation", ints({1, 1})},
           {"groups", std::int64_t{1}},
           {"bias", bias}},
          {}};
}

Node pool_node(std::string name, const char* type) {
  return {std::move(name),
          type,
          {{"kernel_size", ints({2, 2})}, {"stride", ints({2, 2})}, {"padding", ints({0, 0})}},
          {}};
}

Node flatten_node(std::string name) {
  return {std::move(name),
          "Flatten",
          {{"start_dim", std::int64_t{0}}, {"end_dim", std::int64_t{-1}}},
          {}};
}

Node linear(std::string name, Tensor weight) {
  return {std::move(name), "Linear", {{"weight", std::move(weight)}}, {}};
}

Network read(const Graph& graph) {
  const ScratchFolder folder;
  nir::save_graph(graph, folder / "net.nir");
  return read_nir(folder / "net.nir");
}

std::vector<Diagnostic> faults(const Graph& graph) {
  try {
    read(graph);
  } catch (const Failure& failure) {
    return failure.diagnostics();
  }
  ADD_FAILURE() << "no Failure";
  return {{}};
}

/// A chain in the order of the nodes.
Graph chain(std::vector<Node> nodes) {
  Graph graph;
  graph.version = "0.2.0";
  for (std::size_t i = 0; i + 1 < nodes.size(); ++i)
    graph.edges.push_back({nodes[i].name, nodes[i + 1].name});
  graph.nodes = std::move(nodes);
  return graph;
}

/// What the projection gives for an input of small integers: exact in any order of sums.
std::vector<double> apply(const Network& net, const Projection& projection,
                          const std::vector<double>& x) {
  const Population& target = net.population(projection.target);
  std::vector<double> y(static_cast<std::size_t>(target.size()));
  if (const auto* dense = std::get_if<Dense>(&projection.connectivity)) {
    for (std::size_t i = 0; i < dense->weight.size(); ++i)
      y[i / x.size()] += dense->weight.number(i) * x[i % x.size()];
    return y;
  }
  const auto& conv = std::get<Conv2d>(projection.connectivity);
  const MapSize in = map_size(net.population(projection.source).shape, Layout::chw);
  const MapSize out = map_size(target.shape, Layout::chw);
  const Shape& w = conv.weight.shape();
  for (std::int64_t o = 0; o < target.size(); ++o)
    for (std::int64_t t = 0; t < w[1] * w[2] * w[3]; ++t) {
      const std::int64_t channel = o / (out.height * out.width);
      const std::int64_t c = channel / (w[0] / conv.groups) * w[1] + t / (w[2] * w[3]);
      const std::int64_t row = o / out.width % out.height * conv.stride[0] +
                               t / w[3] % w[2] * conv.dilation[0] - conv.padding[0];
      const std::int64_t column =
          o % out.width * conv.stride[1] + t % w[3] * conv.dilation[1] - conv.padding[2];
      if (row < 0 || row >= in.height || column < 0 || column >= in.width) continue;
      y[static_cast<std::size_t>(o)] +=
          conv.weight.number(static_cast<std::size_t>(channel * w[1] * w[2] * w[3] + t)) *
          x[static_cast<std::size_t>((c * in.height + row) * in.width + column)];
    }
  return y;
}

std::vector<double> digits(std::int64_t count) {
  std::vector<double> x;
  for (std::int64_t i = 0; i < count; ++i) x.push_back(static_cast<double>(i * i % 7) - 2);
  return x;
}

TEST(NirForeign, PoolThenConvolutionIsOneConvolution) {
  const Tensor weight = test::ramp<float>({3, 2, 3, 3}, 1, -4);
  const Network one = read(chain({input("in", {2, 8, 8}), pool_node("pool", "SumPool2d"),
                                  conv_node("conv", weight, 1, 1), if_node("if", {3, 4, 4})}));
  const Network two =
      read(chain({input("in", {2, 8, 8}), pool_node("pool", "SumPool2d"), if_node("mid", {2, 4, 4}),
                  conv_node("conv", weight, 1, 1), if_node("if", {3, 4, 4})}));
  ASSERT_EQ(one.projections.size(), 1U);
  const std::vector<double> x = digits(128);
  std::vector<double> pooled(32);
  for (std::size_t i = 0; i < x.size(); ++i)
    pooled[i / 64 * 16 + i % 64 / 16 * 4 + i % 8 / 2] += x[i];
  EXPECT_EQ(apply(one, one.projections[0], x), apply(two, two.projections[1], pooled));
}

TEST(NirForeign, ConvolutionThenPoolIsOneConvolution) {
  const Tensor weight = test::ramp<float>({3, 2, 3, 3}, 1, -4);
  const Network one = read(chain({input("in", {2, 8, 8}), conv_node("conv", weight, 1, 1),
                                  pool_node("pool", "SumPool2d"), if_node("if", {3, 4, 4})}));
  const Network two = read(
      chain({input("in", {2, 8, 8}), conv_node("conv", weight, 1, 1), if_node("if", {3, 8, 8})}));
  const std::vector<double> full = apply(two, two.projections[0], digits(128));
  std::vector<double> pooled(48);
  for (std::size_t i = 0; i < full.size(); ++i)
    pooled[i / 64 * 16 + i % 64 / 16 * 4 + i % 8 / 2] += full[i];
  EXPECT_EQ(apply(one, one.projections[0], digits(128)), pooled);
}

TEST(NirForeign, WindowThenLinearIsDense) {
  const Tensor weight = test::ramp<float>({3, 2, 3, 3}, 1, -4);
  const Tensor matrix = test::ramp<float>({5, 48}, 1, -40);
  const Network one = read(chain({input("in", {2, 8, 8}), conv_node("conv", weight, 2, 1),
                                  flatten_node("flat"), linear("fc", matrix), if_node("if", {5})}));
  const Network two = read(
      chain({input("in", {2, 8, 8}), conv_node("conv", weight, 2, 1), if_node("mid", {3, 4, 4}),
             flatten_node("flat"), linear("fc", matrix), if_node("if", {5})}));
  const std::vector<double> middle = apply(two, two.projections[0], digits(128));
  EXPECT_EQ(apply(one, one.projections[0], digits(128)), apply(two, two.projections[1], middle));
}

TEST(NirForeign, APaddedConvolutionAfterAnotherIsRefused) {
  const Tensor weight = test::ramp<float>({2, 2, 3, 3}, 1);
  const auto list = faults(chain({input("in", {2, 8, 8}), conv_node("a", weight, 1, 1),
                                  conv_node("b", weight, 1, 1), if_node("if", {2, 8, 8})}));
  EXPECT_EQ(list.front().code, Code::nir_node);
  EXPECT_THAT(list.front().where, testing::EndsWith(":b"));
}

TEST(NirForeign, EveryUnsupportedNodeIsNamed) {
  Graph graph = chain({input("in", {2}), if_node("a", {2}), if_node("b", {2}), output("out", {2})});
  graph.nodes[1].type = "Conv1d";
  graph.nodes[2].type = "Threshold";
  const auto list = faults(graph);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].code, Code::nir_node);
  EXPECT_THAT(list[0].message, testing::HasSubstr("Conv1d"));
  EXPECT_THAT(list[1].where, testing::EndsWith(":b"));
}

TEST(NirForeign, BiasesOfBranchesAreAddedOnce) {
  // Two inputs meet in one Affine: its bias counts once, the weights for both.
  Node affine = linear("fc", test::ramp<float>({2, 3}, 1));
  affine.type = "Affine";
  affine.values["bias"] = test::ramp<float>({2}, 1, 5);
  Graph graph;
  graph.nodes = {input("x", {3}), input("y", {3}), affine, if_node("if", {2})};
  graph.edges = {{"fc", "if"}, {"y", "fc"}, {"x", "fc"}, {"x", "fc"}};
  const Network net = read(graph);
  EXPECT_EQ(net.projections.size(), 2U);
  EXPECT_EQ(std::get<Tensor>(net.population("if").parameters.at("i_offset")),
            Tensor::of<float>({2}, std::vector{5.0F, 6.0F}));
}

TEST(NirForeign, OrderFollowsTheEdgesAndNotTheNames) {
  std::vector<Node> nodes{input("input", {2})};
  for (int i = 0; i < 12; ++i) nodes.push_back(if_node(std::to_string(i), {2}));
  Graph graph = chain(std::move(nodes));
  std::reverse(graph.edges.begin(), graph.edges.end());
  const Network net = read(graph);
  ASSERT_EQ(net.populations.size(), 13U);
  EXPECT_EQ(net.populations[3].name, "2");
  EXPECT_EQ(net.populations[12].name, "11");
}

TEST(NirForeign, DelaysThatDifferMakeSparseRows) {
  const Node delay{
      "delay", "Delay", {{"delay", Tensor::of<double>({2}, std::vector{0.0, 0.004})}}, {}};
  const Network net = read(chain(
      {input("in", {2}), delay, linear("fc", test::ramp<float>({2, 2}, 1)), if_node("if", {2})}));
  const auto& sparse = std::get<Sparse>(net.projections[0].connectivity);
  EXPECT_EQ(sparse.delay, Tensor::of<double>({4}, std::vector{1.0, 1.0, 4.0, 4.0}));
}

TEST(NirForeign, ALoopWithoutNeuronsIsRefused) {
  Graph graph = chain({input("in", {2}), linear("a", test::ramp<float>({2, 2}, 1)),
                       linear("b", test::ramp<float>({2, 2}, 1)), if_node("if", {2})});
  graph.edges.push_back({"b", "a"});
  EXPECT_EQ(faults(graph).front().code, Code::network_invalid);
}

TEST(NirForeign, ScalarParametersTakeTheShapeOfTheOthers) {
  Node node = if_node("if", {3});
  node.values["r"] = 0.5;
  node.values["v_reset"] = std::int64_t{-1};
  const Network net = read(chain({input("in", {3}), node}));
  EXPECT_EQ(net.population("if").shape, (Shape{3}));
  EXPECT_EQ(std::get<double>(net.population("if").parameters.at("r")), 0.5);
  EXPECT_EQ(std::get<std::string>(net.population("if").parameters.at("reset")), "value");
}

// Every real file either is read, or is refused with a place and a status of 3 to 5.
TEST(NirForeign, RealFilesAreReadOrRefusedWithAPlace) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  std::size_t read_files = 0, files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data / "nir")) {
    if (entry.path().extension() != ".nir") continue;
    ++files;
    try {
      const Network net = read_nir(entry.path());
      EXPECT_FALSE(net.populations.empty());
      ++read_files;
    } catch (const Failure& failure) {
      EXPECT_GE(failure.exit_status(), 3) << failure.what();
      EXPECT_LE(failure.exit_status(), 5) << failure.what();
      for (const Diagnostic& diagnostic : failure.diagnostics())
        EXPECT_THAT(diagnostic.where, testing::StartsWith(entry.path().string()));
    }
  }
  if (files == 0) GTEST_SKIP() << "no NIR files";
  EXPECT_GE(read_files, 10U);
}

TEST(NirForeign, TheConvolutionalNetworkOfThePaperIsRead) {
  SYNFIRE_SHARED_DATA_OR_SKIP(data);
  const auto path = data / "nir/paper/02_cnn/cnn_sinabs.nir";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "no " << path;
  const Network net = read_nir(path);
  ASSERT_EQ(net.populations.size(), 6U);
  EXPECT_EQ(net.populations[5].name, "12");
  EXPECT_EQ(net.projections.size(), 5U);
  EXPECT_EQ(net.outputs.front().shape, (Shape{10}));
  EXPECT_TRUE(summarize_nir(path).plain);
}

}  // namespace
}  // namespace synfire
