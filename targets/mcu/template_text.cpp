#include "targets/mcu/template_text.h"

#include <algorithm>
#include <cctype>

#include "core/base/diagnostics.h"
#include "targets/mcu/embedded.h"

namespace synfire::mcu {
namespace {

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

}  // namespace

std::string_view embedded_text(std::string_view path) {
  for (const EmbeddedFile& file : embedded_files())
    if (file.path == path) return file.text;
  fail(Code::internal, std::string(path), "is not part of this build");
}

std::string filled(std::string text, const TemplateValues& values) {
  for (const auto& [key, value] : values) replace_all(text, "@" + std::string(key) + "@", value);
  return text;
}

std::string harmless(std::string text) {
  std::ranges::replace_if(
      text, [](unsigned char c) { return !std::isalnum(c) && c != ' ' && c != '#' && c != '_'; },
      '_');
  return text;
}

}  // namespace synfire::mcu
