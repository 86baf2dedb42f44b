#!/usr/bin/env bash
# Cuts a plastic Brunel network, or a sweep over it, at random places and goes on: the hashes of spikes
# and weights must be those of the run in one piece; of a sweep, all that is printed and recorded. Prints
# a line for each cut, and what a checkpoint costs.
#
#   SYNFIRE=build/release/synfire tests/bench/resume.sh [CUTS=20] [KILLS=5] [ENGINE=clock] [NEURONS=10000] [RUNS=1]
set -euo pipefail
cuts=${1:-20} kills=${2:-5} engine=${3:-clock} neurons=${4:-10000} runs=${5:-1}
synfire=$(realpath "${SYNFIRE:-build/release/synfire}")
cd "$(mktemp -d)"
trap 'rm -rf "$PWD"' EXIT

duration=$(($([[ $engine == clock ]] && echo 2000 || echo 200) / runs)) # ms
every=$((runs > 1 ? duration / 2 : 50))
"$synfire" new brunel >/dev/null
words=(brunel.toml --engine "$engine" --set run.duration="${duration}ms" --set run.warm_up=0ms
  --set population.excitatory.size=$((neurons * 4 / 5)) --set population.inhibitory.size=$((neurons / 5))
  --set 'projection.ee.plasticity={rule="stdp_pair", w_max="0.3 mV"}' --quiet)

hashes() { python3 -c "import json; d = json.load(open('$1'))['data']; print(d['spike_hash'], d['weight_hash'])"; }
is_same_file() { true; }
if ((runs > 1)); then
  words+=(--set "run.repetitions=$runs" --set "probe.w={projection=\"ee\", times=[\"$duration ms\"]}")
  hashes() { python3 -c "import hashlib, json; print(hashlib.sha256(json.dumps(json.load(open('$1'))['data']).encode()).hexdigest()[:16])"; }
  is_same_file() {
    local beside=()
    for run in $(seq 0 $((runs - 1))); do beside+=(--exclude-path "/runs/$run/provenance"); done
    h5diff -q "${beside[@]}" cut.h5 whole.h5
  }
fi
record() { if ((runs > 1)); then echo -o "$1.h5"; fi; }

start=$(date +%s.%N)
# shellcheck disable=SC2046
"$synfire" run "${words[@]}" $(record whole) --json >whole.json
wall=$(echo "$(date +%s.%N) - $start" | bc)
whole=$(hashes whole.json)
echo "in one piece: $whole, $wall s"
differ=0
cut=1
while ((cut <= cuts)); do
  rm -rf c cut.h5 .cut.h5.*
  # Anywhere between an eighth of the run and its end.
  at=$(python3 -c "import random; print(random.uniform(0.125, 1) * $wall)")
  if ((cut <= kills)); then
    how="kill -9"
    "$synfire" run "${words[@]}" $(record cut) --checkpoint c --checkpoint-every "${every}ms" --json >cut.json 2>/dev/null &
    process=$!
    sleep "$at"
    kill -KILL "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  else
    how="Ctrl-C"
    "$synfire" run "${words[@]}" $(record cut) --checkpoint c --json >cut.json 2>/dev/null &
    process=$!
    sleep "$at"
    kill -INT "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  fi
  if [[ ! -e c/head ]]; then
    continue # it had ended, or not begun
  fi
  size=$(du -sk c | cut -f1) ended=$(find c -name 'run-*' | wc -l)
  start=$(date +%s.%N)
  "$synfire" run --resume c --quiet --json >cut.json
  rest=$(echo "$(date +%s.%N) - $start" | bc)
  if [[ $(hashes cut.json) == "$whole" ]] && is_same_file; then verdict=equal; else verdict=DIFFERENT differ=1; fi
  echo "$cut: $how after $at s, checkpoint of $size KiB with $ended runs that were over, the rest in $rest s: $verdict"
  cut=$((cut + 1))
done
exit $differ
