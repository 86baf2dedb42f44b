#!/usr/bin/env bash
# Networks of other tools: what the file does not say is said on the command line.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
data=$SYNFIRE_SHARED_DATA/nir
net=$data/paper/03_rnn/braille_noDelay_bias_zero.nir
x=$data/braille_ds_test0_input.csv
if [[ ! -f $net || ! -f $x ]]; then
  echo "SKIP: no NIR files in $data"
  exit 77
fi

expect 0 info "$net" --json
[[ $(field "d['data']['runs'], d['data']['plain'], d['diagnostics']") == "True True []" ]] ||
  complain "info: $(head -c 400 out)"
for type in CubaLIF CubaLI; do
  expect 0 info "$data/generated/node_$type.nir"
  is_empty err
done

# A line of the table is a step; the table is one sample.
foreign=(--dt 0.1ms --integrator semi_implicit)
expect 0 run "$net" --input "$x" --steps 256 "${foreign[@]}" --save-output y.npy -o out.h5 --probe lif2.v --json
[[ $(field "[l['spikes_per_sample'] for l in d['data']['layers'] if l['layer'] == 'lif1.lif']") == "[118.0]" ]] ||
  complain "not the spikes of the hidden layer: $(head -c 600 out)"
expect 0 validate "$net" --input "$x" --steps 256 "${foreign[@]}" --expect y.npy
expect 1 validate "$net" --input "$x" --steps 256 --dt 0.1ms --integrator euler --expect y.npy
has err "E0209"
expect 0 plot out.h5 --kind trace --data csv

# Of several inputs a step is the columns of one after the other.
printf '%s\n' 1,0,0,0,0,0,0,0,0,1 0,0,0,0,0,1,0,0,0,1 >ten.csv
expect 0 run "$data/generated/two_inputs_fan_in.nir" --input ten.csv --steps 2 --json
[[ $(field "[l['spikes_per_sample'] for l in d['data']['layers']][:2]") == "[1.0, 3.0]" ]] ||
  complain "the inputs do not have their columns: $(head -c 600 out)"

expect 2 run "$net" --input "$x"
has err "does not state how many steps a sample takes"
has err "--steps T"
expect 3 run "$net" --input "$x" --steps 100
has err "256 lines are not a whole number of samples of 100 lines"
expect 2 run "$net" --input "$x" --steps 256 --integrator eulerian
has err "must be one of exponential, euler, semi_implicit"
expect 2 run "$net" --input "$x" --steps 256 --dt 0.1mV
has err "--dt is '0.1mV'"
expect 0 convert "$(golden dense_two_layers.tflite)" -o ours.nir
expect 2 run ours.nir --input "$x" --steps 3
has err "says itself that a sample takes"
expect 2 run ours.nir --input "$x" --dt 2ms
has err "was written by Synfire"
expect 4 run "$data/generated/node_Conv1d.nir" --input "$x" --steps 2
has err "node type Conv1d is not run by this version"
finish
