#!/usr/bin/env bash
# Recordings of real runs as pictures and pages; options; what is refused.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

# is_xml FILE: well-formed, with a title for those who cannot see it, and without missing numbers.
is_xml() {
  checks=$((checks + 1))
  python3 - "$1" <<'PYTHON' || complain "$1 is not a good picture"
import re, sys, xml.dom.minidom
text = open(sys.argv[1], encoding="utf-8").read()
xml.dom.minidom.parseString(text.replace("<!DOCTYPE html>", ""))
assert "aria-label=" in text
assert not re.search(r'[" MLv](nan|-?inf)[ "ML]', text)
PYTHON
}

expect 0 bench brunel --scale 0.1 --time 200ms --warm-up 50ms --record brunel.h5
expect 0 plot brunel.h5 -o raster.svg
has out "excitatory"
has err "wrote raster.svg"
is_xml raster.svg
has raster.svg "neurons,"
for kind in rate isi spectrum; do
  expect 0 plot brunel.h5 --kind $kind -o $kind.svg
  is_xml $kind.svg
done
expect 0 plot brunel.h5 -k raster,rate -o two.svg
is_xml two.svg
expect 0 plot brunel.h5 --report page.html
is_xml page.html
has page.html "synfire bench brunel"
has page.html "Interspike intervals"
expect 0 plot brunel.h5 -k psth --trial 50ms --bin 5ms -o psth.svg
has psth.svg "4 trials of 50 ms"

# The same numbers as the bench's own.
expect 0 plot brunel.h5 -o raster.svg --json
is_document pass
plotted=$(field "[round(p['rate_hz'], 9) for p in d['data']['populations']]")
expect 0 bench brunel --scale 0.1 --time 200ms --warm-up 50ms --record again.h5 --json
checks=$((checks + 1))
benched=$(field "[round(p['rate_hz'], 9) for p in d['data']['statistics'].values()]")
[[ $plotted == "$benched" ]] || complain "rates: $plotted against $benched"

# Numbers instead of a picture; a part of the recording; streams.
expect 0 plot brunel.h5 --data csv -p inhibitory --from 60ms --to 70ms --neurons 0-49
checks=$((checks + 1))
python3 - <<'PYTHON' || complain "the numbers are not those of a part"
lines = open("out").read().splitlines()
assert lines[0] == "population,time (ms),neuron" and len(lines) > 2
for population, time, neuron in (line.split(",") for line in lines[1:]):
    assert population == "inhibitory" and 60 <= float(time) < 70 and int(neuron) < 50
PYTHON
expect 0 plot brunel.h5 -k rate --smooth 5ms --title "5 < 6" -o -
mv out stream.svg
is_xml stream.svg
has stream.svg "5 &lt; 6"
"$SYNFIRE" plot - -k isi -o stdin.svg <brunel.h5 2>err || complain "stdin: $(cat err)"
is_xml stdin.svg

# A converted network: states, and trials of its own.
expect 0 convert "$(golden conv_same.tflite)" --coding rate --steps 8 -o net.nir
expect 0 run net.nir --input "$(golden conv_same.in.bin)" --record-samples 2 --probe conv1.v \
  -o run.h5 --report run.html
is_xml run.html
has run.html "Response to the input"
has run.html "conv1: v"
expect 0 plot run.h5 -k trace,psth -o trace.svg
is_xml trace.svg

# Spikes of another tool.
sonata=$SYNFIRE_SHARED_DATA/sonata/300_pointneurons_spikes_0ee3ad5.h5
if [[ -f $sonata ]]; then
  expect 0 plot "$sonata" --report sonata.html --json
  checks=$((checks + 1))
  [[ $(field "d['data']['populations'][0]['spikes']") == 18886 ]] || complain "spikes of SONATA"
  is_xml sonata.html
else
  echo "SKIPPED: no $sonata"
fi

# What is not heeded is told.
expect 0 plot brunel.h5 --smooth 5ms -o raster.svg
has err "warning[W0101] synfire plot: no kind that is drawn heeds --smooth"
expect 0 plot brunel.h5 --smooth 5ms --report page.html
checks=$((checks + 1))
! grep -q warning err || complain "a page of rates heeds --smooth: $(cat err)"

