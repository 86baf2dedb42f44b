// Where events come in: in every step each neuron sends as many spikes as the sample has events for
// it in that step.
#include <algorithm>
#include <numeric>
#include <utility>

#include "core/base/state_archive.h"
#include "core/engine/model.h"

namespace synfire {
namespace {

constexpr std::int64_t kMostEvents = 4096;

class InputGroup final : public NeuronGroup {
 public:
  explicit InputGroup(const Population& population)
      : where_("net.populations." + population.name),
        most_(integer_or(population.parameters, "most_events", kMostEvents, where_)),
        events_(static_cast<std::size_t>(population.size())) {}

  void reset() override { std::ranges::fill(events_, 0); }

  /// The events of the next step.
  void inject(std::span<const std::int32_t> values) override {
    if (values.size() != events_.size())
      fail(Code::sample_size, where_, "the sample does not have the input's size");
    if (std::ranges::any_of(values, [](std::int32_t count) { return count < 0; }))
      fail(Code::sample_size, where_, "a sample has a negative number of events");
    const auto sum = std::accumulate(values.begin(), values.end(), std::int64_t{0});
    if (sum > most_)
      fail(Code::resource_limit, where_,
           "a step of the sample has " + std::to_string(sum) + " events, the limit is " +
               std::to_string(most_) + " (most_events)");
    std::ranges::copy(values, events_.begin());
  }

  Receptor receptor(std::int32_t) override {
    fail(Code::network_invalid, where_, "a projection leads into an input");
  }

  void update(const Step&, SpikeList& out) override {
    out.reserve(events_.size());
    for (std::size_t i = 0; i < events_.size(); ++i)
      if (const std::int32_t count = std::exchange(events_[i], 0); count != 0)
        out.add(static_cast<std::uint32_t>(i), count);
  }

  std::vector<double> state(std::string_view) const override { return {}; }
  void visit_state(StateArchive& archive) override { archive.fixed("events", events_); }

 private:
  std::string where_;
  std::int64_t most_;
  std::vector<std::int32_t> events_;
};

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext&) {
  return std::make_unique<InputGroup>(population);
}

}  // namespace

extern const ModelInfo input_model;
const ModelInfo input_model{
    .name = "input",
    .summary = "events of a sample, step by step",
    .nir_name = "Input",
    .pynn_name = "SpikeSourceArray",
    .format = NumberFormat::float32,
    .receptors = 0,
    .parameters = {{"most_events", "", "", kMostEvents, 1, 65535,
                    "events of all neurons in one step, at most"}},
    .states = {},
    .equations = "spike with payload n where the sample has n events of the neuron in the step",
    .source = "NIR specification, Pedersen et al., Nature Communications 2024",
    .create = create};

}  // namespace synfire
