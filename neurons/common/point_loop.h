// The inner loops of PointGroup, compiled for several instruction sets from the kernel's one
// source. All give the same bits: contraction is off, and kernels use plain arithmetic
// (elementary.h).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/simd.h"
#include "neurons/common/elementary.h"
#include "neurons/common/state_field.h"

namespace synfire {

/// Neurons that are advanced together: their state and inputs stay in the first cache.
inline constexpr std::size_t kPointBlock = 256;

template <typename Law>
struct PointBlock {
  using Real = typename Law::Real;
  template <typename T>
  using Array = std::array<T, kPointBlock>;

  std::size_t count = 0;
  std::array<Real*, Law::kStates.size()> state{};
  alignas(64) std::array<Array<float>, 2> input{};  // by receptor
  alignas(64) Array<float> current{};
  alignas(64) Array<std::int32_t> held{}, fired{};
  alignas(64) std::array<double, Law::kChance ? kPointBlock : 1> chance{};

  bool any_fired() const {
    std::int32_t any = 0;
    for (std::size_t i = 0; i < count; ++i) any |= fired[i];
    return any != 0;
  }
};

/// A constant of its own: a member that is looked up at run time keeps the state in memory.
template <typename Law, std::size_t K>
inline constexpr auto kPointMember = Law::kStates[K].member;

template <typename Law, typename Places, std::size_t... K>
[[gnu::always_inline]] inline typename Law::State load_point(const Places& at, std::size_t i,
                                                             std::index_sequence<K...>) {
  typename Law::State state;
  ((state.*kPointMember<Law, K> = at[K][i]), ...);
  return state;
}
template <typename Law, typename Places, std::size_t... K>
[[gnu::always_inline]] inline void store_point(const typename Law::State& state, const Places& at,
                                               std::size_t i, std::index_sequence<K...>) {
  ((at[K][i] = state.*kPointMember<Law, K>), ...);
}

/// One substep of all neurons of the block; in the last one of a step inputs are received.
template <typename Law, bool kShared, bool kLast>
[[gnu::always_inline]] inline void advance_points(const typename Law::Constants* constants,
                                                  PointBlock<Law>& block) {
  constexpr std::size_t kVariables = Law::kStates.size();
  constexpr std::make_index_sequence<kVariables> variables;
  // Local copies: the compiler cannot know that stores leave these alone.
  const typename Law::Constants shared = *constants;
  const std::array<typename Law::Real*, kVariables> at = block.state;
  const std::size_t count = block.count;
#pragma GCC ivdep
  for (std::size_t i = 0; i < count; ++i) {
    const typename Law::Constants& p = kShared ? shared : constants[i];
    typename Law::State state = load_point<Law>(at, i, variables);
    const std::int32_t held = block.held[i];
    Law::integrate(p, state, held, block.current[i]);
    if constexpr (kLast) Law::receive(p, state, held, block.input[0][i], block.input[1][i]);
    const std::int32_t hit = Law::fire(p, state, held, block.chance[Law::kChance ? i : 0]);
    store_point<Law>(state, at, i, variables);
    block.fired[i] |= hit;
    block.held[i] = held | (hit & (p.refractory_steps > 0 ? 1 : 0));
  }
}

template <typename Law, bool kShared>
[[gnu::always_inline]] inline void step_points_of(const typename Law::Constants* constants,
                                                  PointBlock<Law>& block) {
  for (std::int32_t k = constants->substeps; k > 1; --k)
    advance_points<Law, kShared, false>(constants, block);
  advance_points<Law, kShared, true>(constants, block);
}

/// A step of the block's neurons: `constants` is one that all share, or one per neuron.
template <typename Law>
using PointLoop = void (*)(const typename Law::Constants* constants, bool shared,
                           PointBlock<Law>& block);

template <typename Law>
[[gnu::always_inline]] inline void step_points_any(const typename Law::Constants* constants,
                                                   bool shared, PointBlock<Law>& block) {
  if (shared)
    step_points_of<Law, true>(constants, block);
  else
    step_points_of<Law, false>(constants, block);
}

template <typename Law>
void step_points(const typename Law::Constants* constants, bool shared, PointBlock<Law>& block) {
  step_points_any<Law>(constants, shared, block);
}

#if defined(__x86_64__) && defined(__GNUC__)
template <typename Law>
[[gnu::target("avx2")]] void step_points_avx2(const typename Law::Constants* constants, bool shared,
                                              PointBlock<Law>& block) {
  step_points_any<Law>(constants, shared, block);
}
template <typename Law>
[[gnu::target("avx2,avx512f,avx512bw,avx512dq,avx512vl")]] void step_points_avx512(
    const typename Law::Constants* constants, bool shared, PointBlock<Law>& block) {
  step_points_any<Law>(constants, shared, block);
}
#endif

/// For the instruction set in use (simd.h).
template <typename Law>
PointLoop<Law> point_loop() {
#if defined(__x86_64__) && defined(__GNUC__)
  const std::string simd = simd_in_use();
  if (simd.starts_with("avx512")) return step_points_avx512<Law>;
  if (simd == "avx2") return step_points_avx2<Law>;
#endif
  return step_points<Law>;
}

}  // namespace synfire
