#include "converters/nir/common/graph.h"

#include "core/base/diagnostics.h"

namespace synfire::nir {
namespace {

bool is_plain(char letter) { return letter != '/' && letter != '%' && letter != '\0'; }

int hex_digit(char letter) {
  if (letter >= '0' && letter <= '9') return letter - '0';
  return letter >= 'A' && letter <= 'F' ? letter - 'A' + 10 : -1;
}

std::string escaped(char letter) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(letter);
  return {'%', digits[byte >> 4U], digits[byte & 15U]};
}

template <typename T>
const T& required(const Values& values, std::string_view name, const std::string& where,
                  const char* kind) {
  const Value* value = find(values, name);
  if (value == nullptr) fail(Code::file_format, where, "\"" + std::string(name) + "\" is missing");
  const T* typed = std::get_if<T>(value);
  if (typed == nullptr)
    fail(Code::file_format, where, "\"" + std::string(name) + "\" is not " + kind);
  return *typed;
}

}  // namespace

std::string to_link_name(std::string_view name) {
  if (name.empty()) return "%";
  if (name == ".") return "%2E";
  std::string link;
  for (const char letter : name)
    link += is_plain(letter) ? std::string(1, letter) : escaped(letter);
  return link;
}

std::string from_link_name(std::string_view link) {
  if (link == "%") return {};
  std::string name;
  for (std::size_t i = 0; i < link.size(); ++i) {
    const bool escape = link[i] == '%' && i + 2 < link.size() && hex_digit(link[i + 1]) >= 0 &&
                        hex_digit(link[i + 2]) >= 0;
    name +=
        escape ? static_cast<char>(16 * hex_digit(link[i + 1]) + hex_digit(link[i + 2])) : link[i];
    if (escape) i += 2;
  }
  return name;
}

const Value* find(const Values& values, std::string_view name) {
  const auto found = values.find(name);
  return found == values.end() ? nullptr : &found->second;
}

Tensor tensor_of(const Values& values, std::string_view name, const std::string& where) {
  // A number of no dimensions is an array of one element to whoever asks for an array.
  if (const Value* value = find(values, name)) {
    if (const auto* integer = std::get_if<std::int64_t>(value))
      return Tensor::of<std::int64_t>({1}, std::vector{*integer});
    if (const auto* real = std::get_if<double>(value))
      return Tensor::of<double>({1}, std::vector{*real});
  }
  return required<Tensor>(values, name, where, "an array of numbers");
}

double number_of(const Values& values, std::string_view name, const std::string& where) {
  const Tensor tensor = tensor_of(values, name, where);
  if (tensor.size() != 1)
    fail(Code::file_format, where, "\"" + std::string(name) + "\" is not one number");
  return tensor.number(0);
}

std::int64_t integer_of(const Values& values, std::string_view name, const std::string& where) {
  const double value = number_of(values, name, where);
  if (const auto* integer = std::get_if<std::int64_t>(find(values, name))) return *integer;
  if (!(value >= -9e15 && value <= 9e15) ||
      value != static_cast<double>(static_cast<std::int64_t>(value)))
    fail(Code::file_format, where, "\"" + std::string(name) + "\" is not an integer");
  return static_cast<std::int64_t>(value);
}

std::string text_of(const Values& values, std::string_view name, const std::string& where) {
  return required<std::string>(values, name, where, "a string");
}

std::string text_or(const Values& values, std::string_view name, std::string fallback) {
  const Value* value = find(values, name);
  const auto* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
  return text == nullptr ? fallback : *text;
}

std::vector<std::string> texts_of(const Values& values, std::string_view name) {
  const Value* value = find(values, name);
  const auto* texts = value == nullptr ? nullptr : std::get_if<std::vector<std::string>>(value);
  return texts == nullptr ? std::vector<std::string>{} : *texts;
}

}  // namespace synfire::nir
