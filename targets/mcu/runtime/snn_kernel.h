/* Layers of graded networks on microcontrollers: C99, static memory, nothing is allocated.
 *
 * A layer's values u = q - zero_point are stored as bytes u + zero, channel after channel, row
 * after row. Tables of these types are const data that the generator writes; see docs/mcu.md. */
#ifndef SNN_KERNEL_H
#define SNN_KERNEL_H

#include <stdint.h>

#include "neurons/graded.h"

/* One multiplication for two sums, with weights that are unpacked into RAM layer by layer:
 * SNN_LONG   where the processor multiplies 32 x 32 + 64 bits at once (snn_sums_long.h),
 * SNN_TWINS  in 32 bits (snn_sums_twins.h): five instructions for two weights instead of six or
 * eight, 0          weights are used as they are (snn_sums_plain.h). */
#define SNN_LONG 1
#define SNN_TWINS 2
#ifndef SNN_PACKED
#if defined(__ARM_ARCH_ISA_THUMB) && __ARM_ARCH_ISA_THUMB == 2
#define SNN_PACKED SNN_LONG
#elif defined(__ARM_ARCH_ISA_THUMB) || (defined(__riscv_mul) && __riscv_xlen == 32)
#define SNN_PACKED SNN_TWINS
#else
#define SNN_PACKED 0
#endif
#endif

#define SNN_LANES 8u /* outputs whose sums are kept in registers */

typedef struct {
  int32_t at;     /* of the first value from the arena on */
  uint32_t plane; /* bytes from channel to channel */
  uint16_t pitch; /* bytes from row to row */
  uint16_t channels, rows, columns;
  int16_t zero; /* the byte that means 0 */
} snn_map_t;

/* byte = saturate((high word of (256 * sum + start) * multiplier) >> shift). The generator has
 * shown that these are the bits of the reference's arithmetic for every sum that can come up. */
typedef struct {
  int32_t multiplier, start;
} snn_scale_t;

/* The same of eight neighbouring outputs of a packed layer. */
typedef struct {
  int32_t start[8];  /* four accumulators of 64 bits: the start of an even output, continued */
  int32_t scale[12]; /* of each pair both multipliers, and the start of the odd output */
} snn_lanes_t;

typedef struct {
  const snn_scale_t* scale; /* one for each output; or */
  const snn_lanes_t* lanes; /* of packed layers, of each 64 outputs the last lanes first; or */
  /* the reference's arithmetic, of all outputs or of those whose multiplier is 0: at their start */
  const synfire_graded_t* exact;
  uint8_t shift; /* all packed layers have SNN_SHIFT, a constant of instructions */
} snn_rescale_t;

typedef struct {
  uint16_t rows, columns;
  uint16_t stride_rows, stride_columns;
  uint16_t dilation_rows, dilation_columns;
  int16_t top, left; /* padding */
} snn_window_t;

/* Convolution, pointwise or dense: every value that is not 0 is an event; its weights of all
 * outputs are added to the sums of one position. */
typedef struct {
  snn_map_t in, out;
  snn_window_t window;
  const int8_t* weight; /* [group][row][column][channel][width] */
  uint16_t width;       /* outputs of a group, rounded up to whole lanes */
  uint16_t groups;      /* each has its share of the channels and of the outputs */
  uint8_t packed;       /* all sums fit the packed form */
  snn_rescale_t rescale;
} snn_linear_t;

/* One or several outputs for each channel of the input. Channels go upwards, or downwards where the
 * output lies one plane above the input that it overwrites. */
typedef struct {
  snn_map_t in, out;
  snn_window_t window;
  const int8_t* weight; /* [output channel][row][column] */
  uint8_t downwards;
  snn_rescale_t rescale;
} snn_depthwise_t;

typedef struct {
  snn_map_t in, out;
  snn_window_t window;
  int16_t input_zero_point, low, high, zero_point; /* of the reference's quantized values */
} snn_average_t;

/* The sum of a window that lies inside the map, and what a neuron makes of it, the same in all
 * channels: 1 / count is in its multiplier. */
typedef struct {
  snn_map_t in, out;
  snn_window_t window;
  uint16_t channels; /* of a window: one, or all */
  synfire_graded_t exact;
} snn_mean_t;

/* The greatest of the values that lie inside the map, silent ones included. */
typedef struct {
  snn_map_t in, out;
  snn_window_t window;
  int16_t low, high, zero_point;
} snn_maximum_t;

/* byte = saturate((table[0][first byte] + table[1][second byte]) >> shift), which the generator has
 * tried for all pairs; or no tables: then the reference's arithmetic. */
typedef struct {
  snn_map_t in[2], out;
  const int32_t* table[2];
  uint8_t shift;
  const synfire_add_t* exact;
} snn_add_t;

/* Bytes that move: each of the output's has one of the input's, or the one that means 0. */
typedef struct {
  snn_map_t in, out;
  const uint8_t* byte; /* what becomes of the 256 bytes */
  const int32_t* from; /* bytes from the input's first, channel after channel; -1: none; null: each
                          byte stays at its place */
} snn_relay_t;

/* An input value that is not 0: where its weights are, and the value (times 256 if packed). */
typedef struct {
  uint32_t row;
  int32_t value;
} snn_event_t;

/* What layers work in: the arena with all maps, room for the events of one position, and for one
 * layer's weights in packed form. */
typedef struct {
  uint8_t* arena;
  snn_event_t* events;
  int32_t* words;
} snn_work_t;

void snn_linear(const snn_linear_t* layer, const snn_work_t* work);
void snn_grouped(const snn_linear_t* layer, const snn_work_t* work);
void snn_depthwise(const snn_depthwise_t* layer, const snn_work_t* work);
void snn_average(const snn_average_t* layer, const snn_work_t* work);
void snn_mean(const snn_mean_t* layer, const snn_work_t* work);
void snn_maximum(const snn_maximum_t* layer, const snn_work_t* work);
void snn_add(const snn_add_t* layer, const snn_work_t* work);
void snn_relay(const snn_relay_t* layer, const snn_work_t* work);

/* The bytes behind each row, which kernels may read, get the value 0. */
void snn_clear_margin(const snn_map_t* map, uint8_t* arena);

/* Where a neuron's byte is in the arena. Neurons count channels, then columns, then rows of the
 * network; the map has rows for columns where it is transposed. */
int32_t snn_place(const snn_map_t* map, uint32_t neuron, int transposed);

#endif
