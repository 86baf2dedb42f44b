#!/usr/bin/env bash
# Checkpoints of sweeps: one that is stopped, interrupted or killed goes on where it was, with the runs
# that were over; one process at a time uses a folder.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

# A small balanced network whose excitatory synapses change, three times; the first run ends early, the
# second one is long.
expect 0 new brunel
sweep=(brunel.toml --set population.excitatory.size=400 --set population.inhibitory.size=100
  --set projection.ee.number=40 --set projection.ei.number=40 --set projection.ie.number=10
  --set projection.ii.number=10
  --set 'projection.ee.plasticity={rule="stdp_pair", w_max="0.3 mV"}'
  --set 'probe.spikes={population="excitatory", variable="spikes", neurons="0:100"}'
  --set 'probe.potential.interval=77 ms' --set 'probe.potential.neurons=[0, 399]'
  --set 'probe.w={projection="ee", times=["0 s", "3 s"]}'
  --set 'sweep={mode="listed", "run.duration"=["8 s", "30 s", "8 s"], "stop.spikes"=[20000, 1000000000, 1000000001], "projection.ie.weight"=["-0.4 mV", "-0.5 mV", "-0.6 mV"]}')

# same FILE: the last run's document or table, and its file but for the provenance, are those of the
# whole.
same() {
  checks=$((checks + 3))
  if [[ $(head -c 1 out) == "{" ]]; then
    [[ $(field "d['data'], d['diagnostics']") == "$whole" ]] || complain "$1: $(field "d['data']")"
  else
    diff out whole.txt >differences || complain "$1: another table: $(head -c 600 differences)"
  fi
  h5diff --exclude-path /runs/0/provenance --exclude-path /runs/1/provenance \
    --exclude-path /runs/2/provenance "$1" whole.h5 >differences || complain "$1: $(head -c 400 differences)"
  [[ ! -e $1.checkpoint ]] || complain "$1: the checkpoint is still there"
}

# start WORDS...: a run in the background.
start() {
  "$SYNFIRE" run "$@" >out 2>err &
  process=$!
}

# reached COMMAND...: it has come to be true.
reached() {
  for _ in $(seq 600); do
    "$@" 2>/dev/null && return
    sleep 0.03
  done
  complain "not reached: $*"
}
file_is_there() { compgen -G "$1" >/dev/null; }

# end SIGNAL STATUS: stops what was started.
end() {
  local got=0
  kill "-$1" "$process"
  wait "$process" 2>/dev/null || got=$?
  checks=$((checks + 1))
  [[ $got -eq $2 ]] || complain "signal $1: status $got instead of $2"
}

expect 0 run "${sweep[@]}" -o whole.h5
has err "run 0: stop.spikes"
cp out whole.txt
expect 0 run "${sweep[@]}" -o whole.h5 --json
whole=$(field "d['data'], d['diagnostics']")

# Ctrl-C in the second run, where only a recording was asked for.
start "${sweep[@]}" -o cut.h5 -v
reached grep -q "run 1 of 3" err
end INT 130
has out "checkpoint of run 1 at"
has out "2 of 3 runs"
rm cut.h5
expect 0 run --resume cut.h5.checkpoint -v
has err "run 1 of 3"
! grep -q "run 0 of 3" err || complain "a run that was over is run again"
same cut.h5

# Killed in the first run, and again in each part that goes on.
start "${sweep[@]}" -o cut.h5 --checkpoint-every 500ms
reached test -e cut.h5.checkpoint/head
end KILL 137
start --resume cut.h5.checkpoint
reached test -e cut.h5.checkpoint/run-0
end KILL 137
echo "of another run" >cut.h5
start --resume cut.h5.checkpoint
reached test -e cut.h5.checkpoint/run-1
reached file_is_there 'cut.h5.checkpoint/state-*'
end KILL 137
rm -f .cut.h5.*
expect 0 run --resume cut.h5.checkpoint --json
same cut.h5

# The limit of wall time is that of all runs.
expect 0 run "${sweep[@]}" -o cut.h5 --max-wall 0.1s --json
has out '"W0102"'
[[ $(field "d['data']['checkpoint']['folder']") == cut.h5.checkpoint ]] || complain "no checkpoint"
expect 0 run --resume cut.h5.checkpoint --max-wall 0.1s
expect 0 run --resume cut.h5.checkpoint --max-wall 1h
has err "run 0: stop.spikes"
same cut.h5

