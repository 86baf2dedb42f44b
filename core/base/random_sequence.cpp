#include "core/base/random_sequence.h"

#include <cmath>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/base/random_sequence.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "core/base/philox-inl.h"

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {

#if HWY_TARGET == HWY_SCALAR
void fill_words(const Random& random, std::uint64_t first, std::uint32_t* words) {
  for (std::uint64_t i = 0; i < 32; ++i) {
    const Random::Block block = random.block(first + i);
    for (std::size_t w = 0; w < 4; ++w) words[i / 16 * 64 + w * 16 + i % 16] = block[w];
  }
}
#else
void fill_words(const Random& random, std::uint64_t first, std::uint32_t* words) {
  namespace hn = hwy::HWY_NAMESPACE;
  const philox::Words d;
  const auto counters = [&](std::uint64_t step) {
    const Random::Block word = random.counter(step);
    return philox::Counters{hn::Iota(d, word[0]), hn::Set(d, word[1]), hn::Set(d, word[2]),
                            hn::Set(d, word[3])};
  };
  const auto store = [&](const philox::Counters& c, std::uint32_t* to) {
    hn::StoreU(c.word0, d, to), hn::StoreU(c.word1, d, to + 16);
    hn::StoreU(c.word2, d, to + 32), hn::StoreU(c.word3, d, to + 48);
  };
  for (std::size_t lane = 0; lane < 16; lane += hn::Lanes(d)) {
    philox::Counters x = counters(first + lane), y = counters(first + 16 + lane);
    philox::rounds(x, y, random.seed());
    store(x, words + lane), store(y, words + 64 + lane);
  }
}
#endif

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(fill_words);

void RandomSequence::refill() {
  HWY_DYNAMIC_DISPATCH(fill_words)(random_, next_, words_.data());
  next_ += 32;
  used_ = 0;
}

const Ziggurat& Ziggurat::instance() {
  static const Ziggurat ziggurat = [] {
    // The tail's start and the area of each layer for 128 layers.
    constexpr double kTail = 3.442619855899, kArea = 9.91256303526217e-3;
    const auto density = [](double x) { return std::exp(-0.5 * x * x); };
    Ziggurat z{};
    z.edge[0] = kArea / density(kTail);  // the base layer is as wide as its area asks for
    z.edge[1] = kTail;
    for (std::size_t i = 2; i < 128; ++i)
      z.edge[i] = std::sqrt(-2 * std::log(kArea / z.edge[i - 1] + density(z.edge[i - 1])));
    z.edge[128] = 0;
    for (std::size_t i = 0; i < 129; ++i) z.density[i] = density(z.edge[i]);
    return z;
  }();
  return ziggurat;
}

double RandomSequence::normal_outside(std::uint32_t layer, double x) {
  const Ziggurat& z = Ziggurat::instance();
  if (layer == 0) {
    // Beyond the last rectangle: Marsaglia's method for the tail.
    for (;;) {
      const double a = -std::log(1 - uniform()) / z.edge[1], b = -std::log(1 - uniform());
      if (2 * b >= a * a) return x < 0 ? -z.edge[1] - a : z.edge[1] + a;
    }
  }
  const double height = z.density[layer] + uniform() * (z.density[layer + 1] - z.density[layer]);
  return height < std::exp(-0.5 * x * x) ? x : normal();
}

}  // namespace synfire
#endif
