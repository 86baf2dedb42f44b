#!/usr/bin/env bash
# What strangers give to `run exp.toml`: told at its place, before the simulation; and what happens to
# a run from outside: a file system that is full, a clock that goes backwards.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

cat >small.toml <<'TOML'
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
cat >train.toml <<'TOML'
[run]
duration = "20 ms"
[population.a]
model = "lif_exp"
size = 3
[stimulus.s]
model = "spike_train"
target = "a"
weight = "40 pA"
times = ["3 ms", "1 ms"]
TOML
sed '/^times/d' train.toml >from_file.toml
echo 'file = "spikes.csv"' >>from_file.toml

# status | file | what --set says of it | text of the message
while IFS='|' read -r status file setting text; do
  expect "$status" run "$file" --set "$setting"
  has err "$text"
done <<'TABLE'
3|small.toml|population.a.taumem=10ms|did you mean 'tau_mem'?
3|small.toml|population.a.tau_mem=10 msec|did you mean 'ms'?
3|small.toml|population.a.model=lif_ex|did you mean 'lif_exp'?
3|small.toml|populatoin.a.size=3|did you mean 'population'?
3|small.toml|projection.aa.weight=50mV|'50mV' is a voltage, a current is needed
3|small.toml|stimulus.noise.rate=8 kV|'8 kV' is a voltage, a rate is needed
3|small.toml|projection.aa.receptor=5|command line (--set projection.aa.receptor=5): projections.aa.receptor: there is no receptor 5, model lif_exp has 2
3|small.toml|projection.aa.delay=0.01ms|command line (--set projection.aa.delay=0.01ms): projections.aa.delay: 0.01 ms is below one step
3|small.toml|probe.x={population="a", variable="u"}|there is no state of model lif_exp 'u'
3|small.toml|probe.x={population="a", variable="v", interval="0.25 ms"}|0.25 ms is no multiple of run.dt
3|small.toml|probe.x={population="a", variable="v", neurons="30:50"}|49 is not a neuron of a
3|small.toml|probe.x={projection="aa", times=["-1 ms"]}|-1 ms is outside
3|small.toml|run.duration=-5ms|-5 ms is outside
5|small.toml|sweep."run.seed"={from=1, to=1000000, count=1000000}|1 000 000 runs
3|small.toml|stop.wall=0s|0 s is outside
3|small.toml|projection.aa.weight={distribution="uniform", low="x"}|(--set projection.aa.weight={distribution="uniform", low="x"}): projection.aa.weight: "uniform" needs high
3|small.toml|projection.aa.weight={distribution="uniform", low="2 pA", high="1 pA"}|high="1 pA"}): projections.aa.weight: there are no values
3|train.toml|stimulus.s.times=["3 ms", "-1 ms"]|stimulus.s.times: -1 ms is outside
3|train.toml|stimulus.s={model="poisson_inhomogeneous", target="a", weight="1 pA", times=["3 ms", "1 ms"], rates=["1 Hz", "2 Hz"]}|the times do not rise
3|train.toml|population.a.spike_at=abov|populations.a.spike_at: unknown word abov
3|train.toml|stimulus.s.neurons=[0, 7]|command line (--set stimulus.s.neurons=[0, 7]): populations.s.neurons: 7
1|small.toml|projection.aa.weight=50 nA|E0503
TABLE
expect 1 run small.toml --set run.duration=1s --engine event --set stop.rate=1Hz
has err "E0503"

# Options are told by their names.
expect 3 run small.toml --checkpoint-every -1s
has err "command line (--checkpoint-every -1s): run.checkpoint_every: -1000 ms is outside"
expect 3 run small.toml --max-wall soon
has err "command line (--max-wall soon): stop.wall"

# What is neither an experiment nor a network.
mkdir -p empty filled
cp small.toml filled
cp small.toml small.txt
while IFS='|' read -r name text; do
  expect 3 run "$name" --set run.seed=2
  has err "$name: $text"
  [[ $(grep -c '^error' err) == 1 ]] || complain "$name: more than one error"
done <<'TABLE'
empty|is a folder, neither an experiment (.toml) nor a network (.nir)
filled|is a folder, neither an experiment
small|no such file
small.txt|is neither an experiment (.toml) nor a network (.nir)
TABLE
expect 3 run filled
has err "did you mean 'filled/small.toml'?"
expect 3 run small
has err "did you mean 'small.toml'?"
expect 0 run small.toml -o small.h5
expect 3 run small.h5
has err "small.h5: is a recording, not a network"
has err "run --replay small.h5"

