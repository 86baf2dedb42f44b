// `validate`: what its targets share. Each cli/validate_*.cpp defines one; the list is generated
// from the files.
#pragma once

#include "cli/expectation.h"
#include "cli/session.h"
#include "cli/simulation.h"

namespace synfire {

struct ValidationTarget {
  std::string_view name;
  std::vector<std::string_view> options;  // of the verb's, that it alone uses
  Outcome (*run)(const Arguments&, Session&);
};

std::span<const ValidationTarget* const> validation_targets();

/// What is to be validated and what is expected: as many samples as there are rows of both.
struct Validation {
  Network network;
  SampleSet samples;
  CompareStage stage;
  Tensor expected;
  Diagnostics diagnostics;
};

Validation open_validation(const Arguments& arguments, Session& session);

/// The desktop's own result.
RunResult simulate(const Validation& validation, const Arguments& arguments,
                   const Session& session);

struct Difference {
  std::size_t bytes = 0;    // that differ
  std::size_t samples = 0;  // with a byte that differs
  std::size_t first = 0;    // value index of the first
};

/// Throws `internal` when the tensors are not of one type and size.
Difference difference_of(const Tensor& expected, const Tensor& got);

/// The bytes compared, in data and text, and an error at the first that differs.
void compare_with_expected(Validation& validation, const Tensor& got, Outcome& outcome);

/// An error at the first byte that differs; `what` names who differs from whom.
void report_difference(Diagnostics& diagnostics, const std::string& what, const std::string& stage,
                       const Tensor& expected, const Tensor& got, const Difference& difference);

}  // namespace synfire
