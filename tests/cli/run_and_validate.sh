#!/usr/bin/env bash
# convert, info, run and validate on the small golden models, in every coding that is exact.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

for name in dense_two_layers conv_same float_io_dense softmax; do
  x=$(golden $name.in.bin)
  y=$(golden $name.out.bin)
  expect 0 info "$(golden $name.tflite)"
  expect 0 info "$(golden $name.tflite)" --json
  is_document pass
  for coding in graded radix; do
    expect 0 convert "$(golden $name.tflite)" --coding $coding -o net.nir
    has out exact
    expect 0 info net.nir
    expect 0 validate net.nir --input "$x" --expect "$y" --stage output
    has out equal
    expect 0 validate net.nir --input "$x" --expect "$y" --stage output --threads 3 --json
    is_document pass
    [[ $(field "d['data']['different_bytes'] == 0 and d['data']['bytes'] > 0") == True ]] || complain "$name"
  done
done

name=dense_two_layers
x=$(golden $name.in.bin)
y=$(golden $name.out.bin)
expect 0 convert "$(golden $name.tflite)" -o net.nir --json
is_document pass
for key in layer operator model format fidelity neurons synapses accumulator_bits; do
  [[ $(field "'$key' in d['data']['layers'][0]") == True ]] || complain "no $key in convert's layers"
done
samples=$(python3 -c "import csv; print([r['samples'] for r in csv.DictReader(open('$(golden cases.csv)')) if r['name'] == '$name'][0])")

# The approximate codings convert and run too.
expect 0 convert "$(golden $name.tflite)" --coding rate --steps 8 --pipelined --signed-spikes false -o rate.nir
expect 0 run rate.nir --input "$x" --samples 2
expect 0 convert "$(golden $name.tflite)" --coding ttfs -o ttfs.nir
expect 0 run ttfs.nir --input "$x" --samples 2

# run: the document, and the outputs in every format.
expect 0 run net.nir --input "$x" --json --threads 2
is_document pass
for key in samples spikes_per_sample synops_per_sample macs_per_sample wall_s inferences_per_s \
  steps_per_sample network_hash layers; do
  [[ $(field "'$key' in d['data']") == True ]] || complain "no $key in run's data"
done
[[ $(field "d['data']['samples']") == "$samples" ]] || complain "samples"
for format in bin npy csv; do
  expect 0 run net.nir --input "$x" --save-output y.$format -o out.h5 --record-samples 1
  [[ -s out.h5 ]] || complain "no out.h5"
  expect 0 validate net.nir --input "$x" --expect y.$format
done
cmp y.bin "$y" || complain "the saved outputs differ from the golden ones"
python3 -c "print('0\n' * $samples)" >labels.csv
expect 0 run net.nir --input "$x" --labels labels.csv --json
[[ $(field "0 <= d['data']['accuracy'] <= 1") == True ]] || complain "accuracy"

# `-` is stdin or stdout, whatever the format. Temporary folders are this test's own here.
export TMPDIR=$PWD/temporary
mkdir -p "$TMPDIR"
expect 0 convert - -o - <"$(golden $name.tflite)"
cp out piped.nir
has err exact
expect 0 run - --input "$x" --save-output - <piped.nir
cmp out "$y" || complain "the piped outputs differ from the golden ones"
expect 0 validate net.nir --input "$x" --expect - <y.npy
expect 0 validate net.nir --input - --expect y.csv <"$x"
expect 3 run net.nir --input - </dev/null
[[ -z $(ls -A "$TMPDIR") ]] || complain "left a folder"

# The kernels that serve the spikes do not change the result.
for kernels in event dense auto; do
  expect 0 validate net.nir --input "$x" --expect "$y" --kernels $kernels
done

# -q and -v.
expect 0 run net.nir --input "$x" -q
is_empty err
expect 0 run net.nir --input "$x" -v
has err populations

# A difference is located: value 1 of sample 1.
python3 - "$y" "$samples" <<'PYTHON'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
row = len(data) // int(sys.argv[2])
data[row + 1] ^= 1
data[-1] ^= 1
open("wrong.bin", "wb").write(data)
open("fewer.bin", "wb").write(data[:row])
open("more.bin", "wb").write(data + data[:row])
PYTHON
expect 1 validate net.nir --input "$x" --expect wrong.bin
has err "error[E0209] sample 1, output 1: expected"
has err "2 of"
expect 1 validate net.nir --input "$x" --expect wrong.bin --json
is_document fail
[[ $(field "d['data']['first_difference']['sample'], d['data']['first_difference']['output']") == "1 1" ]] ||
  complain "place of the difference"
expect 0 validate net.nir --input "$x" --expect fewer.bin
has err W0201
expect 3 validate net.nir --input "$x" --expect more.bin
has err E0205
expect 0 validate net.nir --input "$x" --expect "$y" --samples 1
finish
