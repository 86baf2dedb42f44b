#!/usr/bin/env bash
# Firmware of the reference models beside the tree, on the host and, for the residual network, under
# QEMU, with the DSP extension and with Helium: the logits of the desktop, byte for byte. Skipped
# where models or tool-chain are not there.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
data=$SYNFIRE_SHARED_DATA
[[ -d $data/models ]] || exit 77
command -v cc >/dev/null || exit 77
flags="-O1 -std=c99 -pedantic -Wall -Wextra -Wconversion -Wcast-align -Werror -I. -Iboard"

# equal NAME INPUT COUNT: output.bin has the desktop's logits of the first COUNT samples
equal() {
  [[ -s output.bin ]] || complain "$1: no outputs"
  expect 0 validate "$1.nir" --input "$data/inputs/$2" --expect output.bin --stage logits \
    --samples "$3"
  has out "equal: $3 samples"
}

# firmware NAME MODEL INPUT BYTES COUNT: on the host, COUNT samples of BYTES each
firmware() {
  local name=$1 input=$3
  expect 0 convert "$data/models/$2" -o "$name.nir"
  expect 0 generate "$name.nir" --board mps2-an386 --stage logits -o "$name"
  # shellcheck disable=SC2086
  (cd "$name" && cc $flags -DSNN_PACKED=1 snn*.c main.c board/host.c -o ../host) ||
    complain "$name does not compile"
  head -c $(($4 * $5)) "$data/inputs/$input" >input.bin
  rm -f output.bin
  ./host >host.txt || complain "$name does not run"
  equal "$name" "$input" "$5"
}

firmware ad ad01_int8.tflite synthetic_ad_200x640.bin 640 8
firmware wake_word str_ww_ref_model.tflite str_ww_calib45_int8_30x40.bin 1200 8
firmware hello hello_world_int8.tflite hello_world_int8_256x1.bin 1 256
firmware speech micro_speech_quantized.tflite micro_speech_int8_60x49x40.bin 1960 8
firmware vww vww_96_int8.tflite synthetic_vww_20x96x96x3.bin 27648 2
firmware resnet pretrainedResnet_quant.tflite edge_ic_20x32x32x3.bin 3072 8

for tool in arm-none-eabi-gcc qemu-system-arm; do
  command -v $tool >/dev/null && continue
  echo "skipped: no $tool (cmake/setup.sh test installs it)"
  ((failures == 0)) || finish
  exit 77
done
# shellcheck disable=SC2086
(cd resnet && arm-none-eabi-gcc -O2 ${flags#-O1} -mcpu=cortex-m4 -mfloat-abi=hard \
  -mfpu=fpv4-sp-d16 -mthumb -ffunction-sections -fdata-sections -nostartfiles -Wl,--gc-sections \
  -T board/link.ld --specs=nosys.specs snn*.c main.c board/semihosting.c board/cortex_m.c \
  board/cmsdk_timer.c -o ../resnet.elf) || complain "resnet does not compile for the board"
head -c 3072 "$data/inputs/edge_ic_20x32x32x3.bin" >input.bin
rm -f output.bin
timeout 120 qemu-system-arm -M mps2-an386 -icount shift=6 -display none -monitor none -serial none \
  -chardev stdio,id=sh -semihosting-config enable=on,target=native,chardev=sh \
  -kernel resnet.elf >report.txt || complain "resnet does not run on the board"
equal resnet edge_ic_20x32x32x3.bin 1
# Helium's kernels, with windows of 27 and 144 values and layers that do not fit working memory.
expect 0 validate resnet.nir --target mcu --board mps3-an547 --input "$data/inputs/edge_ic_20x32x32x3.bin" \
  --expect "$data/golden/pretrainedResnet_quant.edge_ic.out_int8_20x10.bin" --samples 1 \
  --budget instructions=15M
awk '$1 == "instructions_greatest" { print "resnet:", $2, "instructions" }' report.txt
awk '$1 == "instructions_greatest" && $2 > 25000000 { exit 1 }' report.txt ||
  complain "resnet: more instructions than the budget"
finish
