#!/usr/bin/env bash
# What it costs to record all spikes of `synfire new brunel`: processor time of the whole program with
# and without them, in turns, and the median of the ratios.
#   recording_overhead.sh [rounds] [duration]
# The recorded run also has the statistics of its table, and writes the file.
set -euo pipefail
cd "$(dirname "$0")/../.."
synfire=$PWD/build/release/synfire
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
"$synfire" new brunel -q
sed -i '/^\[probe/,$d' brunel.toml

# cpu arguments...: seconds of processor time
cpu() {
  local TIMEFORMAT='%U %S'
  { time "$synfire" run brunel.toml --set run.duration="$duration" -q "$@" >/dev/null; } 2>&1 |
    awk '{print $1 + $2}'
}

duration=${2:-20s}
for ((round = 0; round < ${1:-5}; ++round)); do
  without=$(cpu --set run.spikes=false)
  with=$(cpu -o brunel.h5)
  echo "$without $with" | awk '{printf "without %.2f s, with %.2f s: %.3f\n", $1, $2, $2 / $1}'
done | tee ratios
sort -t: -k2 -n ratios | awk -F': ' '{r[NR] = $2} END {print "median", r[int((NR + 1) / 2)]}'
