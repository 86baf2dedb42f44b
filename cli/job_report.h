// One report for a job of several ranks.
#pragma once

#include "cli/session.h"
#include "cli/verb.h"
#include "targets/mpi/job.h"

namespace synfire {

/// From here on the session is that of one of the job's ranks. Throws ranks_unavailable when their
/// command lines differ.
void become_rank(Job& job, Session& session);

/// Rank 0 prints the outcome. What all ranks find wrong is told once; a rank that fails alone tells
/// so itself and ends the job. Returns the exit status.
int report_of_rank(const Outcome& outcome, const Session& session, Job& job);

}  // namespace synfire
