// Numbered, located, actionable diagnostics (DESIGN.md section 5).
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace synfire {

enum class Code {
#define SYNFIRE_CODE(name, number, status, title, text) name,
#include "core/base/error_codes.def"
#undef SYNFIRE_CODE
};

enum class Severity { note, warning, error };

struct CodeInfo {
  Code code;
  std::string_view number;  // "E0205"
  int exit_status;
  std::string_view title;
  std::string_view explanation;
};

std::span<const CodeInfo> all_codes();
const CodeInfo& info_of(Code code);

/// One message: what is wrong, where (file, layer, line), and what to do about it.
struct Diagnostic {
  Code code = Code::internal;
  Severity severity = Severity::error;
  std::string where;
  std::string message;
  std::string hint;
};

/// "error[E0205] kws.bin: 17 bytes ...", with the hint on a second line when there is one.
std::string to_string(const Diagnostic& diagnostic);
std::string_view to_string(Severity severity);

/// Carries every diagnostic of a failed operation; the exit status is that of the first error.
class Failure : public std::exception {
 public:
  explicit Failure(std::vector<Diagnostic> diagnostics);
  const char* what() const noexcept override { return text_.c_str(); }
  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  int exit_status() const;

 private:
  std::vector<Diagnostic> diagnostics_;
  std::string text_;
};

/// Collects diagnostics so that all faults of an input are reported at once.
class Diagnostics {
 public:
  void error(Code code, std::string where, std::string message, std::string hint = {});
  void warning(Code code, std::string where, std::string message, std::string hint = {});
  bool has_error() const;
  void throw_if_error() const;
  const std::vector<Diagnostic>& list() const { return list_; }

 private:
  std::vector<Diagnostic> list_;
};

[[noreturn]] void fail(Code code, std::string where, std::string message, std::string hint = {});

/// The candidate with the smallest edit distance to `name`, or "" when none is near.
std::string nearest_name(std::string_view name, std::span<const std::string> candidates);

}  // namespace synfire
