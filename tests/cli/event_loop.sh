#!/usr/bin/env bash
# examples/event-loop: what it says without data, and, where the shared data is, the board's spikes against
# the desktop's; a ring that is too small, and steps that are too short.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

export SYNFIRE OUT=$PWD/loop
example=$SYNFIRE_SOURCE_DIR/examples/event-loop/run.sh

# example STATUS WORDS...
example() {
  local got=0
  checks=$((checks + 1))
  "$example" "${@:2}" >out.txt 2>err.txt || got=$?
  [[ $got -eq $1 ]] || complain "run.sh ${*:2}: status $got instead of $1: $(tail -c 400 err.txt)"
}

skip() {
  echo "skipped: $*"
  ((failures == 0)) || finish
  exit 77
}

SYNFIRE_SHARED_DATA=$PWD/nowhere example 3
has err.txt "neuromorphs/NIR"
example 3 missing.nir missing.bin
has err.txt "$PWD/missing.nir"
printf 'four' >short.bin
example 3 "$(golden spiking.nir)" short.bin
has err.txt "no whole number of events"

for tool in arm-none-eabi-gcc qemu-system-arm cmake zstd; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done
recordings=$SYNFIRE_SHARED_DATA/nmnist/nmnist_train1000_test10.tar.zst
[[ -f $recordings ]] || skip "no shared data"
export SYNFIRE_SHARED_DATA

example 0
has out.txt "3330 events in 320 ms of recording, 0 dropped"
has out.txt "320 steps, 0 of them late"
has out.txt "winner: class 7"
python3 - "$OUT/60001.bs2" <<'PYTHON'
import sys
data = open(sys.argv[1], "rb").read()
counts = bytearray(320 * 2 * 34 * 34)
for x, y, a, b, c in zip(*[iter(data)] * 5):
    ms = ((a & 127) << 16 | b << 8 | c) // 1000
    counts[((ms * 2 + (a >> 7)) * 34 + y) * 34 + x] += 1
open("x.bin", "wb").write(counts)
PYTHON
expect 0 run "$OUT/fixed.nir" --input x.bin --json
desktop=$(field "int(d['data']['layers'][-1]['spikes_per_sample'])")
board=$(awk '$1 == "output_spikes" { sum += $2 } END { print sum }' "$OUT/report.txt")
checks=$((checks + 1))
[[ $board -eq $desktop ]] || complain "$board output spikes on the board, $desktop on the desktop"

RING=32 example 0
has out.txt "dropped (ring of 32)"
[[ $(awk '$1 == "dropped" { print $2 }' "$OUT/report.txt") -gt 0 ]] || complain "32 places hold everything"
STEP_INSTRUCTIONS=50000 example 0
[[ $(awk '$1 == "late_steps" { print $2 }' "$OUT/report.txt") -gt 100 ]] || complain "steps are in time"
finish
