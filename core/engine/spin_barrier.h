// A barrier for threads that meet often and briefly: waiting threads spin before they sleep.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>

namespace synfire {

class SpinBarrier {
 public:
  explicit SpinBarrier(std::size_t threads)
      : threads_(threads), spins_(threads <= processors() ? kSpins : 0) {}

  /// Returns when all threads have arrived; what they wrote before is there for all.
  void arrive_and_wait() {
    const std::uint32_t generation = generation_.load(std::memory_order_acquire);
    if (arrived_.fetch_add(1, std::memory_order_acq_rel) + 1 == threads_) {
      arrived_.store(0, std::memory_order_relaxed);
      // In one order with the count of sleepers that notify_all looks at, or one could sleep on.
      generation_.store(generation + 1, std::memory_order_seq_cst);
      generation_.notify_all();
      return;
    }
    for (int i = 0; i < spins_; ++i) {
      if (generation_.load(std::memory_order_acquire) != generation) return;
      relax();
    }
    generation_.wait(generation, std::memory_order_acquire);
  }

 private:
  // About 100 microseconds: more than steps take, less than a time slice.
  static constexpr int kSpins = 3000;

  /// Asked once: the system reads a file for it, which takes longer than some steps.
  static std::size_t processors() {
    static const std::size_t all = std::thread::hardware_concurrency();
    return all;
  }

  static void relax() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
  }

  const std::size_t threads_;
  const int spins_;
  std::atomic<std::size_t> arrived_{0};
  alignas(64) std::atomic<std::uint32_t> generation_{0};
};

}  // namespace synfire
