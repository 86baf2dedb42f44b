#include <chrono>
#include <cstdlib>
#include <memory>
#include <thread>

#include "targets/mpi/module/communicator.h"
#include "targets/mpi/module/module.h"

namespace synfire {
namespace {

/// MPI from its start to its end: made first, and only one thread of a rank calls it.
class Library {
 public:
  Library() {
    int provided = MPI_THREAD_SINGLE;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
    if (provided < MPI_THREAD_FUNNELED)
      throw ExchangeFailed("this MPI does not allow a program to have threads");
  }
};

class MpiJob : public Job {
 public:
  Exchange& exchange() override { return exchange_; }

  bool all_fail(double seconds) override {
    using Clock = std::chrono::steady_clock;
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    MPI_Request meeting = MPI_REQUEST_NULL;
    int met = 0;
    if (MPI_Ibarrier(failures_.handle(), &meeting) != MPI_SUCCESS) return false;
    while (MPI_Test(&meeting, &met, MPI_STATUS_IGNORE) == MPI_SUCCESS && met == 0) {
      if (Clock::now() > end) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return met != 0;
  }

  void leave() override {
    check(MPI_Barrier(ends_.handle()), "MPI_Barrier");
    check(MPI_Finalize(), "MPI_Finalize");
  }

  [[noreturn]] void abort(int status) override {
    MPI_Abort(MPI_COMM_WORLD, status);
    std::_Exit(status);
  }

 private:
  Library library_;
  MpiExchange exchange_;
  Communicator failures_, ends_;
};

}  // namespace
}  // namespace synfire

extern "C" {

synfire::Job* synfire_join_job() { return std::make_unique<synfire::MpiJob>().release(); }

const char* synfire_mpi_library() {
  static const std::string text = [] {
    std::string all(MPI_MAX_LIBRARY_VERSION_STRING, '\0');
    int length = 0;
    MPI_Get_library_version(all.data(), &length);
    all.resize(static_cast<std::size_t>(length));
    return all.substr(0, all.find(','));  // who built it follows
  }();
  return text.c_str();
}
}
