// Pictures of recordings: what `synfire plot` draws and what reports show.
#pragma once

#include <variant>

#include "core/io/recording_view.h"
#include "core/io/svg.h"
#include "core/io/sweep_curves.h"

namespace synfire {

using Picture = std::variant<RasterPlot, PanelChart, LineChart, ImageGrid>;

struct PictureOptions {
  std::optional<double> bin_ms;     // absent: by the length of what is shown
  std::optional<double> smooth_ms;  // standard deviation of a Gaussian, instead of bins
  std::optional<double> trial_ms;   // absent: the recording's own
  std::string title;                // empty: each picture's own
  std::string x;                    // of a sweep: a key; empty: the first
  std::vector<std::string> y;       // of a sweep: its results; empty: usual_columns()
  PointTable against;               // points to compare with; no rows: none
};

/// One kind of picture. The list of kinds is the only one: options, help and reports follow it.
struct PictureKind {
  std::string_view name;
  std::string_view heading;
  bool (*fits)(const RecordingView&, const PictureOptions&);  // whether there is what it shows
  std::vector<Picture> (*draw)(const RecordingView&, const PictureOptions&);
  std::string_view needs;  // "spikes", for the message where it does not fit
  std::string_view heeds;  // of bin, smooth, trial, x, y and against
};

std::span<const PictureKind> picture_kinds();
/// Throws unknown_name.
const PictureKind& find_picture_kind(std::string_view name);

/// The kinds that a recording has something for. Throws file_format where there are none.
std::vector<const PictureKind*> fitting_kinds(const RecordingView& view,
                                              const PictureOptions& options);

/// The pictures of a kind. Throws bad_option_value where it does not fit, or where the options are
/// at odds with the recording.
std::vector<Picture> draw(const PictureKind& kind, const RecordingView& view,
                          const PictureOptions& options);

/// One file of all pictures, one below the other.
std::string to_svg(std::span<const Picture> pictures);
std::string title_of(const Picture& picture);
/// The numbers that are drawn, as a table with one header line.
std::string to_csv(const Picture& picture);

/// The drawing functions of the kinds.
std::vector<Picture> draw_raster(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_rate(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_intervals(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_trials(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_spectrum(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_traces(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_weights(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_sweep(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_fields(const RecordingView& view, const PictureOptions& options);
std::vector<Picture> draw_learning(const RecordingView& view, const PictureOptions& options);
/// Whether there is a task's episode or a data set that was learnt from.
bool has_learning(const RecordingView& view);
/// Whether the weights onto a neuron make a picture.
bool has_fields(const WeightTrace& trace);

}  // namespace synfire
