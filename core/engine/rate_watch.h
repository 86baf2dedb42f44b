// Stops a run in which activity explodes: every 50 ms the mean rate of each population is compared
// with a limit, by default 80 % of what its refractory period and the time step permit.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/engine/exchange.h"
#include "core/engine/model.h"

namespace synfire {

class RateWatch {
 public:
  /// Populations that other neurons drive are watched; generators' rates are what they were told.
  RateWatch(const Network& network, const ModelRegistry& registry);

  /// One limit for all populations but generators, in Hz.
  void set_limit(double hz);
  /// One thread's place among the checks; all threads that ran the same steps are at the same.
  struct Turn {
    std::int64_t now = 0;    // the step of the last check
    std::int64_t steps = 0;  // that it was about
    std::int64_t check = 0;  // its number, or that of the next
    bool stops = false;
  };
  bool is_due(const Turn& turn, std::int64_t now) const { return now - turn.now >= interval_; }

  // When a check is due, each thread adds its spikes, all meet, and each judges. Three tables take
  // turns, so that nobody adds to one that is being read or cleared.
  void add(std::int64_t check, std::size_t population, std::uint64_t spikes) {
    table(check)[population].fetch_add(spikes, std::memory_order_relaxed);
  }
  /// By one thread of each rank, between the adding and the judging.
  void sum_ranks(std::int64_t check, Exchange& exchange);
  /// Goes on to the next turn, or says that the run stops; one of the threads clears.
  void judge(Turn& turn, std::int64_t now, bool clears);

  /// Throws activity_limit with every population above its limit.
  [[noreturn]] void fail_at(const Turn& turn) const;

  /// The spikes since the last check; the limits are settings.
  void visit_state(StateArchive& archive);

 private:
  struct Watched {
    std::string name;
    double neurons = 0;
    double limit_hz = 0;
    std::string reason;  // of the limit
  };
  using Counts = std::vector<std::atomic<std::uint64_t>>;

  Counts& table(std::int64_t check) { return counts_[static_cast<std::size_t>(check % 3)]; }
  const Counts& table(std::int64_t check) const {
    return counts_[static_cast<std::size_t>(check % 3)];
  }
  double rate_hz(const Turn& turn, std::size_t population) const;

  double dt_ms_;
  std::int64_t interval_;
  std::vector<Watched> populations_;
  std::array<Counts, 3> counts_;
};

}  // namespace synfire
