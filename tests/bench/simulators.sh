#!/usr/bin/env bash
# Times the reference networks in Synfire, NEST and Brian2, in turns on this machine, and prints
# real-time factors (the best of each) and how many times faster Synfire is.
#   simulators.sh [rounds]
# Needs, in .venv (tests/reference/setup.sh makes it), the peers:
#   .venv/bin/python -m pip install nest-simulator brian2 "numpy<2.3"
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
synfire=${SYNFIRE:-$PWD/build/release/synfire}
python=${PYTHON:-$PWD/.venv/bin/python}
bench=$PWD/tests/bench
rounds=${1:-3}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Name, Synfire's arguments, the peer's command; the peer may be slow, so it simulates less.
cases=(
  "B1 DC, NEST|brunel --drive dc|peer_nest.py brunel --drive dc --time-ms 500"
  "B1 Poisson, NEST|brunel|peer_nest.py brunel --time-ms 500"
  "B2, NEST|cuba --time 5s|peer_nest.py cuba --time-ms 2000"
  "B4 DC, NEST|microcircuit --drive dc --time 2s --threads 2|peer_nest.py microcircuit --drive dc --time-ms 100 --threads 2"
  "B2, Brian2|cuba --time 5s|peer_brian2.py --time-ms 5000"
)

factor() { # reads JSON
  grep -oE '"real_time_factor": ?[0-9.e-]+' | grep -oE '[0-9.e-]+$'
}

for ((round = 0; round < rounds; ++round)); do
  for i in "${!cases[@]}"; do
    IFS='|' read -r _ ours peer <<<"${cases[$i]}"
    # shellcheck disable=SC2086
    "$synfire" bench $ours --json -q | factor >>"$scratch/ours$i"
    # shellcheck disable=SC2086
    (cd "$scratch" && "$python" "$bench"/$peer 2>/dev/null | factor) >>"$scratch/peer$i"
  done
done

printf '%-20s %10s %10s %8s\n' "network, peer" "Synfire" "peer" "ratio"
for i in "${!cases[@]}"; do
  awk -v name="${cases[$i]%%|*}" -v ours="$(sort -g "$scratch/ours$i" | head -1)" \
    -v peer="$(sort -g "$scratch/peer$i" | head -1)" \
    'BEGIN { printf "%-20s %10.4f %10.4f %7.1fx\n", name, ours, peer, peer / ours }'
done
