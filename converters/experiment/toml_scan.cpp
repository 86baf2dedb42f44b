#include "converters/experiment/toml_scan.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

class Scanner {
 public:
  Scanner(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  void scan() {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;  // a byte order mark
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        skip_to_end_of_line();
      else if (text_[at_] == '"' || text_[at_] == '\'')
        skip_string();
      else
        step(/*ascii_only=*/true);
    }
  }

 private:
  void step(bool ascii_only) {
    const auto byte = static_cast<unsigned char>(text_[at_]);
    const bool blank = byte == '\t' || byte == '\n' || byte == '\r';
    if ((byte < 0x20 && !blank) || byte == 0x7f) refuse("there is a control character");
    if (ascii_only && byte >= 0x80)
      refuse("letters beyond ASCII are for texts in quotes and comments");
    ++at_;
    if (byte == '\n') ++line_, line_start_ = at_;
  }

  void skip_to_end_of_line() {
    while (at_ < text_.size() && text_[at_] != '\n') step(false);
  }

  /// "...", '...', and the same with three quotes, which may have several lines.
  void skip_string() {
    const char quote = text_[at_];
    const std::string three(3, quote);
    const bool lines = text_.substr(at_).starts_with(three);
    const std::string_view end =
        lines ? std::string_view(three) : std::string_view(three).substr(2);
    at_ += end.size();
    while (at_ < text_.size() && !text_.substr(at_).starts_with(end)) {
      if (!lines && text_[at_] == '\n') return;  // not closed, which the library tells
      if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size()) step(false);
      step(false);
    }
    at_ += std::min(end.size(), text_.size() - at_);
  }

  [[noreturn]] void refuse(std::string message) const {
    fail(Code::experiment_syntax,
         name_ + ":" + std::to_string(line_) + ":" + std::to_string(at_ - line_start_ + 1),
         std::move(message));
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t at_ = 0, line_start_ = 0;
  std::int64_t line_ = 1;
};

}  // namespace

void refuse_foreign_characters(std::string_view text, const std::string& name) {
  Scanner(text, name).scan();
}

}  // namespace synfire
