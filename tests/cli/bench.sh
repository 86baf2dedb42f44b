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
# Delivery by activity: event by event, whole maps, and the choice of the two.
expect 0 bench events --json
is_document pass
[[ $(field "[c['activity'] for c in d['data']['costs']] == sorted(c['activity'] for c in d['data']['costs'])") == True ]] ||
  complain "activities are not in order"
[[ $(field "all(c[k] > 0 for c in d['data']['costs'] for k in ('event_us', 'dense_us', 'auto_us'))") == True ]] ||
  complain "some delivery takes no time"
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
# Activity above the limit ends the run, after the same step on any number of threads.
for threads in 1 3; do
  expect 1 bench brunel --scale 0.05 --time 100ms --max-rate 1Hz --threads $threads
  has err "error[E0503] net.populations."
  has err "the limit is 1 Hz"
  cp err stopped$threads
done
cmp stopped1 stopped3 || complain "runs were stopped at different times"
# Recorded spikes do not depend on threads, and recording not on the spikes.
for threads in 1 3; do
  expect 0 bench microcircuit --scale 0.02 --time 100ms --warm-up 50ms --threads $threads \
    --record s$threads.h5 --raster r$threads.svg --json
  is_document pass
  [[ $(field "d['data']['statistics']['L4E']['published_rate_hz']") == 4.414 ]] || complain "no published rate"
  field "d['data']['statistics']" >statistics$threads
  hash=$(field "d['data']['spike_hash']")
done
cmp statistics1 statistics3 && cmp r1.svg r3.svg || complain "recorded spikes depend on threads"
expect 0 bench microcircuit --scale 0.02 --time 100ms --warm-up 50ms --json
[[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "recording changes the spikes"
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
