#!/usr/bin/env bash
# Firmware: usage errors, what is written, and KWS on the host byte for byte, by the compiler and by the
# firmware's own CMakeLists.txt; validate-mcu.sh runs it on boards. Without the shared data the rest is
# checked, then the test is skipped.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

export CMAKE_GENERATOR=Ninja  # which is there; make need not be

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
expect 0 convert "$(golden dense_two_layers.tflite)" --coding rate --steps 300 -o long.nir
expect 4 generate long.nir --board mps2-an386 -o none
has err E0407
[[ ! -e none ]] || complain "a refused network left a folder"
expect 0 generate small.nir --board mps2-an386 -o small --json
is_document pass
for file in snn_model.c snn.h main.c board/link.ld board/cortex_m.c CMakeLists.txt report.json \
  neurons/graded.h; do
  [[ -s small/$file ]] || complain "no $file"
done
has small/report.json '"kind": "computed"'
expect 0 generate small.nir --board riscv32-virt -o small-riscv

model=$SYNFIRE_SHARED_DATA/models/kws_ref_model.tflite
[[ -f $model ]] || skip "no shared data"
expect 0 convert "$model" -o kws.nir
expect 0 generate kws.nir --board mps2-an386 --stage logits -o kws-arm

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

for packed in 0 SNN_LONG SNN_TWINS; do
  build kws-arm cc -DSNN_PACKED=$packed board/host.c -o ../host
  cp "$input" input.bin
  ./host >host.txt || complain "host build"
  equal "host, SNN_PACKED=$packed" 500
done

# With the softmax, and the logits beside it.
expect 0 generate kws.nir --board mps2-an386 -o kws-out --json
[[ $(field "d['data']['decoders_left_out']") == "[]" ]] || complain "decoders are left out"
sed -i 's/board_write(snn_out(&state), /board_write(snn_logits(\&state), SNN_OUTPUT_SIZE);\n    &/' kws-out/main.c
build kws-out cc board/host.c -o ../host
./host >host.txt || complain "host build with softmax"
checks=$((checks + 1))
python3 - output.bin "$wanted" "${wanted/logits/out}" <<'PY' || complain "softmax: other bytes than the reference"
import sys
got, logits, outputs = (open(name, "rb").read() for name in sys.argv[1:])
both = b"".join(logits[i:i + 12] + outputs[i:i + 12] for i in range(0, len(logits), 12))
sys.exit(len(logits) != 6000 or got != both)
PY

# Both builds of the folder's CMakeLists.txt, as its head says.
head -c 9800 "$input" >input.bin
checks=$((checks + 1))
(cmake -S kws-arm -B build-host && cmake --build build-host) >log 2>&1 ||
  complain "cmake: $(tail -5 log)"
./build-host/firmware >host.txt || complain "host build by cmake"
equal "host, cmake" 20
for tool in arm-none-eabi-gcc qemu-system-arm; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done
checks=$((checks + 1))
(cmake -S kws-arm -B build-arm -DCMAKE_C_COMPILER=arm-none-eabi-gcc -DCMAKE_SYSTEM_NAME=Generic &&
  cmake --build build-arm && cp input.bin build-arm && cmake --build build-arm --target run) \
  >log 2>&1 || complain "cmake for the board: $(tail -5 log)"
cp build-arm/output.bin .
equal "board, cmake" 20
finish
