// Fetching what will be read soon.
#pragma once

namespace synfire {

/// Asks for the cache line of `address`. The empty statement keeps the request: without it g++ 12
/// takes a function that only prefetches for one without effect, and drops its calls.
inline void prefetch(const void* address) {
  __builtin_prefetch(address);
  asm volatile("");
}

}  // namespace synfire
