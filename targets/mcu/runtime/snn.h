/* A network on a microcontroller. All memory is in snn_state_t: any number of instances may run.
 *
 *   static snn_state_t state;
 *   snn_init(&state);
 *   snn_run(&state, sample);          one inference on SNN_INPUT_SIZE quantized values, or
 *   snn_push(&state, neuron, value);  events, from one interrupt handler at most, then
 *   snn_step(&state);                 from the main loop
 *   snn_out(&state)[k]                the outputs: quantized values, or real ones behind a
 * dequantize snn_logits(&state)[k]             the quantized values before softmax and the like */
#ifndef SNN_H
#define SNN_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#include "snn_model.h"

extern const char snn_version[];      /* of the generator */
extern const char snn_network_hash[]; /* SHA-256 of the network */

void snn_init(snn_state_t* state);

/* Forgets events, outputs and the count of dropped events. */
void snn_reset(snn_state_t* state);

/* One input neuron sends `value` (u = q - zero point; 0 for all that send nothing). Returns 0, and
 * counts a dropped event, when the ring is full or there is no such neuron or value. */
int snn_push(snn_state_t* state, uint32_t neuron, int32_t value);

/* One inference on the events since the last one. Returns how many output neurons are not 0. */
uint32_t snn_step(snn_state_t* state);

void snn_run(snn_state_t* state, const int8_t* sample);

const snn_output_t* snn_out(const snn_state_t* state);
const int8_t* snn_logits(const snn_state_t* state);
uint32_t snn_dropped(const snn_state_t* state);

#ifdef __cplusplus
}
#endif

#endif