# status | a file of spikes | text
while IFS='|' read -r status spikes text; do
  printf "$spikes" >spikes.csv
  expect "$status" run from_file.toml
  [[ -z $text ]] || has err "$text"
done <<'TABLE'
0|time,neuron\n3,0\n1,1\n|
3|3,0\n\n-1,1\n|spikes.csv:3: this is not a time
3|3,0\n1,1.5\n|spikes.csv:2: this is not a time
3|3,0\n1\n|spikes.csv:2: this is not a time
3|3,nan\n|spikes.csv:1: this is not a time
3|3,7\n|from_file.toml:6:11: populations.s.neurons: 7
TABLE

# Outputs that cannot be, before a simulation of hours.
long=(--set run.duration=100000s --max-wall 20s)
mkdir -p folder
printf '3,0\n' >spikes.csv
cp spikes.csv before.csv
for output in folder folder/ missing/out.h5 /dev/null small.toml; do
  expect 3 run small.toml "${long[@]}" -o "$output"
  has err "E0207"
  expect 3 run small.toml "${long[@]}" --report "$output"
  has err "E0207"
done
expect 3 run from_file.toml "${long[@]}" -o spikes.csv
has err "is also the input"
expect 3 run from_file.toml "${long[@]}" --set 'sweep."run.seed"=[1, 2]' -o spikes.csv
has err "is also the input"
cmp spikes.csv before.csv || complain "the input was written over"

# A clock that goes back an hour at every look: durations do not, and what is recorded is whole.
cat >backwards.c <<'C'
#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>
int clock_gettime(clockid_t clock, struct timespec* now) {
  static __thread long hours;
  int (*real)(clockid_t, struct timespec*) = dlsym(RTLD_NEXT, "clock_gettime");
  const int status = real(clock, now);
  if (clock == CLOCK_REALTIME) now->tv_sec -= 3600 * ++hours;
  return status;
}
time_t time(time_t* to) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (to) *to = now.tv_sec;
  return now.tv_sec;
}
C
if gcc -shared -fPIC -o backwards.so backwards.c -ldl 2>cc.err; then
  # A sanitizer's library need not be the first one here.
  export LD_PRELOAD=$PWD/backwards.so ASAN_OPTIONS=${ASAN_OPTIONS:-}:verify_asan_link_order=0
  expect 0 run small.toml -o clock.h5 --json
  [[ $(field "0 < d['data']['wall_s'] < 60") == True ]] || complain "time went backwards: $(head -c 300 out)"
  hash=$(field "d['data']['spike_hash']")
  SECONDS=0
  expect 0 run small.toml --set run.duration=100000s --max-wall 0.3s
  [[ $SECONDS -lt 30 ]] || complain "--max-wall took $SECONDS s"
  has out "ended by wall"
  unset LD_PRELOAD
  expect 0 run small.toml --json
  [[ $(field "d['data']['spike_hash']") == "$hash" ]] || complain "the clock changes the spikes"
  expect 0 run --replay clock.h5
else
  echo "SKIP: no clock that goes backwards: $(head -1 cc.err)"
fi

# A file system that is full: what was recorded before stays readable, and nothing else is left there.
cat >full.sh <<'SCRIPT'
mount -t tmpfs -o size=2m synfire full || exit 77
status=0
"$SYNFIRE" run "$@" -o full/out.h5 >out 2>err || status=$?
cp full/out.h5 kept.h5
ls -A full >left
exit $status
SCRIPT
mkdir -p full
if unshare --user --map-root-user --mount true 2>/dev/null; then
  own=(unshare --user --map-root-user --mount)
else
  own=(unshare --mount)
fi
fill() {
  checks=$((checks + 1))
  local got=0
  "${own[@]}" bash full.sh "$@" || got=$?
  [[ $got -ne 77 ]] || return 0
  mounted=1
  [[ $got -eq 3 ]] || complain "a full file system gives status $got: $(head -c 300 err)"
  has err "E0207"
  has err "the recording ends at"
  [[ $(cat left) == out.h5 ]] || complain "left on the full file system: $(cat left)"
}
mounted=0
fill small.toml --set run.duration=2000s --set population.a.size=400 --max-wall 60s
if ((mounted)); then
  expect 0 run --replay kept.h5
  has out "equal"
  fill small.toml --set run.duration=300s --set 'probe.v={population="a", variable="v"}'
  expect 0 run --replay kept.h5
else
  echo "SKIP: nothing can be mounted here"
fi
finish
