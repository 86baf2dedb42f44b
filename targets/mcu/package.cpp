#include "targets/mcu/package.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/diagnostics.h"
#include "targets/mcu/embedded.h"
#include "targets/mcu/key_file.h"
#include "targets/mcu/template_text.h"

namespace synfire::mcu {
namespace {

constexpr std::string_view kFolder = "targets/mcu/packages/";
constexpr std::string_view kDescriptor = "/package.toml";
constexpr std::string_view kTemplate = ".in", kGraded = ".graded", kSpiking = ".spiking";

std::map<std::string, Package> all_packages() {
  std::map<std::string, Package> list;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(kFolder) || !file.path.ends_with(kDescriptor)) continue;
    Package package = read_package(file.text, std::string(file.path));
    list.emplace(package.name, std::move(package));
  }
  return list;
}

bool is_source(const FirmwareFile& file) { return file.path.ends_with(".c"); }

/// Sources and headers in the package's folders.
std::vector<FirmwareFile> laid_out(const Package& package, std::vector<FirmwareFile> files) {
  for (FirmwareFile& file : files)
    file.path = (is_source(file) ? package.sources : package.headers) + "/" + file.path;
  return files;
}

/// A list in CMake's words, one source a line.
std::string source_list(const std::vector<FirmwareFile>& files) {
  std::string text;
  for (const FirmwareFile& file : files)
    if (is_source(file)) text += "\n  " + file.path;
  return text;
}

std::string decoder_note(const PackageFacts& facts) {
  if (facts.decoders.empty()) return "";
  return fmt::format("\nThe outputs are those before {}, which is left to you.\n",
                     fmt::join(facts.decoders, ", "));
}

TemplateValues values_of(const PackageFacts& facts, const std::vector<FirmwareFile>& files) {
  TemplateValues values{{"NETWORK", harmless(facts.network)},
                        {"HASH", facts.hash},
                        {"VERSION", facts.version},
                        {"SOURCES", source_list(files)},
                        {"CONSTANT_BYTES", std::to_string(facts.constant_bytes)},
                        {"STATE_BYTES", std::to_string(facts.state_bytes)},
                        {"PLAIN_STATE_BYTES", std::to_string(facts.plain_state_bytes)},
                        {"DECODERS", decoder_note(facts)}};
  std::string usage(embedded_text(std::string(kFolder) + "usage.md." + facts.kind + ".in"));
  usage.erase(usage.find_last_not_of('\n') + 1);  // the package's list goes on
  values.emplace_back("USAGE", filled(std::move(usage), values));
  return values;
}

/// The file that a template makes for networks of a kind; empty: none.
std::string_view file_of(std::string_view name, std::string_view kind) {
  name.remove_suffix(kTemplate.size());
  for (const std::string_view suffix : {kGraded, kSpiking})
    if (name.ends_with(suffix))
      return suffix.substr(1) == kind ? name.substr(0, name.size() - suffix.size())
                                      : std::string_view();
  return name;
}

}  // namespace

Package read_package(std::string_view text, const std::string& where) {
  KeyFile keys(text, where);
  Package package;
  package.name = keys.text("name"), package.summary = keys.text("summary");
  package.sources = keys.text("sources"), package.headers = keys.text("headers");
  keys.expect_none_left();
  return package;
}

const std::map<std::string, Package>& packages() {
  static const std::map<std::string, Package> list = all_packages();
  return list;
}

std::vector<std::string> package_names() {
  std::vector<std::string> names;
  for (const auto& [name, package] : packages()) names.push_back(name);
  return names;
}

const Package& find_package(const std::string& name) {
  const auto found = packages().find(name);
  if (found != packages().end()) return found->second;
  fail(Code::unknown_name, "--package", "there is no package " + name,
       fmt::format("packages: {}", fmt::join(package_names(), ", ")));
}

std::vector<FirmwareFile> make_package(const Package& package, std::vector<FirmwareFile> network,
                                       const PackageFacts& facts) {
  std::vector<FirmwareFile> files = laid_out(package, std::move(network));
  const TemplateValues values = values_of(facts, files);
  const std::string folder = std::string(kFolder) + package.name + "/";
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.path.starts_with(folder) || !file.path.ends_with(kTemplate)) continue;
    const std::string_view path = file_of(file.path.substr(folder.size()), facts.kind);
    if (!path.empty()) files.push_back({std::string(path), filled(std::string(file.text), values)});
  }
  return files;
}

std::vector<FirmwareFile> make_package(const Plan& plan, const Package& package,
                                       const FirmwareOptions& options) {
  const Footprint packed = footprint(plan, true, options), plain = footprint(plan, false, options);
  return make_package(package, network_files(plan, options),
                      {.kind = "graded",
                       .network = plan.name,
                       .hash = plan.hash,
                       .version = options.version,
                       .constant_bytes = packed.weight_bytes + packed.constant_bytes,
                       .state_bytes = packed.state_bytes,
                       .plain_state_bytes = plain.state_bytes,
                       .decoders = plan.decoders});
}

std::vector<FirmwareFile> make_package(const SpikingPlan& plan, const Package& package,
                                       const FirmwareOptions& options) {
  const SpikingFootprint use = footprint(plan);
  return make_package(package, network_files(plan, options),
                      {.kind = "spiking",
                       .network = plan.name,
                       .hash = plan.hash,
                       .version = options.version,
                       .constant_bytes = use.weight_bytes + use.constant_bytes,
                       .state_bytes = use.state_bytes,
                       .plain_state_bytes = use.state_bytes,
                       .decoders = {}});
}

}  // namespace synfire::mcu
