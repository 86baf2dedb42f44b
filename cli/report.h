// How an outcome is shown: text and messages, or one JSON document.
#pragma once

#include <string>

#include "cli/session.h"
#include "cli/verb.h"

namespace synfire {

/// 0, or the exit status of the first error.
int exit_status(const Outcome& outcome);

/// The document {schema, status, data, diagnostics}.
std::string to_document(const Outcome& outcome);

/// Prints the outcome; returns the exit status.
int report(const Outcome& outcome, const Session& session);

}  // namespace synfire
