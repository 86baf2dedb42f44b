#include "core/base/diagnostics.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <utility>

namespace synfire {
namespace {

constexpr std::array kCodes{
#define SYNFIRE_CODE(name, number, status, title, text) \
  CodeInfo{Code::name, number, status, title, text},
#include "core/base/error_codes.def"
#undef SYNFIRE_CODE
};

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitute = diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitute});
    }
  }
  return row.back();
}

}  // namespace

std::span<const CodeInfo> all_codes() { return kCodes; }

const CodeInfo& info_of(Code code) { return kCodes[static_cast<std::size_t>(code)]; }

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::note:
      return "note";
    case Severity::warning:
      return "warning";
    case Severity::error:
      return "error";
  }
  return "error";
}

std::string to_string(const Diagnostic& diagnostic) {
  std::string text{to_string(diagnostic.severity)};
  text += '[';
  text += info_of(diagnostic.code).number;
  text += "] ";
  if (!diagnostic.where.empty()) text += diagnostic.where + ": ";
  text += diagnostic.message;
  if (!diagnostic.hint.empty()) text += "\n  hint: " + diagnostic.hint;
  return text;
}

Failure::Failure(std::vector<Diagnostic> diagnostics) : diagnostics_(std::move(diagnostics)) {
  for (const Diagnostic& diagnostic : diagnostics_) {
    if (!text_.empty()) text_ += '\n';
    text_ += to_string(diagnostic);
  }
}

int Failure::exit_status() const {
  for (const Diagnostic& diagnostic : diagnostics_)
    if (diagnostic.severity == Severity::error) return info_of(diagnostic.code).exit_status;
  return info_of(Code::internal).exit_status;
}

void Diagnostics::error(Code code, std::string where, std::string message, std::string hint) {
  list_.push_back({code, Severity::error, std::move(where), std::move(message), std::move(hint)});
}

void Diagnostics::warning(Code code, std::string where, std::string message, std::string hint) {
  list_.push_back({code, Severity::warning, std::move(where), std::move(message), std::move(hint)});
}

bool Diagnostics::has_error() const {
  return std::any_of(list_.begin(), list_.end(),
                     [](const Diagnostic& d) { return d.severity == Severity::error; });
}

void Diagnostics::throw_if_error() const {
  if (has_error()) throw Failure(list_);
}

void fail(Code code, std::string where, std::string message, std::string hint) {
  throw Failure({{code, Severity::error, std::move(where), std::move(message), std::move(hint)}});
}

std::string nearest_name(std::string_view name, std::span<const std::string> candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(name, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace synfire
