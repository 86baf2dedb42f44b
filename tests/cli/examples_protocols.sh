#!/usr/bin/env bash
# The examples of plasticity protocols give what their pages say. One is made shorter.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"
examples=$SYNFIRE_SOURCE_DIR/examples

# changes JSON: the changes of the weights of a sweep's runs, in their order, as the list c.
holds() { # WHAT EXPRESSION
  checks=$((checks + 1))
  python3 - "$2" <<'PYTHON' || complain "$1: $(head -c 600 out)"
import json, math, sys
runs = json.load(open("out"))["data"]["runs"]
c = [run["weights"][0]["change"] for run in runs]
value = lambda run, key: float(run["settings"][key].strip('"').split()[0])
assert eval(sys.argv[1]), c
PYTHON
}
# near FILE: the plot's distance from published points, over all curves.
near() { # WHAT LIMIT FIELD
  checks=$((checks + 1))
  python3 - "$2" "$3" <<'PYTHON' || complain "$1: $(head -c 600 out)"
import json, sys
found = json.load(open("out"))["data"]["distances"]
points = sum(each["points"] for each in found)
rms = (sum(each["points"] * each[sys.argv[2]] ** 2 for each in found) / points) ** 0.5
assert points > 3 and rms < float(sys.argv[1]), rms
PYTHON
}

# The window is that of Song, Miller and Abbott, at every interval.
expect 0 new stdp-window
expect 0 run stdp-window.toml -o window.h5 --json
holds "the window" 'all(abs(y - (0.6 * math.exp(-t / 20) if t >= 0 else -0.63 * math.exp(t / 20))) < 1e-5
  for y, t in zip(c, [value(run, "stimulus.pairing.shift") for run in runs])) and len(c) == 81'
expect 0 plot window.h5 -o window.svg
has window.svg "stimulus.pairing.shift (ms)"

# Triplets follow visual cortex, pairs do not.
folder=$examples/stdp-frequency
expect 0 run "$folder/stdp-frequency.toml" -o frequency.h5
expect 0 plot frequency.h5 --against "$folder/visual_cortex.csv" -o frequency.svg --json
near "triplets" 0.6 rms_in_errors
has frequency.svg "visual_cortex: pairing.shift = -10 ms"
rule=projection.synapse.plasticity
expect 0 run "$folder/stdp-frequency.toml" --set $rule.rule=stdp_pair --set $rule.tau_plus=16.8ms \
  --set $rule.tau_minus=33.7ms --set $rule.a_plus=5e-4 --set $rule.a_minus=5e-4 -o pair.h5
expect 0 plot pair.h5 --against "$folder/visual_cortex.csv" -o pair.svg --json
checks=$((checks + 1))
[[ $(field "all(e['rms_in_errors'] > 2.5 for e in d['data']['distances'])") == True ]] || complain "pairs fit: $(cat out)"
expect 0 run "$folder/stdp-frequency.toml" --set 'sweep={}' --set population.pre.repeat_rate=20Hz \
  --set 'sweep."stimulus.pairing.shift"={from="-25 ms", to="25 ms", count=11}' \
  --set stimulus.pairing.repeat_rate=20Hz -o timing.h5
expect 0 plot timing.h5 --against "$folder/timing_20hz.csv" -o timing.svg --json
near "timing at 20 Hz" 1.7 rms_in_errors

# By the potential: bursts one a second instead of one in ten, which changes little.
folder=$examples/stdp-voltage
expect 0 run "$folder/stdp-voltage.toml" --set run.duration=16s --set 'sweep={}' \
  --set population.pre.repeat_rate=1Hz --set stimulus.pairing.repeat_rate=1Hz \
  --set 'sweep."population.pre.burst_rate, stimulus.pairing.burst_rate"=["10 Hz", "20 Hz", "40 Hz", "50 Hz"]' \
  --set 'sweep."stimulus.pairing.shift"=["10 ms", "-10 ms"]' -o voltage.h5
expect 0 plot voltage.h5 --against "$folder/authors_program.csv" -o voltage.svg --json
near "the authors' program" 0.015 rms
expect 0 plot voltage.h5 --against "$folder/visual_cortex.csv" -o voltage.svg --json
near "voltage-based" 1.2 rms_in_errors
checks=$((checks + 1))
[[ $(field "[e['points_outside'] for e in d['data']['distances']]") == "[1, 1]" ]] || complain "0.1 Hz is on a curve"
expect 0 run "$folder/voltage-clamp.toml" --set run.duration=10s --set population.pre.repeats=250 --json
holds "the clamp" 'c[0] == c[2] == 0 and abs(c[4] + 0.2 * 0.098) < 1e-3 and abs(c[9] / (0.2 * 1.0863) - 1) < 0.03'
expect 0 run "$folder/voltage-clamp.toml" --set run.engine=event -o clamp.h5
expect 0 plot clamp.h5 --against "$folder/clamp.csv" -o clamp.svg --json
near "the clamp in continuous time" 0.001 rms

# Pictures of sweeps: what is refused.
expect 2 plot frequency.h5 --x population.pre.repeat_rat -o x.svg
has err "did you mean 'population.pre.repeat_rate'?"
expect 2 plot frequency.h5 --y 'synapse weight_chance' -o x.svg
has err "did you mean 'synapse weight_change'?"
printf 'population.pre.repeat_rate,synapse weight_chance\n1,2\n' >wrong.csv
expect 2 plot frequency.h5 --against wrong.csv -o x.svg
has err "column 'synapse weight_chance' is nothing of the picture"
has err "did you mean 'synapse weight_change'?"
printf 'population.pre.repeat_rate,synapse weight_change\n1,much\n' >wrong.csv
expect 3 plot frequency.h5 --against wrong.csv -o x.svg
has err "'much' is no number"
expect 3 plot frequency.h5 --against missing.csv -o x.svg
expect 2 plot frequency.h5 -k raster -o x.svg
has err "which needs spikes"
expect 2 plot frequency.h5 --run 24 -o x.svg
has err "its runs are 0 to 23"
expect 2 plot frequency.h5 --run 3 -k sweep -o x.svg
has err "which needs the runs of a sweep"
expect 0 plot frequency.h5 --run 3 -k weights --data csv
has out "synapse 0,"
checks=$((checks + 1))
[[ ! -e x.svg ]] || complain "a refused picture was written"
finish
