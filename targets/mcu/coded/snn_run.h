/* Inputs of a layer whose bytes follow each other in a map. */
#ifndef SNN_RUN_H
#define SNN_RUN_H

#include <stdint.h>

typedef struct {
  const uint8_t* value;
  uint32_t step, count; /* from byte to byte; bytes */
  uint32_t row;         /* where the first one's weights are, or what else it is known by */
  uint32_t row_step;    /* from input to input */
} snn_run_t;

#endif
