// Messages and progress of one invocation. Data goes to stdout, all of this to stderr.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/diagnostics.h"
#include "core/engine/exchange.h"

namespace synfire {

enum class Verbosity : std::uint8_t { quiet, normal, verbose };

class Session {
 public:
  Session(std::vector<std::string> argv, bool json);

  /// The command line, for the provenance of results.
  const std::vector<std::string>& argv() const { return argv_; }

  bool json() const { return json_; }
  bool quiet() const { return verbosity_ == Verbosity::quiet || !speaks(); }
  void set_verbosity(Verbosity verbosity) { verbosity_ = verbosity; }

  /// The other ranks of a job, null without: all share the work, and rank 0 speaks.
  Exchange* exchange() const { return exchange_; }
  void set_exchange(Exchange& exchange) { exchange_ = &exchange; }
  bool speaks() const { return exchange_ == nullptr || exchange_->rank() == 0; }

  void message(std::string_view text) const;
  void detail(std::string_view text) const;  // with -v only
  void show(const Diagnostic& diagnostic) const;

 private:
  std::vector<std::string> argv_;
  bool json_;
  Verbosity verbosity_ = Verbosity::normal;
  bool colour_;
  Exchange* exchange_ = nullptr;
};

/// A bar that is redrawn on a terminal, else a line every 10 s.
class Progress {
 public:
  Progress(const Session& session, std::string_view unit);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void update(std::int64_t done, std::int64_t total, double wall_s);
  /// Simulated time, with the spikes so far.
  void update(double time_ms, double end_ms, double wall_s, std::uint64_t spikes);

 private:
  bool is_due();
  void draw(double share, const std::string& text);
  using Clock = std::chrono::steady_clock;

  std::string unit_;
  bool enabled_;
  bool bar_;
  bool drawn_ = false;
  Clock::time_point last_ = Clock::now();
};

}  // namespace synfire
