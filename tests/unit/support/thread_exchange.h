// Ranks as threads of one process: what one of them sends, the others find in its memory.
#pragma once

#include <barrier>
#include <functional>
#include <vector>

#include "core/base/thread_pool.h"
#include "core/engine/exchange.h"

namespace synfire::test {

struct ThreadRanks {
  explicit ThreadRanks(std::size_t count)
      : messages(count), meeting(static_cast<std::ptrdiff_t>(count)) {}

  std::vector<std::vector<std::uint32_t>> messages;
  std::barrier<> meeting;
};

class ThreadExchange : public Exchange {
 public:
  ThreadExchange(ThreadRanks& ranks, std::size_t rank) : ranks_(ranks), rank_(rank) {}

  std::size_t rank() const override { return rank_; }
  std::size_t ranks() const override { return ranks_.messages.size(); }
  std::size_t ranks_on_machine() const override { return ranks(); }
  void all_gather(Words mine, std::vector<Words>& all) override {
    ranks_.meeting.arrive_and_wait();  // the messages before these have been read
    ranks_.messages[rank_].assign(mine.begin(), mine.end());
    words_sent += mine.size();
    ranks_.meeting.arrive_and_wait();
    all.assign(ranks_.messages.begin(), ranks_.messages.end());
  }

  std::size_t words_sent = 0;

 private:
  ThreadRanks& ranks_;
  std::size_t rank_;
};

/// Runs job(exchange) as every rank.
inline void on_ranks(std::size_t count, const std::function<void(ThreadExchange&)>& job) {
  ThreadRanks ranks(count);
  on_threads(count, [&](std::size_t rank) {
    ThreadExchange exchange(ranks, rank);
    job(exchange);
  });
}

}  // namespace synfire::test
