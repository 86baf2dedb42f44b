#!/usr/bin/env bash
# The same outputs, spikes and report on any number of threads. Also run under TSan.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

digits=$SYNFIRE_SOURCE_DIR/examples/digits
images=$(echo "$digits"/test_images_int8_*.bin)
for coding in graded radix ttfs "rate --steps 16"; do
  # shellcheck disable=SC2086
  expect 0 convert "$digits/digits_int8.tflite" --coding $coding -o net.nir
  for threads in 1 4; do
    expect 0 run net.nir --input "$images" --samples 24 --threads $threads --save-output y$threads.npy \
      -o out$threads.h5 --record-samples 3 --json
    field "{k: d['data'][k] for k in ('spikes_per_sample', 'synops_per_sample', 'layers')}" >facts$threads
  done
  cmp y1.npy y4.npy || complain "$coding: outputs differ"
  cmp facts1 facts4 || complain "$coding: counts differ"
done
expect 0 compare "$digits/digits_int8.tflite" --input "$images" --samples 8 --threads 4 --report r.html

# The clock engine's spikes.
for name in "brunel --drive dc" "brunel --drive poisson" cuba; do
  hashes=()
  for threads in 1 2 3; do
    # shellcheck disable=SC2086
    expect 0 bench $name --scale 0.05 --time 30ms --warm-up 20ms --threads $threads --json
    hashes+=("$(field "d['data']['spike_hash']")")
  done
  [[ ${hashes[0]} == "${hashes[1]}" && ${hashes[0]} == "${hashes[2]}" ]] ||
    complain "$name: ${hashes[*]}"
done
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
finish
