/* A spiking network on a microcontroller. All memory is in snn_state_t: any number of instances may
 * run.
 *
 *   static snn_state_t state;
 *   snn_init(&state);
 *   snn_push(&state, neuron);   one event, from one interrupt handler at most
 *   snn_step(&state);           one step of dt, from the main loop; the events since the last step
 *                               arrive a delay later
 *   snn_out(&state)[k]          potentials of the output's neurons, snn_spiked(...) who spiked */
#ifndef SNN_H
#define SNN_H

#include "snn_model.h"

#ifdef __cplusplus
extern "C" {
#endif

extern const char snn_version[];      /* of the generator */
extern const char snn_network_hash[]; /* SHA-256 of the network */

void snn_init(snn_state_t* state);

/* Back to the state before the first step: forgets events, spikes and the count of dropped events.
 * No event may be pushed meanwhile. */
void snn_reset(snn_state_t* state);

/* One event of an input neuron. Returns 0, and counts a dropped event, when the ring is full, when
 * SNN_MOST_EVENTS came since the last step, or when there is no such neuron. */
int snn_push(snn_state_t* state, uint32_t neuron);

/* One step. Returns how many output neurons spiked. */
uint32_t snn_step(snn_state_t* state);

/* Potentials of the output's neurons, in fixed point. Of a map row after row, the channels of a
 * place together, SNN_OUTPUT_LANES from one place to the next. */
const int32_t* snn_out(const snn_state_t* state);

/* Whether a neuron spiked in the last step; SNN_OUTPUT_POPULATION is the output. */
int snn_spiked(const snn_state_t* state, uint32_t population, uint32_t neuron);

/* Spikes of the last step, a bit a neuron; in maps the channels of a place come together. */
const uint32_t* snn_spikes(const snn_state_t* state, uint32_t population);

uint32_t snn_dropped(const snn_state_t* state);

#ifdef __cplusplus
}
#endif

#endif
