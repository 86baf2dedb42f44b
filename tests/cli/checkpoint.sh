#!/usr/bin/env bash
# Checkpoints: a run that is stopped, interrupted or killed goes on to the same result; what does not
# belong together is refused.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

# A small balanced network whose excitatory synapses change.
expect 0 new brunel
small=(brunel.toml --set population.excitatory.size=800 --set population.inhibitory.size=200
  --set projection.ee.number=80 --set projection.ei.number=80 --set projection.ie.number=20
  --set projection.ii.number=20 --set run.duration=16s
  --set 'projection.ee.plasticity={rule="stdp_pair", w_max="0.3 mV"}'
  --set 'probe.spikes={population="excitatory", variable="spikes", neurons="0:100"}'
  --set 'probe.potential.interval=77 ms' --set 'probe.potential.neurons=[0, 799]'
  --set 'probe.w={projection="ee", times=["0 s", "5 s", "16 s"]}')

# Never at its end before it is stopped.
endless=("${small[@]}" --set run.duration=10000s)

hashes="(d['data']['spike_hash'], d['data']['weight_hash'], d['data']['spikes'], d['data']['end_ms'])"

# same FILE: the last run's hashes, and its recording but for the provenance, are those of the whole.
same() {
  checks=$((checks + 2))
  [[ $(field "$hashes") == "$whole" ]] || complain "$1: $(field "$hashes") instead of $whole"
  h5diff --exclude-path /provenance "$1" whole.h5 >differences || complain "$1: $(head -c 400 differences)"
  [[ ! -e $1.checkpoint ]] || complain "$1: the checkpoint is still there"
}

# start WORDS...: a run in the background that has written a checkpoint when this returns.
start() {
  "$SYNFIRE" run "$@" >out 2>err &
  process=$!
  for _ in $(seq 400); do
    [[ ! -e cut.h5.checkpoint/head ]] || break
    sleep 0.05
  done
  sleep "0.0$((RANDOM % 10))"
}

for engine in clock event; do
  words=("${small[@]}" --engine "$engine")
  [[ $engine == clock ]] || words+=(--set run.duration=1.6s --set 'probe.w.times=["0 s", "0.5 s", "1.6 s"]')
  expect 0 run "${words[@]}" -o whole.h5 --json
  whole=$(field "$hashes")

  # Ended by the clock on the wall, twice.
  expect 0 run "${words[@]}" -o cut.h5 --checkpoint-every 2s --max-wall 0.08s
  has err "W0102"
  has out '`synfire run --resume cut.h5.checkpoint` goes on'
  expect 2 run "${words[@]}" -o cut.h5 --checkpoint-every 1s
  has err "E0216"
  expect 0 run --resume cut.h5.checkpoint --max-wall 0.04s --threads 2
  has out "ended by wall"
  expect 0 run --resume cut.h5.checkpoint --json --threads 1 --max-wall 1h
  same cut.h5

  # Ctrl-C.
  start "${words[@]}" -o cut.h5 --checkpoint-every 100ms
  kill -INT "$process"
  status=0
  wait "$process" || status=$?
  [[ $status -eq 130 ]] || complain "interrupted: status $status"
  has out "goes on"
  expect 0 run --resume cut.h5.checkpoint -o cut.h5 --json
  same cut.h5

  # Killed, and killed again while it goes on.
  start "${words[@]}" -o cut.h5 --checkpoint-every 20ms
  kill -KILL "$process"
  wait "$process" 2>/dev/null
  rm -f cut.h5
  start --resume cut.h5.checkpoint
  kill -KILL "$process"
  wait "$process" 2>/dev/null
  expect 0 run --resume cut.h5.checkpoint/ --json
  same cut.h5
  rm -f .cut.h5.*
done

# Without a recording; by --checkpoint alone only when it is stopped.
expect 0 run "${endless[@]}" --checkpoint-every 1s --max-wall 0.3s
has out "--resume brunel.checkpoint"
[[ -e brunel.checkpoint/head ]] || complain "no checkpoint without a recording"
rm -r brunel.checkpoint
expect 0 run "${endless[@]}" --checkpoint here --max-wall 0.3s --json
[[ $(field "d['data']['checkpoint']['folder']") == here ]] || complain "not the folder that was given"
expect 0 run "${small[@]}" --set run.duration=100ms --set 'probe.w.times=["0 s"]' --checkpoint-every 20ms --checkpoint gone
[[ ! -e gone ]] || complain "a run that has ended leaves a checkpoint"

# Refused: what is not whole, not of this run, or not there.
expect 0 run "${endless[@]}" --set run.seed=2 --checkpoint there --max-wall 0.3s
for file in head stretch-1 state-1-0; do
  cp here/$file kept
  head -c 1000 kept >here/$file
  expect 3 run --resume here
  has err "error[E020"
  cp kept here/$file
  printf 'X' | dd of=here/$file bs=1 seek=600 conv=notrunc 2>/dev/null
  expect 3 run --resume here
  has err "E0203"
  rm here/$file
  expect 3 run --resume here
  has err "E0201"
  cp kept here/$file
done
cp here/state-1-0 kept
cp there/state-1-0 here/state-1-0
expect 3 run --resume here
has err "E0215"
cp kept here/state-1-0
expect 3 run --resume nowhere
has err "there is no checkpoint"
expect 2 run --resume here --set run.seed=3
has err "--resume goes without --set"
expect 2 run brunel.toml --resume here
has err "--resume goes without NETWORK"
expect 3 run brunel.toml --checkpoint-every 1
has err "E0213"
expect 3 run "${small[@]}" --checkpoint missing/folder
has err "E0207"

# An input file that has changed since.
printf '1,0\n2,1\n' >spikes.csv
expect 0 run "${endless[@]}" --set 'stimulus.s={model="spike_train", file="spikes.csv", target="excitatory", weight="1 mV"}' \
  --checkpoint files --max-wall 0.2s
printf '1,0\n2,2\n' >spikes.csv
expect 3 run --resume files
has err "the file has changed since the run began"
finish
