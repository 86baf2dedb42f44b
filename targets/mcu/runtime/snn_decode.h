/* What follows the logits. */
#ifndef SNN_DECODE_H
#define SNN_DECODE_H

#include "encoders/common/softmax.h"

/* `count` logits, in rows of `length`. */
void snn_softmax(const synfire_softmax_t* constants, const int8_t* in, int8_t* out, uint32_t count,
                 int32_t length);
void snn_log_softmax(const synfire_softmax_t* constants, const int8_t* in, int8_t* out,
                     uint32_t count, int32_t length);

/* scale * (in - zero_point). `in` may be the first bytes of `out`. */
void snn_dequantize(const int8_t* in, float* out, uint32_t count, float scale, int32_t zero_point);

#endif
