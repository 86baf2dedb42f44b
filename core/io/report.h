// Reports: one self-contained HTML page, to be looked at, printed or sent; no scripts, no network.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/io/svg.h"

namespace synfire {

enum class Tone : std::uint8_t { plain, good, warning, bad };

struct Paragraph {
  std::string text;
};

/// Words as they are, in lines: a command, a transcript.
struct Preformatted {
  std::string text;
};

/// A figure that a reader takes away: {"Accuracy", "97.8 %", "source model: 97.8 %"}.
struct KeyNumber {
  std::string label;
  std::string value;
  std::string note;
  Tone tone = Tone::plain;
};
struct KeyNumbers {
  std::vector<KeyNumber> numbers;
};

struct Cell {
  std::string text;
  Tone tone = Tone::plain;

  Cell() = default;
  Cell(std::string words, Tone meaning = Tone::plain) : text(std::move(words)), tone(meaning) {}
  Cell(const char* words) : text(words) {}
};

struct Column {
  std::string title;
  bool is_number = false;  // aligned to the right
};

struct Table {
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
};

using Block = std::variant<Paragraph, Preformatted, KeyNumbers, Table, LineChart, PanelChart,
                           BarChart, RasterPlot, ImageGrid, HeatMap>;

struct ReportSection {
  std::string heading;
  std::vector<Block> blocks;
};

struct Report {
  std::string title;
  std::string subtitle;
  std::string verdict;  // one sentence on top, in the tone's colour; may be empty
  Tone tone = Tone::plain;
  std::vector<ReportSection> sections;
  /// How it was made, for the foot: {"command", "synfire compare ..."}.
  std::vector<std::pair<std::string, std::string>> provenance;
};

std::string to_html(const Report& report);

/// Writes a report or a picture whole or not at all, and makes its folder where there is none.
/// Throws file_write.
void write_document(const std::filesystem::path& path, std::string_view text);

}  // namespace synfire
