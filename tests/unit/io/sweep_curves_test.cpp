// Curves of a sweep, and their distance from points.
#include "core/io/sweep_curves.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/base/diagnostics.h"
#include "io/recordings.h"
#include "support/scratch.h"

namespace synfire {
namespace {

using testing::ElementsAre;

SweepCurves small_curves() { return sweep_curves(test::small_summary(), "", "s weight_change"); }

PointTable points(std::vector<std::string> columns, std::vector<std::vector<std::string>> rows) {
  return {"measured", std::move(columns), std::move(rows)};
}

TEST(SweepCurves, AreOfEveryValueOfTheOtherKeysAndMeansOverSeeds) {
  const SweepCurves curves = small_curves();
  EXPECT_EQ(curves.unit, "ms");
  ASSERT_EQ(curves.curves.size(), 2U);
  EXPECT_EQ(curves.curves[1].name, "g = 2");
  EXPECT_THAT(curves.curves[1].x, ElementsAre(-10, 0, 10));
  EXPECT_THAT(curves.curves[1].y, ElementsAre(10, 20, 30));
  EXPECT_THAT(curves.curves[1].deviation, ElementsAre(1, 1, 1));
}

TEST(SweepCurves, MayBeOverAnyKeyByOneOfItsNames) {
  const SweepCurves curves = sweep_curves(test::small_summary(), "c.g", "s weight_change");
  ASSERT_EQ(curves.curves.size(), 3U);
  EXPECT_THAT(curves.curves[0].x, ElementsAre(1, 2));
  EXPECT_THROW(sweep_curves(test::small_summary(), "c.h", "s weight_change"), Failure);
  EXPECT_THROW(sweep_curves(test::small_summary(), "", "s weight"), Failure);
}

TEST(SweepCurves, KeysThatFollowFromAnotherMakeNoCurves) {
  Summary summary = test::small_summary();
  summary.settings.push_back("run.duration");
  summary.columns.push_back({"run.duration", summary.columns[3].texts, {}});
  EXPECT_EQ(sweep_curves(summary, "", "s weight_change").curves.size(), 2U);
}

TEST(SweepCurves, NeedNumbersOfOneDimension) {
  Summary summary = test::small_summary();
  summary.columns[3].texts[2] = "\"0.01 s\"";
  EXPECT_EQ(sweep_curves(summary, "", "s weight_change").curves[1].x.back(), 10);
  summary.columns[3].texts[2] = "\"0.01 mV\"";
  EXPECT_THROW(sweep_curves(summary, "", "s weight_change"), Failure);
  EXPECT_EQ(read_measure("[\"-0.5 ms\"]")->number, -0.5);
  EXPECT_FALSE(read_measure("all"));
}

TEST(CurvePoints, AreComparedWithTheirCurveInItsUnitAndTheirErrors) {
  const auto found = compare(
      small_curves(),
      points({"stimulus.a.shift [s]", "c.g", "s weight_change", "s weight_change error", "source"},
             {{"-0.005", "1", "4", "0.5", "a"},
              {"0.01", "1", "23", "6", "b"},
              {"0.02", "1", "0", "1", ""}}));
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].curve, 0U);
  EXPECT_THAT(found[0].x, ElementsAre(-5, 10));
  EXPECT_THAT(found[0].distance, ElementsAre(1, -3));
  EXPECT_EQ(found[0].outside, 1U);
  EXPECT_DOUBLE_EQ(found[0].rms(), std::sqrt(5.0));
  EXPECT_DOUBLE_EQ(found[0].rms_in_errors(), std::sqrt((4 + 0.25) / 2));
}

TEST(CurvePoints, AreOfAllCurvesWithoutAColumnThatTellsThemApart) {
  const auto found =
      compare(small_curves(), points({"stimulus.a.shift", "s weight_change"}, {{"0 ms", "15"}}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[1].rms(), 5);
  EXPECT_TRUE(std::isnan(found[1].rms_in_errors()));
}

TEST(CurvePoints, AreRefusedWhereTheyAreOfSomethingElse) {
  const auto refused = [](PointTable table) {
    EXPECT_THROW(compare(small_curves(), table), Failure);
  };
  refused(points({"stimulus.a.shift", "s weight_chance"}, {{"0", "1"}}));
  refused(points({"stimulus.a.shift"}, {{"0"}}));
  refused(points({"stimulus.a.shift", "s weight_change"}, {{"0", "much"}}));
  refused(points({"stimulus.a.shift", "s weight_change"}, {{"99", "1"}}));
  refused(
      points({"stimulus.a.shift", "s weight_change", "s weight_change error"}, {{"0", "1", "0"}}));
  refused(points({"stimulus.a.shift [mV]", "s weight_change"}, {{"0", "1"}}));
}

TEST(CurvePoints, ComeFromATableWithComments) {
  const test::ScratchFolder folder;
  test::write_all(folder / "a.csv", "# who, where\nx [ms],y\n1,2\n\n# more\n3,4\n");
  const PointTable table = read_points(folder / "a.csv");
  EXPECT_EQ(table.name, "a");
  EXPECT_THAT(table.columns, ElementsAre("x [ms]", "y"));
  EXPECT_THAT(table.rows, ElementsAre(ElementsAre("1", "2"), ElementsAre("3", "4")));
  test::write_all(folder / "b.csv", "x,y\n1\n");
  EXPECT_THROW(read_points(folder / "b.csv"), Failure);
  test::write_all(folder / "c.csv", "x,y\n");
  EXPECT_THROW(read_points(folder / "c.csv"), Failure);
}

TEST(CurvePoints, OfAFileTellEveryFaultAtItsLine) {
  const test::ScratchFolder folder;
  const std::string path = (folder / "a.csv").string();
  test::write_all(path, "# measured\nstimulus.a.shift,s weight_change\n0,much\n\n5 mV,1\nx,2\n");
  std::vector<std::string> places;
  try {
    compare(small_curves(), read_points(path));
  } catch (const Failure& failure) {
    for (const Diagnostic& each : failure.diagnostics()) places.push_back(each.where);
  }
  EXPECT_THAT(places, ElementsAre(path + ":3", path + ":5", path + ":6"));
}

}  // namespace
}  // namespace synfire
