#!/usr/bin/env bash
# `validate --target mcu`: usage, tools that are missing, and KWS under QEMU byte for byte, with the exact
# instructions of the compiler whose counts are known. Without tools or the shared data the rest is
# checked, then the test is skipped.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

skip() {
  echo "skipped: $*"
  ((failures == 0)) || finish
  exit 77
}

x=$(golden dense_two_layers.in.bin)
y=$(golden dense_two_layers.out.bin)
expect 0 convert "$(golden dense_two_layers.tflite)" -o small.nir
small=(validate small.nir --input "$x" --expect "$y" --target mcu)

expect 2 "${small[@]}"
has err "--board is missing"
expect 2 "${small[@]}" --board mps2-an368
has err mps2-an386
expect 2 "${small[@]::6}" --target fpga
for budget in rom=1 flash=64KB flash=1,flash=2 ram; do
  expect 2 "${small[@]}" --board mps2-an386 --budget $budget
  has err "flash"
done
expect 2 "${small[@]}" --board mps2-an386 --budget rom=1
has err "flash, ram, instructions"
expect 0 "${small[@]::6}" --board mps2-an386 --budget flash=1
has err "W0101"

# Nothing but the shell is in PATH.
mkdir -p empty tmp
printf '#!/bin/sh\nPATH=%s exec "%s" "$@"\n' "$PWD/empty" "$SYNFIRE" >toolless
chmod +x toolless
SYNFIRE=$PWD/toolless expect 4 "${small[@]}" --board riscv32-virt
has err E0408
for package in picolibc-riscv64-unknown-elf qemu-system-misc; do has err $package; done

# A compiler that fails is quoted.
mkdir -p broken
printf '#!/bin/sh\necho "no such target" >&2\nexit 1\n' >broken/riscv64-unknown-elf-gcc
printf '#!/bin/sh\nexit 0\n' >broken/qemu-system-riscv32
chmod +x broken/*
export TMPDIR=$PWD/tmp
PATH=$PWD/broken:$PATH expect 4 "${small[@]}" --board riscv32-virt
has err E0409
has err "no such target"
[[ -z $(ls tmp) ]] || complain "a failed build left its folder"

# An interruption stops the tool, with what it has started, and takes the folder along.
printf '#!/bin/sh\nsleep 1000 &\necho $! >"%s"\nwait\n' "$PWD/sleeper" >broken/riscv64-unknown-elf-gcc
checks=$((checks + 1))
PATH=$PWD/broken:$PATH "$SYNFIRE" "${small[@]}" --board riscv32-virt 2>err &
for ((i = 0; i < 300; i++)); do [[ -s sleeper ]] && break || sleep 0.1; done
kill -TERM $!
wait $!
[[ $? -eq 143 && -z $(ls tmp) ]] || complain "an interruption left something: $(ls tmp)"
readlink "/proc/$(<sleeper)/exe" >/dev/null && complain "an interruption left the compiler running"

for tool in arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done

for board in mps2-an385-m0 mps2-an386 mps3-an547 riscv32-virt; do
  expect 0 "${small[@]}" --board $board --json
  is_document pass
  [[ $(field "d['data']['different_bytes'], d['data']['engine_different_bytes']") == "0 0" ]] ||
    complain "$board: other bytes"
  expect 0 "${small[@]}" --board $board --samples 2
  has out "instructions an inference"
done
expect 0 "${small[@]:0:2}" --input - "${small[@]:4}" --board mps2-an386 <"$x"

model=$SYNFIRE_SHARED_DATA/models/kws_ref_model.tflite
[[ -f $model ]] || skip "no shared data"
expect 0 convert "$model" -o kws.nir
wanted=$SYNFIRE_SHARED_DATA/golden/kws_ref_model.logits_int8_500x12.bin
kws=(validate kws.nir --target mcu --input "$SYNFIRE_SHARED_DATA/inputs/kws01_int8_500x490.bin"
  --samples 20)

# figures BOARD MEAN LEAST GREATEST FLASH STATE STACK COMPILER: exact where the compiler is the
# one that they were measured with, else within a hundredth more.
figures() {
  local board=$1 compiler=$8 got
  local budget="flash=$(($5 + $5 / 100)),instructions=$(($4 + $4 / 100))"
  expect 0 "${kws[@]}" --stage logits --expect "$wanted" --board "$board" --budget "$budget" --json
  is_document pass
  got=$(field "' '.join(str(d['data'][k]) for k in ('instructions_per_inference', 'instructions_least',
    'instructions_greatest', 'flash_bytes')), d['data']['ram_bytes']['state'],
    d['data']['stack_bytes']" | tr -d "(',)")
  echo "$board: $got"
  checks=$((checks + 1))
  [[ $(field "d['data']['synops_per_inference'] > 1e6, round(d['data']['estimated']['inferences_per_s_per_mhz'] *
    d['data']['instructions_per_inference'])") == "True 1000000" ]] || complain "$board: SynOps or rate"
  [[ $(field "d['data']['compiler_words']") == "" ]] || complain "$board: the compiler warns"
  [[ $(field "d['data']['compiler']") == *" $compiler"* ]] || return 0
  checks=$((checks + 1))
  [[ $got == "$2 $3 $4 $5 $6 $7" ]] || complain "$board: $got instead of $2 $3 $4 $5 $6 $7"
}
figures mps2-an385-m0 9518123 9275305 9666612 36728 17440 432 12.2.1
figures mps2-an385 2617547 2557280 2655831 37896 17440 404 12.2.1
figures mps2-an386 2051471 1985295 2095481 38192 17440 404 12.2.1
figures mps2-an500 2049302 1983130 2093321 38232 17440 396 12.2.1
figures mps3-an547 897719 897083 897778 40232 17440 376 12.2.1
figures riscv32-virt 6311226 6103412 6437813 34736 17440 352 12.2.0

expect 1 "${kws[@]}" --stage logits --expect "$wanted" --board mps2-an386 --budget flash=1K,ram=1K,instructions=5M \
  -o fw --json
is_document fail
[[ $(field "[e['code'] for e in d['diagnostics']]") == "['E0504', 'E0504']" ]] || complain "two limits"
[[ -s fw/snn_model.c && $(grep -c '"kind": "measured"' fw/report.json) -eq 1 ]] ||
  complain "no folder with what was measured"

head -c 240 "$wanted" | tr '\000' '\001' >wrong.bin
cmp -s -n 240 wrong.bin "$wanted" && complain "the wrong file is right"
expect 1 "${kws[@]}" --expect wrong.bin --board riscv32-virt
has err E0209
has out "equal to the desktop's engine"

# The outputs after the softmax, which the board has too, and weights as they are: 12,000 bytes of RAM.
expect 0 "${kws[@]}" --stage output --expect "${wanted/logits/out}" --board mps2-an386 --json --budget flash=40000
[[ $(field "d['data']['engine_different_bytes']") == 0 ]] || complain "outputs: other bytes than the engine"
expect 0 "${kws[@]}" --stage logits --expect "$wanted" --board mps2-an386 --packed-weights 0 --budget ram=12000
[[ -z $(ls tmp) ]] || complain "temporary folders are left: $(ls tmp)"
finish
