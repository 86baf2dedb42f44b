#!/usr/bin/env bash
# Firmware of quantized networks whose values are carried by binary spikes (radix, rate): golden models on
# the host have the reference's bytes; KWS under QEMU has them too, in known numbers of instructions.
# Without tools or the shared data the rest is checked, then the test is skipped.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

skip() {
  echo "skipped: $*"
  ((failures == 0)) || finish
  exit 77
}
command -v cc >/dev/null || skip "no C compiler (cc)"

models=(conv_stride2 conv_dilation2 conv_rect_4x2 depthwise_multiplier2 depthwise_dilation2 depthwise_stride2
  dense_two_layers add_residual_depth3 average_pool_3x3_same max_pool_3x3_same conv_groups3 mean_channels
  transpose_output softmax mean_hw mean_h)

# Other kernels than linear ones do not know the model: they are compiled once, from the folder fw, into
# kernels.a.
own='snn.c snn_model.c snn_linear.c'
compile_kernels() {
  checks=$((checks + 1))
  # shellcheck disable=SC2086
  (cd fw && rm $own && cc -O1 -I. -c snn*.c && ar -cr ../kernels.a ./*.o) ||
    complain "the kernels do not compile"
}

# runs NAME: the firmware in fw gives the reference's bytes
runs() {
  checks=$((checks + 1))
  cp "$(golden "$1.in.bin")" input.bin
  rm -f output.bin
  # shellcheck disable=SC2086
  (cd fw && cc -O1 -I. -Iboard $own main.c board/host.c ../kernels.a -o ../host) ||
    complain "$1 does not compile"
  ./host >report.txt || complain "$1 does not run"
  cmp output.bin "$(golden "$1.out.bin")" || complain "$1: other bytes than the reference"
}

for coding in radix rate; do
  rm -f kernels.a
  for model in "${models[@]}"; do
    expect 0 convert "$(golden "$model.tflite")" --coding $coding -o net.nir
    rm -rf fw
    expect 0 generate net.nir --board mps2-an386 -o fw
    if [[ ! -f kernels.a ]]; then
      cp -r fw fw.kept
      compile_kernels
      rm -rf fw && mv fw.kept fw
    fi
    runs "$model"
  done
done
has fw/report.json '"kernel": "mean'

command -v cppcheck >/dev/null && for coding in radix "rate --pipelined"; do
  # shellcheck disable=SC2086
  expect 0 convert "$(golden add_residual_depth3.tflite)" --coding $coding -o net.nir
  rm -rf fw
  expect 0 generate net.nir --board mps2-an386 -o fw
  checks=$((checks + 1))
  cppcheck --enable=warning,portability,performance --std=c99 --error-exitcode=1 --quiet \
    --suppress=comparePointers:*/board/semihosting.c -Ifw -Ifw/board fw >log 2>&1 ||
    complain "cppcheck, $coding: $(head -c 2000 log)"
done

for tool in arm-none-eabi-gcc qemu-system-arm riscv64-unknown-elf-gcc qemu-system-riscv32; do
  command -v $tool >/dev/null || skip "no $tool (cmake/setup.sh test installs it)"
done

# Pipelined rate coding is not the model's bytes, but the engine's.
expect 0 convert "$(golden add_residual_depth3.tflite)" --coding rate --pipelined --steps 64 -o pipe.nir
"$SYNFIRE" validate pipe.nir --target mcu --board mps2-an386 --input "$(golden add_residual_depth3.in.bin)" \
  --expect "$(golden add_residual_depth3.out.bin)" --samples 3 --json >out 2>err
checks=$((checks + 1))
[[ $(field "d['data']['engine_different_bytes']") == 0 ]] || complain "pipelined: $(head -c 400 out)"

model=$SYNFIRE_SHARED_DATA/models/kws_ref_model.tflite
[[ -f $model ]] || skip "no shared data"

# figures BOARD SAMPLES INSTRUCTIONS FLASH STATE COMPILER CODING...: as in validate-mcu.sh
figures() {
  local board=$1 samples=$2 compiler=$6 got
  expect 0 convert "$model" --coding "${@:7}" -o kws.nir
  expect 0 validate kws.nir --target mcu --board "$board" --samples "$samples" --stage logits \
    --input "$SYNFIRE_SHARED_DATA/inputs/kws01_int8_500x490.bin" \
    --expect "$SYNFIRE_SHARED_DATA/golden/kws_ref_model.logits_int8_500x12.bin" \
    --budget "instructions=$(($3 + $3 / 20))" --json
  is_document pass
  got=$(field "d['data']['instructions_per_inference'], d['data']['flash_bytes'],
    d['data']['ram_bytes']['state']" | tr -d "(',)")
  echo "$board ${*:7}: $got"
  [[ $(field "d['data']['compiler_words']") == "" ]] || complain "$board: the compiler warns"
  [[ $(field "d['data']['compiler']") == *" $compiler"* ]] || return 0
  checks=$((checks + 1))
  [[ $got == "$3 $4 $5" ]] || complain "$board: $got instead of $3 $4 $5"
}
figures mps2-an386 2 12061466 35792 11480 12.2.1 radix
figures riscv32-virt 1 15795407 36616 11480 12.2.0 radix
figures mps2-an386 1 35061708 41256 14736 12.2.1 rate
finish
