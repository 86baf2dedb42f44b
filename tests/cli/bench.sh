#!/usr/bin/env bash
# bench: the document, and the same spikes on any number of threads.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

for name in "brunel --drive dc" "brunel --drive poisson" cuba; do
  hashes=()
  for threads in 1 2 3; do
    # shellcheck disable=SC2086
    expect 0 bench $name --scale 0.2 --time 100ms --warm-up 50ms --threads $threads --json
    is_document pass
    for key in real_time_factor synaptic_events_per_s ceiling_events_per_s rate_hz \
      population_rates_hz spikes build_s peak_bytes bytes_per_synapse; do
      [[ $(field "'$key' in d['data']") == True ]] || complain "no $key in bench's data"
    done
    hashes+=("$(field "d['data']['spike_hash']")")
  done
  [[ ${hashes[0]} == "${hashes[1]}" && ${hashes[0]} == "${hashes[2]}" ]] ||
    complain "$name: ${hashes[*]}"
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
expect 0 bench brunel --scale 0.05 --time 0.02s
has out "spike hash"
# Refused before it is built.
expect 5 bench brunel --scale 2000
has err "are available"
expect 2 bench brunnel
has err "did you mean 'brunel'?"
expect 2 bench brunel --time 5
has err "unit ms or s"
expect 2 bench brunel --scale -1
has err "positive number"
finish