# Malformed recordings: located, numbered, nothing left behind.
refused() { # FILE CODE TEXT
  expect 3 plot "$1" -o refused.svg
  has err "error[$2]"
  has err "$3"
  checks=$((checks + 1))
  [[ ! -e refused.svg ]] || complain "$1 left refused.svg"
}
head -c 2000 brunel.h5 >cut.h5
refused cut.h5 E0202 cut.h5
python3 - <<'PYTHON'
data = bytearray(open("brunel.h5", "rb").read())
at = data.index(b"node_ids\0")
data[at:at + 8] = b"mode_ids"
open("renamed.h5", "wb").write(data)
PYTHON
refused renamed.h5 E0204 "/spikes/excitatory"
refused net.nir E0204 "no /spikes, no /report, no /weights and no /trials"
refused none.h5 E0201 none.h5

# Wrong command lines.
expect 2 plot brunel.h5
has err "error[E0102] synfire plot: there is no file for the picture"
expect 2 plot brunel.h5 -o raster.png
has err "must end in .svg or .html"
expect 2 plot brunel.h5 --report x.svg
has err "must end in .html"
expect 2 plot brunel.h5 -k rasta -o x.svg
has err "did you mean 'raster'?"
expect 2 plot brunel.h5 -p excitatary -o x.svg
has err "did you mean 'excitatory'?"
expect 2 plot brunel.h5 --from 1s -o x.svg
has err "the recording has 50 to 250 ms"
expect 2 plot brunel.h5 --bin 5 -o x.svg
has err "has no unit, a time is needed"
expect 2 plot brunel.h5 --neurons 9-3 -o x.svg
has err "3,7 or 0-99"
expect 2 plot brunel.h5 -k trace -o x.svg
has err "which needs states of neurons"
expect 3 plot brunel.h5 -o none/x/../../brunel.h5 --data csv
expect 2 plot brunel.h5 -o same.html --report same.html
# Whatever is missing and in whatever order: a picture's name is no recording.
for words in "-o x.svg" "-k raster -o x.svg" "x.svg" "-o y.svg x.svg" "x.svg --data csv" "-o x.svg page.html"; do
  # shellcheck disable=SC2086
  expect 2 plot $words
  has err "error[E0102] synfire plot: RECORDING is missing"
done
for words in "x.svg -o brunel.h5" "-o brunel.h5 x.svg"; do
  # shellcheck disable=SC2086
  expect 2 plot $words
  has err "write \`synfire plot brunel.h5 -o x.svg\`"
done
for words in "brunel.h5 x.svg" "x.svg brunel.h5" "-k raster brunel.h5 x.svg"; do
  # shellcheck disable=SC2086
  expect 2 plot $words
  has err "did you mean --output x.svg?"
done
checks=$((checks + 1))
[[ ! -e x.svg && ! -e same.html ]] || complain "a refused command line left a file"
expect 0 plot brunel.h5 -o=joined.svg
is_xml joined.svg

# What a recording does not have names it; a sweep says how many runs there are.
expect 2 plot brunel.h5 -k trace -o x.svg
has err "error[E0103] brunel.h5: kind: "
expect 2 plot brunel.h5 -p excitatary -o x.svg
has err "error[E0105] brunel.h5: population: "
cat >sweep.toml <<'TOML'
[run]
duration = "20 ms"
[population.a]
model = "lif_exp"
size = 4
[stimulus.noise]
model = "poisson"
target = "a"
rate = "8 kHz"
weight = "400 pA"
[sweep]
"stimulus.noise.rate" = {from = "0.1 kHz", to = "0.8 kHz", count = 3}
TOML
expect 0 run sweep.toml -o sweep.h5
has out '0.45 kHz'
expect 0 plot sweep.h5 -o rates.svg
is_xml rates.svg
for words in "-k raster" "-p a" "--from 5ms"; do
  # shellcheck disable=SC2086
  expect 2 plot sweep.h5 $words -o x.svg
  has err "sweep.h5: "
  has err "a sweep of 3 runs: say which with --run 0 to 2"
done
printf 'stimulus.noise.rate,a rate_hz\n0.2 kHz,3\n0.3 kHz,many\n0.4 s,1\n' >points.csv
expect 3 plot sweep.h5 --against points.csv -o x.svg
has err "error[E0204] points.csv:3: 'many' is no number"
has err "error[E0204] points.csv:4: "
finish
