#include "core/io/report.h"

#include <fmt/format.h>

#include <system_error>

#include "core/io/atomic_file.h"

namespace synfire {
namespace {

constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--ink:#14181f;--soft:#5c6570;--line:#dfe3e8;--page:#ffffff;--panel:#f4f6f8;
--good:#00694c;--good-back:#e3f4ee;--warning:#7a5600;--warning-back:#fdf2d8;--bad:#a83300;--bad-back:#fde9e0}
@media screen and (prefers-color-scheme:dark){:root{--ink:#f0f3f6;--soft:#98a2ae;--line:#2f3741;--page:#14181f;
--panel:#1d232b;--good:#5fd6b0;--good-back:#12302a;--warning:#efc866;--warning-back:#352b12;--bad:#ff9a63;--bad-back:#3b2016}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:52rem;padding:2.5rem 1.25rem 4rem;background:var(--page);color:var(--ink);
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
h1{font-size:1.9rem;line-height:1.2;margin:0 0 .35rem;letter-spacing:-.01em}
h2{font-size:1.25rem;margin:2.75rem 0 .75rem;padding-top:1.25rem;border-top:1px solid var(--line)}
p{margin:.6rem 0 1rem;max-width:44rem}
.subtitle{color:var(--soft);margin:0 0 1.25rem}
.verdict{padding:.8rem 1rem;border-radius:.5rem;border-left:.3rem solid currentColor;font-weight:600;
background:var(--panel);max-width:none}
.good{color:var(--good)}.warning{color:var(--warning)}.bad{color:var(--bad)}
.verdict.good,.badge.good{background:var(--good-back)}
.verdict.warning,.badge.warning{background:var(--warning-back)}
.verdict.bad,.badge.bad{background:var(--bad-back)}
.numbers{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem;margin:1.25rem 0;padding:0}
.numbers div{background:var(--panel);border-radius:.5rem;padding:.8rem 1rem}
.numbers dt{color:var(--soft);font-size:.82rem}
.numbers dd{margin:0}
.numbers .value{font-size:1.55rem;font-weight:650;line-height:1.3;font-variant-numeric:tabular-nums}
.numbers .note{color:var(--soft);font-size:.82rem}
figure{margin:1.5rem 0 2rem}
figure svg{display:block;width:100%;height:auto}
figcaption{color:var(--soft);font-size:.88rem;margin-top:.5rem}
.table{overflow-x:auto;margin:1.25rem 0 2rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{text-align:left;font-weight:600;padding-bottom:.5rem}
th,td{text-align:left;padding:.4rem .7rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600;color:var(--soft);white-space:nowrap}
th:first-child,td:first-child{padding-left:0}
.number{text-align:right;white-space:nowrap}
.badge{display:inline-block;border-radius:.8rem;padding:0 .6rem;white-space:nowrap}
pre{background:var(--panel);border-radius:.5rem;padding:.8rem 1rem;overflow-x:auto;font-size:.85rem;line-height:1.45}
footer{margin-top:3rem;padding-top:1rem;border-top:1px solid var(--line);color:var(--soft);font-size:.82rem}
footer dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.25rem;margin:0}
footer dt{font-weight:600}
footer dd{margin:0;overflow-wrap:anywhere;font-family:ui-monospace,"Cascadia Mono","DejaVu Sans Mono",monospace}
@media print{body{max-width:none;padding:0;font-size:11pt}figure,.table,.numbers,.verdict{break-inside:avoid}
h2{break-after:avoid}.table,pre{overflow:visible}pre{white-space:pre-wrap}}
)css";

std::string_view class_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "plain";
    case Tone::good:
      return "good";
    case Tone::warning:
      return "warning";
    case Tone::bad:
      return "bad";
  }
  return "plain";
}

// A sign beside the colour, for print and for readers who do not see the colour.
std::string_view sign_of(Tone tone) {
  switch (tone) {
    case Tone::plain:
      return "";
    case Tone::good:
      return "\xe2\x9c\x93 ";
    case Tone::warning:
      return "! ";
    case Tone::bad:
      return "\xe2\x9c\x97 ";
  }
  return "";
}

std::string element(std::string_view tag, std::string_view style, std::string_view text) {
  if (text.empty()) return {};
  return fmt::format("<{} class=\"{}\">{}</{}>\n", tag, style, escape_markup(text), tag);
}

std::string html_of(const Paragraph& paragraph) {
  return "<p>" + escape_markup(paragraph.text) + "</p>\n";
}

std::string html_of(const Preformatted& block) {
  return "<pre>" + escape_markup(block.text) + "</pre>\n";
}

std::string html_of(const KeyNumber& number) {
  return fmt::format("<div><dt>{}</dt><dd class=\"value {}\">{}</dd>", escape_markup(number.label),
                     class_of(number.tone), escape_markup(number.value)) +
         element("dd", "note", number.note) + "</div>\n";
}

std::string html_of(const KeyNumbers& block) {
  std::string html = "<dl class=\"numbers\">\n";
  for (const KeyNumber& number : block.numbers) html += html_of(number);
  return html + "</dl>\n";
}

std::string html_of(const Cell& cell) {
  if (cell.tone == Tone::plain) return escape_markup(cell.text);
  return fmt::format("<span class=\"badge {}\">{}{}</span>", class_of(cell.tone),
                     sign_of(cell.tone), escape_markup(cell.text));
}

std::string row_of(const Table& table, const std::vector<Cell>& row) {
  std::string html = "<tr>";
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool is_number = i < table.columns.size() && table.columns[i].is_number;
    html += (is_number ? "<td class=\"number\">" : "<td>") + html_of(row[i]) + "</td>";
  }
  return html + "</tr>\n";
}

