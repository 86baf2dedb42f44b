#include "cli/job_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "cli/interruption.h"
#include "cli/report.h"

namespace synfire {
namespace {

// Others that fail for the same reason need about as long to find it.
constexpr double kPatienceSeconds = 1;

std::vector<std::uint32_t> to_words(const std::string& text) {
  std::vector<std::uint32_t> words((text.size() + 3) / 4);
  if (!text.empty()) std::memcpy(words.data(), text.data(), text.size());
  return words;
}

/// Whether rank 0 says the same.
bool like_rank_0(Exchange& exchange, const std::string& text) {
  std::vector<Exchange::Words> all;
  const std::vector<std::uint32_t> words = to_words(text);
  exchange.all_gather(words, all);
  return std::equal(all[0].begin(), all[0].end(), words.begin(), words.end());
}

std::string errors_of(const Outcome& outcome) {
  std::string text;
  for (const Diagnostic& diagnostic : outcome.diagnostics) text += to_string(diagnostic) + "\n";
  return text;
}

/// stdout is rank 0's: what other ranks say goes to stderr.
void tell(const Outcome& outcome, const Session& session) {
  if (session.speaks())
    report(outcome, session);
  else
    fmt::print(stderr, "rank {}: {}", session.exchange()->rank(), errors_of(outcome));
}

void tell_failure(const Outcome& outcome, const Session& session, Job& job) {
  if (!job.all_fail(kPatienceSeconds)) {
    tell(outcome, session);
    job.abort(exit_status(outcome));
  }
  const bool known = like_rank_0(job.exchange(), errors_of(outcome));
  if (session.speaks() || !known) tell(outcome, session);
}

}  // namespace

void become_rank(Job& job, Session& session) {
  session.set_exchange(job.exchange());
  interruption_of_rank(job.exchange().rank());
  std::string words;
  for (const std::string& word : session.argv()) words += word + '\0';
  const bool same = like_rank_0(job.exchange(), words);
  if (sum_over_ranks(&job.exchange(), {same ? 0U : 1U})[0] > 0)
    fail(Code::ranks_unavailable, "mpirun", "the ranks have different command lines",
         "give all of them the same arguments");
}

int report_of_rank(const Outcome& outcome, const Session& session, Job& job) {
  int status = exit_status(outcome);
  try {
    if (status != 0)
      tell_failure(outcome, session, job);
    else if (session.speaks() && (status = report(outcome, session)) != 0)
      job.abort(status);
    job.leave();
  } catch (const ExchangeFailed& failure) {
    fmt::print(stderr, "{}\n", failure.what());
    status = info_of(Code::exchange_failed).exit_status;
    job.abort(status);
  }
  return status;
}

}  // namespace synfire
