#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "cli/arguments.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/quantity.h"
#include "cli/session.h"
#include "cli/sweep_distance.h"
#include "cli/table.h"
#include "core/io/recording_report.h"

namespace synfire {
namespace {

constexpr const char* kWhere = "synfire plot";

std::vector<std::string> format_names() { return {"csv"}; }

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const PictureKind& kind : picture_kinds()) names.emplace_back(kind.name);
  return names;
}

std::optional<std::uint64_t> neuron_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// "7" or "0-99".
NeuronRange neuron_range(const std::string& text) {
  const std::size_t dash = text.find('-');
  const auto first = neuron_number(std::string_view(text).substr(0, dash));
  const auto last = dash == std::string::npos ? first : neuron_number(text.substr(dash + 1));
  if (!first || !last || *last < *first)
    fail(Code::bad_option_value, kWhere,
         "--neurons has '" + text + "', expected numbers and ranges such as 3,7 or 0-99");
  return {*first, *last};
}

std::optional<double> time_option(const Arguments& arguments, std::string_view option, Sign sign) {
  if (!arguments.given(option)) return std::nullopt;
  return quantity(arguments, option, "ms", kWhere, sign);
}

Selection selection_of(const Arguments& arguments) {
  Selection selection;
  selection.populations = arguments.list("population");
  for (const std::string& part : arguments.list("neurons"))
    selection.neurons.push_back(neuron_range(part));
  selection.from_ms = time_option(arguments, "from", Sign::any);
  selection.to_ms = time_option(arguments, "to", Sign::any);
  return selection;
}

PictureOptions options_of(const Arguments& arguments) {
  return {.bin_ms = time_option(arguments, "bin", Sign::positive),
          .smooth_ms = time_option(arguments, "smooth", Sign::positive),
          .trial_ms = time_option(arguments, "trial", Sign::positive),
          .title = arguments.given("title") ? arguments.text("title") : "",
          .x = arguments.given("x") ? arguments.text("x") : "",
          .y = arguments.list("y"),
          .against =
              arguments.given("against") ? read_points(arguments.text("against")) : PointTable()};
}

std::optional<std::uint64_t> run_of(const Arguments& arguments) {
  if (!arguments.given("run")) return std::nullopt;
  return static_cast<std::uint64_t>(arguments.integer("run"));
}

using Kinds = std::vector<const PictureKind*>;

bool is_page(const Arguments& arguments) {
  return arguments.given("output") && !arguments.given("data") &&
         std::filesystem::path(arguments.text("output")).extension() == ".html";
}

bool is_picture_name(const std::string& name) {
  const auto extension = std::filesystem::path(name).extension();
  return extension == ".svg" || extension == ".html";
}

/// The name of the picture without its option, or both the wrong way round.
void refuse_picture_as_recording(const Arguments& arguments) {
  const std::string name = arguments.text("RECORDING"), output = arguments.text("output");
  if (!is_picture_name(name)) return;
  const bool swapped = !output.empty() && !is_picture_name(output);
  fail(Code::missing_argument, kWhere,
       "RECORDING is missing: '" + name + "' in its place is the name of a picture",
       fmt::format("write `synfire plot {} -o {}`", swapped ? output : "out.h5", name));
}

/// Wrong command lines are told before anything is read.
void check_outputs(const Arguments& arguments) {
  refuse_picture_as_recording(arguments);
  const bool numbers = arguments.given("data");
  if (!arguments.given("output") && !arguments.given("report") && !numbers)
    fail(Code::missing_argument, kWhere, "there is no file for the picture",
         "add -o picture.svg, -o page.html or --report page.html");
  for (const std::string_view option : {"output", "report"})
    if (arguments.given(option)) check_output(arguments.text(option), arguments.text("RECORDING"));
  if (arguments.given("output") && arguments.text("output") == arguments.text("report"))
    fail(Code::bad_option_value, kWhere, "--output and --report are the same file");
  if (arguments.given("report") &&
      std::filesystem::path(arguments.text("report")).extension() != ".html")
    fail(Code::bad_option_value, kWhere,
         "--report is '" + arguments.text("report") + "', it must end in .html");
  if (arguments.given("output") && !numbers && !is_picture_name(arguments.text("output")))
    fail(Code::bad_option_value, kWhere,
         "--output is '" + arguments.text("output") + "', it must end in .svg or .html",
         "for the numbers add --data csv");
}

/// Those that are asked for, else all that fit; of which a picture alone shows the first.
Kinds drawn_kinds(const Arguments& arguments, const RecordingView& view,
                  const PictureOptions& options) {
  Kinds kinds;
  for (const std::string& name : arguments.list("kind")) kinds.push_back(&find_picture_kind(name));
  if (!kinds.empty()) return kinds;
  kinds = fitting_kinds(view, options);
  if (!is_page(arguments) && !arguments.given("report")) kinds.resize(1);
  return kinds;
}

