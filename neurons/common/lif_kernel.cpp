#include "neurons/common/lif_kernel.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/lif_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Floats = hn::ScalableTag<float>;
using Ints = hn::ScalableTag<std::int32_t>;
using Ids = hn::ScalableTag<std::uint32_t>;
using VecF = hn::Vec<Floats>;
using VecI = hn::Vec<Ints>;
using Mask = hn::Mask<Ints>;

// Arrays begin at pages, so that places of the same neurons are alike modulo 4096: the processor
// takes a load for one of what was stored just before at such a place. So all loads of a vector
// come before its stores.

/// The input of one vector of neurons.
HWY_INLINE VecF load_input(const std::int32_t* sum, VecF quantum) {
  return hn::Mul(hn::ConvertTo(Floats(), hn::LoadU(Ints(), sum)), quantum);
}
HWY_INLINE void clear(std::int32_t* sum) { hn::StoreU(hn::Zero(Ints()), Ints(), sum); }

/// Which of the vector's neurons, from number i on, are not refractory.
HWY_INLINE Mask load_ready(const std::uint8_t* ready, std::size_t i) {
  constexpr std::size_t kBytes = (hn::MaxLanes(Ints()) + 7) / 8;
  std::uint8_t bits[kBytes];
  std::memcpy(bits, ready + i / 8, kBytes);
  if (kBytes == 1) bits[0] = static_cast<std::uint8_t>(bits[0] >> (i % 8));
  return hn::LoadMaskBits(Ints(), bits);
}

/// Threshold and reset of one vector of neurons; held ones keep v.
template <bool kSubtract>
struct Firing {
  VecF threshold;  // the least potential that spikes
  VecF subtract, reset;

  Firing(float v_threshold, float v_reset, bool inclusive)
      : threshold(
            hn::Set(Floats(), inclusive ? v_threshold : std::nextafter(v_threshold, kInfinity))),
        subtract(hn::Set(Floats(), v_threshold)),
        reset(hn::Set(Floats(), v_reset)) {}

  HWY_INLINE Mask finish(VecF integrated, VecF before, float* v, Mask ready) const {
    const Floats df;
    const Ints d;
    const Mask spikes = hn::And(ready, hn::RebindMask(d, hn::Ge(integrated, threshold)));
    const VecF after = kSubtract ? hn::Sub(integrated, subtract) : reset;
    const VecF moved = hn::IfThenElse(hn::RebindMask(df, spikes), after, integrated);
    hn::StoreU(hn::IfThenElse(hn::RebindMask(df, ready), moved, before), df, v);
    return spikes;
  }
  static constexpr float kInfinity = std::numeric_limits<float>::infinity();
};

/// Appends the indices of the spiking neurons; what follows them is overwritten.
HWY_INLINE std::size_t list_spikes(Mask spikes, std::size_t first, std::uint32_t* ids) {
  if (HWY_LIKELY(hn::AllFalse(Ints(), spikes))) return 0;
  const Ids d;
  const auto chosen = hn::RebindMask(d, spikes);
  // A store of some lanes only would take a hundred cycles on some processors (Zen 4).
  hn::StoreU(hn::Compress(hn::Iota(d, static_cast<std::uint32_t>(first)), chosen), d, ids);
  return hn::CountTrue(d, chosen);
}

/// Local copies of the arrays' places: the compiler cannot know that stores leave them alone.
template <bool kDelta, bool kSubtract>
HWY_INLINE std::size_t step_lif_vectors(const synfire_lif_t& p, float quantum, const LifArrays& a,
                                        std::size_t end) {
  const Floats df;
  const VecF leak = hn::Set(df, p.v_leak), decay = hn::Set(df, p.decay);
  const VecF gain = hn::Set(df, p.gain), offset = hn::Set(df, p.i_offset);
  const VecF constant = hn::Mul(gain, offset), unit = hn::Set(df, quantum);
  const Firing<kSubtract> firing(p.v_threshold, p.reset == SYNFIRE_RESET_VALUE ? p.v_reset : 0.0F,
                                 p.inclusive != 0);
  float* const HWY_RESTRICT v = a.v;
  std::int32_t* const HWY_RESTRICT sum = a.sum;
  const std::uint8_t* const HWY_RESTRICT ready = a.ready;
  std::uint32_t* HWY_RESTRICT ids = a.ids;
  for (std::size_t i = 0; i < end; i += hn::Lanes(df)) {
    const VecF input = load_input(sum + i, unit), before = hn::LoadU(df, v + i);
    const Mask ready_ones = load_ready(ready, i);
    const VecF decayed = hn::Add(leak, hn::Mul(hn::Sub(before, leak), decay));
    const VecF integrated = kDelta ? hn::Add(hn::Add(decayed, constant), input)
                                   : hn::Add(decayed, hn::Mul(gain, hn::Add(offset, input)));
    clear(sum + i);
    ids += list_spikes(firing.finish(integrated, before, v + i, ready_ones), i, ids);
  }
  return static_cast<std::size_t>(ids - a.ids);
}

