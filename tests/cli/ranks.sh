#!/usr/bin/env bash
# Several ranks: the same spikes as one, one report, and no rank outlives another.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

if ! command -v mpirun >/dev/null; then
  echo "SKIP: there is no mpirun"
  exit 77
fi
"$SYNFIRE" doctor >doctor || complain "doctor failed"
if ! grep -q 'ranks *Open MPI' doctor; then
  echo "SKIP: synfire has no Open MPI: $(grep ranks doctor)"
  exit 77
fi
# Test machines are containers where everyone is root, with fewer cores than ranks.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl_vader_single_copy_mechanism=none OMPI_MCA_hwloc_base_binding_policy=none
export OMPI_MCA_rmaps_base_oversubscribe=1 OMPI_MCA_mpi_yield_when_idle=1

# on_ranks STATUS RANKS WORDS...: like `expect`, under mpirun.
on_ranks() {
  local wanted=$1 ranks=$2 got=0
  shift 2
  checks=$((checks + 1))
  timeout 120 mpirun -n "$ranks" "$SYNFIRE" "$@" >out 2>err || got=$?
  [[ $got -eq $wanted ]] ||
    complain "synfire $* on $ranks ranks: status $got instead of $wanted: $(head -c 800 err)"
}

# counts FILE PATTERN NUMBER: so many lines have it.
counts() {
  checks=$((checks + 1))
  local got
  got=$(grep -cE -- "$2" "$1") || true
  [[ $got -eq $3 ]] || complain "$got lines of $1 instead of $3 match '$2': $(head -c 800 "$1")"
}

same="{k: d['data'].get(k) for k in ('spike_hash', 'spikes', 'synapses', 'population_rates_hz',
  'weight_hash', 'mean_plastic_weight')}"
for network in "brunel --drive dc --scale 0.2" "brunel --scale 0.1" "cuba --scale 0.2" \
  "brunel --scale 0.1 --plasticity stdp_pair" "microcircuit --scale 0.1"; do
  # shellcheck disable=SC2206
  words=(bench $network --time 20ms --warm-up 30ms --json)
  expect 0 "${words[@]}"
  [[ $(field "d['data']['spikes']") -gt 0 ]] || complain "$network is silent"
  field "$same" >alone
  for shape in "1 2" "2 1" "2 2" "4 1"; do
    read -r ranks threads <<<"$shape"
    on_ranks 0 "$ranks" "${words[@]}" --threads "$threads"
    is_document pass
    [[ $(field "d['data']['ranks']") -eq $ranks ]] || complain "not $ranks ranks in the data"
    field "$same" >together
    cmp alone together || complain "$network: $ranks ranks of $threads threads differ"
  done
done

# Samples over ranks: rank 0 writes what one rank writes.
expect 0 convert "$(golden dense_two_layers.tflite)" --coding rate --steps 16 -o net.nir
x=$(golden dense_two_layers.in.bin)
cat "$x" "$x" "$x" >x.bin
ran="{k: d['data'][k] for k in ('samples', 'spikes_per_sample', 'synops_per_sample', 'layers')}"
expect 0 run net.nir --input x.bin --save-output y1.npy --json
field "$ran" >alone
for ranks in 2 4; do
  on_ranks 0 $ranks run net.nir --input x.bin --save-output y$ranks.npy -o out.h5 --threads 1 --json
  is_document pass
  field "$ran" >together
  cmp alone together || complain "run: the report differs on $ranks ranks"
  cmp y1.npy y$ranks.npy || complain "run: outputs differ on $ranks ranks"
  [[ -s out.h5 ]] || complain "no recording from $ranks ranks"
done

# Probes of states: rank 0 has those of all.
cat >probed.toml <<'TOML'
[run]
duration = "20 ms"
[population.a]
model = "lif_exp"
size = 9
v_init_spread = "1 mV"
[projection.aa]
source = "a"
target = "a"
rule = "all_to_all"
weight = "0.1 pA"
delay = "1 ms"
[probe.v]
population = "a"
variable = "v"
interval = "1 ms"
TOML
expect 0 run probed.toml -o alone.h5
expect 0 plot alone.h5 --kind trace --data csv
cp out alone.csv
[[ $(wc -l <alone.csv) -gt 20 ]] || complain "no traces"
on_ranks 0 2 run probed.toml -o together.h5
expect 0 plot together.h5 --kind trace --data csv
cmp out alone.csv || complain "the states of two ranks are others"
on_ranks 2 2 run probed.toml --engine event
counts err 'error\[E0106\] run.engine' 1

