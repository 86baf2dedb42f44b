#include "core/engine/rate_watch.h"

#include <cmath>
#include <limits>
#include <utility>

#include "core/base/short_text.h"
#include "core/base/state_archive.h"

namespace synfire {
namespace {

// Long enough for a few synchronous volleys not to count as an explosion.
constexpr double kInterval = 50;  // ms
constexpr double kShare = 0.8;
constexpr double kNoLimit = std::numeric_limits<double>::infinity();

bool is_driven(const Network& network, const ModelRegistry& registry, const std::string& name) {
  for (const Projection& projection : network.projections)
    if (projection.target == name &&
        !registry.find(network.population(projection.source).model)->generates())
      return true;
  return false;
}

/// Of the neuron with the shortest one.
double refractory_ms(const Population& population) {
  const auto found = population.parameters.find("refractory_ms");
  if (found == population.parameters.end()) return 0;
  const auto* const tensor = std::get_if<Tensor>(&found->second);
  if (tensor == nullptr) return number_or(population.parameters, "refractory_ms", 0, "net");
  double least = kNoLimit;
  for (std::size_t i = 0; i < tensor->size(); ++i) least = std::min(least, tensor->number(i));
  return tensor->empty() ? 0 : least;
}

}  // namespace

RateWatch::RateWatch(const Network& network, const ModelRegistry& registry)
    : dt_ms_(network.dt_ms),
      interval_(std::max<std::int64_t>(1, std::llround(kInterval / network.dt_ms))) {
  for (const Population& population : network.populations) {
    Watched watched{population.name, static_cast<double>(population.size()), kNoLimit, {}};
    if (is_driven(network, registry, population.name)) {
      const double refractory = refractory_ms(population);
      watched.limit_hz = kShare * 1000 / (refractory + dt_ms_);
      watched.reason = " (80 % of what a refractory period of " + short_text(refractory) +
                       " ms and steps of " + short_text(dt_ms_) + " ms permit)";
    }
    if (registry.find(population.model)->generates()) watched.neurons = 0;
    populations_.push_back(std::move(watched));
  }
  for (Counts& counts : counts_) counts = Counts(populations_.size());
}

void RateWatch::set_limit(double hz) {
  for (Watched& population : populations_) population.limit_hz = hz, population.reason.clear();
}

double RateWatch::rate_hz(const Turn& turn, std::size_t population) const {
  const Watched& watched = populations_[population];
  if (watched.neurons == 0) return 0;
  const auto spikes = static_cast<double>(table(turn.check)[population].load());
  return spikes / watched.neurons / (static_cast<double>(turn.steps) * dt_ms_ / 1000);
}

void RateWatch::sum_ranks(std::int64_t check, Exchange& exchange) {
  std::vector<std::uint64_t> counts(table(check).begin(), table(check).end());
  counts = sum_over_ranks(&exchange, std::move(counts));
  for (std::size_t p = 0; p < counts.size(); ++p) table(check)[p] = counts[p];
}

void RateWatch::judge(Turn& turn, std::int64_t now, bool clears) {
  turn.steps = now - std::exchange(turn.now, now);
  for (std::size_t p = 0; p < populations_.size(); ++p)
    turn.stops = turn.stops || rate_hz(turn, p) > populations_[p].limit_hz;
  if (turn.stops) return;
  // The table of the check after the next one: whoever read it has met the others since.
  if (clears)
    for (auto& count : table(turn.check + 2)) count.store(0, std::memory_order_relaxed);
  ++turn.check;
}

void RateWatch::visit_state(StateArchive& archive) {
  for (Counts& counts : counts_) {
    std::vector<std::uint64_t> copy(counts.begin(), counts.end());
    archive.fixed("counts", copy);
    std::copy(copy.begin(), copy.end(), counts.begin());
  }
}

void RateWatch::fail_at(const Turn& turn) const {
  Diagnostics found;
  for (std::size_t p = 0; p < populations_.size(); ++p) {
    const Watched& watched = populations_[p];
    const double rate = rate_hz(turn, p);
    if (rate > watched.limit_hz)
      found.error(Code::activity_limit, "net.populations." + watched.name,
                  short_text(rate) + " Hz in the " +
                      short_text(static_cast<double>(turn.steps) * dt_ms_) + " ms before " +
                      short_text(static_cast<double>(turn.now) * dt_ms_) + " ms, the limit is " +
                      short_text(watched.limit_hz) + " Hz" + watched.reason,
                  "weaken excitation or strengthen inhibition, or raise the limit");
  }
  found.throw_if_error();
  fail(Code::internal, "engine", "stopped without a cause");
}

}  // namespace synfire
