#!/usr/bin/env bash
# Measures the README's figures: every reference model in every exact coding, all samples, against the
# reference outputs beside the tree. figures.sh [codings...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
synfire=$PWD/build/release/synfire
data=${SYNFIRE_SHARED_DATA:-$PWD/../shared/data}
codings=("$@")
[[ ${#codings[@]} -gt 0 ]] || codings=(graded radix ttfs "rate --steps 255")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

cases=(
  "kws_ref_model kws01_int8_500x490.bin kws_ref_model.out_int8_500x12.bin"
  "pretrainedResnet_quant synthetic_ic_60x32x32x3.bin pretrainedResnet_quant.synthetic_ic.out_int8_60x10.bin"
  "pretrainedResnet_quant edge_ic_20x32x32x3.bin pretrainedResnet_quant.edge_ic.out_int8_20x10.bin"
  "vww_96_int8 synthetic_vww_20x96x96x3.bin vww_96_int8.synthetic_vww.out_int8_20x2.bin"
  "ad01_int8 synthetic_ad_200x640.bin ad01_int8.synthetic_ad.out_int8_200x640.bin"
  "str_ww_ref_model str_ww_calib45_int8_30x40.bin str_ww_ref_model.out_int8_45x3.bin"
  "micro_speech_quantized micro_speech_int8_60x49x40.bin micro_speech_quantized.out_int8_60x4.bin"
  "hello_world_int8 hello_world_int8_256x1.bin hello_world_int8.out_int8_256x1.bin"
  "ptq_mnist_lenet-300-100 t10k-images-idx3-ubyte.gz ptq_mnist_lenet-300-100.logits_int8_5000x10.bin"
)

field() { grep -oE "\"$1\": ?[0-9.e+]+" <<<"$2" | head -1 | grep -oE '[0-9.e+]+$'; }

printf '%-24s %-16s %-44s %10s %12s %10s\n' model coding verdict MACs SynOps inf/s
for coding in "${codings[@]}"; do
  for case in "${cases[@]}"; do
    read -r model input expected <<<"$case"
    samples=$(sed -E 's/.*_([0-9]+)x[0-9x]*\.bin/\1/' <<<"$expected")
    # shellcheck disable=SC2086  # a coding may have options
    "$synfire" convert "$data/models/$model.tflite" --coding $coding -o "$scratch/net.nir" -q >/dev/null
    verdict=$("$synfire" validate "$scratch/net.nir" --input "$data/inputs/$input" \
      --expect "$data/golden/$expected" -q 2>/dev/null | head -1) || true
    report=$("$synfire" run "$scratch/net.nir" --input "$data/inputs/$input" --samples "$samples" \
      --threads 1 --json -q)
    printf '%-24s %-16s %-44s %10.0f %12.0f %10.0f\n' "$model" "$coding" \
      "$(sed -E 's/ compared at the (output|logits), / /' <<<"$verdict")" \
      "$(field macs_per_sample "$report")" "$(field synops_per_sample "$report")" \
      "$(field inferences_per_s "$report")"
  done
done
