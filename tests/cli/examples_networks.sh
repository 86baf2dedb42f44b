#!/usr/bin/env bash
# The examples of networks give what their pages say.
source "$SYNFIRE_SOURCE_DIR/tests/cli/support/check.bash"

# Activity that keeps itself going: irregular, asynchronous; without balance it is not.
expect 0 new balanced-network
expect 0 run balanced-network.toml -o balanced.h5 --json
checks=$((checks + 1))
python3 - <<'PYTHON' || complain "balanced network: $(cat out)"
import json
for p in json.load(open("out"))["data"]["populations"]:
    if "rate_hz" in p:
        assert 14 < p["rate_hz"] < 24 and p["isi_cv"] > 1.3 and abs(p["correlation"]) < 0.01, p
PYTHON
expect 0 plot balanced.h5 -k raster,rate --from 1s --to 1.2s -o balanced.svg
expect 1 run balanced-network.toml --set run.duration=300ms --set projection.inhibition.weight=0nS
has err "E0503"
expect 0 run balanced-network.toml --set run.duration=300ms --set projection.excitation.weight=2nS --json
checks=$((checks + 1))
[[ $(field "d['data']['spikes']") -eq 0 ]] || complain "little excitation: $(cat out)"

# Packets of spikes: strong and sharp ones live and sharpen, others die.
expect 0 new synfire-chain
expect 0 run synfire-chain.toml -o chain.h5 --json
checks=$((checks + 1))
python3 - <<'PYTHON' || complain "synfire chain: $(head -c 500 out)"
import json
alive = {}
for run in json.load(open("out"))["data"]["runs"]:
    width, size = (run["settings"]["population.packet." + key].strip('"').split()[0] for key in ("jitter", "size"))
    alive[float(width), int(size)] = run["populations"][-1]["spikes"] > 100
assert all(alive[w, 50] is False for w in (0.1, 1, 2, 3, 4)), alive
assert alive[0.1, 60] and alive[1, 60] and alive[2, 80] and alive[3, 100] and alive[4, 110], alive
assert not alive[2, 60] and not alive[3, 70] and not alive[4, 90], alive
PYTHON
# Run 9: 50 spikes in 1 ms; run 12: 80.
for run in 9 12; do
  expect 0 plot chain.h5 --run $run --data csv -p g1,g10
  mv out "run$run.csv"
done
checks=$((checks + 1))
python3 - <<'PYTHON' || complain "the packets do not travel as they should"
import statistics
def packet(run, group):
    rows = [line.split(",") for line in open(f"run{run}.csv").read().splitlines()[1:]]
    times = [float(t) for g, t, _ in rows if g == f"g{group}"]
    middle = 120 + 5.65 * group
    return [t for t in times if abs(t - middle) < 5]
first, last = packet(12, 1), packet(12, 10)
assert 80 < len(first) < 100 < len(last) + 3, (len(first), len(last))
assert statistics.pstdev(last) < 0.9 < statistics.pstdev(first) + 0.1
assert len(packet(9, 10)) < 15
PYTHON
expect 0 plot chain.h5 --x population.packet.size --y "g10 spikes" -o survival.svg
has survival.svg "packet.jitter = 3 ms"
finish
