#include "core/io/report.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "core/base/diagnostics.h"
#include "support/xml.h"

namespace synfire {
namespace {

constexpr const char* kHostile = "<img src=x onerror=\"go()\">&'";

Report full_report() {
  Report report;
  report.title = report.subtitle = report.verdict = kHostile;
  report.tone = Tone::bad;
  Table table{.caption = kHostile,
              .columns = {{kHostile, false}, {"neurons", true}},
              .rows = {{kHostile, {"12", Tone::good}}, {"short"}, {"one", "two", "too many"}}};
  report.sections = {{kHostile,
                      {Paragraph{kHostile}, Preformatted{kHostile},
                       KeyNumbers{{{kHostile, kHostile, kHostile, Tone::warning}}}, table,
                       LineChart{}, PanelChart{}, BarChart{}, RasterPlot{}, ImageGrid{}}},
                     {"", {}}};
  report.provenance = {{kHostile, kHostile}};
  return report;
}

std::string content_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Document : public testing::Test {
 protected:
  Document() { std::filesystem::remove_all(folder_); }
  ~Document() override { std::filesystem::remove_all(folder_); }

  const std::filesystem::path folder_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("synfire ") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST(Report, is_well_formed_whatever_it_is_given) {
  EXPECT_EQ(test::xml_fault(to_html(full_report())), "");
  EXPECT_EQ(test::xml_fault(to_html(Report{})), "");
}

TEST(Report, escapes_every_text) {
  const std::string html = to_html(full_report());
  EXPECT_EQ(html.find("<img"), std::string::npos);
  EXPECT_NE(html.find("&lt;img"), std::string::npos);
}

TEST(Report, needs_no_script_and_no_network) {
  const std::string html = to_html(full_report());
  for (const char* word : {"<script", "<link", "@import", "url(", "src=\""}) {
    EXPECT_EQ(html.find(word), std::string::npos) << word;
  }
}

TEST(Report, gives_a_sign_beside_each_colour) {
  const std::string html = to_html(full_report());
  EXPECT_NE(html.find("badge good\">\xe2\x9c\x93 12"), std::string::npos);
  EXPECT_NE(html.find("verdict bad\">\xe2\x9c\x97 "), std::string::npos);
}

TEST_F(Document, is_written_with_its_folders_and_replaces_an_older_one) {
  const auto path = folder_ / "a b" / "report.html";
  write_document(path, "old and longer");
  write_document(path, "new");
  EXPECT_EQ(content_of(path), "new");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(path.parent_path()), {}), 1);
}

TEST_F(Document, that_cannot_be_written_is_a_failure_and_leaves_nothing) {
  write_document(folder_ / "file", "a file where a folder is needed");
  try {
    write_document(folder_ / "file" / "report.html", "text");
    FAIL() << "it was written";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.diagnostics()[0].code, Code::file_write);
    EXPECT_NE(failure.diagnostics()[0].where.find("report.html"), std::string::npos);
  }
}

TEST_F(Document, does_not_replace_a_folder) {
  std::filesystem::create_directories(folder_ / "report.html" / "inside");
  EXPECT_THROW(write_document(folder_ / "report.html", "text"), Failure);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

}  // namespace
}  // namespace synfire
