#include "neurons/common/plane_kernel.h"

#include "neurons/radix.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "neurons/common/plane_kernel.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace synfire {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

std::size_t bit_plane_all(std::span<const std::int16_t> value, std::int32_t step,
                          std::int16_t* spike) {
  const hn::ScalableTag<std::int16_t> d;
  const std::size_t n = hn::Lanes(d);
  const auto bit = hn::Set(d, static_cast<std::int16_t>(1 << (SYNFIRE_RADIX_STEPS - 1 - step)));
  std::size_t found = 0, i = 0;
  for (; i + n <= value.size(); i += n) {
    const auto u = hn::LoadU(d, value.data() + i);
    const auto sign = hn::ShiftRight<15>(u);  // -1 where negative
    const auto spikes = hn::Ne(hn::And(hn::Abs(u), bit), hn::Zero(d));
    hn::StoreU(hn::IfThenElseZero(spikes, hn::Or(sign, hn::Set(d, std::int16_t{1}))), d, spike + i);
    found += hn::CountTrue(d, spikes);
  }
  for (; i < value.size(); ++i) {
    spike[i] = static_cast<std::int16_t>(synfire_radix_spike(value[i], step));
    found += spike[i] != 0 ? 1U : 0U;
  }
  return found;
}

void double_sums_all(std::span<std::int32_t> sums) {
  const hn::ScalableTag<std::int32_t> d;
  std::size_t i = 0;
  for (; i + hn::Lanes(d) <= sums.size(); i += hn::Lanes(d))
    hn::StoreU(hn::ShiftLeft<1>(hn::LoadU(d, sums.data() + i)), d, sums.data() + i);
  for (; i < sums.size(); ++i) sums[i] = synfire_radix_double(sums[i]);
}

}  // namespace HWY_NAMESPACE
}  // namespace synfire
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace synfire {
HWY_EXPORT(bit_plane_all);
HWY_EXPORT(double_sums_all);

std::size_t bit_plane(std::span<const std::int16_t> value, std::int32_t step, std::int16_t* spike) {
  return HWY_DYNAMIC_DISPATCH(bit_plane_all)(value, step, spike);
}
void double_sums(std::span<std::int32_t> sums) { HWY_DYNAMIC_DISPATCH(double_sums_all)(sums); }
}  // namespace synfire
#endif
