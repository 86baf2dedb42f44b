#include <fmt/format.h>

#include <algorithm>

#include "core/io/learning.h"
#include "core/io/picture.h"

namespace synfire {
namespace {

constexpr std::size_t kMostPoints = 40;  // so that chance does not hide the curve

LineChart curve_chart(const std::string& task, const std::vector<LearningBlock>& curve,
                      double LearningBlock::*what, const std::string& label,
                      const PictureOptions& options) {
  LineChart chart;
  chart.title = options.title.empty() ? task + ": " + label : options.title;
  const std::uint64_t episodes = curve.front().last - curve.front().first + 1;
  chart.description =
      fmt::format("{} over the episodes of task {}{}.", label, task,
                  episodes > 1 ? fmt::format(": means of about {} each", episodes) : "");
  chart.x_label = "episode";
  chart.y_label = label;
  Series series{label, {}, {}};
  for (const LearningBlock& block : curve) {
    series.x.push_back(static_cast<double>(block.first + block.last) / 2 + 1);
    series.y.push_back(block.*what);
  }
  chart.series.push_back(std::move(series));
  chart.y_low = 0;
  return chart;
}

void add_charts(const TrialTable& table, const PictureOptions& options,
                std::vector<Picture>& pictures) {
  const auto curve = learning_curve(table, kMostPoints);
  if (curve.empty()) return;
  LineChart best =
      curve_chart(table.task, curve, &LearningBlock::best, "share of best actions", options);
  best.y_high = 1;
  pictures.emplace_back(std::move(best));
  const bool walks = std::ranges::any_of(curve, [](const auto& each) { return each.actions > 1; });
  LineChart second =
      walks
          ? curve_chart(table.task, curve, &LearningBlock::actions, "actions per episode", options)
          : curve_chart(table.task, curve, &LearningBlock::reward, "reward per episode", options);
  if (walks) second.references.push_back({"least", table.least_actions});
  pictures.emplace_back(std::move(second));
}

LineChart learning_chart(const Classification& each, const PictureOptions& options) {
  LineChart chart;
  chart.title = options.title.empty() ? each.dataset + ": learning" : options.title;
  chart.description =
      "Samples that were told apart while the network learnt, by what its neurons had answered to "
      "the samples just before.";
  chart.x_label = "samples";
  chart.y_label = "accuracy (%)";
  Series series{"accuracy", {}, {}};
  for (std::size_t i = 0; i < each.learnt.size(); ++i) {
    series.x.push_back(static_cast<double>(each.learnt[i]));
    series.y.push_back(100 * each.learnt_accuracy[i]);
  }
  chart.series.push_back(std::move(series));
  return chart;
}

bool has_episodes(const TrialTable& table) {
  return std::ranges::any_of(table.trials, [](const Trial& trial) { return trial.over != 0; });
}

}  // namespace

bool has_learning(const RecordingView& view) {
  return std::ranges::any_of(view.trials, has_episodes) ||
         std::ranges::any_of(view.classifications,
                             [](const Classification& each) { return !each.learnt.empty(); });
}

std::vector<Picture> draw_learning(const RecordingView& view, const PictureOptions& options) {
  std::vector<Picture> pictures;
  for (const TrialTable& table : view.trials) add_charts(table, options, pictures);
  for (const Classification& each : view.classifications)
    if (!each.learnt.empty()) pictures.emplace_back(learning_chart(each, options));
  return pictures;
}

}  // namespace synfire
