#!/usr/bin/env bash
# examples/keyword-spotting-mcu: what it says without its model, a small model of the tree on random samples
# and on given ones, and the keyword spotter where the shared data is.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

export SYNFIRE OUT=$PWD/out
example=$SYNFIRE_SOURCE_DIR/examples/keyword-spotting-mcu/run.sh

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
has err.txt "mlcommons/tiny"
example 3 missing.tflite
has err.txt "$PWD/missing.tflite"

for tool in arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done
cp "$(golden add_residual_depth3.tflite)" net.tflite
SAMPLES=3 example 0 net.tflite
has out.txt "3 samples of random bytes, 90 each"
has out.txt "equal: 3 samples"
cp "$(golden add_residual_depth3.in.bin)" in.bin
BOARD=riscv32-virt example 0 net.tflite in.bin
has out.txt "equal: 12 samples"
cmp "$OUT/desktop.bin" "$(golden add_residual_depth3.out.bin)" || complain "not the reference's outputs"

[[ -f $SYNFIRE_SHARED_DATA/models/kws_ref_model.tflite ]] || skip "no shared data"
export SYNFIRE_SHARED_DATA
example 0
has out.txt "equal: 20 samples x 12 int8 compared at the logits, 0 of 240 bytes differ"
for figure in "instructions an inference" "flash, bytes" "RAM, bytes"; do has out.txt "$figure"; done
has "$OUT/firmware/report.md" "## Measured"
finish
