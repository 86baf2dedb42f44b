/* What kernels for Helium (the vector unit of Cortex-M55 and later) have in common. */
#ifndef SNN_HELIUM_H
#define SNN_HELIUM_H

#include "snn_arithmetic.h"

#if SNN_HELIUM
#include <arm_mve.h>

/* Bytes of four sums times 256, in the lowest bytes of words: snn_scaled with SNN_SHIFT. Narrowing
 * twice saturates without constants; its intrinsics would ask for copies. */
static inline uint32x4_t snn_scaled_4(int32x4_t sum256, int32x4_t multiplier) {
  int32x4_t value = vshrq_n_s32(vmulhq_s32(sum256, multiplier), SNN_SHIFT);
  __asm__("vqmovnb.s32 %q0, %q0\n\tvqmovunb.s16 %q0, %q0" : "+w"(value));
  return vreinterpretq_u32_s32(value);
}

#endif
#endif
