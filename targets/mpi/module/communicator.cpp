#include "targets/mpi/module/communicator.h"

#include <algorithm>
#include <chrono>
#include <climits>
#include <thread>

namespace synfire {
namespace {

constexpr std::size_t kLeastCapacity = 64;
// About 100 microseconds: more than a step of the others takes, less than a time slice.
constexpr int kLooks = 500;

std::size_t count_on_machine(const Communicator& world) {
  MPI_Comm machine = MPI_COMM_NULL;
  int size = 0;
  check(MPI_Comm_split_type(world.handle(), MPI_COMM_TYPE_SHARED, 0, MPI_INFO_NULL, &machine),
        "MPI_Comm_split_type");
  check(MPI_Comm_size(machine, &size), "MPI_Comm_size");
  check(MPI_Comm_free(&machine), "MPI_Comm_free");
  return static_cast<std::size_t>(size);
}

int count_of(std::size_t words) {
  if (words > INT_MAX) throw ExchangeFailed("more than 2^31 words in one message");
  return static_cast<int>(words);
}

}  // namespace

void wait_for(MPI_Request request, const char* call) {
  int done = 0;
  for (int looks = 0; done == 0; ++looks) {
    check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), call);
    if (looks > kLooks && done == 0) std::this_thread::sleep_for(std::chrono::microseconds(10));
  }
}

MpiExchange::MpiExchange()
    : rank_(world_.rank()),
      ranks_(world_.size()),
      ranks_on_machine_(count_on_machine(world_)),
      capacity_(kLeastCapacity) {}

void MpiExchange::all_gather(Words mine, std::vector<Words>& all) {
  gather_blocks(mine);
  std::size_t longest = 0;
  for (std::size_t r = 0; r < ranks_; ++r)
    longest = std::max<std::size_t>(longest, blocks_[r * capacity_]);
  all.resize(ranks_);
  if (longest >= capacity_) {
    gather_long(mine, all);
  } else {
    for (std::size_t r = 0; r < ranks_; ++r)
      all[r] = Words(blocks_).subspan(r * capacity_ + 1, blocks_[r * capacity_]);
  }
  // Room for twice the longest: given at once, taken back slowly.
  capacity_ = std::max({kLeastCapacity, 2 * longest + 1, capacity_ - capacity_ / 8});
}

void MpiExchange::gather_blocks(Words mine) {
  mine_.resize(capacity_);
  blocks_.resize(capacity_ * ranks_);
  mine_[0] = static_cast<std::uint32_t>(count_of(mine.size()));
  if (mine.size() < capacity_) std::copy(mine.begin(), mine.end(), mine_.begin() + 1);
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Iallgather(mine_.data(), count_of(capacity_), MPI_UINT32_T, blocks_.data(),
                       count_of(capacity_), MPI_UINT32_T, world_.handle(), &request),
        "MPI_Iallgather");
  wait_for(request, "MPI_Iallgather");
}

void MpiExchange::gather_long(Words mine, std::vector<Words>& all) {
  std::vector<int> counts, offsets;
  std::size_t words = 0;
  for (std::size_t r = 0; r < ranks_; ++r) {
    counts.push_back(static_cast<int>(blocks_[r * capacity_]));
    offsets.push_back(count_of(words));
    words += blocks_[r * capacity_];
  }
  long_.resize(words);
  MPI_Request request = MPI_REQUEST_NULL;
  check(MPI_Iallgatherv(mine.data(), count_of(mine.size()), MPI_UINT32_T, long_.data(),
                        counts.data(), offsets.data(), MPI_UINT32_T, world_.handle(), &request),
        "MPI_Iallgatherv");
  wait_for(request, "MPI_Iallgatherv");
  for (std::size_t r = 0; r < ranks_; ++r)
    all[r] = Words(long_).subspan(static_cast<std::size_t>(offsets[r]),
                                  static_cast<std::size_t>(counts[r]));
}

}  // namespace synfire
