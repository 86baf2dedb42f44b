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
finish
