#include "core/base/random.h"
#include "core/engine/calendar.h"
#include "core/engine/model.h"
#include "neurons/common/poisson_kernel.h"

namespace synfire {
namespace {

/// Spikes per step. With means up to this counts beyond kMostPoisson have a chance below 1e-9.
constexpr double kMostMean = 25;
double mean_of(const Population& population, double dt_ms) {
  const std::string where = "net.populations." + population.name;
  const double mean = number_or(population.parameters, "rate_hz", 0.0, where) * dt_ms * 1e-3;
  if (mean > kMostMean)
    fail(Code::network_invalid, where + ".rate_hz",
         "it is " + std::to_string(mean) + " spikes a step, the limit is 25",
         "use a smaller dt, or spread the rate over several generators");
  return mean;
}

class PoissonGroup final : public NeuronGroup {
 public:
  PoissonGroup(const Population& population, const GroupContext& context)
      : stream_{context.seed, context.population, static_cast<std::uint64_t>(context.slice.first)},
        table_(poisson_table(mean_of(population, context.dt_ms))),
        neurons_(context.slice.size(population)) {}

  void reset() override {}
  Receptor receptor(std::int32_t) override { return std::span<float>(); }

  void update(const Step& step, SpikeList& out) override {
    static_assert(SpikeList::kMapSlack >= kPoissonSlack);
    out.end_map(draw_poisson(stream_, static_cast<std::uint64_t>(step.index), table_,
                             out.begin_map(neurons_), neurons_));
  }

  std::vector<double> state(std::string_view) const override { return {}; }

 private:
  PoissonStream stream_;
  PoissonTable table_;
  std::size_t neurons_;
};

/// Exponential intervals: spike k of a neuron comes after the sum of its first k + 1 intervals.
class PoissonEvents final : public EventGroup {
 public:
  PoissonEvents(const Population& population, const GroupContext& context)
      : seed_(context.seed),
        first_id_(static_cast<std::uint32_t>(context.first_neuron) +
                  static_cast<std::uint32_t>(context.slice.first)),
        first_entity_((std::uint64_t{context.population} << 32) |
                      static_cast<std::uint64_t>(context.slice.first)),
        mean_ms_(1000 / number_or(population.parameters, "rate_hz", 0.0,
                                  "net.populations." + population.name)),
        trains_(context.slice.size(population)),
        calendar_(kWindows) {}

  void open(const EventWindow& window, EventSpikes& out) override {
    calendar_.take(window.index, due_);
    for (std::uint32_t i = 0; window.index == 0 && i < trains_.size(); ++i) {
      trains_[i].next = interval(i);
      due_.push_back(i);
    }
    for (const std::uint32_t i : due_) {
      for (double& next = trains_[i].next; next < window.end; next += interval(i))
        out.push_back({next, first_id_ + i});
      if (trains_[i].next < kNever)
        calendar_.add(window.index, window.window_of(trains_[i].next), i);
    }
  }
  void receive(double, const EventRow&, EventSpikes&) override {}
  void settle(double, EventSpikes&) override {}
  void finish(double, EventSpikes&) override {}
  double next_time() override { return kNever; }
  double potential(std::size_t, double) const override { return 0; }

 private:
  static constexpr std::size_t kWindows = 64;
  struct Train {
    double next = 0;
    std::uint64_t drawn = 0;
  };

  /// From 53 random bits, above 0.
  double interval(std::uint32_t i) {
    const Random::Block bits =
        Random(seed_, Stream::interval, first_entity_ + i).block(trains_[i].drawn++);
    const std::uint64_t word = (std::uint64_t{bits[0]} << 21) | (bits[1] >> 11);
    return -mean_ms_ * std::log((static_cast<double>(word) + 0.5) * 0x1p-53);
  }

  std::uint64_t seed_;
  std::uint32_t first_id_;
  std::uint64_t first_entity_;
  double mean_ms_;
  std::vector<Train> trains_;
  Calendar<std::uint32_t> calendar_;
  std::vector<std::uint32_t> due_;
};

std::unique_ptr<EventGroup> create_events(const Population& population,
                                          const GroupContext& context) {
  return std::make_unique<PoissonEvents>(population, context);
}

std::unique_ptr<NeuronGroup> create(const Population& population, const GroupContext& context) {
  return std::make_unique<PoissonGroup>(population, context);
}

}  // namespace

extern const ModelInfo poisson_model;
const ModelInfo poisson_model{
    .name = "poisson",
    .summary = "independent Poisson spike trains; several spikes of a step share one event",
    .nir_name = "",
    .pynn_name = "SpikeSourcePoisson",
    .format = NumberFormat::float32,
    .receptors = 0,
    .most_spikes = kMostPoisson,
    .splits = true,
    .parameters = {{"rate_hz", "rate", "Hz", 0.0, 0, 1e6, "mean rate of each neuron"}},
    .states = {},
    .equations =
        "count of a step ~ Poisson(rate dt), by inversion of the cumulative distribution: in 16 "
        "bits, and what these leave in 32 more",
    .source = "Knuth, The Art of Computer Programming 2, 3.4.1; Philox4x32-10 random numbers",
    .create = create,
    .create_events = create_events};

}  // namespace synfire
