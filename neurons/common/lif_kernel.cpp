#include "neurons/common/lif_kernel.h"

#include <cmath>
#include <cstring>
#include <limits>

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

/// The input of one vector of neurons; its sums are cleared.
HWY_INLINE VecF take_input(std::int32_t* sum, VecF quantum) {
  const Ints d;
  const VecF input = hn::Mul(hn::ConvertTo(Floats(), hn::LoadU(d, sum)), quantum);
  hn::StoreU(hn::Zero(d), d, sum);
  return input;
}

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

/// Appends the indices of the spiking neurons.
HWY_INLINE std::size_t list_spikes(Mask spikes, std::size_t first, std::uint32_t* ids) {
  if (HWY_LIKELY(hn::AllFalse(Ints(), spikes))) return 0;
  const Ids d;
  return hn::CompressStore(hn::Iota(d, static_cast<std::uint32_t>(first)),
                           hn::RebindMask(d, spikes), d, ids);
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
    const VecF input = take_input(sum + i, unit), before = hn::LoadU(df, v + i);
    const VecF decayed = hn::Add(leak, hn::Mul(hn::Sub(before, leak), decay));
    const VecF integrated = kDelta ? hn::Add(hn::Add(decayed, constant), input)
                                   : hn::Add(decayed, hn::Mul(gain, hn::Add(offset, input)));
    ids += list_spikes(firing.finish(integrated, before, v + i, load_ready(ready, i)), i, ids);
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

/// One current of a vector of neurons: read, decayed, and its input added.
template <bool kInput>
HWY_INLINE VecF step_current(float* current, std::int32_t* sum, VecF decay, VecF unit) {
  const Floats df;
  const VecF before = hn::LoadU(df, current);
  VecF after = hn::Mul(before, decay);
  if (kInput) after = hn::Add(after, take_input(sum, unit));
  hn::StoreU(after, df, current);
  return before;
}

template <bool kBoth, bool kInput>
HWY_INLINE std::size_t step_lif_exp_vectors(const synfire_lif_exp_t& p, float quantum_exc,
                                            float quantum_inh, const LifExpArrays& a,
                                            std::size_t end) {
  const Floats df;
  const VecF leak = hn::Set(df, p.v_leak), decay = hn::Set(df, p.decay);
  const VecF decay_exc = hn::Set(df, p.decay_exc), decay_inh = hn::Set(df, p.decay_inh);
  const VecF gain_exc = hn::Set(df, p.gain_exc), gain_inh = hn::Set(df, p.gain_inh);
  const VecF drive = hn::Set(df, p.drive);
  const VecF unit_exc = hn::Set(df, quantum_exc), unit_inh = hn::Set(df, quantum_inh);
  const Firing<false> firing(p.v_threshold, p.v_reset, p.inclusive != 0);
  float* const HWY_RESTRICT v = a.v;
  float* const HWY_RESTRICT i_exc = a.i_exc;
  float* const HWY_RESTRICT i_inh = a.i_inh;
  std::int32_t* const HWY_RESTRICT sum_exc = a.sum_exc;
  std::int32_t* const HWY_RESTRICT sum_inh = a.sum_inh;
  const std::uint8_t* const HWY_RESTRICT ready = a.ready;
  std::uint32_t* HWY_RESTRICT ids = a.ids;
  for (std::size_t i = 0; i < end; i += hn::Lanes(df)) {
    const VecF exc = step_current<kInput>(i_exc + i, sum_exc + i, decay_exc, unit_exc);
    VecF current = hn::Mul(exc, gain_exc);
    if (kBoth)
      current = hn::Add(
          current,
          hn::Mul(step_current<kInput>(i_inh + i, sum_inh + i, decay_inh, unit_inh), gain_inh));
    const VecF before = hn::LoadU(df, v + i);
    const VecF decayed = hn::Add(leak, hn::Mul(hn::Sub(before, leak), decay));
    const VecF integrated = hn::Add(decayed, hn::Add(current, drive));
    ids += list_spikes(firing.finish(integrated, before, v + i, load_ready(ready, i)), i, ids);
  }
  return static_cast<std::size_t>(ids - a.ids);
}

float take_one(std::int32_t* sum, std::size_t i, float quantum) {
  if (sum == nullptr) return 0;
  const float input = static_cast<float>(sum[i]) * quantum;
  sum[i] = 0;
  return input;
}

std::size_t lif_exp_all(const synfire_lif_exp_t& p, float quantum_exc, float quantum_inh,
                        const LifExpArrays& a) {
  const bool both = a.i_inh != nullptr, input = a.sum_exc != nullptr;
  const auto step =
      both ? (input ? step_lif_exp_vectors<true, true> : step_lif_exp_vectors<true, false>)
           : (input ? step_lif_exp_vectors<false, true> : step_lif_exp_vectors<false, false>);
  std::size_t i = whole_vectors(a.count), found = step(p, quantum_exc, quantum_inh, a, i);
  float none = 0;
  for (; i < a.count; ++i) {
    const float exc = take_one(a.sum_exc, i, quantum_exc);
    const float inh = take_one(a.sum_inh, i, quantum_inh);
    std::int32_t wait = is_ready(a.ready, i) ? 0 : 1;
    if (synfire_lif_exp_step(&p, a.v + i, a.i_exc + i, both ? a.i_inh + i : &none, &wait, exc,
                             inh) != 0)
      a.ids[found++] = static_cast<std::uint32_t>(i);
  }
  return found;
}

/// One receptor's propagators in vectors.
struct Alpha {
  VecF decay, feed, gain, lift, unit;

  Alpha(const synfire_alpha_t& p, float quantum)
      : decay(hn::Set(Floats(), p.decay)),
        feed(hn::Set(Floats(), p.feed)),
        gain(hn::Set(Floats(), p.gain)),
        lift(hn::Set(Floats(), p.lift)),
        unit(hn::Set(Floats(), quantum)) {}

  /// One step of a vector of neurons; returns what it adds to v.
  template <bool kInput>
  HWY_INLINE VecF step(float* i, float* rise, std::int32_t* sum) const {
    const Floats df;
    const VecF risen = step_current<kInput>(rise, sum, decay, unit), before = hn::LoadU(df, i);
    hn::StoreU(hn::Add(hn::Mul(before, decay), hn::Mul(risen, feed)), df, i);
    return hn::Add(hn::Mul(before, gain), hn::Mul(risen, lift));
  }
};

template <bool kBoth, bool kInput>
HWY_INLINE std::size_t step_lif_alpha_vectors(const synfire_lif_alpha_t& p, float quantum_exc,
                                              float quantum_inh, const LifAlphaArrays& a,
                                              std::size_t end) {
  const Floats df;
  const VecF leak = hn::Set(df, p.v_leak), decay = hn::Set(df, p.decay);
  const VecF drive = hn::Set(df, p.drive);
  const Alpha exc(p.exc, quantum_exc), inh(p.inh, quantum_inh);
  const Firing<false> firing(p.v_threshold, p.v_reset, p.inclusive != 0);
  float* const HWY_RESTRICT v = a.v;
  float* const HWY_RESTRICT i_exc = a.i_exc;
  float* const HWY_RESTRICT rise_exc = a.rise_exc;
  float* const HWY_RESTRICT i_inh = a.i_inh;
  float* const HWY_RESTRICT rise_inh = a.rise_inh;
  std::int32_t* const HWY_RESTRICT sum_exc = a.sum_exc;
  std::int32_t* const HWY_RESTRICT sum_inh = a.sum_inh;
  const std::uint8_t* const HWY_RESTRICT ready = a.ready;
  std::uint32_t* HWY_RESTRICT ids = a.ids;
  for (std::size_t i = 0; i < end; i += hn::Lanes(df)) {
    VecF current = exc.step<kInput>(i_exc + i, rise_exc + i, sum_exc + i);
    if (kBoth) current = hn::Add(current, inh.step<kInput>(i_inh + i, rise_inh + i, sum_inh + i));
    const VecF before = hn::LoadU(df, v + i);
    const VecF decayed = hn::Add(leak, hn::Mul(hn::Sub(before, leak), decay));
    const VecF integrated = hn::Add(decayed, hn::Add(current, drive));
    ids += list_spikes(firing.finish(integrated, before, v + i, load_ready(ready, i)), i, ids);
  }
  return static_cast<std::size_t>(ids - a.ids);
}

std::size_t lif_alpha_all(const synfire_lif_alpha_t& p, float quantum_exc, float quantum_inh,
                          const LifAlphaArrays& a) {
  const bool both = a.rise_inh != nullptr, input = a.sum_exc != nullptr;
  const auto step =
      both ? (input ? step_lif_alpha_vectors<true, true> : step_lif_alpha_vectors<true, false>)
           : (input ? step_lif_alpha_vectors<false, true> : step_lif_alpha_vectors<false, false>);
  std::size_t i = whole_vectors(a.count), found = step(p, quantum_exc, quantum_inh, a, i);
  float none = 0;
  for (; i < a.count; ++i) {
    const float exc = take_one(a.sum_exc, i, quantum_exc);
    const float inh = take_one(a.sum_inh, i, quantum_inh);
    std::int32_t wait = is_ready(a.ready, i) ? 0 : 1;
    if (synfire_lif_alpha_step(&p, a.v + i, a.i_exc + i, a.rise_exc + i, both ? a.i_inh + i : &none,
                               both ? a.rise_inh + i : &none, &wait, exc, inh) != 0)
      a.ids[found++] = static_cast<std::uint32_t>(i);
  }
  return found;
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {

HWY_EXPORT(lif_all);
HWY_EXPORT(lif_exp_all);
HWY_EXPORT(lif_alpha_all);

std::size_t step_lif(const synfire_lif_t& lif, float quantum, const LifArrays& arrays) {
  return HWY_DYNAMIC_DISPATCH(lif_all)(lif, quantum, arrays);
}
std::size_t step_lif_exp(const synfire_lif_exp_t& lif, float quantum_exc, float quantum_inh,
                         const LifExpArrays& arrays) {
  return HWY_DYNAMIC_DISPATCH(lif_exp_all)(lif, quantum_exc, quantum_inh, arrays);
}

std::size_t step_lif_alpha(const synfire_lif_alpha_t& lif, float quantum_exc, float quantum_inh,
                           const LifAlphaArrays& arrays) {
  return HWY_DYNAMIC_DISPATCH(lif_alpha_all)(lif, quantum_exc, quantum_inh, arrays);
}

}  // namespace synfire
#endif
