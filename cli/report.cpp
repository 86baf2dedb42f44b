#include "cli/report.h"

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace synfire {
namespace {

std::string_view status_word(int status) {
  if (status == 0) return "pass";
  return status == 1 ? "fail" : "error";
}

Json to_json(const Diagnostic& diagnostic) {
  return {{"code", info_of(diagnostic.code).number},
          {"severity", to_string(diagnostic.severity)},
          {"message", diagnostic.message},
          {"where", diagnostic.where},
          {"hint", diagnostic.hint}};
}

/// A reader that went away (`synfire list | head`) is not a fault; a full disk is.
bool print(const std::string& text) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written || errno == EPIPE;
}

}  // namespace

int exit_status(const Outcome& outcome) {
  for (const Diagnostic& diagnostic : outcome.diagnostics)
    if (diagnostic.severity == Severity::error) return info_of(diagnostic.code).exit_status;
  return 0;
}

std::string to_document(const Outcome& outcome) {
  Json diagnostics = Json::array();
  for (const Diagnostic& diagnostic : outcome.diagnostics)
    diagnostics.push_back(to_json(diagnostic));
  const Json document{{"schema", "synfire/1"},
                      {"status", status_word(exit_status(outcome))},
                      {"data", outcome.data},
                      {"diagnostics", diagnostics}};
  // File names need not be UTF-8, a JSON document must be.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

int report(const Outcome& outcome, const Session& session) {
  const bool written = print(session.json() ? to_document(outcome) : outcome.text);
  for (const Diagnostic& diagnostic : outcome.diagnostics) session.show(diagnostic);
  if (written) return exit_status(outcome);
  const int error = errno;
  session.show({Code::file_write, Severity::error, "stdout", std::strerror(error), {}});
  return info_of(Code::file_write).exit_status;
}

}  // namespace synfire
