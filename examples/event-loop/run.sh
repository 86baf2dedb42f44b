#!/usr/bin/env bash
# Firmware that classifies an event camera's recording as it comes in: a timer's interrupt pushes the events
# through the ring, the main loop steps a spiking network. Prints what was dropped, how busy the processor
# was, and the winner.
#   run.sh                             a digit of N-MNIST and the network of the NIR paper, from $SYNFIRE_SHARED_DATA
#   run.sh NETWORK.nir RECORDING.bin   any network of 2 x 34 x 34 inputs, any recording of N-MNIST
# BOARD (mps2-an386, or another Cortex-M with SysTick), RING (256), STEP_INSTRUCTIONS (500000: how long a step
# of 1 ms lasts on the board) and OUT (out/event-loop) may be set.
set -euo pipefail
caller=$PWD
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

board=${BOARD:-mps2-an386} ring=${RING:-256} slow=${STEP_INSTRUCTIONS:-500000}
out=${OUT:-out/event-loop}
data=${SYNFIRE_SHARED_DATA:-../shared/data}
steps=320
absolute() { [[ $1 == /* ]] && echo "$1" || echo "$caller/$1"; } # of the caller's folder

mkdir -p "$out"
if (($# == 2)); then
  network=$(absolute "$1") recording=$(absolute "$2")
elif (($# == 0)) && [[ -f $data/nmnist/nmnist_train1000_test10.tar.zst ]]; then
  network=$data/nir/paper/02_cnn/cnn_sinabs.nir recording=$out/60001.bs2
  tar --zstd -xOf "$data/nmnist/nmnist_train1000_test10.tar.zst" ./test10/60001.bs2 >"$recording"
else
  printf '%s\n' "usage: $0 NETWORK.nir RECORDING.bin" \
    'Neither is part of this tree: the network is cnn_sinabs.nir of the NIR paper' \
    '(github.com/neuromorphs/NIR), the recording any file of N-MNIST.' >&2
  exit 3
fi
for file in "$network" "$recording"; do
  [[ -s $file ]] || { printf 'There is no %s, or nothing in it.\n' "$file" >&2; exit 3; }
done
bytes=$(stat -c %s "$recording")
if ((bytes % 5)); then
  printf '%s has %s bytes, which are no whole number of events of 5 bytes.\n' "$recording" "$bytes" >&2
  exit 3
fi

synfire=${SYNFIRE:-build/release/synfire}
if [[ ! -x $synfire ]]; then
  cmake/setup.sh firmware
  cmake --preset release -DSYNFIRE_TESTS=OFF -DSYNFIRE_BENCHMARKS=OFF
  cmake --build --preset release
fi
for tool in arm-none-eabi-gcc qemu-system-arm cmake; do
  command -v "$tool" >/dev/null || { cmake/setup.sh firmware && break; }
done

"$synfire" lower "$network" --steps $steps -o "$out/fixed.nir"
"$synfire" generate "$out/fixed.nir" --board "$board" --ring "$ring" -o "$out/firmware" --quiet
cp examples/event-loop/main.c "$out/firmware/main.c"
{
  printf '#include <stdint.h>\n#define STEP_US 1000u\n#define STEPS %su\n' $steps
  printf '#define STEP_INSTRUCTIONS %su\n#define RECORDING_EVENTS %su\n' "$slow" $((bytes / 5))
  printf 'static const uint8_t recording[RECORDING_EVENTS][5] = {\n'
  od -An -v -tu1 -w5 "$recording" | awk '{ printf "{%s, %s, %s, %s, %s},\n", $1, $2, $3, $4, $5 }'
  printf '};\n'
} >"$out/firmware/recording.h"

cmake -S "$out/firmware" -B "$out/build" -DCMAKE_C_COMPILER=arm-none-eabi-gcc -DCMAKE_SYSTEM_NAME=Generic \
  >"$out/cmake.txt"
cmake --build "$out/build" >>"$out/cmake.txt"
cmake --build "$out/build" --target run | grep -E '^[a-z_]+ [0-9]+$' >"$out/report.txt"
value() { awk -v k="$1" '$1 == k { print $2 }' "$out/report.txt"; }

printf '\n%s events in %s ms of recording, %s dropped (ring of %s)\n' "$(value events)" $steps \
  "$(value dropped)" "$ring"
printf '%s steps, %s of them late; %s instructions at most in one, %s on average\n' "$(value steps)" \
  "$(value late_steps)" "$(value most_instructions_a_step)" \
  $(($(value busy_thousand_instructions) * 1000 / steps))
awk -v duty="$(value duty_permille)" -v slow="$slow" -v busy="$(value busy_thousand_instructions)" \
  -v steps=$steps 'BEGIN {
    printf "duty cycle %.1f %% at %.1f million instructions a second of recording; ", duty / 10, slow / 1000
    printf "%.0f million would be busy all the time\n", busy / steps }'
printf 'output spikes by class: %s\nwinner: class %s\n' "$(value output_spikes | xargs)" "$(value winner)"
