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
# Weights that change: every rule there is, and the same on any number of threads.
rules=$("$SYNFIRE" list plasticity --json | python3 -c '
import json, sys
print(*(rule["name"] for rule in json.load(sys.stdin)["data"]["plasticity"]))')
[[ $rules == *stdp_pair* ]] || complain "no stdp_pair among the rules: $rules"
for rule in $rules; do
  words=(bench brunel --plasticity "$rule" --scale 0.05 --time 20ms --warm-up 50ms --json)
  expect 0 "${words[@]}"
  is_document pass
  hashes="[d['data'][k] for k in ('spike_hash', 'weight_hash', 'mean_plastic_weight')]"
  alone=$(field "$hashes")
  expect 0 "${words[@]}" --threads 3
  [[ $(field "$hashes") == "$alone" ]] || complain "$rule: not the same on 3 threads"
  [[ $(field "d['data']['bytes_per_plastic_synapse'] < 30") == True ]] || complain "$rule: fat"
done
expect 0 bench brunel --plasticity stdp_pair --engine event --scale 0.05 --time 50ms --json
[[ $(field "d['data']['plastic_synapses']") -eq 16000 ]] || complain "not 16000 plastic synapses"
expect 0 bench brunel --plasticity clopath --engine event --scale 0.05 --time 50ms --json
[[ $(field "0.09 < d['data']['mean_plastic_weight'] < 0.11") == True ]] || complain "weights are off"
expect 2 bench brunel --plasticity stdp_pear
has err "stdp_pair"
expect 2 bench cuba --plasticity stdp_pair
has err "cuba does not heed --plasticity"
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
