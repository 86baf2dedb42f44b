#!/usr/bin/env bash
# The same spikes on every instruction set and any number of threads.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

expect 0 doctor
sets=$(sed -n 's/.*chooses among \(.*\)).*/\1/p' out | tr -d ,)
[[ $sets == *scalar ]] || complain "the vector code's instruction sets are '$sets'"

hash="d['data']['spike_hash'] + d['data'].get('weight_hash', '')"
# compare WORDS...: one hash of spikes and weights on every set with one thread, and on the widest with two to four.
compare() {
  local hashes=() set threads
  for set in $sets; do
    SYNFIRE_SIMD=$set expect 0 bench "$@" --json
    hashes+=("$(field "$hash")")
  done
  for threads in 2 3 4; do
    expect 0 bench "$@" --threads $threads --json
    hashes+=("$(field "$hash")")
  done
  [[ $(field "d['data']['spikes'] > 100") == True ]] || complain "$*: hardly any spikes"
  checks=$((checks + 1))
  [[ $(printf '%s\n' "${hashes[@]}" | sort -u | wc -l) -eq 1 ]] || complain "$*: ${hashes[*]}"
}
compare brunel --drive dc --scale 0.2 --time 100ms --warm-up 50ms
compare brunel --drive poisson --scale 0.2 --time 100ms --warm-up 50ms
compare brunel --plasticity stdp_triplet --scale 0.1 --time 100ms --warm-up 50ms
compare cuba --time 100ms --warm-up 50ms
compare microcircuit --scale 0.1 --time 50ms --warm-up 20ms

# AVX-VNNI is not AVX-512 VNNI: Highway allows the compiler the former where only the latter is
# known to be there.
if [[ $(uname -m) == x86_64 ]]; then
  checks=$((checks + 1))
  objdump --disassemble "$SYNFIRE" >code
  grep -q vpdpwssd code || complain "no code for VNNI"
  ! grep '{vex}' code >&2 || complain "code for AVX-VNNI"
  rm code
fi

# What was chosen is what runs.
for set in $sets; do
  SYNFIRE_SIMD=$set expect 0 doctor
  has out " $set (SYNFIRE_SIMD"
done
SYNFIRE_SIMD=mmx expect 2 doctor
has err "error[E0103] SYNFIRE_SIMD: 'mmx'"
has err "there are "
finish
