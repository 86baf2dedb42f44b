#include "core/io/svg.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace synfire {
namespace {

// Okabe and Ito's palette, each colour darkened or lightened until it contrasts with the page.
// Print is always light.
constexpr std::string_view kStyle = R"css(
.chart{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",Arial,sans-serif}
.chart text{fill:#3d4550}
.chart .title{font-size:15px;font-weight:600;fill:#14181f}
.chart .strong{font-weight:600;fill:#14181f}
.chart .soft{fill:#68717d}
.chart .inverse{fill:#ffffff}
.chart .middle{text-anchor:middle}
.chart .end{text-anchor:end}
.chart .back{fill:#ffffff}
.chart .grid{stroke:#e4e7eb;stroke-width:1}
.chart .axis{stroke:#8a939e;stroke-width:1}
.chart .band{fill:#f4f6f8}
.chart .frame{fill:none;stroke:#c4cad1;stroke-width:1}
.chart .alarm{fill:none;stroke:#c23b00;stroke-width:3}
.chart text.alarmed{fill:#b23600;font-weight:600}
.chart .reference{stroke:#3d4550;stroke-width:1.5;stroke-dasharray:6 4;fill:none}
.chart .curve{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.chart .thin{stroke-width:1.2}
.chart .dashed{stroke-dasharray:7 4}
.chart .wide{fill-opacity:.16}.chart .narrow{fill-opacity:.28}
.chart .ticks{fill:none;stroke-width:1.2}
.chart image{image-rendering:pixelated}
.chart .s0{fill:#0072b2}.chart .s1{fill:#d55e00}.chart .s2{fill:#009e73}.chart .s3{fill:#aa4499}
.chart .s4{fill:#b98500}.chart .s5{fill:#3f9fd8}.chart .s6{fill:#5b5f66}.chart .s7{fill:#a3123a}
.chart .curve,.chart .ticks{fill:none}
.chart .l0{stroke:#0072b2}.chart .l1{stroke:#d55e00}.chart .l2{stroke:#009e73}.chart .l3{stroke:#aa4499}
.chart .l4{stroke:#b98500}.chart .l5{stroke:#3f9fd8}.chart .l6{stroke:#5b5f66}.chart .l7{stroke:#a3123a}
@media screen and (prefers-color-scheme:dark){
.chart text{fill:#c3cad3}
.chart .title,.chart .strong{fill:#f0f3f6}
.chart .soft{fill:#98a2ae}
.chart .inverse{fill:#14181f}
.chart .back{fill:#14181f}
.chart .grid{stroke:#2b323b}
.chart .axis{stroke:#76808c}
.chart .band{fill:#1d232b}
.chart .frame{stroke:#4a535e}
.chart .alarm{stroke:#ff8a4d}
.chart text.alarmed{fill:#ff9a63}
.chart .reference{stroke:#c3cad3}
.chart .s0{fill:#4aa8e0}.chart .s1{fill:#f08438}.chart .s2{fill:#2fbf94}.chart .s3{fill:#d887c8}
.chart .s4{fill:#e3b341}.chart .s5{fill:#9ad1f5}.chart .s6{fill:#a9b1bb}.chart .s7{fill:#f27a94}
.chart .l0{stroke:#4aa8e0}.chart .l1{stroke:#f08438}.chart .l2{stroke:#2fbf94}.chart .l3{stroke:#d887c8}
.chart .l4{stroke:#e3b341}.chart .l5{stroke:#9ad1f5}.chart .l6{stroke:#a9b1bb}.chart .l7{stroke:#f27a94}
}
)css";

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

struct Character {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) return 2;
  if (lead >= 0xe0 && lead < 0xf0) return 3;
  if (lead >= 0xf0 && lead < 0xf5) return 4;
  return 0;
}

bool is_allowed(std::uint32_t value, std::size_t bytes) {
  constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
  if (value < 0x20) return value == '\t' || value == '\n' || value == '\r';
  const bool surrogate = value >= 0xd800 && value < 0xe000;
  return value >= kSmallest[bytes] && value <= 0x10ffff && !surrogate && value != 0x7f &&
         value != 0xfffe && value != 0xffff;
}

Character decode(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = sequence_length(lead);
  if (length == 0 || length > text.size()) return {};
  std::uint32_t value = length == 1 ? lead : lead & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xc0U) != 0x80) return {};
    value = (value << 6) | (next & 0x3fU);
  }
  return {value, length, is_allowed(value, length)};
}

std::string_view replacement_of(std::uint32_t value) {
  switch (value) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\'':
      return "&#39;";
    default:
      return {};
  }
}

}  // namespace

std::string_view svg_style() { return kStyle; }

std::string escape_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const Character character = decode(text);
    const std::string_view entity = replacement_of(character.value);
    if (!character.valid) {
      out += kReplacement;
    } else {
      out += entity.empty() ? text.substr(0, character.bytes) : entity;
    }
    text.remove_prefix(character.bytes);
  }
  return out;
}

}  // namespace synfire
