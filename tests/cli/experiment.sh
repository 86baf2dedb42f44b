#!/usr/bin/env bash
# run exp.toml: the same spikes as the bench, results, sweeps, replay, what is refused and where.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

small() {
  cat <<'TOML'
[run]
duration = "50 ms"
[population.a]
model = "lif_exp"
size = 40
tau_mem = "10 ms"
r = "40 MOhm"
v_threshold = "15 mV"
refractory = "2 ms"
[projection.aa]
source = "a"
target = "a"
rule = "pairwise_bernoulli"
probability = 0.1
weight = "50 pA"
delay = "1.5 ms"
[stimulus.noise]
model = "poisson"
target = "a"
rate = "8 kHz"
weight = "40 pA"
TOML
}
small >small.toml

# The templates give the spikes of the bench, on any number of threads.
expect 0 new brunel
expect 0 bench brunel --json
hash=$(field "d['data']['spike_hash']")
for threads in 1 2; do
  expect 0 run brunel.toml --threads "$threads" -o "out$threads.h5" --json
  is_document pass
  [[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "$threads threads: not the bench's spikes"
done
expect 3 new brunel
has err "the file is there already"
expect 0 new brunel --force
expect 0 new microcircuit -o micro.toml
expect 0 run micro.toml --print-config
has out "[projection.L23E_L23E]"
# At full scale it is the network of the bench.
sed -E 's/= [0-9]+ +# full: /= /' micro.toml >full.toml
expect 0 run full.toml --print-config
counted=$(awk '$1 == "size" { n += $3 } $1 == "number" { s += $3 } END { print n, s }' out)
[[ $counted == "77169 298880968" ]] || complain "the full microcircuit has $counted neurons and synapses"
expect 2 new brunnel
has err "did you mean 'brunel'?"

# The engines: the event engine's spikes are its own.
expect 0 run small.toml --json
clock=$(field "d['data']['spike_hash']")
[[ $(field "d['data']['spikes'] > 0") == True ]] || complain "no spikes"
expect 0 run small.toml --engine event --json
[[ $(field "d['data']['engine']") == event ]] || complain "not the event engine"
[[ $(field "d['data']['spike_hash']") != "$clock" ]] || complain "two engines, one hash"
expect 0 run small.toml
has out "real-time factor"
has out "CV of ISI"

# The resolved experiment is one, and gives the same spikes.
expect 0 run small.toml --set run.seed=3 --print-config
cp out again.toml
expect 0 run small.toml --set run.seed=3 --json
third=$(field "d['data']['spike_hash']")
expect 0 run again.toml --json
[[ $(field "d['data']['spike_hash']") == "$third" ]] || complain "the resolved experiment differs"

# Replay: equal, or exit status 1.
expect 0 run small.toml -o small.h5
expect 0 run --replay small.h5
has out "equal"
expect 0 run small.toml --set 'sweep."run.seed"=[1, 2]' -o sweep.h5
has out "run.seed"
expect 0 run --replay sweep.h5 --json
[[ $(field "[r['equal'] for r in d['data']['runs']]") == "[True, True]" ]] || complain "sweep is not replayed"
sed "s/$clock/0123456789abcdef/" small.h5 >other.h5
expect 1 run --replay other.h5
has err "E0214"
expect 3 run --replay small.toml
expect 2 run --replay small.h5 --set run.seed=1
has err "--replay goes without --set"

# Sweeps: rows, and a count before anything runs.
expect 0 run small.toml --set 'sweep."projection.aa.weight"={from="0 pA", to="100 pA", count=3}' \
  --set run.repetitions=2 --json
[[ $(field "len(d['data']['runs'])") == 6 ]] || complain "not 6 runs"
[[ $(field "d['data']['runs'][4]['settings']") == "{'projection.aa.weight': '\"100 pA\"'}" ]] || complain "no settings"
expect 5 run small.toml --set 'sweep.a={from=0, to=1, count=1000}' --set 'sweep.b={from=0, to=1, count=1000}'
has err "1 000 000 runs"
expect 3 run small.toml --set 'sweep."run.sed"=[1, 2]'
has err "did you mean 'seed'?"

# Stop conditions.
expect 0 run small.toml --set stop.spikes=5
has err "W0102"
has out "ended by spikes"
expect 1 run small.toml --set stop.rate=1Hz --set run.duration=1s -o rate.h5
has err "E0503"
[[ -s rate.h5 ]] || complain "what was recorded before the rate was too high is lost"
expect 0 run small.toml --set run.duration=1000s --max-wall 0.2s -o wall.h5
has out "ended by wall"
expect 0 run --replay wall.h5

# A disk that is full: what was recorded stays readable. The limit is in units of 1024 bytes.
: >full.h5
status=0
(ulimit -f 4000 && exec "$SYNFIRE" run small.toml --set run.duration=2000s --set stop.spikes=20000000 \
  --max-wall 60s --set 'population.a.size=400' -o full.h5) >out 2>err || status=$?
[[ $status -eq 3 ]] || complain "a full disk gives status $status: $(head -c 300 err)"
has err "E0207"
expect 0 run --replay full.h5

# Interrupted once: the results until then. (Ctrl-C at once: tests/cli/interruption.sh)
"$SYNFIRE" run small.toml --set run.duration=10000s -o cut.h5 >out 2>err &
process=$!
sleep 1
kill -INT "$process"
status=0
wait "$process" || status=$?
[[ $status -eq 130 ]] || complain "interrupted: status $status"
has out "ended by interrupt"
expect 0 run --replay cut.h5

# Refused, with every fault at its place.
cat >bad.toml <<'TOML'
[run]
duration = "1 s"
dt = 0.1
[population.a]
model = "lif"
size = 10
v_threshhold = "1 mV"
tau_mem = "20 mV"
[probe.x]
population = "a"
variable = "ge"
TOML
expect 3 run bad.toml
has err "error[E0213] bad.toml:3:1: run.dt: 0.1 has no unit, a time is needed"
has err "error[E0211] bad.toml:7:1: population.a.v_threshhold"
has err "did you mean 'v_threshold'?"
has err "error[E0213] bad.toml:8:1: population.a.tau_mem: '20 mV' is a voltage, a time is needed"
has err "error[E0212] bad.toml:11:1: probe.x.variable: there is no state of model lif 'ge'"
expect 3 run bad.toml --json
is_document error
[[ $(field "len(d['diagnostics'])") == 4 ]] || complain "not all faults at once"
printf 'run = [1,\n' >broken.toml
expect 3 run broken.toml
has err "broken.toml:"
expect 3 run missing.toml
has err "E0201"
# Before the simulation, which would take hours.
expect 3 run small.toml --set run.duration=100000s -o missing/out.h5
has err "E0207"
expect 3 run small.toml -o small.toml
has err "is also the input"
expect 2 run small.toml --input x.bin --samples 3
has err "--input is for networks"
expect 2 run net.nir --input x.bin --set a=b
has err "--set is for experiments"
expect 2 run small.toml --set run.seed
has err "is not KEY=VALUE"
expect 2 run
has err "NETWORK is missing"
finish
