// Packages: descriptors, and that every template's places get values. tests/cli/packages.sh
// compiles and runs them.
#include "targets/mcu/package.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/diagnostics.h"
#include "targets/mcu/networks.h"
#include "targets/mcu/spiking_networks.h"

namespace synfire::mcu {
namespace {

std::vector<FirmwareFile> files_of(const Package& package) {
  Network network = test::separable(4, 6);
  network.name = "ends */ \"here\"";
  return make_package(make_plan(network), package, {.ring = 8, .version = "1.2.3"});
}

std::vector<FirmwareFile> spiking_files_of(const Package& package) {
  const Network network = lower_to_fixed_point(test::event_network(), {}).network;
  return make_package(make_spiking_plan(network, 8), package, {.ring = 8, .version = "1.2.3"});
}

const FirmwareFile& file_of(const std::vector<FirmwareFile>& files, const std::string& path) {
  return *std::ranges::find(files, path, &FirmwareFile::path);
}

TEST(Packages, HaveAllSourcesAndAReadme) {
  EXPECT_GE(packages().size(), 6U);
  for (const auto& [name, package] : packages()) {
    const std::vector<FirmwareFile> files = files_of(package);
    EXPECT_EQ(name, package.name);
    EXPECT_FALSE(package.summary.empty());
    for (const char* path : {"/snn.c", "/snn_model.c", "/snn_linear.c"})
      EXPECT_EQ(std::ranges::count(files, package.sources + path, &FirmwareFile::path), 1) << name;
    for (const char* path : {"/snn.h", "/neurons/graded.h", "/core/base/requantize.h"})
      EXPECT_EQ(std::ranges::count(files, package.headers + path, &FirmwareFile::path), 1) << name;
    EXPECT_NE(file_of(files, "README.md").text.find("not run here"), std::string::npos) << name;
  }
}

TEST(Packages, HaveFilesOfTheNetworksKind) {
  for (const auto& [name, package] : packages()) {
    const std::vector<FirmwareFile> files = spiking_files_of(package);
    const auto count = [&](const std::string& path) {
      return std::ranges::count(files, path, &FirmwareFile::path);
    };
    EXPECT_EQ(count(package.sources + "/snn_conv.c"), 1) << name;
    EXPECT_EQ(count(package.headers + "/neurons/fixed_lif.h"), 1) << name;
    EXPECT_EQ(count(package.headers + "/neurons/graded.h"), 0) << name;
    EXPECT_NE(file_of(files, "README.md").text.find("snn_push(&state, neuron)"), std::string::npos);
    for (const FirmwareFile& file : files)
      EXPECT_EQ(file.path.find(".spiking"), std::string::npos) << file.path;
  }
  const auto sketches = spiking_files_of(find_package("arduino"));
  EXPECT_EQ(std::ranges::count(sketches, "examples/EventLoop/EventLoop.ino", &FirmwareFile::path),
            1);
  EXPECT_EQ(std::ranges::count(sketches, "examples/Inference/Inference.ino", &FirmwareFile::path),
            0);
}

TEST(Packages, HaveValuesInAllPlacesAndOnlyHarmlessNames) {
  for (const auto& [name, package] : packages())
    for (const FirmwareFile& file : files_of(package)) {
      EXPECT_EQ(file.text.find("@VERSION@"), std::string::npos) << name << ": " << file.path;
      EXPECT_EQ(file.text.find("@SOURCES@"), std::string::npos) << name << ": " << file.path;
      EXPECT_EQ(file.text.find("ends */"), std::string::npos) << name << ": " << file.path;
    }
}

TEST(Packages, NameEverySourceToCMake) {
  const std::vector<FirmwareFile> files = files_of(find_package("cmake"));
  const std::string& lists = file_of(files, "CMakeLists.txt").text;
  for (const FirmwareFile& file : files)
    if (file.path.ends_with(".c")) {
      EXPECT_NE(lists.find(file.path), std::string::npos) << file.path;
    }
}

TEST(Packages, FaultsOfADescriptorAreTold) {
  EXPECT_THROW(read_package("name = \"a\"\nsummary = \"b\"\nsources = \"src\"\n", "here"), Failure);
  EXPECT_THROW(read_package("name = \"a\"\nsummary = \"b\"\nsources = \"src\"\nheaders = \"src\"\n"
                            "colour = \"red\"\n",
                            "here"),
               Failure);
  EXPECT_THROW(find_package("no such thing"), Failure);
}

}  // namespace
}  // namespace synfire::mcu
