// Layers that serve binary spikes, in C.
#include <fmt/format.h>

#include "targets/mcu/c_text.h"
#include "targets/mcu/coding.h"

namespace synfire::mcu {
namespace {

std::string scale_text(const Spikes& spikes, std::size_t receptor) {
  return fmt::format("{{{}, {}}}", spikes.scale.to[receptor], spikes.scale.from[receptor]);
}

/// "linear", "add", ... as the types and functions of `coded/snn_coded.h` have it.
struct KindOf {
  std::string_view operator()(const Linear&) const { return "linear"; }
  std::string_view operator()(const Depthwise&) const { return "depthwise"; }
  std::string_view operator()(const Average&) const { return "average"; }
  std::string_view operator()(const Mean&) const { return "mean"; }
  std::string_view operator()(const Maximum&) const { return "maximum"; }
  std::string_view operator()(const Add&) const { return "add"; }
  std::string_view operator()(const Relay&) const { return ""; }  // serve_spikes has refused it
};

std::string_view kind_of(const Layer& layer) { return std::visit(KindOf{}, layer.work); }

std::string_view code_of(const Layer& layer) {
  return layer.spikes->coding == Coding::radix ? "radix" : "rate";
}

/// A descriptor's members.
struct MembersOf {
  const Spikes& spikes;
  const std::string& id;

  std::string operator()(const Linear&) const {
    return fmt::format("&{0}, {0}_words, {1}u, {2}u, {3}", id, spikes.chunk, spikes.fold,
                       scale_text(spikes, 0));
  }
  std::string operator()(const Add&) const {
    return fmt::format("&{}, {{{}, {}}}", id, scale_text(spikes, 0), scale_text(spikes, 1));
  }
  std::string operator()(const auto&) const {
    return fmt::format("&{}, {}", id, scale_text(spikes, 0));
  }
};

/// As hexadecimal numbers, whose bytes are weights.
std::string word_table(const std::string& id, const std::vector<std::uint32_t>& words) {
  if (words.empty()) return "";
  std::string text = fmt::format("static const uint32_t {}_words[{}] = {{", id, words.size());
  for (std::size_t i = 0; i < words.size(); ++i)
    text += fmt::format("{}0x{:08x}u,", i % 8 == 0 ? "\n    " : " ", words[i]);
  return text + "};\n";
}

}  // namespace

std::string spikes_text(const Layer& layer, const std::string& id) {
  return word_table(id, layer.spikes->words) +
         fmt::format("static const snn_spike_{}_t {}_spikes = {{{}}};\n", kind_of(layer), id,
                     std::visit(MembersOf{*layer.spikes, id}, layer.work));
}

std::string spikes_function(const Layer& layer) {
  return fmt::format("snn_{}_{}", code_of(layer), kind_of(layer));
}

std::string spikes_kernel_name(const Layer& layer) {
  return fmt::format("{}, {}", kind_of(layer), code_of(layer));
}

}  // namespace synfire::mcu
