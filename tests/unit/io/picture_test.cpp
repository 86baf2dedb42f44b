#include "core/io/picture.h"

#include <gtest/gtest.h>

#include "core/base/diagnostics.h"
#include "core/io/recording_report.h"
#include "io/recordings.h"
#include "support/xml.h"

namespace synfire {
namespace {

std::size_t count_of(const std::string& text, std::string_view word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

std::vector<Picture> pictures_of(const Recording& recording, std::string_view kind,
                                 const PictureOptions& options = {}) {
  return draw(find_picture_kind(kind), view_of(recording, {}), options);
}

/// The page of everything, which must be well-formed and without a number that is none.
std::string checked_page(const Recording& recording) {
  const std::string html = to_html(recording_report(recording, view_of(recording, {}), {}, {}));
  EXPECT_EQ(test::xml_fault(html), "");
  for (const char* const word : {"nan", ">inf", " inf", "-inf"})
    EXPECT_EQ(count_of(html, word), 0U);
  return html;
}

TEST(Picture, OfEveryKindIsWellFormedAndDescribed) {
  Recording recording = test::small_recording();
  recording.summary = test::small_summary();
  for (const PictureKind& kind : picture_kinds()) {
    for (const Picture& picture : pictures_of(recording, kind.name)) {
      const std::string svg = to_svg(std::span(&picture, 1));
      EXPECT_EQ(test::xml_fault(svg), "") << kind.name;
      EXPECT_EQ(count_of(svg, "<desc>"), 1U) << kind.name;
      EXPECT_EQ(count_of(svg, "no data"), 0U) << kind.name;
      EXPECT_NE(title_of(picture), "");
      EXPECT_GT(count_of(to_csv(picture), "\n"), 3U) << kind.name;
    }
  }
}

TEST(Picture, OfSeveralKindsIsOneFile) {
  const RecordingView view = view_of(test::small_recording(), {});
  std::vector<Picture> pictures = draw_raster(view, {});
  pictures.push_back(draw_rate(view, {}).front());
  const std::string svg = to_svg(pictures);
  EXPECT_EQ(test::xml_fault(svg), "");
  EXPECT_EQ(count_of(svg, "<svg "), 3U);
  EXPECT_EQ(count_of(svg, "<style>"), 1U);
}

TEST(Picture, HasItsNumbersAsATable) {
  Recording recording = test::small_recording();
  recording.spikes[1].population = recording.layers[1].population = "a, \"b\"";
  EXPECT_EQ(to_csv(pictures_of(recording, "raster").front()).substr(0, 35),
            "population,time (ms),neuron\nb,1,2\nb");
  EXPECT_GT(count_of(to_csv(pictures_of(recording, "raster").front()), "\n\"a, \"\"b\"\"\",5,7\n"),
            0U);
  PictureOptions options;
  options.bin_ms = 50;
  EXPECT_EQ(to_csv(pictures_of(recording, "rate", options).front()),
            "series,time (ms),rate (Hz)\nb,0,25\nb,50,30\n\"a, \"\"b\"\"\",0,4\n"
            "\"a, \"\"b\"\"\",50,4\n");
  EXPECT_EQ(to_csv(pictures_of(recording, "psth", options).front()),
            "series,time in the trial (ms),rate (Hz)\nb,0,27.5\n\"a, \"\"b\"\"\",0,4\n");
  EXPECT_EQ(to_csv(pictures_of(recording, "trace").front()),
            "series,time (ms),v (mV)\nneuron 1,0,1\nneuron 1,10,3\nneuron 1,20,5\n"
            "neuron 4,0,2\nneuron 4,10,4\nneuron 4,20,6\n");
}

TEST(Picture, OfASweepHasPointsWithErrorsBesideItsCurves) {
  Recording recording = test::small_recording();
  recording.summary = test::small_summary();
  PictureOptions options;
  options.against = {"measured",
                     {"stimulus.a.shift", "b.g", "s weight_change", "s weight_change error"},
                     {{"0", "1", "12", "4"}}};
  const Picture picture = pictures_of(recording, "sweep", options).front();
  EXPECT_EQ(to_csv(picture).substr(0, 82),
            "series,stimulus.a.shift (ms),s weight change,error\ng = 1,-10,0,1\ng = 1,0,10,1\n"
            "g = ");
  EXPECT_GT(count_of(to_csv(picture), "\nmeasured: g = 1,0,12,4\n"), 0U);
  const std::string svg = to_svg(std::span(&picture, 1));
  EXPECT_GT(count_of(svg, "measured: g = 1"), 0U);
  EXPECT_GT(count_of(svg, "0.50 standard errors"), 0U);
  Recording sweep;
  sweep.summary = test::small_summary();
  const std::string page = to_html(recording_report(sweep, view_of(sweep, {}), {}, options));
  EXPECT_GT(count_of(page, "of a sweep"), 0U);
}

TEST(Picture, ShowsManyNeuronsAndSynapsesByQuantiles) {
  Recording recording = test::small_recording();
  StateTrace& trace = recording.traces.front();
  trace.node_ids.clear();
  trace.values.clear();
  for (int row = 0; row < 3; ++row)
    for (int i = 0; i <= 100; ++i) trace.values.push_back(i);
  const std::string csv = to_csv(pictures_of(recording, "trace").front());
  EXPECT_EQ(count_of(csv, "\nmedian,"), 3U);
  EXPECT_EQ(count_of(csv, "\n\"5 % to 95 %, lower\",10,5\n"), 1U);
  EXPECT_EQ(count_of(csv, "\n\"25 % to 75 %, upper\",10,75\n"), 1U);
}

TEST(Picture, OfFewSynapsesIsTheirCurvesAndOfManyADistributionToo) {
  Recording recording = test::small_recording();
  EXPECT_EQ(pictures_of(recording, "weights").size(), 1U);
  recording.weights[0].values.assign(200, 0.5F);
  EXPECT_EQ(pictures_of(recording, "weights").size(), 2U);
  recording.weights[0].times_ms = {0};
  EXPECT_EQ(pictures_of(recording, "weights").size(), 1U);
}

TEST(Picture, KeepsThePopulationsColourWhenOthersAreLeftOut) {
  Selection selection;
  selection.populations = {"a"};
  const RecordingView view = view_of(test::small_recording(), selection);
  for (const char* const kind : {"raster", "rate", "psth", "isi"}) {
    const std::vector<Picture> pictures = draw(find_picture_kind(kind), view, {});
    EXPECT_GT(count_of(to_svg(pictures), "\"s1\""), 0U) << kind;
  }
}

TEST(Picture, IsRefusedWhereTheRecordingHasNothingForIt) {
  Recording recording = test::small_recording();
  recording.trial_ms = 0;
  EXPECT_THROW(pictures_of(recording, "psth"), Failure);
  PictureOptions options;
  options.trial_ms = 20;
  EXPECT_EQ(pictures_of(recording, "psth", options).size(), 1U);
  recording.traces.clear();
  EXPECT_THROW(pictures_of(recording, "trace"), Failure);
  EXPECT_THROW(find_picture_kind("rasta"), Failure);
  EXPECT_THROW(fitting_kinds(view_of({}, {}), {}), Failure);
}

TEST(RecordingReport, ShowsWhatThereIs) {
  const std::string html = checked_page(test::small_recording());
  // Of each kind, two of the task, the classes and the layers' work.
  EXPECT_EQ(count_of(html, "<svg "), 13U);
  EXPECT_EQ(count_of(html, "class 1, taken for none: 1"), 1U);
  EXPECT_EQ(count_of(html, "1 of 2 samples"), 1U);
  EXPECT_EQ(count_of(html, "18446744073709551615"), 1U);  // the seed
}

TEST(RecordingReport, TakesSilenceAndHostileNames) {
  Recording recording = test::small_recording();
  for (SpikeTrain& train : recording.spikes) train = {"<script>" + train.population, {}, {}, {}};
  recording.traces[0].variable = recording.traces[0].units = "<script>";
  recording.weights[0].projection = "<script>";
  recording.provenance.argv = {"<script>"};
  EXPECT_EQ(count_of(checked_page(recording), "<script"), 0U);
  recording.interval = {};
  checked_page(recording);
}

TEST(RecordingReport, TakesValuesThatAreNone) {
  Recording recording = test::small_recording();
  for (double& value : recording.traces[0].values) value = std::nan("");
  recording.weights[0].values.assign(200, std::numeric_limits<float>::infinity());
  checked_page(recording);
  recording.spikes = {{"one", {5}, {1U << 30U}, {}}};
  checked_page(recording);
}

TEST(Picture, OfHoursCountsInHoursAndItsTableInMs) {
  Recording recording = test::small_recording();
  constexpr double kHour = 3.6e6;
  recording.interval = {0, 10 * kHour};
  recording.spikes[0].timestamps_ms.back() = 9 * kHour;
  recording.traces[0].times_ms = {0, 5 * kHour, 9 * kHour};
  recording.weights[0].times_ms = {0, 10 * kHour};
  for (const char* const kind : {"raster", "rate", "trace", "weights"}) {
    const Picture picture = pictures_of(recording, kind).front();
    EXPECT_EQ(count_of(to_svg(std::span(&picture, 1)), ">time (h)<"), 1U) << kind;
    EXPECT_EQ(count_of(to_csv(picture), "time (ms)"), 1U) << kind;
  }
  const Picture intervals = pictures_of(recording, "isi").front();
  EXPECT_EQ(count_of(to_svg(std::span(&intervals, 1)), ">interval ("), 1U);
  const std::string page = to_html(recording_report(recording, view_of(recording, {}), {}, {}));
  EXPECT_EQ(count_of(page, ">10 h<"), 1U);
}

TEST(Picture, OfReceptiveFieldsHasAScale) {
  const std::vector<Picture> pictures = pictures_of(test::small_recording(), "fields");
  const std::string svg = to_svg(pictures);
  EXPECT_EQ(test::xml_fault(svg), "");
  EXPECT_EQ(count_of(svg, ">weight (pA)<"), 1U);
  EXPECT_EQ(count_of(svg, ">2.5<"), 1U);
}

}  // namespace
}  // namespace synfire
