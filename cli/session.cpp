#include "cli/session.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace synfire {
namespace {

bool is_terminal() {
  const char* const term = std::getenv("TERM");
  return isatty(STDERR_FILENO) != 0 && (term == nullptr || std::string_view(term) != "dumb");
}

bool wants_colour() {
  const char* const no_color = std::getenv("NO_COLOR");
  return is_terminal() && (no_color == nullptr || *no_color == '\0');
}

std::string_view colour_of(Severity severity) {
  return severity == Severity::error ? "\033[1;31m" : "\033[1;33m";
}

std::string duration_text(double seconds) {
  if (seconds < 90) return fmt::format("{:.0f} s", seconds);
  if (seconds < 5400) return fmt::format("{:.0f} min", seconds / 60);
  return fmt::format("{:.1f} h", seconds / 3600);
}

std::string progress_text(std::string_view unit, std::int64_t done, std::int64_t total,
                          double wall_s) {
  const auto share = static_cast<double>(done) / static_cast<double>(total);
  const double rate = wall_s > 0 ? static_cast<double>(done) / wall_s : 0;
  const double left = rate > 0 ? static_cast<double>(total - done) / rate : 0;
  return fmt::format("{:3.0f} % {}/{} {}, {:.1f}/s, ETA {}", 100 * share, done, total, unit, rate,
                     duration_text(left));
}

std::string bar_text(double share) {
  constexpr std::size_t kWidth = 24;
  const auto filled = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kWidth);
  return "[" + std::string(filled, '#') + std::string(kWidth - filled, '-') + "] ";
}

}  // namespace

Session::Session(std::vector<std::string> argv, bool json)
    : argv_(std::move(argv)), json_(json), colour_(wants_colour()) {}

void Session::message(std::string_view text) const {
  if (json_ || quiet()) return;
  fmt::print(stderr, "{}\n", text);
}

void Session::detail(std::string_view text) const {
  if (verbosity_ == Verbosity::verbose) message(text);
}

void Session::show(const Diagnostic& diagnostic) const {
  if (json_ || (quiet() && diagnostic.severity != Severity::error)) return;
  const std::string text = to_string(diagnostic);
  const std::size_t head = text.find(']') + 1;
  if (colour_)
    fmt::print(stderr, "{}{}\033[0m{}\n", colour_of(diagnostic.severity), text.substr(0, head),
               text.substr(head));
  else
    fmt::print(stderr, "{}\n", text);
}

Progress::Progress(const Session& session, std::string_view unit)
    : unit_(unit),
      enabled_(!session.quiet() && (!session.json() || is_terminal())),
      bar_(is_terminal()) {}

Progress::~Progress() {
  if (drawn_ && bar_) std::fputs("\r\033[K", stderr);
}

bool Progress::is_due() {
  const auto interval = bar_ ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000);
  const auto now = Clock::now();
  if (!enabled_ || now - last_ < interval) return false;
  last_ = now;
  return true;
}

void Progress::draw(double share, const std::string& text) {
  drawn_ = true;
  if (bar_)
    fmt::print(stderr, "\r\033[K{}{}", bar_text(share), text);
  else
    fmt::print(stderr, "{}\n", text);
  std::fflush(stderr);
}

void Progress::update(std::int64_t done, std::int64_t total, double wall_s) {
  if (total <= 0 || !is_due()) return;
  draw(static_cast<double>(done) / static_cast<double>(total),
       progress_text(unit_, done, total, wall_s));
}

void Progress::update(double time_ms, double end_ms, double wall_s, std::uint64_t spikes) {
  if (!(time_ms > 0) || !(end_ms > 0) || !is_due()) return;
  draw(time_ms / end_ms,
       fmt::format("{:3.0f} % {:.6g}/{:.6g} {}, real-time factor {:.3g}, {:.3g} spikes/s, ETA {}",
                   100 * time_ms / end_ms, time_ms / 1000, end_ms / 1000, unit_,
                   wall_s / (time_ms / 1000), static_cast<double>(spikes) / wall_s,
                   duration_text(wall_s / time_ms * (end_ms - time_ms))));
}

}  // namespace synfire
