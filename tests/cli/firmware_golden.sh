#!/usr/bin/env bash
# Every golden model of int8 values that firmware takes: built for this machine, it has the outputs of the
# reference kernels. What is refused is told with its reason.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

command -v cc >/dev/null || {
  echo "skipped: no C compiler (cc)"
  exit 77
}

# The firmware that `synfire generate` wrote into fw gives the reference's bytes.
runs() {
  checks=$((checks + 1))
  cp "$(golden "$1.in.bin")" input.bin
  rm -f output.bin
  (cd fw && cc -O0 -DSNN_PACKED=1 -I. -Iboard snn*.c main.c board/host.c -o ../host) || complain "$1 does not compile"
  ./host >report.txt || complain "$1 does not run"
  cmp output.bin "$(golden "$1.out.bin")" || complain "$1: other bytes than the reference"
}

equal=()
skipped=0
while IFS=, read -r name _ input output _; do
  [[ $input == int8 && $name != refuse_* ]] || continue
  expect 0 convert "$(golden "$name.tflite")" -o net.nir
  rm -rf fw
  if ! "$SYNFIRE" generate net.nir --board mps2-an386 -o fw --json >out 2>err; then
    checks=$((checks + 1))
    [[ $(field "d['diagnostics'][0]['code']") == E0407 ]] || complain "$name: $(head -c 400 out)"
    echo "refused: $name: $(field "d['diagnostics'][0]['message']")"
  elif [[ $(field "d['data']['decoders_left_out']") == "[]" ]]; then
    runs "$name"
    equal+=("$name")
  else
    echo "ends before its decoders: $name"
  fi
done <"$(golden cases.csv)"

# on BOARD TOOLS...: what no shared model has, in the emulator
on() {
  for tool in "${@:2}"; do
    command -v "$tool" >/dev/null || {
      echo "skipped: $1: no $tool (cmake/setup.sh test installs it)"
      skipped=1
      return
    }
  done
  for name in mean_hw mean_h conv_groups3 mean_channels transpose_output softmax log_softmax float_io_dense; do
    expect 0 convert "$(golden $name.tflite)" -o net.nir
    expect 0 validate net.nir --target mcu --board "$1" --input "$(golden $name.in.bin)" \
      --expect "$(golden $name.out.bin)"
    has out "equal: 12 samples"
  done
}
on mps2-an386 arm-none-eabi-gcc qemu-system-arm
on riscv32-virt riscv64-unknown-elf-gcc qemu-system-riscv32

echo "equal: ${equal[*]}"
for name in conv_same depthwise_stride2 dense_per_channel add average_pool_3x3_same max_pool_2x2 mean_hw mean_hw_keepdims \
  mean_hw_relu mean_hw_7x7 mean_h mean_hw_same_scale mean_hw_keepdims_same_scale conv_groups3 mean_channels mean_hwc \
  pad_channels transpose_output requantize_shift softmax_wide log_softmax_wide log_softmax_only; do
  checks=$((checks + 1))
  [[ " ${equal[*]} " == *" $name "* ]] || complain "$name is not among them"
done
((failures == 0 && skipped)) && exit 77
finish
