#include "cli/bench_record.h"

#include <fmt/format.h>

#include <cmath>

#include "cli/table.h"
#include "core/io/spike_statistics.h"
#include "core/net/reference.h"

namespace synfire {
namespace {

constexpr double kDrawnTime = 500;  // ms
constexpr double kDrawnNeurons = 2000;

SpikeStatistics statistics_of(const BenchResult& result, const Network& network,
                              const SpikeTrain& train) {
  return spike_statistics(train, network.population(train.population).size(), result.begin_ms,
                          result.end_ms);
}

/// JSON has no number that is none.
Json number_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(); }

std::string text_or_dash(std::string_view format, double value) {
  return std::isfinite(value) ? fmt::format(fmt::runtime(format), value) : "-";
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

RasterPlot bench_raster(const BenchResult& result, const Network& network) {
  double neurons = 0;
  for (const SpikeTrain& train : result.trains)
    neurons += static_cast<double>(network.population(train.population).size());
  const auto every = static_cast<std::uint64_t>(std::max(1.0, std::round(neurons / kDrawnNeurons)));
  RasterPlot plot;
  plot.title = network.name + (every > 1 ? fmt::format(": one in {} neurons", every) : "");
  plot.description = "Spikes of every population over time.";
  const double end = std::min(result.end_ms, result.begin_ms + kDrawnTime);
  for (const SpikeTrain& train : result.trains) {
    const auto size = static_cast<std::uint64_t>(network.population(train.population).size());
    SpikeBand band{train.population, static_cast<std::int64_t>((size + every - 1) / every), {}, {}};
    for (std::size_t i = 0; i < train.timestamps_ms.size(); ++i)
      if (train.timestamps_ms[i] < end && train.node_ids[i] % every == 0)
        band.times.push_back(train.timestamps_ms[i]),
            band.indices.push_back(train.node_ids[i] / every);
    plot.bands.push_back(std::move(band));
  }
  return plot;
}

}  // namespace synfire