bool is_ready(const std::uint8_t* ready, std::size_t i) {
  return (ready[i / 8] >> (i % 8) & 1) != 0;
}

std::size_t whole_vectors(std::size_t count) {
  return count / hn::Lanes(Floats()) * hn::Lanes(Floats());
}

std::size_t lif_all(const synfire_lif_t& p, float quantum, const LifArrays& a) {
  const bool subtract = p.reset == SYNFIRE_RESET_SUBTRACT;
  const auto step =
      p.delta_input != 0
          ? (subtract ? step_lif_vectors<true, true> : step_lif_vectors<true, false>)
          : (subtract ? step_lif_vectors<false, true> : step_lif_vectors<false, false>);
  std::size_t i = whole_vectors(a.count), found = step(p, quantum, a, i);
  for (; i < a.count; ++i) {
    const float input = static_cast<float>(a.sum[i]) * quantum;
    a.sum[i] = 0;
    std::int32_t wait = is_ready(a.ready, i) ? 0 : 1;
    if (synfire_lif_step(&p, a.v + i, &wait, input) != 0)
      a.ids[found++] = static_cast<std::uint32_t>(i);
  }
  return found;
}

/// One receptor's current that decays exponentially.
struct Exp {
  VecF decay, gain, unit;

  struct Read {
    VecF current, input;
  };
  template <bool kInput>
  HWY_INLINE Read read(const CurrentStep& s, std::size_t r, std::size_t i) const {
    return {hn::LoadU(Floats(), s.state.entry[r] + i),
            kInput ? load_input(s.sum[r] + i, unit) : hn::Zero(Floats())};
  }
  /// What the current adds to v.
  HWY_INLINE VecF drive(const Read& at) const { return hn::Mul(at.current, gain); }
  template <bool kInput>
  HWY_INLINE void write(const Read& at, const CurrentStep& s, std::size_t r, std::size_t i) const {
    const VecF decayed = hn::Mul(at.current, decay);
    hn::StoreU(kInput ? hn::Add(decayed, at.input) : decayed, Floats(), s.state.entry[r] + i);
    if (kInput) clear(s.sum[r] + i);
  }
};
/// One receptor's current that is an alpha function: an exponential `rise` feeds it.
struct Alpha {
  Exp rise;  // its gain is what a rise at the step's start lifts v by
  VecF feed, gain;

  struct Read {
    Exp::Read rise;
    VecF current;
  };
  template <bool kInput>
  HWY_INLINE Read read(const CurrentStep& s, std::size_t r, std::size_t i) const {
    return {rise.template read<kInput>(s, r, i), hn::LoadU(Floats(), s.state.fed[r] + i)};
  }
  HWY_INLINE VecF drive(const Read& at) const {
    return hn::Add(hn::Mul(at.current, gain), rise.drive(at.rise));
  }
  template <bool kInput>
  HWY_INLINE void write(const Read& at, const CurrentStep& s, std::size_t r, std::size_t i) const {
    rise.template write<kInput>(at.rise, s, r, i);
    const VecF fed = hn::Mul(at.rise.current, feed);
    hn::StoreU(hn::Add(hn::Mul(at.current, rise.decay), fed), Floats(), s.state.fed[r] + i);
  }
};

VecF all(float value) { return hn::Set(Floats(), value); }

