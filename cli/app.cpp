#include "cli/app.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>
#include <system_error>

#include "cli/arguments.h"
#include "cli/help.h"
#include "cli/interruption.h"
#include "cli/job_report.h"
#include "cli/report.h"
#include "cli/session.h"
#include "cli/stream_files.h"
#include "core/base/simd.h"

namespace synfire {
namespace {

constexpr std::string_view kProgram = "synfire";
constexpr const char* kSimdVariable = "SYNFIRE_SIMD";

/// Also when the rest of the command line is wrong: who asks for JSON gets JSON.
bool asks_for_json(const std::vector<std::string>& words) {
  const auto end = std::find(words.begin(), words.end(), "--");
  return std::find(words.begin(), end, "--json") != end;
}

/// `synfire help run` is `synfire run --help`.
std::vector<std::string> without_help_word(std::vector<std::string> words) {
  if (words.empty() || words.front() != "help") return words;
  words.erase(words.begin());
  words.emplace_back("--help");
  return words;
}

Outcome text_outcome(std::string_view key, std::string text) {
  Outcome outcome;
  outcome.data[std::string(key)] = text;
  outcome.text = std::move(text);
  return outcome;
}

[[noreturn]] void fail_unknown_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb* const verb : verbs()) names.emplace_back(verb->name);
  const std::string near = suggestion(name, names);
  fail(Code::unknown_verb, std::string(kProgram), "unknown verb '" + name + "'",
       near.empty() ? "`synfire --help` lists the verbs" : near);
}

bool is_common(const std::string& word) {
  const auto options = common_options();
  return std::any_of(options.begin(), options.end(), [&](const OptionInfo& option) {
    return word == "--" + std::string(option.name) ||
           (option.letter != '\0' && word == std::string("-") + option.letter);
  });
}

Verbosity verbosity_of(const Arguments& arguments) {
  if (arguments.flag("quiet")) return Verbosity::quiet;
  return arguments.flag("verbose") ? Verbosity::verbose : Verbosity::normal;
}

Outcome run_verb(const Verb& verb, const std::vector<std::string>& words, Session& session) {
  Arguments arguments(verb, words);
  if (arguments.flag("help")) return text_outcome("help", verb_help(verb));
  if (session.exchange() != nullptr && !verb.on_ranks)
    fail(
        Code::ranks_unavailable, "synfire " + std::string(verb.name),
        "this verb runs on one rank, mpirun started " + std::to_string(session.exchange()->ranks()),
        "start it without mpirun");
  session.set_verbosity(verbosity_of(arguments));
  StreamFiles streams;
  streams.resolve(verb, arguments);
  Outcome outcome = verb.run(arguments, session);
  if (!streams.has_output()) return outcome;
  streams.send_output();
  session.message(outcome.text);  // stdout is taken
  outcome.text.clear();
  return outcome;
}

/// A command line without a verb.
Outcome run_program(const std::vector<std::string>& words) {
  const Verb none{kProgram, "", {}, {{.name = "version"}}, {}, nullptr};
  const Arguments arguments(none, words);
  if (arguments.flag("version")) {
    Outcome outcome = text_outcome("version", "synfire " SYNFIRE_VERSION "\n");
    outcome.data["version"] = SYNFIRE_VERSION;
    return outcome;
  }
  if (arguments.flag("help")) return text_outcome("help", program_help());
  fail(Code::missing_argument, std::string(kProgram), "no verb was given",
       "`synfire --help` lists the verbs");
}

Outcome dispatch(const std::vector<std::string>& words, Session& session) {
  const auto at = std::find_if(words.begin(), words.end(),
                               [](const std::string& word) { return !word.starts_with('-'); });
  const bool common_before = std::all_of(words.begin(), at, is_common);
  if (at == words.end() || !common_before) return run_program({words.begin(), at});
  std::vector<std::string> rest(words.begin(), at);
  rest.insert(rest.end(), at + 1, words.end());
  const Verb* const verb = find_verb(*at);
  if (verb == nullptr) fail_unknown_verb(*at);
  return run_verb(*verb, rest, session);
}

Outcome failed(Code code, std::string where, std::string message) {
  Outcome outcome;
  outcome.diagnostics.push_back({code, Severity::error, std::move(where), std::move(message), {}});
  return outcome;
}

Outcome guarded(const std::vector<std::string>& words, Session& session,
                std::unique_ptr<Job>& job) {
  try {
    if (const char* const name = std::getenv(kSimdVariable)) use_simd(name, kSimdVariable);
    job = join_job();
    if (job) become_rank(*job, session);
    if (const char* const name = std::getenv(kSimdVariable)) use_simd(name, kSimdVariable);
    return dispatch(words, session);
  } catch (const Failure& failure) {
    Outcome outcome;
    outcome.diagnostics = failure.diagnostics();
    return outcome;
  } catch (const ExchangeFailed& failure) {
    return failed(Code::exchange_failed, "mpirun", failure.what());
  } catch (const std::bad_alloc&) {
    return failed(Code::resource_limit, "memory", "there is not enough of it");
  } catch (const std::system_error& error) {
    const bool limit = error.code() == std::errc::resource_unavailable_try_again;
    return failed(limit ? Code::resource_limit : Code::internal, "system", error.what());
  } catch (const std::exception& error) {
    return failed(Code::internal, std::string(kProgram), error.what());
  } catch (...) {
    return failed(Code::internal, std::string(kProgram), "unknown exception");
  }
}

}  // namespace

const Verb* find_verb(std::string_view name) {
  const auto list = verbs();
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const Verb* verb) { return verb->name == name; });
  return found == list.end() ? nullptr : *found;
}

int run_app(const std::vector<std::string>& words) {
  const bool json = asks_for_json(words);
  std::vector<std::string> argv = words;
  argv.insert(argv.begin(), std::string(kProgram));
  Session session(std::move(argv), json);
  watch_interruptions(json);
  std::unique_ptr<Job> job;
  const Outcome outcome = guarded(without_help_word(words), session, job);
  begin_writing();
  return job ? report_of_rank(outcome, session, *job) : report(outcome, session);
}

}  // namespace synfire
