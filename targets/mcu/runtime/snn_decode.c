#include "snn_decode.h"

void snn_softmax(const synfire_softmax_t* constants, const int8_t* in, int8_t* out, uint32_t count,
                 int32_t length) {
  const int8_t* const end = in + count;
  for (; in < end; in += length, out += length) synfire_softmax_row(constants, in, out, length);
}

void snn_log_softmax(const synfire_softmax_t* constants, const int8_t* in, int8_t* out,
                     uint32_t count, int32_t length) {
  const int8_t* const end = in + count;
  for (; in < end; in += length, out += length) synfire_log_softmax_row(constants, in, out, length);
}

/* From the last on: a value is written behind those that are still to be read. */
void snn_dequantize(const int8_t* in, float* out, uint32_t count, float scale, int32_t zero_point) {
  while (count-- != 0u) {
    const int32_t value = in[count] - zero_point;
    out[count] = scale * (float)value;
  }
}
