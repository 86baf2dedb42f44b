// Cost of the parts that everything else is made of.
#include <benchmark/benchmark.h>

#include <string>

#include "core/base/random.h"
#include "core/base/sha256.h"

namespace synfire {
namespace {

void random_bits(benchmark::State& state) {
  const Random random(1, Stream::drive, 7);
  std::uint64_t step = 0;
  for ([[maybe_unused]] const auto iteration : state) {
    benchmark::DoNotOptimize(random.bits(step++));
  }
}
BENCHMARK(random_bits);

void sha256(benchmark::State& state) {
  const std::string text(static_cast<std::size_t>(state.range(0)), 'x');
  for ([[maybe_unused]] const auto iteration : state) {
    Sha256 hash;
    hash.update(std::string_view(text));
    benchmark::DoNotOptimize(hash.hex());
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sha256)->Arg(1 << 10)->Arg(1 << 20);

}  // namespace
}  // namespace synfire