# What is wrong with the input is told once, with its own status.
on_ranks 2 3 bench brunel --scale -1
counts err 'error\[E0103\]' 1
on_ranks 5 2 bench brunel --scale 2000 --json
is_document error
counts out E0501 1
on_ranks 2 2 info nothing.nir
counts err 'error\[E0106\] synfire info' 1
on_ranks 0 3 bench --help
counts out '^Usage' 1
timeout 60 mpirun -n 1 "$SYNFIRE" bench brunel --scale 0.1 : \
  -n 1 "$SYNFIRE" bench brunel --scale 0.2 >out 2>err && complain "different networks ran together"
counts err 'error\[E0106\].*different command lines' 1

# Another MPI's ranks cannot find each other: none of them runs as if alone.
export PMI_SIZE=2
expect 2 bench brunel --scale 0.1
has err "another MPI"
unset PMI_SIZE

# A rank that fails alone ends the job with its own status, even while others work.
mkdir -p elsewhere
cat >elsewhere.sh <<'SCRIPT'
[[ $OMPI_COMM_WORLD_RANK -ne $1 ]] || cd elsewhere
exec "$SYNFIRE" "${@:2}"
SCRIPT
for i in $(seq 400); do cat x.bin; done >many.bin
for lost in 0 1; do
  got=0
  checks=$((checks + 1))
  timeout 60 mpirun -n 2 bash elsewhere.sh $lost run net.nir --input many.bin >out 2>err || got=$?
  [[ $got -eq 3 ]] || complain "rank $lost lost its file: status $got: $(head -c 800 err)"
  counts err 'error\[E0201\] (net.nir|many.bin)' 1
done

# So does one that is killed, whichever it is, within seconds.
for victim in 0 1; do
  mpirun -n 2 "$SYNFIRE" bench brunel --scale 0.2 --time 100000s </dev/null >out 2>err &
  job=$!
  for _ in $(seq 100); do
    read -ra ranks <"/proc/$job/task/$job/children"
    [[ ${#ranks[@]} -lt 2 ]] || break
    sleep 0.1
  done
  sleep 2
  kill -9 "${ranks[$victim]}"
  start=$SECONDS
  status=0
  wait $job || status=$?
  checks=$((checks + 2))
  [[ $status -ne 0 ]] || complain "status 0 though rank $victim was killed"
  [[ $((SECONDS - start)) -le 15 ]] || complain "ended $((SECONDS - start)) s after rank $victim"
  for rank in "${ranks[@]}"; do
    for _ in $(seq 50); do kill -0 "$rank" 2>/dev/null && sleep 0.1 || break; done
    kill -0 "$rank" 2>/dev/null && complain "rank $rank outlived rank $victim"
  done
done

# A checkpoint has the state of every rank, and goes on with as many.
expect 0 new brunel
sed -i '/^\[probe/,$d' brunel.toml # states are recorded on one rank only
plastic=(brunel.toml --set population.excitatory.size=800 --set population.inhibitory.size=200
  --set projection.ee.number=80 --set projection.ei.number=80 --set projection.ie.number=20
  --set projection.ii.number=20 --set run.duration=2s --set run.threads=2
  --set 'projection.ee.plasticity={rule="stdp_pair", w_max="0.3 mV"}')
hashes="(d['data']['spike_hash'], d['data']['weight_hash'])"
expect 0 run "${plastic[@]}" --json
whole=$(field "$hashes")
on_ranks 0 2 run "${plastic[@]}" --checkpoint-every 100ms --checkpoint cut --max-wall 0.2s
expect 3 run --resume cut
has err 'start it with `mpirun -n 2`'
on_ranks 0 2 run --resume cut --max-wall 1h --threads 1 --json
checks=$((checks + 1))
[[ $(field "$hashes") == "$whole" ]] || complain "two ranks go on to $(field "$hashes"), not $whole"

# So have those of a sweep; rank 0 keeps other processes out of the folder.
sweep=("${plastic[@]}" --set run.duration=500ms --set run.repetitions=3)
expect 0 run "${sweep[@]}" --json
whole=$(field "d['data']")
on_ranks 0 2 run "${sweep[@]}" --checkpoint-every 100ms --checkpoint cut --max-wall 0.15s
exec 9>cut/lock
flock 9
on_ranks 2 2 run --resume cut
has err "error[E0217] cut: another process is using it"
exec 9>&-
on_ranks 0 2 run --resume cut --json
checks=$((checks + 1))
[[ $(field "d['data']") == "$whole" ]] || complain "two ranks go on to $(field "d['data']"), not $whole"
finish
