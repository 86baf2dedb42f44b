// The content hash: every field in a fixed order, each preceded by its length or kind, so that two
// different networks never feed the same bytes.
#include <bit>

#include "core/base/sha256.h"
#include "core/net/network.h"

namespace synfire {
namespace {

class Hasher {
 public:
  void add(std::string_view text) {
    add(static_cast<std::int64_t>(text.size()));
    digest_.update(text);
  }
  void add(const std::string& text) { add(std::string_view(text)); }
  void add(std::int64_t value) { digest_.update(std::as_bytes(std::span(&value, 1))); }
  void add(std::int32_t value) { add(std::int64_t{value}); }
  void add(bool value) { add(std::int64_t{value}); }
  void add(std::uint64_t value) { add(static_cast<std::int64_t>(value)); }
  void add(double value) { add(std::bit_cast<std::int64_t>(value)); }
  template <typename Enum>
  requires std::is_enum_v<Enum>
  void add(Enum value) { add(static_cast<std::int64_t>(value)); }
  template <typename T, std::size_t n>
  void add(const std::array<T, n>& values) {
    for (const T& value : values) add(value);
  }
  template <typename T>
  void add(const std::vector<T>& values) {
    add(static_cast<std::int64_t>(values.size()));
    for (const T& value : values) add(value);
  }
  void add(const Tensor& tensor) {
    add(tensor.type()), add(tensor.shape());
    digest_.update(tensor.bytes());
  }
  void add(const Parameter& parameter) {
    add(static_cast<std::int64_t>(parameter.index()));
    std::visit([this](const auto& value) { add(value); }, parameter);
  }
  template <typename Value, typename Compare>
  void add(const std::map<std::string, Value, Compare>& values) {
    add(static_cast<std::int64_t>(values.size()));
    for (const auto& [name, value] : values) add(name), add(value);
  }
  void add(const Dense& c) { add(c.weight); }
  void add(const Conv2d& c) {
    add(c.weight), add(c.stride), add(c.dilation), add(c.padding), add(c.groups), add(c.layout);
  }
  void add(const Pool2d& c) {
    add(c.kind), add(c.kernel), add(c.stride), add(c.padding), add(c.layout);
  }
  void add(const OneToOne& c) { add(c.weight); }
  void add(const Sparse& c) { add(c.offsets), add(c.targets), add(c.weight), add(c.delay); }
  void add(const Distribution& d) {
    add(d.kind), add(d.first), add(d.second), add(d.low), add(d.high), add(d.clipped);
  }
  void add(const RandomRule& c) {
    add(c.kind), add(c.number), add(c.weight), add(c.autapses), add(c.multapses);
    add(c.delay_ms.has_value());
    if (c.delay_ms) add(*c.delay_ms);
  }
  void add(const Population& p) {
    add(p.name), add(p.shape), add(p.model), add(p.format), add(p.parameters), add(p.phase);
    add(p.origin);
  }
  void add(const Projection& p) {
    add(p.name), add(p.source), add(p.target);
    add(static_cast<std::int64_t>(p.connectivity.index()));
    std::visit([this](const auto& c) { add(c); }, p.connectivity);
    add(p.delay_ms), add(p.receptor);
    // Only where there is one: networks without keep the hash that they had before there were any.
    if (!p.synapse.name.empty()) add(std::string_view("synapse")), add(p.synapse);
    if (!p.plasticity.name.empty()) add(std::string_view("plasticity")), add(p.plasticity);
  }
  void add(const Stage& s) { add(s.name), add(s.parameters); }
  void add(const Input& i) {
    add(i.name), add(i.population), add(i.element), add(i.shape), add(i.encoders);
  }
  void add(const Output& o) {
    add(o.name), add(o.population), add(o.element), add(o.shape), add(o.decoders);
  }
  std::string hex() { return digest_.hex(); }

 private:
  Sha256 digest_;
};

}  // namespace

std::string content_hash(const Network& network) {
  Hasher hasher;
  hasher.add(std::string_view("synfire network 1"));
  hasher.add(network.name), hasher.add(network.dt_ms), hasher.add(network.seed);
  hasher.add(network.schedule.window), hasher.add(network.schedule.steps);
  hasher.add(network.populations), hasher.add(network.projections);
  hasher.add(network.inputs), hasher.add(network.outputs), hasher.add(network.metadata);
  return hasher.hex();
}

}  // namespace synfire
