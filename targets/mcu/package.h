// Packages: the network and its runtime for other people's build systems. One folder each in
// packages/: package.toml says where sources and headers lie, every *.in is a file of the package,
// *.graded.in and *.spiking.in one of networks of that kind.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "targets/mcu/firmware.h"
#include "targets/mcu/spiking_firmware.h"

namespace synfire::mcu {

struct Package {
  std::string name, summary;
  std::string sources, headers;  // folders in the package
};

/// Throws `file_corrupt` with the place.
Package read_package(std::string_view text, const std::string& where);

/// Every package of the tree, by name.
const std::map<std::string, Package>& packages();
std::vector<std::string> package_names();

/// Throws `unknown_name`.
const Package& find_package(const std::string& name);

/// What a package's texts say of the network.
struct PackageFacts {
  std::string kind;  // "graded", "spiking": which of the templates
  std::string network, hash, version;
  std::int64_t constant_bytes = 0;
  std::int64_t state_bytes = 0, plain_state_bytes = 0;  // with packed weights, and without
  std::vector<std::string> decoders;                    // left to the user
};

/// `network`: sources and headers, in no folder.
std::vector<FirmwareFile> make_package(const Package& package, std::vector<FirmwareFile> network,
                                       const PackageFacts& facts);
std::vector<FirmwareFile> make_package(const Plan& plan, const Package& package,
                                       const FirmwareOptions& options);
std::vector<FirmwareFile> make_package(const SpikingPlan& plan, const Package& package,
                                       const FirmwareOptions& options);

}  // namespace synfire::mcu
