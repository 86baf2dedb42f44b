#!/usr/bin/env bash
# Spiking networks on microcontrollers: `lower` and its error, refusals, and firmware under QEMU with
# every spike of the desktop's engine. Without tools the rest is checked, then the test is skipped.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

skip() {
  echo "skipped: $*"
  ((failures == 0)) || finish
  exit 77
}

# Convolution, sum pool, dense with delays, recurrence; two samples of 40 steps of 2x9x7 neurons.
net=$(golden spiking.nir)
python3 - <<'PYTHON'
import random
random.seed(7)
counts = [0] * 9 + [1]
open("x.bin", "wb").write(bytes(random.choice(counts) for _ in range(2 * 40 * 126)))
PYTHON

expect 4 generate "$net" --board mps2-an386 -o none
has err E0407
has err "synfire lower"
expect 2 lower "$net" --steps 0 -o fixed.nir
expect 0 lower "$net" --steps 40 --input x.bin -o fixed.nir --json
is_document pass
[[ $(field "d['data']['error']['samples'], len(d['data']['layers'])") == "2 4" ]] ||
  complain "no error of two samples and four populations"
expect 0 lower "$net" --steps 40 --input x.bin -o fixed.nir
has out "never (proven)"
has out "worst error"
expect 4 lower fixed.nir -o again.nir
has err E0410
expect 0 run fixed.nir --input x.bin
expect 3 run fixed.nir --input "$net"
expect 0 lower "$net" --steps 40 --most-events 2 -o few.nir
expect 5 run few.nir --input x.bin
has err "the limit is 2"
expect 0 generate few.nir --board mps2-an386 -o few # which takes no more of a step, and counts the rest
has few/snn_model.h "SNN_MOST_EVENTS 2u"
expect 2 validate fixed.nir --input x.bin
has err "--expect is missing"

expect 0 generate fixed.nir --board mps2-an386 --ring 256 -o fw --json
is_document pass
for file in snn_model.c snn.h snn_conv.c main.c neurons/fixed_lif.h report.json; do
  [[ -s fw/$file ]] || complain "no $file"
done
[[ ! -e fw/demo.c && ! -e fw/neurons/graded.h ]] || complain "files that are not needed"

for tool in arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done

# figures BOARD MEAN LEAST GREATEST PUSH FLASH STATE STACK COMPILER: of a step; exact where the compiler is
# the one that they were measured with, else within a hundredth more.
figures() {
  local board=$1 got
  local budget="flash=$(($6 + $6 / 100)),instructions=$(($4 + $4 / 100))"
  expect 0 validate fixed.nir --target mcu --board "$board" --input x.bin --ring 256 --budget "$budget" --json
  is_document pass
  [[ $(field "d['data']['engine_different_words'], d['data']['steps'], d['data']['compiler_words']") == \
    "0 80 " ]] || complain "$board: other spikes, or warnings"
  got=$(field "' '.join(str(d['data'][k]) for k in ('instructions_per_step', 'instructions_least',
    'instructions_greatest', 'instructions_per_push', 'flash_bytes')), d['data']['ram_bytes']['state'],
    d['data']['stack_bytes']" | tr -d "(',)")
  echo "$board: $got"
  checks=$((checks + 1))
  [[ $(field "d['data']['synops_per_step'] > 1, 0 < d['data']['estimated']['events_per_s_per_mhz'] <
    1e6 / d['data']['instructions_per_push']") == "True True" ]] || complain "$board: SynOps or rate"
  [[ $(field "d['data']['compiler']") == *" $9"* ]] || return 0
  checks=$((checks + 1))
  [[ $got == "${*:2:7}" ]] || complain "$board: $got instead of ${*:2:7}"
}
figures mps2-an385-m0 31522 8670 39563 31 19952 2072 452 12.2.1
figures mps2-an385 17197 3320 22006 21 18088 2072 400 12.2.1
figures mps2-an386 16416 3413 20895 21 18168 2072 408 12.2.1
figures mps2-an500 16293 3415 20720 21 18152 2072 404 12.2.1
figures mps3-an547 16537 3401 21020 21 18440 2072 440 12.2.1
figures riscv32-virt 19823 4290 25118 23 19168 2072 444 12.2.0

expect 0 validate fixed.nir --target mcu --board riscv32-virt --input x.bin --ring 256 -o fw2
has out "instructions a step"
grep -q '"kind": "measured"' fw2/report.json || complain "no measured report"
expect 5 validate fixed.nir --target mcu --board riscv32-virt --input x.bin --ring 4
has err "found the ring of 4 full"
expect 1 validate fixed.nir --target mcu --board riscv32-virt --input x.bin --ring 256 --budget \
  ram=1K,instructions=20K
[[ $(grep -c E0504 err) -eq 2 ]] || complain "two limits: $(<err)"
finish
