#include <fmt/format.h>

#include <charconv>

#include "cli/arguments.h"
#include "cli/interruption.h"
#include "cli/network_file.h"
#include "cli/quantity.h"
#include "cli/session.h"
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
  return quantity(arguments, option, time_units(), kWhere, sign);
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
          .title = arguments.given("title") ? arguments.text("title") : ""};
}

using Kinds = std::vector<const PictureKind*>;

Kinds kinds_of(const Arguments& arguments) {
  Kinds kinds;
  for (const std::string& name : arguments.list("kind")) kinds.push_back(&find_picture_kind(name));
  return kinds;
}

bool is_page(const Arguments& arguments) {
  return arguments.given("output") &&
         std::filesystem::path(arguments.text("output")).extension() == ".html";
}

/// Wrong command lines are told before anything is read.
void check_outputs(const Arguments& arguments) {
  const bool numbers = arguments.given("data");
  if (!arguments.given("output") && !arguments.given("report") && !numbers)
    fail(Code::missing_argument, kWhere, "there is no file for the picture",
         "add -o picture.svg, -o page.html or --report page.html");
  for (const std::string_view option : {"output", "report"})
    if (arguments.given(option)) check_output(arguments.text(option), arguments.text("RECORDING"));
  if (arguments.given("output") && arguments.text("output") == arguments.text("report"))
    fail(Code::bad_option_value, kWhere, "--output and --report are the same file");
  const auto extension = std::filesystem::path(arguments.text("output")).extension();
  if (arguments.given("output") && !numbers && extension != ".svg" && extension != ".html")
    fail(Code::bad_option_value, kWhere,
         "--output is '" + arguments.text("output") + "', it must end in .svg or .html",
         "for the numbers add --data csv");
}

/// The first kind that fits, where none is asked for.
std::vector<Picture> pictures_of(const Kinds& kinds, const RecordingView& view,
                                 const PictureOptions& options) {
  const Kinds chosen = kinds.empty() ? Kinds{fitting_kinds(view, options).front()} : kinds;
  std::vector<Picture> pictures;
  for (const PictureKind* const kind : chosen)
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

Json to_json(const Table& table) {
  Json rows = Json::array();
  for (const auto& row : table.rows) {
    Json entry = Json::object();
    for (std::size_t i = 0; i < row.size(); ++i) entry[table.columns[i].title] = row[i].text;
    rows.push_back(entry);
  }
  return rows;
}

std::string to_text(const Table& table) {
  std::vector<std::vector<std::string>> rows{{}};
  for (const Column& column : table.columns) rows.front().push_back(column.title);
  for (const auto& row : table.rows) {
    rows.emplace_back();
    for (const Cell& cell : row) rows.back().push_back(cell.text);
  }
  return text_table(rows);
}

void write_page(const std::string& path, const Recording& recording, const RecordingView& view,
                const Kinds& kinds, const PictureOptions& options) {
  write_document(path, to_html(recording_report(recording, view, kinds, options)));
}

Outcome run(const Arguments& arguments, Session& session) {
  check_outputs(arguments);
  const Selection selection = selection_of(arguments);
  PictureOptions options = options_of(arguments);
  const Kinds kinds = kinds_of(arguments);
  const Recording recording = read_recording(arguments.text("RECORDING"));
  const RecordingView view = view_of(recording, selection);
  Outcome outcome;
  const Table table = population_table(view);
  outcome.data["populations"] = to_json(table);
  std::string output;
  if (arguments.given("data"))
    output = numbers_text(pictures_of(kinds, view, options));
  else if (arguments.given("output") && !is_page(arguments))
    output = to_svg(pictures_of(kinds, view, options));
  begin_writing();
  if (arguments.given("data") && !arguments.given("output")) {
    outcome.text = output;
    outcome.data["csv"] = output;
  } else {
    outcome.text = to_text(table);
    if (!output.empty()) write_document(arguments.text("output"), output);
  }
  if (options.title.empty())
    options.title = std::filesystem::path(arguments.text("RECORDING")).filename().string();
  if (is_page(arguments) && !arguments.given("data"))
    write_page(arguments.text("output"), recording, view, kinds, options);
  if (arguments.given("report"))
    write_page(arguments.text("report"), recording, view, kinds, options);
  for (const std::string_view option : {"output", "report"})
    if (arguments.given(option)) session.message("wrote " + arguments.text(option));
  return outcome;
}

}  // namespace

extern const Verb verb_plot{
    .name = "plot",
    .summary = "draw a recording: rasters, rates, traces, intervals, spectra, weights",
    .examples = {"synfire plot out.h5 --from 200ms --to 400ms -o raster.svg",
                 "synfire plot out.h5 --kind raster,rate,isi -o page.html"},
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
