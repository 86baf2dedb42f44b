#!/usr/bin/env bash
# What cppcheck says of generated firmware, its runtime and the code of every board: nothing.
# (The sanitizers run the firmware in tests/unit/targets/mcu/firmware_test.cpp.)
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

command -v cppcheck >/dev/null || {
  echo "skipped: no cppcheck (cmake/setup.sh test installs it)"
  exit 77
}

# The linker script's symbols mark places in one stack, which cppcheck takes for objects of their own.
suppressed=--suppress=comparePointers:*/board/semihosting.c

# clean NAME DEFINES...: cppcheck over the folder NAME, as its compiler would see it
clean() {
  checks=$((checks + 1))
  cppcheck --enable=warning,portability,performance --std=c99 --error-exitcode=1 --quiet $suppressed \
    "${@:2}" -I"$1" -I"$1/board" "$1" >log 2>&1 || complain "cppcheck of $1 ${*:2}: $(head -c 2000 log)"
}

arm=(-D__arm__ -D__OPTIMIZE__ -D__ARM_ARCH_ISA_THUMB=2)
for model in add_residual_depth3 depthwise_stride2 max_pool_3x3_same; do
  expect 0 convert "$(golden $model.tflite)" -o net.nir
  expect 0 generate net.nir --board mps2-an386 -o "$model"
  clean "$model" -DSNN_PACKED=0
  clean "$model" "${arm[@]}"
  clean "$model" "${arm[@]}" -D__ARM_FEATURE_DSP -D__ARM_FP
done
for descriptor in "$SYNFIRE_SOURCE_DIR"/targets/mcu/boards/*.toml; do
  board=$(basename -s .toml "$descriptor")
  expect 0 generate net.nir --board "$board" -o "board-$board"
  clean "board-$board"
done
finish
