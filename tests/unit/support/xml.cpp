#include "support/xml.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

namespace synfire::test {
namespace {

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  std::string fault() {
    while (fault_.empty() && at_ < text_.size()) {
      if (text_[at_] == '<') {
        read_tag();
      } else {
        read_content();
      }
    }
    if (fault_.empty() && !open_.empty()) fail("<" + open_.back() + "> is not closed");
    if (fault_.empty() && !had_root_) fail("no element");
    return fault_;
  }

 private:
  void fail(const std::string& what) {
    if (fault_.empty()) fault_ = what + " at byte " + std::to_string(at_);
  }

  bool accept(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  void expect(std::string_view token) {
    if (!accept(token)) fail("'" + std::string(token) + "' is missing");
  }

  void skip_spaces() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }

  std::string read_name() {
    const std::size_t start = at_;
    const auto is_name = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == ':' || c == '_';
    };
    while (at_ < text_.size() && is_name(text_[at_])) ++at_;
    if (at_ == start) fail("a name is missing");
    return std::string(text_.substr(start, at_ - start));
  }

  void read_entity() {
    constexpr std::array<std::string_view, 5> kKnown{"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    if (std::none_of(kKnown.begin(), kKnown.end(), [&](auto name) { return accept(name); })) {
      fail("unknown entity");
    }
  }

  // Characters up to one of `ends`; false when the text ends first.
  void read_characters(std::string_view ends) {
    while (fault_.empty() && at_ < text_.size() && ends.find(text_[at_]) == ends.npos) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '&') {
        read_entity();
      } else if (byte == '<' || (byte < 0x20 && std::isspace(byte) == 0)) {
        fail("forbidden character");
      } else {
        ++at_;
      }
    }
  }

  void read_content() {
    const std::size_t start = at_;
    read_characters("<");
    const bool is_blank =
        text_.substr(start, at_ - start).find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (open_.empty() && !is_blank) fail("text outside the root element");
  }

  void read_attributes() {
    std::vector<std::string> names;
    for (skip_spaces(); fault_.empty() && at_ < text_.size(); skip_spaces()) {
      if (text_[at_] == '>' || text_[at_] == '/') return;
      names.push_back(read_name());
      if (std::count(names.begin(), names.end(), names.back()) > 1) fail("attribute twice");
      expect("=\"");
      read_characters("\"");
      expect("\"");
    }
  }

  void read_tag() {
    if (accept("<!DOCTYPE html>")) return;
    if (accept("</")) return close(read_name());
    expect("<");
    if (open_.empty() && had_root_) fail("second root element");
    had_root_ = true;
    const std::string name = read_name();
    read_attributes();
    if (accept("/>")) return;
    expect(">");
    open_.push_back(name);
  }

  void close(const std::string& name) {
    if (open_.empty() || open_.back() != name) return fail("</" + name + "> closes nothing");
    open_.pop_back();
    expect(">");
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<std::string> open_;
  bool had_root_ = false;
  std::string fault_;
};

}  // namespace

std::string xml_fault(std::string_view text) { return Reader(text).fault(); }

}  // namespace synfire::test
