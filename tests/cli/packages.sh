#!/usr/bin/env bash
# Packages for other build systems: each is written, its manifest is read, its sources compile in their
# layout by every compiler that is here, and give the reference's bytes; CMake runs what is CMake's. For a
# graded network and for a spiking one, whose reference is the board's firmware on this machine
# (SpikingFirmware.HasEverySpikeAndPotentialOfTheEngine holds that to the engine).
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

support=$SYNFIRE_SOURCE_DIR/tests/cli/support
export CMAKE_GENERATOR=Ninja
missing=() compiled=()
warnings=(-std=c99 -pedantic -Wall -Wextra -Wconversion -Wcast-align -Werror)

model=add_residual_depth3
expect 0 convert "$(golden $model.tflite)" -o net.nir
expect 2 generate net.nir -o none
has err "--package is missing"
expect 2 generate net.nir --board mps2-an386 --package zephyr -o none
has err "two kinds"
expect 2 generate net.nir --package zephir -o none
has err "zephyr"
[[ ! -e none ]] || complain "a usage error left a folder"

expect 0 lower "$(golden spiking.nir)" --steps 40 -o spiking.nir
"$SYNFIRE" generate --help >help

# attempt WHAT COMMAND...: complains with the command's words
attempt() {
  checks=$((checks + 1))
  "${@:2}" >log 2>&1 || complain "$1: $(head -c 600 log)"
}

# equal WHAT PROGRAM: the program gives the reference's bytes
equal() {
  checks=$((checks + 1))
  rm -f output.bin
  "$2" >report.txt || complain "$1 does not run"
  cmp output.bin expected.bin || complain "$1: other bytes than the reference"
}

value_of() { sed -n "s/^$2 = \"\(.*\)\"/\1/p" "$SYNFIRE_SOURCE_DIR/targets/mcu/packages/$1/package.toml"; }

# compiles NAME COMPILER FLAGS...: every source alone, with nothing but the package's headers; once for the
# packages that have the very same ones in the same folders
compiles() {
  local name=$1 headers source other
  for other in "${compiled[@]}"; do
    [[ $(value_of "$name" sources) == "$(value_of "$other" sources)" && -d $other/$(value_of "$name" headers) ]] &&
      diff -rq "$name/$(value_of "$name" sources)" "$other/$(value_of "$name" sources)" >log &&
      diff -rq "$name/$(value_of "$name" headers)" "$other/$(value_of "$name" headers)" >log && return
  done
  headers=$name/$(value_of "$name" headers)
  for source in $(find "$name/$(value_of "$name" sources)" -name '*.c'); do
    attempt "$name by $2" "${@:2}" "${warnings[@]}" -O2 -I"$headers" -c "$source" -o object.o
  done
}

arm=(arm-none-eabi-gcc -mthumb)
riscv=(riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 --specs=picolibc.specs)

# in_cmake NAME KIND
in_cmake() {
  attempt "$1, $2" cmake -S "$support/package_consumer" -B "build-$2" -DKIND="$2" -DPACKAGE="$PWD/$1" \
    -DDEMO="$PWD/demo" -DCMAKE_BUILD_TYPE=Release
  attempt "$1, $2" cmake --build "build-$2"
  equal "$1, $2" "./build-$2/demo"
}

# The demo, apart from the sources that it comes with.
demo_of() {
  expect 0 generate "../$1" --board mps2-an386 --ring 256 -o board
  mkdir demo
  cp -r board/main.c board/board demo/
}

# all_packages NETWORK
all_packages() {
  local descriptor name
  compiled=()
  for descriptor in "$SYNFIRE_SOURCE_DIR"/targets/mcu/packages/*/package.toml; do
    name=$(basename "$(dirname "$descriptor")")
    [[ $(value_of "$name" name) == "$name" ]] || complain "$name has another name"
    has ../help "$name"
    expect 0 generate "../$1" --package "$name" --ring 256 -o "$name" --json
    is_document pass
    has out "\"package\": \"$name\""
    has "$name/README.md" "not run here"
    has "$name/report.md" "$name package"
    checks=$((checks + 1))
    if grep -rnE '@[A-Z_]+@' "$name"; then complain "$name: a place without a value"; fi
    checks=$((checks + 1))
    python3 "$support/check_manifest.py" "$name" "$PWD/$name" || {
      [[ $? -eq 77 ]] && missing+=(python3-yaml) || complain "$name: the manifest"
    }
    compiles "$name" cc
    # shellcheck disable=SC2046
    attempt "$name" cc "${warnings[@]}" -I"$name/$(value_of "$name" headers)" -Idemo/board \
      $(find "$name/$(value_of "$name" sources)" -name '*.c') demo/main.c demo/board/host.c -o host
    equal "$name" ./host
    if command -v "${arm[0]}" >/dev/null; then
      compiles "$name" "${arm[@]}" -mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16
      compiles "$name" "${arm[@]}" -mcpu=cortex-m0
    else
      missing+=("${arm[0]}")
    fi
    if command -v "${riscv[0]}" >/dev/null; then
      compiles "$name" "${riscv[@]}"
    else
      missing+=("${riscv[0]}")
    fi
    compiled+=("$name")
  done

  in_cmake cmake cmake
  in_cmake cmake fetch
  in_cmake zephyr zephyr
  in_cmake esp-idf esp-idf
}

# sketch NAME: C++ finds the functions, with stand-ins for Arduino's
sketch() {
  attempt "arduino/src" cc "${warnings[@]}" -Iarduino/src arduino/src/*.c -c
  attempt "the sketch" c++ -std=c++11 -Wall -Wextra -pedantic -Werror -Iarduino/src \
    -DSKETCH="\"$PWD/arduino/examples/$1/$1.ino\"" "$support/sketch_main.cpp" snn*.o -o sketch
}

mkdir graded spiking
cd graded
cp "$(golden $model.in.bin)" input.bin
cp "$(golden $model.out.bin)" expected.bin
demo_of net.nir
all_packages net.nir

# The sketch beside the demo on a silent sample.
sketch Inference
size=$(($(stat -c %s input.bin) / 12)) # of one of the golden file's samples
head -c "$size" /dev/zero >input.bin
./host >report.txt
checks=$((checks + 1))
[[ "$(./sketch)" == "$(od -An -v -t d1 output.bin | tr -s ' \n' ' ' | sed 's/^ //; s/ *$//') 0 us" ]] ||
  complain "the sketch prints $(./sketch)"

cd ../spiking
python3 - <<'PYTHON'
import random
random.seed(7)
open("input.bin", "wb").write(bytes(random.choice([0] * 9 + [1]) for _ in range(40 * 126)))
PYTHON
demo_of spiking.nir
attempt "the board's firmware" cc "${warnings[@]}" -Iboard -Iboard/board board/*.c board/board/host.c -o reference
./reference >report.txt
has report.txt "samples 40"
has report.txt "dropped 0"
mv output.bin expected.bin
all_packages spiking.nir
sketch EventLoop
checks=$((checks + 1))
[[ "$(./sketch)" == *" spikes, 0 dropped, "*" us busy" ]] || complain "the sketch prints $(./sketch)"
cd ..

if ((${#missing[@]})); then
  echo "skipped: without $(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')(cmake/setup.sh test installs them)"
  ((failures == 0)) && exit 77
fi
finish
