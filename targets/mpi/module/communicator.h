// MPI calls that throw, and the message exchange made of them.
#pragma once

#include <mpi.h>

#include <string>
#include <vector>

#include "core/engine/exchange.h"

namespace synfire {

/// Throws ExchangeFailed with MPI's own words when `status` is an error.
inline void check(int status, const char* call) {
  if (status == MPI_SUCCESS) return;
  std::string text(MPI_MAX_ERROR_STRING, '\0');
  int length = 0;
  MPI_Error_string(status, text.data(), &length);
  throw ExchangeFailed(std::string(call) + ": " + text.substr(0, static_cast<std::size_t>(length)));
}

/// Returns when the request is done. Spins first, and then sleeps between looks, so that ranks that
/// share a core with others, or with each other, let them run.
void wait_for(MPI_Request request, const char* call);

/// A copy of MPI_COMM_WORLD, so that messages for one purpose never meet those for another; errors
/// return.
class Communicator {
 public:
  Communicator() {
    check(MPI_Comm_dup(MPI_COMM_WORLD, &handle_), "MPI_Comm_dup");
    check(MPI_Comm_set_errhandler(handle_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
  }
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  MPI_Comm handle() const { return handle_; }
  std::size_t rank() const {
    int rank = 0;
    check(MPI_Comm_rank(handle_, &rank), "MPI_Comm_rank");
    return static_cast<std::size_t>(rank);
  }
  std::size_t size() const {
    int size = 0;
    check(MPI_Comm_size(handle_, &size), "MPI_Comm_size");
    return static_cast<std::size_t>(size);
  }

 private:
  MPI_Comm handle_ = MPI_COMM_NULL;
};

/// Messages of up to a capacity travel in one call of one size; where any is longer, a second call
/// brings them all. Every rank knows the lengths of all, so that all choose the same capacity.
class MpiExchange : public Exchange {
 public:
  MpiExchange();
  std::size_t rank() const override { return rank_; }
  std::size_t ranks() const override { return ranks_; }
  std::size_t ranks_on_machine() const override { return ranks_on_machine_; }
  void all_gather(Words mine, std::vector<Words>& all) override;

 private:
  void gather_blocks(Words mine);
  void gather_long(Words mine, std::vector<Words>& all);

  Communicator world_;
  std::size_t rank_, ranks_, ranks_on_machine_;
  std::size_t capacity_;             // words of a block, its length in the first
  std::vector<std::uint32_t> mine_;  // this rank's block
  std::vector<std::uint32_t> blocks_, long_;
};

}  // namespace synfire
