#!/usr/bin/env bash
# Firmware: usage errors, what is written, and KWS on the host and under QEMU, byte for byte and with
# a budget of instructions. Without a cross tool-chain or the shared data the rest is checked, then
# the test is skipped.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

skip() {
  echo "skipped: $*"
  ((failures == 0)) || finish
  exit 77
}

expect 0 convert "$(golden dense_two_layers.tflite)" -o small.nir
expect 2 generate small.nir --board mps2-an368 -o none
has err mps2-an386
expect 2 generate small.nir --board mps2-an386 --ring 3 -o none
has err "power of two"
expect 0 convert "$(golden dense_two_layers.tflite)" --coding radix -o radix.nir
expect 4 generate radix.nir --board mps2-an386 -o none
has err E0407
[[ ! -e none ]] || complain "a refused network left a folder"
expect 0 generate small.nir --board mps2-an386 -o small --json
is_document pass
for file in snn_model.c snn.h main.c board/link.ld board/cortex_m.c CMakeLists.txt report.json \
  neurons/graded.h; do
  [[ -s small/$file ]] || complain "no $file"
done
expect 0 generate small.nir --board riscv32-virt -o small-riscv

model=$SYNFIRE_SHARED_DATA/models/kws_ref_model.tflite
[[ -f $model ]] || skip "no shared data"
expect 0 convert "$model" -o kws.nir
expect 0 generate kws.nir --board mps2-an386 -o kws-arm
expect 0 generate kws.nir --board riscv32-virt -o kws-riscv

input=$SYNFIRE_SHARED_DATA/inputs/kws01_int8_500x490.bin
wanted=$SYNFIRE_SHARED_DATA/golden/kws_ref_model.logits_int8_500x12.bin
warnings="-std=c99 -pedantic -Wall -Wextra -Wconversion -Wcast-align -Werror"

# build FOLDER COMPILER FLAGS...: FOLDER's sources for its board, or for the host
build() {
  local folder=$1 compiler=$2
  shift 2
  checks=$((checks + 1))
  # shellcheck disable=SC2086
  (cd "$folder" && $compiler -O2 $warnings -I. -Iboard snn*.c main.c "$@") ||
    complain "$folder does not compile with $compiler $*"
}

# equal NAME COUNT: output.bin has the logits of the first COUNT samples
equal() {
  checks=$((checks + 1))
  cmp -n "$(($2 * 12))" output.bin "$wanted" && [[ $(stat -c %s output.bin) -eq $(($2 * 12)) ]] ||
    complain "$1: other bytes than the reference"
}

for packed in 0 1; do
  build kws-arm cc -DSNN_PACKED=$packed board/host.c -o ../host
  cp "$input" input.bin
  ./host >host.txt || complain "host build"
  equal "host, SNN_PACKED=$packed" 500
done

# field_of NAME: of the demo's report
field_of() { awk -v name="$1" '$1 == name { print $2 }' report.txt; }

# emulate NAME BUDGET EMULATOR...: twenty samples; the mean count of instructions is within the budget
emulate() {
  local name=$1 budget=$2 mean
  shift 2
  head -c $((20 * 490)) "$input" >input.bin
  rm -f output.bin
  checks=$((checks + 1))
  timeout 120 "$@" -display none -monitor none -serial none -chardev stdio,id=sh \
    -semihosting-config enable=on,target=native,chardev=sh -kernel "$name.elf" >report.txt ||
    complain "$name does not run"
  equal "$name" 20
  mean=$((($(field_of instructions_thousands) * 1000 + $(field_of instructions_rest)) / 20))
  echo "$name: $mean instructions, stack $(field_of stack_bytes) bytes"
  ((mean <= budget)) || complain "$name: $mean instructions, the budget is $budget"
}

for tool in arm-none-eabi-gcc riscv64-unknown-elf-gcc qemu-system-arm qemu-system-riscv32; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done
link="-ffunction-sections -fdata-sections -nostartfiles -Wl,--gc-sections -T board/link.ld"
# arm NAME FLAGS...
arm() {
  local name=$1
  shift
  # shellcheck disable=SC2086
  build kws-arm arm-none-eabi-gcc "$@" $link --specs=nosys.specs board/semihosting.c \
    board/cortex_m.c -o "../$name.elf"
  arm-none-eabi-size "$name.elf"
}
arm m4 -mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16 -mthumb
arm m3 -mcpu=cortex-m3 -mthumb
# shellcheck disable=SC2086
build kws-riscv riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -misa-spec=2.2 $link \
  --specs=picolibc.specs board/semihosting.c board/riscv.c -o ../rv32.elf
riscv64-unknown-elf-size rv32.elf
emulate m4 2500000 qemu-system-arm -M mps2-an386 -icount shift=6
emulate m3 3400000 qemu-system-arm -M mps2-an385 -icount shift=6
emulate rv32 7500000 qemu-system-riscv32 -M virt -bios none \
  -cpu rv32,f=off,d=off,a=off,s=off,u=off,h=off -icount shift=0
finish
