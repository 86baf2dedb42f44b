#!/usr/bin/env bash
# bench: the documents, what is recorded, what is refused.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

for name in "brunel --drive dc" "brunel --drive poisson" cuba; do
  # shellcheck disable=SC2086
  expect 0 bench $name --scale 0.1 --time 50ms --warm-up 20ms --json
  is_document pass
  for key in real_time_factor synaptic_events_per_s ceiling_events_per_s rate_hz \
    population_rates_hz spikes spike_hash build_s peak_bytes bytes_per_synapse; do
    [[ $(field "'$key' in d['data']") == True ]] || complain "no $key in bench's data"
  done
done
# The event engine: its own spikes, on one thread.
for name in "brunel --drive dc" "brunel --drive poisson" cuba; do
  # shellcheck disable=SC2086
  expect 0 bench $name --engine event --scale 0.1 --time 50ms --warm-up 20ms --json
  is_document pass
  [[ $(field "d['data']['engine']") == event ]] || complain "$name: not the event engine"
  [[ $(field "d['data']['spikes'] > 0") == True ]] || complain "$name: no spikes"
done
expect 2 bench brunel --engine event --threads 2
has err "runs on one thread"
expect 2 bench brunel --engine event --max-rate 50Hz
has err "does not watch rates"
expect 2 bench cuba --drive dc --kernels event
has err "cuba does not heed --drive"
has err "it is for brunel, microcircuit"
has err "cuba does not heed --kernels"
expect 2 bench kws --scale 2
has err "kws does not heed --scale"
expect 2 bench events --threads 2
has err "events does not heed --threads"
expect 0 bench brunel --scale 0.05 --time 0.02s
has out "spike hash"
# Refused before it is built.
expect 5 bench brunel --scale 2000
has err "are available"
expect 2 bench brunnel
has err "did you mean 'brunel'?"
expect 2 bench brunel --time 5
has err "has no unit, a time is needed"
expect 2 bench brunel --scale -1
has err "positive number"
finish