void warn_of_unused(const Arguments& arguments, const Kinds& kinds, Outcome& outcome) {
  for (const std::string_view option : {"bin", "smooth", "trial", "x", "y", "against"}) {
    const auto names = [option](std::string_view heeds) {
      return (" " + std::string(heeds) + " ").find(fmt::format(" {} ", option)) !=
             std::string::npos;
    };
    const bool heeded = std::any_of(kinds.begin(), kinds.end(),
                                    [&](const PictureKind* kind) { return names(kind->heeds); });
    if (arguments.given(option) && !heeded)
      outcome.diagnostics.push_back({Code::option_unused, Severity::warning, kWhere,
                                     fmt::format("no kind that is drawn heeds --{}", option),
                                     "choose another with --kind"});
  }
}

std::vector<Picture> pictures_of(const Kinds& kinds, const RecordingView& view,
                                 const PictureOptions& options) {
  std::vector<Picture> pictures;
  for (const PictureKind* const kind : kinds)
    for (Picture& picture : draw(*kind, view, options)) pictures.push_back(std::move(picture));
  return pictures;
}

/// One table after the other, an empty line and the title before all but the only one.
std::string numbers_text(const std::vector<Picture>& pictures) {
  if (pictures.size() == 1) return to_csv(pictures.front());
  std::string text;
  for (const Picture& picture : pictures)
    text += (text.empty() ? "# " : "\n# ") + title_of(picture) + "\n" + to_csv(picture);
  return text;
}

Json to_json(const RecordingView& view, const std::vector<PopulationSummary>& summaries) {
  Json populations = Json::array();
  for (const PopulationSummary& each : summaries)
    populations.push_back({{"population", each.name},
                           {"neurons", each.neurons},
                           {"spikes", each.spikes},
                           {"rate_hz", each.statistics.rate_hz},
                           {"isi_cv", number_or_null(each.statistics.isi_cv)},
                           {"correlation", number_or_null(each.statistics.correlation)}});
  return {{"begin_ms", view.interval.begin_ms},
          {"end_ms", view.interval.end_ms},
          {"populations", populations}};
}

std::string to_text(const std::vector<PopulationSummary>& summaries) {
  if (summaries.empty()) return {};
  std::vector<std::vector<std::string>> rows{
      {"population", "neurons", "spikes", "rate [Hz]", "CV of ISI", "correlation"}};
  for (const PopulationSummary& each : summaries)
    rows.push_back({each.name, grouped(each.neurons),
                    grouped(static_cast<std::int64_t>(each.spikes)),
                    fmt::format("{:.3f}", each.statistics.rate_hz),
                    text_or_dash("{:.3f}", each.statistics.isi_cv),
                    text_or_dash("{:.5f}", each.statistics.correlation)});
  return text_table(rows);
}

/// What a part of the command line asks to be made of a recording.
class Drawing {
 public:
  Drawing(const Arguments& arguments, const Selection& selection, PictureOptions options,
          Recording recording)
      : arguments_(arguments),
        options_(std::move(options)),
        recording_(std::move(recording)),
        view_(view_of(recording_, selection)),
        kinds_(drawn_kinds(arguments, view_, options_)) {}

  const RecordingView& view() const { return view_; }
  const PictureOptions& options() const { return options_; }
  const Kinds& kinds() const { return kinds_; }

  /// Of -o, or of --data alone.
  std::string output() const {
    if (is_page(arguments_)) return page();
    Kinds kinds = kinds_;
    if (!arguments_.given("kind")) kinds.resize(1);
    const std::vector<Picture> pictures = pictures_of(kinds, view_, options_);
    return arguments_.given("data") ? numbers_text(pictures) : to_svg(pictures);
  }

  std::string page() const {
    PictureOptions options = options_;
    if (options.title.empty())
      options.title = std::filesystem::path(arguments_.text("RECORDING")).filename().string();
    return to_html(recording_report(recording_, view_, kinds_, options));
  }

 private:
  const Arguments& arguments_;
  PictureOptions options_;
  Recording recording_;
  RecordingView view_;
  Kinds kinds_;
};

/// What is wrong between a recording and what is asked of it names the recording; what is wrong
/// with the points has their place already.
Failure told_of(const std::string& recording, const std::string& points, const Failure& failure) {
  std::vector<Diagnostic> diagnostics = failure.diagnostics();
  for (Diagnostic& each : diagnostics)
    if (points.empty() || !each.where.starts_with(points))
      each.where = recording + ": " + each.where;
  return Failure(std::move(diagnostics));
}

struct Drawn {
  std::string output, report;
  Outcome outcome;
};

bool is_to_stdout(const Arguments& arguments) {
  return arguments.given("data") && !arguments.given("output");
}

