#include "neurons/common/poisson_group.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random.h"
#include "core/base/state_archive.h"
#include "core/engine/calendar.h"
#include "neurons/common/poisson_kernel.h"
#include "neurons/common/poisson_trains.h"

namespace synfire {
namespace {

std::string place_of(const Population& population) {
  return "net.populations." + population.name + ".rate_hz";
}

PoissonTable table_of(double mean, const Population& population) {
  require_poisson_mean(mean, place_of(population));
  return poisson_table(mean);
}

class PoissonGroup final : public NeuronGroup {
 public:
  PoissonGroup(const RateSchedule& schedule, const Population& population,
               const GroupContext& context)
      : stream_{context.seed, context.population, static_cast<std::uint64_t>(context.slice.first)},
        neurons_(context.slice.size(population)),
        trains_(context, neurons_, place_of(population)) {
    // The steps with a change inside, and those after them, have tables of their own.
    std::vector<std::int64_t> steps{0};
    for (const double begin : schedule.begin_ms) {
      const auto step = static_cast<std::int64_t>(std::min(begin / context.dt_ms, 0x1p52));
      steps.push_back(step), steps.push_back(step + 1);
    }
    std::sort(steps.begin(), steps.end());
    steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
    for (const std::int64_t step : steps) {
      const double begin = static_cast<double>(step) * context.dt_ms;
      const double mean = schedule.mean(begin, begin + context.dt_ms);
      tables_.push_back({step, table_of(mean, population)});
    }
  }

  void reset() override { trains_.reset(); }
  Receptor receptor(std::int32_t) override { return std::span<float>(); }

  void set_rates(std::int64_t step, std::span<const double> rates_hz) override {
    trains_.set_rates(step, rates_hz);
  }

  void update(const Step& step, SpikeList& out) override {
    if (trains_.begun(step.index)) return trains_.draw(step.index, out);
    static_assert(SpikeList::kMapSlack >= kPoissonSlack);
    out.end_map(draw_poisson(stream_, static_cast<std::uint64_t>(step.index), table_at(step.index),
                             out.begin_map(neurons_), neurons_));
  }

  std::vector<double> state(std::string_view) const override { return {}; }
  /// The step tells the rest.
  void visit_state(StateArchive& archive) override { archive("trains", trains_); }

 private:
  struct Piece {
    std::int64_t first_step;
    PoissonTable table;
  };
  const PoissonTable& table_at(std::int64_t step) const {
    const auto next =
        std::upper_bound(tables_.begin(), tables_.end(), step,
                         [](std::int64_t at, const Piece& piece) { return at < piece.first_step; });
    return std::prev(next)->table;
  }

  PoissonStream stream_;
  std::vector<Piece> tables_;
  std::size_t neurons_;
  PoissonTrains trains_;  // once rates were set
};

/// Exponential intervals, in expected spikes: spike k of a neuron comes when the sum of its first k
/// + 1 intervals is expected.
class PoissonEvents final : public EventGroup {
 public:
  PoissonEvents(RateSchedule schedule, const Population& population, const GroupContext& context)
      : schedule_(std::move(schedule)),
        seed_(context.seed),
        first_id_(static_cast<std::uint32_t>(context.first_neuron) +
                  static_cast<std::uint32_t>(context.slice.first)),
        first_entity_((std::uint64_t{context.population} << 32) |
                      static_cast<std::uint64_t>(context.slice.first)),
        trains_(context.slice.size(population)),
        calendar_(kWindows) {}

  void open(const EventWindow& window, EventSpikes& out) override {
    calendar_.take(window.index, due_);
    for (std::uint32_t i = 0; window.index == 0 && i < trains_.size(); ++i) {
      trains_[i].next = next_after(i, 0);
      due_.push_back(i);
    }
    for (const std::uint32_t i : due_) {
      for (double& next = trains_[i].next; next < window.end; next = next_after(i, next))
        out.push_back({next, first_id_ + i});
      if (trains_[i].next < kNever)
        calendar_.add(window.index, window.window_of(trains_[i].next), i);
    }
  }
  void receive(double, const EventRow&, EventSpikes&) override {}
  void settle(double, EventSpikes&) override {}
  void finish(double, EventSpikes&) override {}
  double next_time() override { return kNever; }
  void visit_state(StateArchive& archive) override {
    archive.fixed("trains", trains_);
    archive("calendar", calendar_);
  }

 private:
  static constexpr std::size_t kWindows = 64;
  struct Train {
    double next = 0;
    std::uint64_t drawn = 0;
  };

  /// From 53 random bits, above 0.
  double next_after(std::uint32_t i, double time) {
    const Random::Block bits =
        Random(seed_, Stream::interval, first_entity_ + i).block(trains_[i].drawn++);
    const std::uint64_t word = (std::uint64_t{bits[0]} << 21) | (bits[1] >> 11);
    return schedule_.after(time, -std::log((static_cast<double>(word) + 0.5) * 0x1p-53));
  }

  RateSchedule schedule_;
  std::uint64_t seed_;
  std::uint32_t first_id_;
  std::uint64_t first_entity_;
  std::vector<Train> trains_;
  Calendar<std::uint32_t> calendar_;
  std::vector<std::uint32_t> due_;
};

}  // namespace

double RateSchedule::mean(double from_ms, double to_ms) const {
  double sum = 0;
  for (std::size_t k = 0; k < begin_ms.size(); ++k) {
    const double begin = std::max(from_ms, begin_ms[k]);
    const double end = k + 1 < begin_ms.size() ? std::min(to_ms, begin_ms[k + 1]) : to_ms;
    if (end > begin) sum += rate_hz[k] * 1e-3 * (end - begin);
  }
  return sum;
}

double RateSchedule::after(double from_ms, double spikes) const {
  const auto next = std::upper_bound(begin_ms.begin(), begin_ms.end(), from_ms);
  auto k = static_cast<std::size_t>(next - begin_ms.begin());
  k = k == 0 ? 0 : k - 1;
  for (double from = from_ms; k < begin_ms.size(); ++k) {
    from = std::max(from, begin_ms[k]);
    const double mean_ms = 1000 / rate_hz[k], reached = from + spikes * mean_ms;
    if (k + 1 == begin_ms.size() || reached < begin_ms[k + 1]) return reached;
    spikes -= (begin_ms[k + 1] - from) / mean_ms;
  }
  return EventGroup::kNever;
}

std::unique_ptr<NeuronGroup> make_poisson_group(RateSchedule schedule, const Population& population,
                                                const GroupContext& context) {
  return std::make_unique<PoissonGroup>(schedule, population, context);
}
std::unique_ptr<EventGroup> make_poisson_events(RateSchedule schedule, const Population& population,
                                                const GroupContext& context) {
  return std::make_unique<PoissonEvents>(std::move(schedule), population, context);
}

}  // namespace synfire
