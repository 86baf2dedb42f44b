// How the ranks of a job talk to each other. Who starts them, and by which means, the engine does
// not know: targets/mpi has an exchange for MPI.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <vector>

namespace synfire {

class Exchange {
 public:
  using Words = std::span<const std::uint32_t>;

  virtual ~Exchange() = default;
  virtual std::size_t rank() const = 0;
  virtual std::size_t ranks() const = 0;
  /// How many of the ranks share this machine's memory, this one included.
  virtual std::size_t ranks_on_machine() const = 0;
  /// Gives each rank the words of all, all[r] those of rank r, there until the next call. Every
  /// rank calls it the same number of times, from the thread that made the exchange; it returns
  /// when all have called. Throws ExchangeFailed.
  virtual void all_gather(Words mine, std::vector<Words>& all) = 0;
};

/// The ranks cannot talk to each other any more.
class ExchangeFailed : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Over all ranks, place by place; the values themselves where `exchange` is null. Called by all.
std::vector<std::uint64_t> sum_over_ranks(Exchange* exchange, std::vector<std::uint64_t> values);
double greatest_over_ranks(Exchange* exchange, double value);

}  // namespace synfire
