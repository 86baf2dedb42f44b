"""Compares the full-scale microcircuit with NEST: rate, CV of ISI and correlation of every
population, NEST's beside the least and the greatest of Synfire's over several seeds. CV and
correlation are measured alike in both (core/io/spike_statistics.h).

    microcircuit_spread.py [--seeds 10] [--time-ms 3000] [--peer-seeds 1]

Needs NEST from PyPI: python -m pip install nest-simulator
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

BENCH = pathlib.Path(__file__).parent
SYNFIRE = os.environ.get("SYNFIRE", str(BENCH.parent.parent / "build/release/synfire"))
MEASURES = ("rate_hz", "isi_cv", "correlation")


def ours(seed, time_ms, scratch):
    words = [SYNFIRE, "bench", "microcircuit", "--drive", "dc", "--threads", "2", "--seed", str(seed),
             "--warm-up", "500ms", "--time", f"{time_ms}ms", "--record", f"{scratch}/spikes.h5",
             "--json", "-q"]
    return json.loads(subprocess.run(words, check=True, capture_output=True).stdout)["data"]["statistics"]


def peer(seed, time_ms, scratch):
    words = [sys.executable, str(BENCH / "peer_nest.py"), "microcircuit", "--drive", "dc", "--threads",
             "2", "--seed", str(seed), "--warm-up-ms", "500", "--time-ms", str(time_ms), "--statistics"]
    out = subprocess.run(words, check=True, capture_output=True, cwd=scratch).stdout
    return json.loads(out.splitlines()[-1])["statistics"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--peer-seeds", type=int, default=1)
    parser.add_argument("--time-ms", type=int, default=3000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        runs = [ours(seed, options.time_ms, scratch) for seed in range(1, options.seeds + 1)]
        peers = [peer(seed, options.time_ms, scratch) for seed in range(1, options.peer_seeds + 1)]
    print(f"{'':6}{'measure':12}{'least':>10}{'greatest':>10}{'NEST':>10}")
    outside = compared = 0
    for name in runs[0]:
        for measure in MEASURES:
            values = [run[name][measure] for run in runs]
            if None in values:  # too short for this measure
                continue
            theirs = sum(each[name][measure] for each in peers) / len(peers)
            inside = min(values) <= theirs <= max(values)
            outside += not inside
            compared += 1
            print(f"{name:6}{measure:12}{min(values):10.4g}{max(values):10.4g}{theirs:10.4g}"
                  f"{'' if inside else '  outside'}")
    print(f"{outside} of {compared} of NEST's values lie outside")


main()
