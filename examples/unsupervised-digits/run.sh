#!/usr/bin/env bash
# The experiment beside it on the 8 x 8 digits of examples/digits, with 100 neurons: 240 digits to
# learn from, 120 to test. Writes digits.h5, and digits.html to look at.
set -euo pipefail
here=$(dirname "${BASH_SOURCE[0]}")

"${SYNFIRE:-synfire}" run "$here/mnist-stdp.toml" \
  --set dataset.digits.images=../digits/test_images_int8_360x8x8x1.bin \
  --set dataset.digits.element=int8 \
  --set dataset.digits.labels=../digits/test_labels.csv \
  --set 'dataset.digits.train="0:240"' --set 'dataset.digits.test="240:360"' \
  --set dataset.digits.epochs=8 \
  --set 'dataset.digits.encoder={name="rate", total_rate="4000 Hz"}' \
  --set 'population.input.shape=[8, 8]' \
  --set population.excitatory.size=100 --set population.inhibitory.size=100 \
  --set 'projection.images.plasticity.weight_sum=16 nS' \
  --set projection.images.plasticity.a3_plus=0.05 \
  --set 'population.excitatory.tau_theta=2e6 ms' \
  --set 'population.excitatory.theta_init=30 mV' \
  -o digits.h5 --report digits.html "$@"
