#!/usr/bin/env bash
# Recordings of events sent to a plastic network: the same on any number of threads, after a stop and
# again; files that change, and what is refused.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

printf 'label\n1\n2\n' >two.csv
printf 'label\n1\n' >one.csv

# Three classes of 60 recordings in folders 0, 1, 2, as N-MNIST is distributed: bars of 8 x 8 pixels, at an
# angle each, with noise; 5 bytes an event.
python3 - <<'PYTHON'
import pathlib, random
random.seed(1)
pixels = [[(x, 3) for x in range(8)], [(3, y) for y in range(8)], [(i, i) for i in range(8)]]
for number in range(60):
    kind = random.randrange(3)
    events = []
    for time in range(0, 120_000, 400):
        noise = random.random() < 0.2
        x, y = (random.randrange(8), random.randrange(8)) if noise else random.choice(pixels[kind])
        events.append(bytes([x, y, random.randrange(2) << 7 | time >> 16, time >> 8 & 255, time & 255]))
    folder = pathlib.Path("bars", str(kind))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{number:05}.bin").write_bytes(b"".join(events))
PYTHON
expect 0 new nmnist-stdp -o all.toml
sed -e 's|^events = .*|events = "bars"|; s/\[2, 34, 34\]/[2, 8, 8]/; s/^size = 200/size = 12/' \
  -e 's/^shown = .*/shown = "100 ms"/; s/^rest = .*/rest = "50 ms"/; s/"500 ms"/"150 ms"/' \
  -e 's/"0:800"/"0:40"/; s/"800:1000"/"40:60"/; s/^epochs = .*/epochs = 5/' \
  -e 's/^weight_sum = [^#]*/weight_sum = "30 nS" /; s/"0.12 nS"/"0 nS"/; s/theta_plus = "0.2 mV"/theta_plus = "0.05 mV"/' \
  all.toml >bars.toml
expect 0 run bars.toml -o one.h5 --report one.html --json
is_document pass
[[ $(field "d['data']['classifications'][0]['accuracy'] > 0.8") == True ]] || complain "not learnt"
# 250 of the 300 events of a recording come in time, of 5 x 40 + 40 + 20.
[[ $(field "d['data']['classifications'][0]['events_sent']") == 65000 ]] || complain "events sent"
[[ $(field "d['data']['classifications'][0]['events_cut']") == 13000 ]] || complain "events cut"
hash=$(field "d['data']['spike_hash']") weights=$(field "d['data']['weight_hash']")
has one.html "digits events"
expect 0 plot one.h5 --kind learning --data csv
has out "series,samples,accuracy (%)"
expect 0 plot one.h5 --kind fields -o fields.svg
has fields.svg "data:image/png"
expect 0 run --replay one.h5
expect 0 run bars.toml
has out "came too late and were cut"

# One input, whose digest is that of what sha256sum prints of the files that were read.
digest=$(cd bars && find . -name '*.bin' -printf '%P\n' | LC_ALL=C sort | xargs sha256sum | sha256sum)
has one.html "$PWD/bars ${digest%% *}"

# Threads wait for each other in every step: little is enough.
short=(--set 'dataset.digits.train="0:3"' --set 'dataset.digits.test=[40]' --set dataset.digits.epochs=1)
expect 0 run bars.toml "${short[@]}" --json
brief=$(field "d['data']['spike_hash']")
expect 0 run bars.toml "${short[@]}" --threads 2 --json
[[ $(field "d['data']['spike_hash']") == "$brief" ]] || complain "2 threads: other spikes"

# Stopped on the way, it goes on to the same; not with other recordings.
expect 0 run bars.toml -o part.h5 --max-wall 0.01s
has out "goes on"
first=$(find bars -name 00000.bin)
cp "$first" kept && printf '\1\1\1\0\0' >>"$first"
expect 3 run --resume part.h5.checkpoint
has err "E0215"
has err "bars: files in it have changed since the run began"
cp kept "$first"
expect 0 run --resume part.h5.checkpoint --max-wall 0.01s --threads 2
expect 0 run --resume part.h5.checkpoint --json
[[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "after a stop: other spikes"
[[ $(field "d['data']['weight_hash']") == "$weights" ]] || complain "after a stop: other weights"
[[ $(field "d['data']['classifications'][0]['events_sent']") == 65000 ]] || complain "after a stop: other events"

# Tables with a list of classes: the same spikes where the order is the same.
mkdir tables
python3 - <<'PYTHON'
import pathlib
classes = []
for path in sorted(pathlib.Path("bars").glob("*/*.bin"), key=lambda p: p.name):
    data = path.read_bytes()
    lines = []
    for i in range(0, len(data), 5):
        x, y, high, middle, low = data[i:i + 5]
        lines.append(f"{((high & 127) << 16 | middle << 8 | low) / 1000},{(high >> 7) * 64 + y * 8 + x}\n")
    pathlib.Path("tables", path.stem.lstrip("0") + ".csv" if path.stem != "00000" else "0.csv").write_text("".join(lines))
    classes.append(path.parent.name)
pathlib.Path("tables/classes.csv").write_text("label\n" + "\n".join(classes) + "\n")
PYTHON
expect 0 run bars.toml --set dataset.digits.events=tables --set dataset.digits.labels=tables/classes.csv --json
[[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "tables: other spikes"

# refuse TEXT SETTINGS...: with these settings the file is refused, by name
refuse() {
  local text=$1 setting arguments=()
  shift
  for setting; do arguments+=(--set "$setting"); done
  expect 3 run bars.toml "${arguments[@]}"
  has err "$text"
}
refuse "images are there, too" dataset.digits.images=there.gz
refuse "is for images; recordings are sent as they are" dataset.digits.least_spikes=5
refuse "do not send spikes that are given" dataset.digits.population=inhibitory
refuse "the event engine cannot be given spikes" run.engine=event
refuse "there is no such file or folder" dataset.digits.events=there
refuse "its events have a pixel and a polarity" 'population.camera.shape=[128]'
refuse "outside of the population's shape 2x8x7" 'population.camera.shape=[2, 8, 7]'
has err "more recordings"
refuse "there are 2 labels for 60 samples" dataset.digits.labels=two.csv
refuse "there is no sample 60, there are 60" 'dataset.digits.test=[60]'
mkdir nothing
refuse "has no recordings" dataset.digits.events=nothing
printf 'abc' >nothing/1.bin
refuse "3 bytes are not a whole number of events" dataset.digits.events=nothing 'dataset.digits.train=[0]' 'dataset.digits.test=[]' dataset.digits.labels=one.csv
grep -v '^events = ' bars.toml >neither.toml
expect 3 run neither.toml
has err "images: is missing"

expect 0 list sources
has out "nmnist"
expect 0 explain shd
has out "/spikes/times"
finish
