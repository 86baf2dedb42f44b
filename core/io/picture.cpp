#include "core/io/picture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/diagnostics.h"
#include "core/io/common/canvas.h"

namespace synfire {
namespace {

bool has_spikes(const RecordingView& view, const PictureOptions&) {
  return !view.populations.empty();
}
bool has_trials(const RecordingView& view, const PictureOptions& options) {
  return !view.populations.empty() && (options.trial_ms || view.trial_ms > 0);
}
bool has_traces(const RecordingView& view, const PictureOptions&) { return !view.traces.empty(); }
bool has_weights(const RecordingView& view, const PictureOptions&) { return !view.weights.empty(); }
bool has_summary(const RecordingView& view, const PictureOptions&) {
  return !view.summary.columns.empty();
}
bool has_some_fields(const RecordingView& view, const PictureOptions&) {
  return std::ranges::any_of(view.weights, has_fields);
}
bool has_some_learning(const RecordingView& view, const PictureOptions&) {
  return has_learning(view);
}

constexpr std::array kKinds{
    PictureKind{"raster", "Activity", has_spikes, draw_raster, "spikes", ""},
    PictureKind{"rate", "Rates", has_spikes, draw_rate, "spikes", "bin smooth"},
    PictureKind{"trace", "States", has_traces, draw_traces, "states of neurons (--probe)", ""},
    PictureKind{"psth", "Response to the input", has_trials, draw_trials,
                "spikes and a trial's length (--trial)", "bin trial"},
    PictureKind{"isi", "Regularity", has_spikes, draw_intervals, "spikes", "bin"},
    PictureKind{"spectrum", "Rhythms", has_spikes, draw_spectrum, "spikes", "bin"},
    PictureKind{"weights", "Weights", has_weights, draw_weights, "weights", ""},
    PictureKind{"sweep", "Results", has_summary, draw_sweep, "the runs of a sweep", "x y against"},
    PictureKind{"fields", "Receptive fields", has_some_fields, draw_fields,
                "weights from a population of two dimensions", ""},
    PictureKind{"learning", "Learning", has_some_learning, draw_learning,
                "episodes of a task or a data set to learn from", ""},
};

std::string number(double value) { return fmt::format("{:.10g}", value); }

/// A name as one cell.
std::string quoted(const std::string& name) {
  if (name.find_first_of(",\"\n\r") == std::string::npos) return name;
  std::string text = "\"";
  for (const char letter : name)
    text += letter == '"' ? std::string("\"\"") : std::string(1, letter);
  return text + '"';
}

/// Numbers are in ms, however the axis counts.
template <typename Chart>
std::string x_heading(const Chart& chart) {
  return quoted(chart.x_is_time ? chart.x_label + " (ms)" : chart.x_label);
}

std::string csv_of(const RasterPlot& plot) {
  std::string csv = "population," + x_heading(plot) + ",neuron\n";
  for (const SpikeBand& band : plot.bands)
    for (std::size_t i = 0; i < band.times.size(); ++i)
      csv += fmt::format("{},{},{}\n", quoted(band.name), number(band.times[i]), band.indices[i]);
  return csv;
}

std::string csv_of(const PanelChart& chart) {
  std::string csv = "series," + x_heading(chart) + "," + quoted(chart.y_label) + "\n";
  for (const Panel& panel : chart.panels)
    for (std::size_t i = 0; i < panel.y.size(); ++i)
      csv += fmt::format("{},{},{}\n", quoted(panel.name), number(panel.x[i]), number(panel.y[i]));
  return csv;
}

std::string csv_of(const LineChart& chart) {
  const bool errors =
      std::ranges::any_of(chart.series, [](const Series& series) { return !series.error.empty(); });
  std::string csv =
      "series," + x_heading(chart) + "," + quoted(chart.y_label) + (errors ? ",error\n" : "\n");
  const auto add = [&](const std::string& name, const auto& x, const auto& y, const auto& error) {
    for (std::size_t i = 0; i < y.size(); ++i) {
      csv += fmt::format("{},{},{}", quoted(name), number(x[i]), number(y[i]));
      if (errors) csv += i < error.size() ? "," + number(error[i]) : ",";
      csv += '\n';
    }
  };
  for (const Series& series : chart.series) add(series.name, series.x, series.y, series.error);
  const std::vector<double> none;
  for (const Band& band : chart.bands) {
    add(band.name + ", lower", band.x, band.low, none);
    add(band.name + ", upper", band.x, band.high, none);
  }
  return csv;
}

std::string csv_of(const ImageGrid& grid) {
  std::string csv = "image,row,column,grey\n";
  for (std::size_t k = 0; k < grid.images.size(); ++k) {
    const GreyImage& image = grid.images[k];
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      const auto at = static_cast<std::int64_t>(i);
      csv += fmt::format("{},{},{},{}\n", k, at / image.width, at % image.width, image.pixels[i]);
    }
  }
  return csv;
}

std::string fitting_hint(const RecordingView& view, const PictureOptions& options) {
  std::vector<std::string_view> names;
  for (const PictureKind& kind : kKinds)
    if (kind.fits(view, options)) names.push_back(kind.name);
  return names.empty() ? "" : fmt::format("it has something for {}", fmt::join(names, ", "));
}

}  // namespace

std::span<const PictureKind> picture_kinds() { return kKinds; }

const PictureKind& find_picture_kind(std::string_view name) {
  std::vector<std::string> names;
  for (const PictureKind& kind : kKinds) {
    if (kind.name == name) return kind;
    names.emplace_back(kind.name);
  }
  const std::string near = nearest_name(name, names);
  fail(Code::unknown_name, "kind", fmt::format("there are no pictures of kind '{}'", name),
       near.empty() ? fmt::format("the kinds are {}", fmt::join(names, ", "))
                    : "did you mean '" + near + "'?");
}

std::vector<const PictureKind*> fitting_kinds(const RecordingView& view,
                                              const PictureOptions& options) {
  std::vector<const PictureKind*> kinds;
  for (const PictureKind& kind : kKinds)
    if (kind.fits(view, options)) kinds.push_back(&kind);
  if (kinds.empty())
    fail(Code::file_format, "recording",
         "there are no spikes, states or weights of what is asked for",
         "record some: `synfire run --record-samples`, `--probe`");
  return kinds;
}

std::vector<Picture> draw(const PictureKind& kind, const RecordingView& view,
                          const PictureOptions& options) {
  if (!kind.fits(view, options))
    fail(Code::bad_option_value, "kind",
         fmt::format("the recording has nothing for '{}', which needs {}", kind.name, kind.needs),
         view.summary.runs() > 0 ? run_hint(view.summary) : fitting_hint(view, options));
  return kind.draw(view, options);
}

std::string to_svg(std::span<const Picture> pictures) {
  const auto svg_of = [](const Picture& picture, SvgUse use) {
    return std::visit([&](const auto& chart) { return to_svg(chart, use); }, picture);
  };
  if (pictures.size() == 1) return svg_of(pictures.front(), SvgUse::file);
  std::vector<std::string> parts;
  std::string titles;
  for (const Picture& picture : pictures) {
    parts.push_back(svg_of(picture, SvgUse::inlined));
    titles += (titles.empty() ? "" : "; ") + title_of(picture);
  }
  return svg::stack(parts, titles);
}

std::string title_of(const Picture& picture) {
  return std::visit([](const auto& chart) { return chart.title; }, picture);
}

std::string to_csv(const Picture& picture) {
  return std::visit([](const auto& chart) { return csv_of(chart); }, picture);
}

}  // namespace synfire