std::string html_of(const Table& table) {
  std::string html = "<div class=\"table\"><table>\n";
  if (!table.caption.empty()) html += "<caption>" + escape_markup(table.caption) + "</caption>\n";
  html += "<thead><tr>";
  for (const Column& column : table.columns) {
    html += fmt::format("<th scope=\"col\"{}>{}</th>", column.is_number ? " class=\"number\"" : "",
                        escape_markup(column.title));
  }
  html += "</tr></thead>\n<tbody>\n";
  for (const auto& row : table.rows) html += row_of(table, row);
  return html + "</tbody></table></div>\n";
}

// Every chart: the picture, and its description below it.
template <typename Chart>
std::string html_of(const Chart& chart) {
  const std::string caption =
      chart.description.empty()
          ? ""
          : "<figcaption>" + escape_markup(chart.description) + "</figcaption>\n";
  return "<figure>\n" + to_svg(chart, SvgUse::inlined) + caption + "</figure>\n";
}

std::string html_of(const ReportSection& section) {
  std::string html = "<section>\n";
  if (!section.heading.empty()) html += "<h2>" + escape_markup(section.heading) + "</h2>\n";
  for (const Block& block : section.blocks) {
    html += std::visit([](const auto& content) { return html_of(content); }, block);
  }
  return html + "</section>\n";
}

std::string head_of(const Report& report) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<title>{}</title>\n<style>{}{}</style>\n</head>\n",
      escape_markup(report.title), kPageStyle, svg_style());
}

std::string foot_of(const Report& report) {
  std::string html = "<footer>\n<dl>\n";
  for (const auto& [name, value] : report.provenance) {
    html += fmt::format("<dt>{}</dt><dd>{}</dd>\n", escape_markup(name), escape_markup(value));
  }
  return html + "</dl>\n</footer>\n";
}

}  // namespace

std::string to_html(const Report& report) {
  std::string html = head_of(report) + "<body>\n<header>\n";
  html += "<h1>" + escape_markup(report.title) + "</h1>\n";
  html += element("p", "subtitle", report.subtitle);
  if (!report.verdict.empty()) {
    html += fmt::format("<p class=\"verdict {}\">{}{}</p>\n", class_of(report.tone),
                        sign_of(report.tone), escape_markup(report.verdict));
  }
  html += "</header>\n<main>\n";
  for (const ReportSection& section : report.sections) html += html_of(section);
  html += "</main>\n";
  if (!report.provenance.empty()) html += foot_of(report);
  return html + "</body>\n</html>\n";
}

void write_document(const std::filesystem::path& path, std::string_view text) {
  // A folder that cannot be made is told by the write, which names the file as well.
  std::error_code ignored;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), ignored);
  write_file(path, text);
}

}  // namespace synfire
