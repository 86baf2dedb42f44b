#include "core/net/parameter.h"

#include <cmath>
#include <limits>
#include <type_traits>

#include "core/base/diagnostics.h"

namespace synfire {
namespace {

[[noreturn]] void wrong_kind(std::string_view where, std::string_view name,
                             std::string_view expected, const Parameter& parameter) {
  fail(Code::parameter_invalid, std::string(where) + "." + std::string(name),
       "expected " + std::string(expected) + ", found " + to_string(parameter));
}

double scalar(const Parameter& parameter, std::string_view name, std::string_view where) {
  if (const auto* integer = std::get_if<std::int64_t>(&parameter))
    return static_cast<double>(*integer);
  if (const auto* real = std::get_if<double>(&parameter)) return *real;
  if (const auto* tensor = std::get_if<Tensor>(&parameter); tensor && tensor->size() == 1)
    return tensor->number(0);
  wrong_kind(where, name, "one number", parameter);
}

template <typename T>
T narrow(double value, std::string_view name, std::string_view where) {
  if constexpr (std::is_integral_v<T>) {
    if (!(std::nearbyint(value) == value) ||
        value < static_cast<double>(std::numeric_limits<T>::min()) ||
        value > static_cast<double>(std::numeric_limits<T>::max()))
      fail(Code::parameter_invalid, std::string(where) + "." + std::string(name),
           std::to_string(value) + " is not a 32-bit integer");
  }
  return static_cast<T>(value);
}

template <typename T>
std::vector<T> values_or(const Parameters& parameters, std::string_view name, T fallback,
                         std::size_t count, std::string_view where) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return std::vector<T>(count, fallback);
  const auto* tensor = std::get_if<Tensor>(&found->second);
  if (tensor == nullptr)
    return std::vector<T>(count, narrow<T>(scalar(found->second, name, where), name, where));
  if (tensor->empty() || count % tensor->size() != 0)
    fail(Code::parameter_invalid, std::string(where) + "." + std::string(name),
         std::to_string(tensor->size()) + " values do not repeat over " + std::to_string(count) +
             " neurons");
  std::vector<T> values(count);
  for (std::size_t i = 0; i < count; ++i)
    values[i] = narrow<T>(tensor->number(i % tensor->size()), name, where);
  return values;
}

}  // namespace

std::string to_string(const Parameter& parameter) {
  if (const auto* integer = std::get_if<std::int64_t>(&parameter)) return std::to_string(*integer);
  if (const auto* real = std::get_if<double>(&parameter)) {
    std::string text = std::to_string(*real);
    return text;
  }
  if (const auto* text = std::get_if<std::string>(&parameter)) return *text;
  const auto& tensor = std::get<Tensor>(parameter);
  return std::string(to_string(tensor.type())) + "[" + to_string(tensor.shape()) + "]";
}

std::int64_t integer_or(const Parameters& parameters, std::string_view name, std::int64_t fallback,
                        std::string_view where) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return fallback;
  if (const auto* integer = std::get_if<std::int64_t>(&found->second)) return *integer;
  wrong_kind(where, name, "an integer", found->second);
}

double number_or(const Parameters& parameters, std::string_view name, double fallback,
                 std::string_view where) {
  const auto found = parameters.find(name);
  return found == parameters.end() ? fallback : scalar(found->second, name, where);
}

std::string text_or(const Parameters& parameters, std::string_view name, std::string_view fallback,
                    std::string_view where) {
  const auto found = parameters.find(name);
  if (found == parameters.end()) return std::string(fallback);
  if (const auto* text = std::get_if<std::string>(&found->second)) return *text;
  wrong_kind(where, name, "a word", found->second);
}

std::vector<std::int32_t> integers_or(const Parameters& parameters, std::string_view name,
                                      std::int32_t fallback, std::size_t count,
                                      std::string_view where) {
  return values_or(parameters, name, fallback, count, where);
}

std::vector<double> reals_or(const Parameters& parameters, std::string_view name, double fallback,
                             std::size_t count, std::string_view where) {
  return values_or(parameters, name, fallback, count, where);
}

std::vector<float> numbers_or(const Parameters& parameters, std::string_view name, float fallback,
                              std::size_t count, std::string_view where) {
  return values_or(parameters, name, fallback, count, where);
}

}  // namespace synfire
