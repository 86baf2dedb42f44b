#include "core/base/natural_order.h"

namespace synfire {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Takes the number that the text begins with; its digits without zeros before them.
std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

/// Of two numbers, by their digits.
std::strong_ordering value_order(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() <=> b.size() : a <=> b;
}

}  // namespace

std::strong_ordering natural_order(std::string_view a, std::string_view b) {
  const std::strong_ordering by_characters = a <=> b;
  while (!a.empty() && !b.empty()) {
    if (is_digit(a.front()) && is_digit(b.front())) {
      const std::string_view left = take_digits(a), right = take_digits(b);
      if (const auto order = value_order(left, right); order != 0) return order;
    } else {
      if (a.front() != b.front()) return a.front() <=> b.front();
      a.remove_prefix(1), b.remove_prefix(1);
    }
  }
  return a.size() != b.size() ? a.size() <=> b.size() : by_characters;
}

}  // namespace synfire