# In the event engine, with repetitions and without a recording.
event=(brunel.toml --engine event --set population.excitatory.size=400 --set population.inhibitory.size=100
  --set projection.ee.number=40 --set projection.ei.number=40 --set projection.ie.number=10
  --set projection.ii.number=10 --set run.duration=400ms --set run.repetitions=3)
expect 0 run "${event[@]}"
cp out whole.txt
start "${event[@]}" --checkpoint here -v
reached grep -q "run 1 of 3" err
end INT 130
expect 3 run --resume here -o late.h5
has err "this run was not recorded"
expect 0 run --resume here
diff out whole.txt >differences || complain "event engine: $(head -c 400 differences)"

# One process at a time: beside the run that writes it, and beside one that goes on.
endless=("${sweep[@]}" --set 'sweep."run.duration"=["8 s", "100000 s", "8 s"]')
start "${endless[@]}" -o cut.h5 --checkpoint-every 500ms
for _ in first again; do
  # Files of the one before are there at once.
  reached grep -q "process $process on" cut.h5.checkpoint/lock
  reached test -e cut.h5.checkpoint/run-0
  reached file_is_there 'cut.h5.checkpoint/state-*'
  cp -r cut.h5.checkpoint kept 2>/dev/null
  timeout 60 "$SYNFIRE" run --resume cut.h5.checkpoint >out2 2>err2 && complain "two at once"
  grep -q "error\[E0217\] cut.h5.checkpoint: process $process on .* is using it" err2 ||
    complain "not refused: $(cat err2)"
  timeout 60 "$SYNFIRE" run "${sweep[@]}" -o cut.h5 --checkpoint-every 1s >out2 2>err2 &&
    complain "two at once"
  grep -q "error\[E0217\]" err2 || complain "not refused: $(cat err2)"
  rm -r kept
  end KILL 137
  start --resume cut.h5.checkpoint
done
end KILL 137
expect 0 run --resume cut.h5.checkpoint --max-wall 0.01s --json
[[ $(field "d['data']['checkpoint']['run']") == 1 ]] || complain "not in the second run"

# Refused: what is not whole, not of this sweep, or changes it.
expect 0 run "${endless[@]}" --set run.seed=7 --checkpoint there -o there.h5 --max-wall 0.01s
for _ in 1 2 3; do
  [[ -e there/run-0 ]] || expect 0 run --resume there --max-wall 0.2s
done
for file in head run-0; do
  cp cut.h5.checkpoint/$file kept
  head -c 1000 kept >cut.h5.checkpoint/$file
  expect 3 run --resume cut.h5.checkpoint
  has err "error[E0203] cut.h5.checkpoint/$file"
  rm cut.h5.checkpoint/$file
  expect 3 run --resume cut.h5.checkpoint
  has err "error[E0201] cut.h5.checkpoint"
  cp kept cut.h5.checkpoint/$file
done
cp there/run-0 cut.h5.checkpoint/run-0
expect 3 run --resume cut.h5.checkpoint
has err "error[E0215] cut.h5.checkpoint/run-0: it is not of this checkpoint"
cp kept cut.h5.checkpoint/run-0
expect 2 run --resume cut.h5.checkpoint --set 'sweep."run.seed"=[1]'
has err "--resume goes without --set"
expect 2 run --resume cut.h5.checkpoint --report r.html
has err "--report is for one run"
expect 2 run "${sweep[@]}" -o cut.h5 --checkpoint-every 1s
has err "E0216"

# What the runs read has changed; the experiment's own file does not matter.
printf '1,0\n2,1\n' >spikes.csv
expect 0 run "${endless[@]}" --set 'stimulus.s={model="spike_train", file="spikes.csv", target="excitatory", weight="1 mV"}' \
  --checkpoint files --max-wall 0.1s
echo "nothing" >brunel.toml
expect 0 run --resume files --max-wall 0.01s
printf '1,0\n2,2\n' >spikes.csv
expect 3 run --resume files
has err "the file has changed since the run began"
finish
