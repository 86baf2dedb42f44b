#!/usr/bin/env bash
# One square millimetre of cortex at full scale: 10 s of activity, the rate of every population beside
# the published one, and a raster by layer. Words given to this script replace the
# times: `run.sh --scale 0.1 --warm-up 500ms --time 2s` is a small network, ready in seconds.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

synfire=${SYNFIRE:-build/release/synfire}
if [[ ! -x $synfire ]]; then
  cmake --preset release -DSYNFIRE_TESTS=OFF -DSYNFIRE_BENCHMARKS=OFF
  cmake --build --preset release
fi
out=${OUT:-out/microcircuit}
mkdir -p "$out"
(($#)) || set -- --warm-up 500ms --time 10s
"$synfire" bench microcircuit --threads "$(nproc)" \
  --record "$out/spikes.h5" --raster "$out/raster.svg" "$@"
"$synfire" plot --quiet "$out/spikes.h5" --report "$out/report.html" >/dev/null
printf '\nThe raster: %s\nThe spikes: %s\nA report:   %s\n' \
  "$out/raster.svg" "$out/spikes.h5" "$out/report.html"
