// What the program finds in the module.
#pragma once

#include "targets/mpi/job.h"

extern "C" {
/// Starts MPI and joins the job; the caller owns it. Throws ExchangeFailed.
synfire::Job* synfire_join_job();
/// Name and version of the library. MPI need not be started.
const char* synfire_mpi_library();
}
