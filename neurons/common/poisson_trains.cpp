#include "neurons/common/poisson_trains.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/random.h"
#include "core/base/short_text.h"
#include "neurons/common/poisson_kernel.h"

namespace synfire {

void require_poisson_mean(double mean, const std::string& where) {
  constexpr double kMostMean = 25;
  if (mean > kMostMean)
    fail(Code::network_invalid, where,
         "it is " + short_text(mean) + " spikes a step, the limit is 25",
         "use a smaller dt, or spread the rate over several generators");
}

PoissonTrains::PoissonTrains(const GroupContext& context, std::size_t neurons, std::string where)
    : seed_(context.seed),
      first_entity_((std::uint64_t{context.population} << 32) |
                    static_cast<std::uint64_t>(context.slice.first)),
      dt_ms_(context.dt_ms),
      where_(std::move(where)),
      drawn_(neurons) {}

void PoissonTrains::reset() {
  change_steps_.clear(), change_rates_.clear(), trains_.clear();
  std::fill(drawn_.begin(), drawn_.end(), 0);
  begun_ = false;
}

void PoissonTrains::set_rates(std::int64_t step, std::span<const double> rates_hz) {
  if (rates_hz.size() != drawn_.size())
    fail(Code::internal, where_, "there is not one rate per neuron");
  for (const double rate : rates_hz) {
    if (!(rate >= 0)) fail(Code::parameter_invalid, where_, "a rate must be 0 Hz or more");
    require_poisson_mean(rate * dt_ms_ / 1000, where_);
  }
  change_steps_.push_back(step);
  change_rates_.insert(change_rates_.end(), rates_hz.begin(), rates_hz.end());
}

void PoissonTrains::apply() {
  trains_.clear();
  begun_ = true;
  for (std::size_t i = 0; i < drawn_.size(); ++i) {
    const double rate_hz = change_rates_.front();
    change_rates_.pop_front();
    if (rate_hz == 0) continue;
    Train train{static_cast<std::uint32_t>(i), 1000 / (rate_hz * dt_ms_),
                static_cast<double>(change_steps_.front())};
    train.next += interval(train);
    trains_.push_back(train);
  }
  change_steps_.pop_front();
}

double PoissonTrains::interval(const Train& train) {
  const Random::Block bits =
      Random(seed_, Stream::interval, first_entity_ + train.neuron).block(drawn_[train.neuron]++);
  const std::uint64_t word = (std::uint64_t{bits[0]} << 21) | (bits[1] >> 11);
  return -std::log((static_cast<double>(word) + 0.5) * 0x1p-53) * train.mean;
}

void PoissonTrains::draw(std::int64_t step, SpikeList& out) {
  const auto end = static_cast<double>(step + 1);
  out.reserve(trains_.size());
  for (Train& train : trains_) {
    if (train.next >= end) continue;
    std::int32_t spikes = 0;
    for (; train.next < end; train.next += interval(train)) ++spikes;
    out.add(train.neuron, std::min(spikes, kMostPoisson));
  }
}

}  // namespace synfire
