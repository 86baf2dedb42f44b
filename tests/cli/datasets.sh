#!/usr/bin/env bash
# Data sets shown to plastic networks: what is learnt, the same on any number of threads, in files
# and pictures; and what is refused.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
digits=$SYNFIRE_SOURCE_DIR/examples/digits

# 8 x 8 digits, a small network for a short time: learnt without labels, told apart far above chance.
expect 0 new mnist-stdp -o all.toml
sed -e "s|t10k-images-idx3-ubyte.gz|$digits/test_images_int8_360x8x8x1.bin|" \
  -e "s|t10k-labels-idx1-ubyte.gz|$digits/test_labels.csv|" \
  -e 's/^population = "input" .*/population = "input"\nelement = "int8"/' \
  -e 's/\[28, 28\]/[8, 8]/; s/^size = 400/size = 50/; s/"78 nS"/"16 nS"/; s/"1e7 ms"/"1e6 ms"/' \
  -e 's/total_rate = "8 kHz"/total_rate = "4 kHz"/; s/a3_plus = 0.01/a3_plus = 0.03/' \
  -e 's/theta_init = "20 mV"/theta_init = "30 mV"/; s/^epochs = 8/epochs = 3/' \
  -e 's/"0:8000"/"0:240"/; s/"8000:10000"/"240:360"/' all.toml >digits.toml
expect 0 run digits.toml -o one.h5 --report one.html --json
is_document pass
[[ $(field "d['data']['classifications'][0]['accuracy'] > 0.5") == True ]] || complain "not learnt"
[[ $(field "d['data']['classifications'][0]['tested']") == 120 ]] || complain "not all were tested"
[[ $(field "sum(map(sum, d['data']['classifications'][0]['confusion']))") == 120 ]] ||
  complain "the confusion matrix is not of all"
[[ $(field "len(d['data']['classifications'][0]['assignments'])") == 50 ]] || complain "assignments"
hash=$(field "d['data']['spike_hash']")
grep -q "digits accuracy" one.html || complain "the page does not tell the accuracy"
grep -q "Receptive fields" one.html || complain "the page does not show the weights"
expect 0 plot one.h5 --kind fields -o fields.svg
grep -q "data:image/png" fields.svg || complain "no picture of the fields"
expect 0 plot one.h5 --kind learning --data csv
has out "series,samples,accuracy (%)"

short=(--set 'dataset.digits.train="0:20"' --set 'dataset.digits.test="20:25"' --set dataset.digits.epochs=1)
expect 0 run digits.toml "${short[@]}" --json
hash=$(field "d['data']['spike_hash']") accuracy=$(field "d['data']['classifications'][0]")
expect 0 run digits.toml "${short[@]}" --threads 2 -o two.h5 --json
[[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "2 threads: other spikes"
[[ $(field "d['data']['classifications'][0]") == "$accuracy" ]] || complain "2 threads: other classes"
expect 0 run --replay two.h5
expect 0 run digits.toml "${short[@]}"
has out "accuracy"
has out "samples were taken for"
expect 0 run digits.toml "${short[@]}" --set run.duration=1s --json
[[ $(field "d['data']['end_ms']") == 1000.0 ]] || complain "a duration does not end it"

# refuse TEXT SETTINGS...: with these settings the file is refused, by name
refuse() {
  local text=$1 setting arguments=()
  shift
  for setting; do arguments+=(--set "$setting"); done
  expect 3 run digits.toml "${arguments[@]}"
  has err "$text"
}
refuse "there.gz" dataset.digits.images=there.gz
refuse "there.csv" dataset.digits.labels=there.csv
printf 'label\n1\n2\n' >two.csv
refuse "there are 2 labels for 360 samples" "dataset.digits.labels=$PWD/two.csv"
printf 'label\n5000\n' >high.csv
refuse "class 5000 is above" "dataset.digits.labels=$PWD/high.csv"
refuse "there is no sample 360, there are 360" 'dataset.digits.train="0:361"'
refuse "did you mean 'rate'?" 'dataset.digits.encoder={name="rat"}'
refuse "dataset.digits.images" 'population.input.shape=[7, 7]'
refuse "do not send at rates that are set" dataset.digits.population=inhibitory
refuse "there is no population 'inptu'" dataset.digits.population=inptu
refuse "spikes of generators are no answer" dataset.digits.readout=input
refuse "the event engine cannot" run.engine=event
refuse "did you mean 'least_spikes'?" dataset.digits.least_spike=3
refuse "'int9'" dataset.digits.element=int9
refuse "shown" dataset.digits.shown=0.1ms
refuse "the limit is 25" 'dataset.digits.encoder.total_rate="90 MHz"'
python3 -c "print('\n'.join(','.join(['0.5'] * 63 + ['-1' if i == 7 else '1']) for i in range(360)))" >dim.csv
refuse "sample 7: element 63 of the sample is -1" "dataset.digits.images=$PWD/dim.csv" \
  dataset.digits.element=float32
# All at once.
refuse "there.gz" dataset.digits.images=there.gz dataset.digits.readout=inptu
has err "there is no population 'inptu'"
grep -v '^labels = ' digits.toml >unlabelled.toml
expect 3 run unlabelled.toml
has err "labels: is missing"
sed '/^\[dataset/,/^$/d' digits.toml >nothing.toml
expect 3 run nothing.toml
has err "run.duration: is missing"
finish
