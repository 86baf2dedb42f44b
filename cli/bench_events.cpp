#include "cli/bench_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/report.h"
#include "cli/table.h"
#include "targets/cpu/activity_bench.h"

namespace synfire {
namespace {

constexpr std::array kActivities{0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0};
constexpr double kShown = 0.05;  // the activity of the one figure

double best_of(const ActivityCost& cost) { return std::min(cost.event_s, cost.dense_s); }

Json to_json(const std::vector<ActivityCost>& costs) {
  Json rows = Json::array();
  double worst = 0, gain = 0;
  for (const ActivityCost& cost : costs) {
    rows.push_back({{"activity", cost.activity},
                    {"event_us", cost.event_s * 1e6},
                    {"dense_us", cost.dense_s * 1e6},
                    {"auto_us", cost.automatic_s * 1e6}});
    worst = std::max(worst, cost.automatic_s / best_of(cost));
    if (cost.activity == kShown) gain = cost.dense_s / cost.event_s;
  }
  return {{"layer", fmt::format("pointwise {} -> {}, {} positions", kActivityChannels,
                                kActivityChannels, kActivityRows * kActivityColumns)},
          {"costs", rows},
          {"dense_over_event_at_5_percent", gain},
          {"worst_auto_over_best", worst}};
}

std::string to_text(const std::vector<ActivityCost>& costs, const Json& data) {
  std::vector<std::vector<std::string>> rows{
      {"activity", "events [us]", "dense [us]", "auto [us]", "auto / best"}};
  for (const ActivityCost& cost : costs)
    rows.push_back(
        {fmt::format("{:.0f} %", 100 * cost.activity), fmt::format("{:.2f}", cost.event_s * 1e6),
         fmt::format("{:.2f}", cost.dense_s * 1e6), fmt::format("{:.2f}", cost.automatic_s * 1e6),
         fmt::format("{:.2f}", cost.automatic_s / best_of(cost))});
  return data["layer"].get<std::string>() + ", one step\n" + text_table(rows);
}

}  // namespace

Outcome bench_events(const Session& session) {
  if (session.exchange() != nullptr)
    fail(Code::ranks_unavailable, "synfire bench", "events is timed on one rank",
         "start it without mpirun");
  const std::vector<ActivityCost> costs = activity_costs(kActivities);
  Outcome outcome;
  outcome.data = to_json(costs);
  outcome.text = to_text(costs, outcome.data);
  return outcome;
}

}  // namespace synfire
