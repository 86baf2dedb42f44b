#include "core/base/random_sequence.h"

#include <algorithm>
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
/// The counters of draws that only differ in their first word.
struct CounterOfStep {
  Random::Block word;
  HWY_INLINE auto operator()(philox::Half step) const {
    return philox::Counter{step, word[1], word[2], word[3]};
  }
};

void fill_words(const Random& random, std::uint64_t first, std::uint32_t* words) {
  namespace hn = hwy::HWY_NAMESPACE;
  const philox::Words d;
  const CounterOfStep counter_of{random.counter(first)};
  for (std::size_t lane = 0; lane < 16; lane += hn::Lanes(d)) {
    philox::Block x, y;
    philox::blocks(first + lane, first + 16 + lane, random.seed(), counter_of, x, y);
    std::uint32_t* to = words + lane;
    for (const philox::Block& block : {x, y}) {
      hn::StoreU(block.word0, d, to), hn::StoreU(block.word1, d, to + 16);
      hn::StoreU(block.word2, d, to + 32), hn::StoreU(block.word3, d, to + 48);
      to += 64;
    }
  }
}
#endif

/// The normals of 128 words; returns how many of them lie outside their rectangles, and which.
std::size_t place_in_layers(const std::uint32_t* words, const float* edge, float* numbers,
                            std::uint32_t* outside) {
  namespace hn = hwy::HWY_NAMESPACE;
  const hn::CappedTag<float, 16> df;
  const hn::RebindToSigned<decltype(df)> di;
  const hn::RebindToUnsigned<decltype(df)> du;
  std::size_t count = 0;
  for (std::size_t i = 0; i < 128; i += hn::Lanes(df)) {
    const auto word = hn::LoadU(du, words + i);
    const auto layer = hn::BitCast(di, hn::And(word, hn::Set(du, 127U)));
    const auto place = hn::ConvertTo(df, hn::ShiftRight<7>(hn::BitCast(di, word)));
    const auto x = hn::Mul(hn::Mul(place, hn::Set(df, 0x1p-24F)), hn::GatherIndex(df, edge, layer));
    hn::StoreU(x, df, numbers + i);
    const auto inside = hn::Lt(hn::Abs(x), hn::GatherIndex(df, edge + 1, layer));
    if (HWY_LIKELY(hn::AllTrue(df, inside))) continue;
    const auto ids = hn::Iota(du, static_cast<std::uint32_t>(i));
    const auto beyond = hn::RebindMask(du, hn::Not(inside));
    hn::StoreU(hn::Compress(ids, beyond), du, outside + count);
    count += hn::CountTrue(du, beyond);
  }
  return count;
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(fill_words);
HWY_EXPORT(place_in_layers);

namespace {

/// A position outside the rectangle of its layer, as anywhere under the curve.
template <typename Bits>
double outside_rectangle(std::uint32_t layer, double x, Bits&& bits);

template <typename Bits>
double normal_of(Bits&& bits) {
  const Ziggurat& z = Ziggurat::instance();
  const std::uint32_t word = bits(), layer = word & 127;
  // 25 bits of position, the sign among them.
  const double x = (static_cast<std::int32_t>(word) >> 7) * 0x1p-24 * z.edge[layer];
  return std::abs(x) < z.edge[layer + 1] ? x : outside_rectangle(layer, x, bits);
}

template <typename Bits>
double outside_rectangle(std::uint32_t layer, double x, Bits&& bits) {
  const Ziggurat& z = Ziggurat::instance();
  const auto uniform = [&] { return bits() * 0x1p-32; };
  while (layer == 0) {
    // Beyond the last rectangle: Marsaglia's method for the tail.
    const double a = -std::log(1 - uniform()) / z.edge[1], b = -std::log(1 - uniform());
    if (2 * b >= a * a) return x < 0 ? -z.edge[1] - a : z.edge[1] + a;
  }
  const double height = z.density[layer] + uniform() * (z.density[layer + 1] - z.density[layer]);
  return height < std::exp(-0.5 * x * x) ? x : normal_of(bits);
}

}  // namespace

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
    std::transform(z.edge.begin(), z.edge.end(), z.near.begin(),
                   [](double edge) { return static_cast<float>(edge); });
    return z;
  }();
  return ziggurat;
}

void RandomSequence::below(std::uint32_t bound, std::span<std::uint32_t> numbers) {
  for (std::size_t done = 0; done < numbers.size();) {
    if (used_ == words_.size()) refill();
    const std::size_t count = std::min(numbers.size() - done, words_.size() - used_);
    for (std::size_t i = 0; i < count; ++i)
      numbers[done + i] =
          static_cast<std::uint32_t>((std::uint64_t{words_[used_ + i]} * bound) >> 32);
    used_ += count, done += count;
  }
}

void RandomSequence::normals(std::span<float> numbers) {
  std::array<float, 128> some;
  std::array<std::uint32_t, 128 + 16> outside;
  const float* const edge = Ziggurat::instance().near.data();
  for (std::size_t done = 0; done < numbers.size(); done += some.size()) {
    refill();
    const std::size_t found =
        HWY_DYNAMIC_DISPATCH(place_in_layers)(words_.data(), edge, some.data(), outside.data());
    const std::size_t count = std::min(numbers.size() - done, some.size());
    for (std::size_t i = 0; i < found && outside[i] < count; ++i)
      some[outside[i]] = static_cast<float>(outside_rectangle(
          words_[outside[i]] & 127, some[outside[i]], [this] { return spare_bits(); }));
    std::copy_n(some.begin(), count, numbers.begin() + static_cast<std::ptrdiff_t>(done));
  }
  used_ = words_.size();
}

double RandomSequence::spare_normal() {
  return normal_of([this] { return spare_bits(); });
}

double RandomSequence::normal() {
  return normal_of([this] { return bits(); });
}

}  // namespace synfire
#endif