Drawn draw_all(const Arguments& arguments, const Drawing& drawing) {
  Drawn drawn;
  if (arguments.given("output") || is_to_stdout(arguments)) drawn.output = drawing.output();
  if (arguments.given("report")) drawn.report = drawing.page();
  const std::vector<PopulationSummary> summaries = summarize(drawing.view());
  const std::vector<Distance> distances = distances_of(drawing.view(), drawing.options());
  drawn.outcome = {to_json(drawing.view(), summaries), to_text(summaries) + to_text(distances), {}};
  if (!distances.empty()) drawn.outcome.data["distances"] = to_json(distances);
  warn_of_unused(arguments, drawing.kinds(), drawn.outcome);
  return drawn;
}

/// From the command line and the files, which tell their own places, to what is drawn of them.
Drawn draw_all(const Arguments& arguments) {
  const Selection selection = selection_of(arguments);
  const PictureOptions options = options_of(arguments);
  const std::string file = arguments.text("RECORDING");
  Recording recording = read_recording(file, run_of(arguments));
  try {
    return draw_all(arguments, Drawing(arguments, selection, options, std::move(recording)));
  } catch (const Failure& failure) {
    throw told_of(file, options.against.file, failure);
  }
}

Outcome run(const Arguments& arguments, Session& session) {
  check_outputs(arguments);
  auto [output, report, outcome] = draw_all(arguments);
  if (is_to_stdout(arguments)) outcome.data["csv"] = outcome.text = output;
  begin_writing();
  for (const auto& [option, text] : {std::pair{"output", output}, {"report", report}}) {
    if (!arguments.given(option)) continue;
    write_document(arguments.text(option), text);
    session.message("wrote " + arguments.text(option));
  }
  return outcome;
}

}  // namespace

extern const Verb verb_plot{
    .name = "plot",
    .summary = "draw a recording: rasters, rates, traces, intervals, spectra, weights",
    .examples = {"synfire plot out.h5 --from 200ms --to 400ms -o raster.svg",
                 "synfire plot sweep.h5 --against measured.csv -o page.html"},
    .options =
        {{.name = "output",
          .letter = 'o',
          .kind = ValueKind::output_file,
          .value = "FILE",
          .meaning = "the picture (.svg) or a page of pictures (.html)",
          .stream_suffix = ".svg"},
         {.name = "report",
          .letter = 'r',
          .kind = ValueKind::output_file,
          .value = "FILE",
          .meaning = "a page of pictures too (.html)",
          .stream_suffix = ".html"},
         {.name = "kind",
          .letter = 'k',
          .kind = ValueKind::choice_list,
          .value = "LIST",
          .meaning = "what to draw, else the first that fits, or on a page all that do",
          .choices = kind_names},
         {.name = "population",
          .letter = 'p',
          .kind = ValueKind::text,
          .value = "LIST",
          .meaning = "only these populations, or projections"},
         {.name = "neurons",
          .kind = ValueKind::text,
          .value = "LIST",
          .meaning = "only these neurons of each population, such as 0-99 or 3,7"},
         {.name = "from", .kind = ValueKind::text, .value = "T", .meaning = "from this time on"},
         {.name = "to", .kind = ValueKind::text, .value = "T", .meaning = "before this time"},
         {.name = "bin",
          .kind = ValueKind::text,
          .value = "T",
          .meaning = "width of bins, such as 5ms (default: by the time that is shown)"},
         {.name = "smooth",
          .kind = ValueKind::text,
          .value = "T",
          .meaning = "rates smoothed with a Gaussian of this standard deviation, not in bins"},
         {.name = "trial",
          .kind = ValueKind::text,
          .value = "T",
          .meaning = "length of a trial, for psth (default: the recording's own)"},
         {.name = "run",
          .kind = ValueKind::integer,
          .value = "N",
          .meaning = "of a sweep: this run, counted from 0",
          .low = 0},
         {.name = "x",
          .kind = ValueKind::text,
          .value = "KEY",
          .meaning = "of a sweep: over this key (default: the first)"},
         {.name = "y",
          .kind = ValueKind::text,
          .value = "LIST",
          .meaning = "of a sweep: these results (default: changes of weights, or rates)"},
         {.name = "against",
          .kind = ValueKind::input_file,
          .value = "FILE.csv",
          .meaning = "of a sweep: points to compare with, and the distance from them"},
         {.name = "title", .kind = ValueKind::text, .value = "TEXT", .meaning = "the title"},
         {.name = "data",
          .kind = ValueKind::choice,
          .value = "FORMAT",
          .meaning = "the numbers instead of the picture, to -o or stdout",
          .choices = format_names}},
    .arguments = {{"RECORDING", "what a run recorded (.h5), or spikes in SONATA's format"}},
    .run = run,
};

}  // namespace synfire
