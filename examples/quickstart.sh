#!/usr/bin/env bash
# From a fresh Debian 12 to a first result: builds Synfire, converts a quantized digit classifier to
# a spiking network, checks that both give the same bits, and writes a report to look at.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

cmake/setup.sh build
cmake --preset release -DSYNFIRE_TESTS=OFF -DSYNFIRE_BENCHMARKS=OFF
cmake --build --preset release

mkdir -p out/quickstart
status=0
build/release/synfire compare examples/digits/digits_int8.tflite \
  --input examples/digits/test_images_int8_*.bin \
  --labels examples/digits/test_labels.csv \
  --expect examples/digits/expected_int8_*.bin \
  --report out/quickstart/report.html || status=$?

if [[ -f out/quickstart/report.html ]]; then
  printf '\nThe report: %s\n' "$PWD/out/quickstart/report.html"
fi
exit "$status"