Exp receptor(const synfire_lif_exp_t& p, std::size_t r, float quantum) {
  return {all(r == 0 ? p.decay_exc : p.decay_inh), all(r == 0 ? p.gain_exc : p.gain_inh),
          all(quantum)};
}
Alpha receptor(const synfire_lif_alpha_t& p, std::size_t r, float quantum) {
  const synfire_alpha_t& of = r == 0 ? p.exc : p.inh;
  return {{all(of.decay), all(of.lift), all(quantum)}, all(of.feed), all(of.gain)};
}

template <bool kBoth, bool kInput, typename Lif>
HWY_INLINE std::size_t step_current_vectors(const Lif& p, const CurrentStep& step,
                                            std::size_t end) {
  const CurrentStep s = step;  // a copy: the compiler cannot know that stores leave `step` alone
  const Floats df;
  const VecF leak = all(p.v_leak), decay = all(p.decay), drive = all(p.drive);
  const auto exc = receptor(p, 0, s.quantum[0]), inh = receptor(p, 1, s.quantum[1]);
  const Firing<false> firing(p.v_threshold, p.v_reset, p.inclusive != 0);
  std::uint32_t* ids = s.ids;
  for (std::size_t i = 0; i < end; i += hn::Lanes(df)) {
    const auto at_exc = exc.template read<kInput>(s, 0, i);
    const auto at_inh = kBoth ? inh.template read<kInput>(s, 1, i) : at_exc;
    const VecF before = hn::LoadU(df, s.state.v + i);
    const Mask ready = load_ready(s.ready, i);
    VecF current = exc.drive(at_exc);
    if (kBoth) current = hn::Add(current, inh.drive(at_inh));
    const VecF decayed = hn::Add(leak, hn::Mul(hn::Sub(before, leak), decay));
    const VecF integrated = hn::Add(decayed, hn::Add(current, drive));
    exc.template write<kInput>(at_exc, s, 0, i);
    if (kBoth) inh.template write<kInput>(at_inh, s, 1, i);
    ids += list_spikes(firing.finish(integrated, before, s.state.v + i, ready), i, ids);
  }
  return static_cast<std::size_t>(ids - s.ids);
}

float take_one(const CurrentStep& s, std::size_t r, std::size_t i) {
  if (s.sum[r] == nullptr) return 0;
  return static_cast<float>(std::exchange(s.sum[r][i], 0)) * s.quantum[r];
}

template <typename Lif>
std::size_t current_all(const Lif& p, const CurrentStep& s) {
  const bool both = s.state.entry[1] != nullptr, input = s.sum[0] != nullptr;
  const auto step =
      both
          ? (input ? step_current_vectors<true, true, Lif> : step_current_vectors<true, false, Lif>)
          : (input ? step_current_vectors<false, true, Lif>
                   : step_current_vectors<false, false, Lif>);
  std::size_t i = whole_vectors(s.count), found = step(p, s, i);
  for (; i < s.count; ++i) {
    const float exc = take_one(s, 0, i), inh = take_one(s, 1, i);
    std::int32_t wait = is_ready(s.ready, i) ? 0 : 1;
    float none = 0, fed = 0;
    const auto at = [i](float* array, float* instead) { return array ? array + i : instead; };
    const CurrentState one{s.state.v + i,
                           {at(s.state.entry[0], &none), at(s.state.entry[1], &none)},
                           {at(s.state.fed[0], &fed), at(s.state.fed[1], &fed)}};
    if (step_one(p, one, 0, &wait, exc, inh) != 0) s.ids[found++] = static_cast<std::uint32_t>(i);
  }
  return found;
}

std::size_t exp_all(const synfire_lif_exp_t& p, const CurrentStep& s) { return current_all(p, s); }
std::size_t alpha_all(const synfire_lif_alpha_t& p, const CurrentStep& s) {
  return current_all(p, s);
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(lif_all);
HWY_EXPORT(exp_all);
HWY_EXPORT(alpha_all);

std::size_t step_lif(const synfire_lif_t& lif, float quantum, const LifArrays& arrays) {
  return HWY_DYNAMIC_DISPATCH(lif_all)(lif, quantum, arrays);
}
std::size_t step_all(const synfire_lif_exp_t& lif, const CurrentStep& step) {
  return HWY_DYNAMIC_DISPATCH(exp_all)(lif, step);
}
std::size_t step_all(const synfire_lif_alpha_t& lif, const CurrentStep& step) {
  return HWY_DYNAMIC_DISPATCH(alpha_all)(lif, step);
}

}  // namespace synfire
#endif
