#include "cli/bench_record.h"

#include <fmt/format.h>

#include "cli/table.h"
#include "core/io/picture.h"
#include "core/io/spike_statistics.h"
#include "core/net/reference.h"

namespace synfire {
namespace {

constexpr double kDrawnTime = 500;  // ms

SpikeStatistics statistics_of(const BenchResult& result, const Network& network,
                              const SpikeTrain& train) {
  return spike_statistics(train, network.population(train.population).size(), result.begin_ms,
                          result.end_ms);
}

}  // namespace

Json statistics_json(const BenchResult& result, const Network& network) {
  Json all = Json::object();
  for (const SpikeTrain& train : result.trains) {
    const SpikeStatistics some = statistics_of(result, network, train);
    all[train.population] = {
        {"rate_hz", some.rate_hz},
        {"published_rate_hz", number_or_null(published_rate_hz(network, train.population))},
        {"isi_cv", number_or_null(some.isi_cv)},
        {"isi_cv_neurons", some.regular},
        {"correlation", number_or_null(some.correlation)},
        {"correlation_neurons", some.sample}};
  }
  return all;
}

std::string statistics_text(const BenchResult& result, const Network& network) {
  std::vector<std::vector<std::string>> rows{
      {"population", "rate [Hz]", "published [Hz]", "differs", "CV of ISI", "correlation"}};
  for (const SpikeTrain& train : result.trains) {
    const SpikeStatistics some = statistics_of(result, network, train);
    const double published = published_rate_hz(network, train.population);
    rows.push_back({train.population, fmt::format("{:.3f}", some.rate_hz),
                    text_or_dash("{:.3f}", published),
                    text_or_dash("{:+.1f} %", 100 * (some.rate_hz / published - 1)),
                    text_or_dash("{:.3f}", some.isi_cv), text_or_dash("{:.5f}", some.correlation)});
  }
  return text_table(rows);
}

Recording bench_recording(const BenchResult& result, const Network& network) {
  Recording recording;
  recording.spikes = result.trains;
  recording.interval = {result.begin_ms, result.end_ms};
  for (const SpikeTrain& train : result.trains)
    recording.layers.push_back({train.population,
                                {},
                                network.population(train.population).size(),
                                train.node_ids.size(),
                                0,
                                0});
  return recording;
}

std::string bench_raster(const Recording& recording, const std::string& title) {
  Selection selection;
  selection.to_ms = recording.interval.begin_ms + kDrawnTime;
  PictureOptions options;
  options.title = title;
  return to_svg(draw_raster(view_of(recording, selection), options));
}

}  // namespace synfire
