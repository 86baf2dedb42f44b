// The job of several ranks that mpirun started this process in. MPI itself is in a module of its
// own, loaded in such jobs only: who starts synfire by hand neither needs nor waits for it.
#pragma once

#include <memory>
#include <string>

#include "core/engine/exchange.h"

namespace synfire {

class Job {
 public:
  virtual ~Job() = default;
  virtual Exchange& exchange() = 0;
  /// Asked by a rank that failed: whether all ranks do so within the time.
  virtual bool all_fail(double seconds) = 0;
  /// Ends the part of this rank when all ranks come to it; nothing but the destructor may follow.
  virtual void leave() = 0;
  /// Ends all ranks at once. mpirun's exit status will be `status`.
  [[noreturn]] virtual void abort(int status) = 0;
};

/// The job of this process, null where it is alone. Throws ranks_unavailable when it was started as
/// one of several but cannot join them.
std::unique_ptr<Job> join_job();

/// What ranks talk by ("Open MPI v4.1.4"), or why they cannot.
std::string mpi_support();

}  // namespace synfire
