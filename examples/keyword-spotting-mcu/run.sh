#!/usr/bin/env bash
# From a quantized keyword spotter to firmware that runs: converts it, writes C99 for a Cortex-M4F, builds
# that, runs it in QEMU, and compares every byte with the reference.
#   run.sh                         MLPerf Tiny's model and recordings, from $SYNFIRE_SHARED_DATA
#   run.sh MODEL.tflite [IN.bin]   any int8 model, on samples of its own input or random ones
# BOARD (mps2-an386), SAMPLES (20) and OUT (out/keyword-spotting-mcu) may be set.
set -euo pipefail
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

board=${BOARD:-mps2-an386}
samples=${SAMPLES:-20}
out=${OUT:-out/keyword-spotting-mcu}
data=${SYNFIRE_SHARED_DATA:-../shared/data}
reference=$data/models/kws_ref_model.tflite

# absolute PATH: of the caller's folder
absolute() { [[ $1 == /* ]] && echo "$1" || echo "$caller/$1"; }

model=$reference
if (($#)); then
  model=$(absolute "$1")
fi
if [[ ! -f $model ]]; then
  printf 'There is no %s.\n' "$model" >&2
  if ! (($#)); then
    printf '%s\n' 'The model is not part of this tree. It is kws_ref_model.tflite of MLPerf Tiny' \
      '(github.com/mlcommons/tiny, benchmark/training/keyword_spotting/trained_models): fetch it, then say' \
      "  $0 kws_ref_model.tflite" >&2
  fi
  exit 3
fi

synfire=${SYNFIRE:-build/release/synfire}
if [[ ! -x $synfire ]]; then
  cmake/setup.sh firmware
  cmake --preset release -DSYNFIRE_TESTS=OFF -DSYNFIRE_BENCHMARKS=OFF
  cmake --build --preset release
fi
for tool in arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32; do
  command -v "$tool" >/dev/null || { cmake/setup.sh firmware && break; }
done

mkdir -p "$out"
"$synfire" convert "$model" -o "$out/network.nir" >"$out/conversion.txt"
if (($#)); then
  # Its outputs are those of the desktop's engine, which the golden files of the tests hold to the reference.
  "$synfire" generate "$out/network.nir" --board "$board" -o "$out/firmware" --quiet >/dev/null
  size=$(awk '$2 == "SNN_INPUT_SIZE" { print int($3) }' "$out/firmware/snn_model.h")
  if (($# > 1)); then
    input=$(absolute "$2")
  else
    input=$out/random.bin
    head -c $((size * samples)) /dev/urandom >"$input"
    printf '%s samples of random bytes, %s each\n\n' "$samples" "$size"
  fi
  here=$(($(stat -c %s "$input") / size))
  samples=$((here < samples ? here : samples))
  expected=$out/desktop.bin
  "$synfire" run "$out/network.nir" --input "$input" --samples "$samples" --save-output "$expected" \
    >"$out/desktop.txt"
  stage=output
else
  input=$data/inputs/kws01_int8_500x490.bin
  expected=$data/golden/kws_ref_model.logits_int8_500x12.bin
  stage=logits
fi

"$synfire" validate "$out/network.nir" --target mcu --board "$board" --input "$input" \
  --expect "$expected" --stage "$stage" --samples "$samples" -o "$out/firmware"
printf '\nThe firmware: %s, its report: %s\n' "$out/firmware" "$out/firmware/report.md"
