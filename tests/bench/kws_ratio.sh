#!/usr/bin/env bash
# Times `synfire bench kws` against the TFLite interpreter with XNNPACK, one thread each, in turns, and
# prints the best of each and the ratios. By processor time, so that a busy machine disturbs less.
#   kws_ratio.sh [rounds]
# Needs the reference data beside the tree and, in .venv (tests/reference/setup.sh makes it), the
# interpreter: .venv/bin/python -m pip install ai-edge-litert
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
synfire=${SYNFIRE:-$PWD/build/release/synfire}
data=${SYNFIRE_SHARED_DATA:-$PWD/../shared/data}
rounds=${1:-5}
model=$data/models/kws_ref_model.tflite
input=$data/inputs/kws01_int8_500x490.bin
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cases=("graded auto" "graded event" "graded dense" "radix auto" "radix event")
for ((round = 0; round < rounds; ++round)); do
  .venv/bin/python tests/bench/peer_tflite.py "$model" "$input" --seconds 1 >>"$scratch/peer"
  for case in "${cases[@]}"; do
    read -r coding kernels <<<"$case"
    "$synfire" bench kws --network "$model" --coding "$coding" --input "$input" \
      --kernels "$kernels" --threads 1 --json -q | tr -d '\n' >>"$scratch/$coding $kernels"
    echo >>"$scratch/$coding $kernels"
  done
done

best() { # FILE KEY
  grep -oE "\"$2\": ?[0-9.e+]+" "$1" | grep -oE '[0-9.e+]+$' | sort -g | tail -1
}
peer=$(best "$scratch/peer" inferences_per_s)
printf '%-16s %10.0f inferences/s\n' "XNNPACK" "$peer"
for case in "${cases[@]}"; do
  rate=$(best "$scratch/$case" inferences_per_cpu_s)
  awk -v c="$case" -v r="$rate" -v p="$peer" \
    'BEGIN { printf "%-16s %10.0f inferences/s %8.2f x\n", c, r, r / p }'
done
