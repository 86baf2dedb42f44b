#!/usr/bin/env bash
# The reference models beside the tree, whole; skipped where they are not there.
[[ -d $SYNFIRE_SHARED_DATA/models ]] || exit 77
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
data=$SYNFIRE_SHARED_DATA

expect 0 convert "$data/models/kws_ref_model.tflite" -o kws.nir
expect 0 validate kws.nir --input "$data/inputs/kws01_int8_500x490.bin" \
  --expect "$data/golden/kws_ref_model.out_int8_500x12.bin"
has out "at the output"
expect 0 validate kws.nir --input "$data/inputs/kws01_int8_500x490.bin" \
  --expect "$data/golden/kws_ref_model.logits_int8_500x12.bin" --stage logits
expect 0 run kws.nir --input "$data/inputs/kws01_int8_500x490.bin" \
  --labels "$data/inputs/kws01_labels_500.csv" --samples 100 --json
is_document pass

# A folder in MLPerf Tiny's shape gives the same samples and labels.
python3 - "$data" <<'PYTHON'
import os, sys
data = open(sys.argv[1] + "/inputs/kws01_int8_500x490.bin", "rb").read()
lines = open(sys.argv[1] + "/inputs/kws01_labels_500.csv").read().split()[:20]
os.makedirs("words", exist_ok=True)
for i, line in enumerate(lines):
    open("words/" + line.split(",")[0], "wb").write(data[490 * i:490 * (i + 1)])
open("words/y_labels.csv", "w").write("\n".join(lines))
PYTHON
expect 0 run kws.nir --input words --json
from_folder=$(field "d['data']['accuracy']")
expect 0 run kws.nir --input "$data/inputs/kws01_int8_500x490.bin" --samples 20 \
  --labels "$data/inputs/kws01_labels_500.csv" --json
[[ $(field "d['data']['accuracy']") == "$from_folder" ]] || complain "the folder's accuracy"

# Float in and out: the reference is the int8 logits before DEQUANTIZE, and half of the images.
expect 0 convert "$data/models/ptq_mnist_lenet-300-100.tflite" -o lenet.nir
expect 0 validate lenet.nir --input "$data/inputs/t10k-images-idx3-ubyte.gz" \
  --expect "$data/golden/ptq_mnist_lenet-300-100.logits_int8_5000x10.bin"
has out "5000 samples x 10 int8 compared at the logits"
has err W0201
cp "$data/golden/ptq_mnist_lenet-300-100.logits_int8_5000x10.bin" plain.bin
expect 2 validate lenet.nir --input "$data/inputs/t10k-images-idx3-ubyte.gz" --expect plain.bin --samples 20
has err "--stage"
expect 0 validate lenet.nir --input "$data/inputs/t10k-images-idx3-ubyte.gz" --expect plain.bin \
  --samples 20 --stage logits
finish
