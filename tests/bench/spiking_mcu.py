"""Instructions of spiking firmware at 0.1, 1 and 10 % activity, under QEMU: a 34 x 34 x 2 event camera,
3 x 3 convolution with stride 2 to 16 channels of IF or LIF neurons, dense to 10 LI neurons, random weights.

    .venv/bin/python tests/bench/spiking_mcu.py build/release/synfire [BOARD...]

Needs h5py and numpy (tests/reference/setup.sh), compilers and QEMU (cmake/setup.sh firmware). Prints a row for
each model and board: mean instructions a step at each activity, then what an event adds between 1 and 10 %.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import h5py
import numpy

SHAPE, CHANNELS, SIDE, STEPS = (2, 34, 34), 16, 17, 100
ACTIVITIES = (0.001, 0.01, 0.1)
BOARDS = ("mps2-an386", "mps2-an385", "riscv32-virt")


def node(nodes, name, kind, **values):
    group = nodes.create_group(name)
    group["type"] = kind
    for key, value in values.items():
        group[key] = value


def write_network(path, model, random):
    """Plain NIR: thresholds of 1, LIF with tau = 10 ms, LI with tau = 20 ms."""
    full = lambda value: numpy.full((CHANNELS, SIDE, SIDE), value, dtype=numpy.float32)
    ones = lambda n: numpy.ones(n, dtype=numpy.float32)
    conv = random.normal(0.05, 0.3, (CHANNELS, 2, 3, 3)).astype(numpy.float32)
    dense = random.normal(0, 0.1, (10, CHANNELS * SIDE * SIDE)).astype(numpy.float32)
    hidden = {"r": full(1), "v_threshold": full(1), "v_reset": full(0)}
    if model == "LIF":  # r = tau / dt: a spike of weight w adds w
        hidden |= {"tau": full(0.01), "v_leak": full(0), "r": full(10.5)}
    with h5py.File(path, "w") as file:
        file["version"] = "1.0.8"
        root = file.create_group("node")
        root["type"] = "NIRGraph"
        nodes = root.create_group("nodes")
        node(nodes, "input", "Input", shape=numpy.array(SHAPE))
        node(nodes, "conv", "Conv2d", weight=conv, bias=0 * ones(CHANNELS), input_shape=[34, 34],
             stride=[2, 2], padding=[1, 1], dilation=[1, 1], groups=1)
        node(nodes, "hidden", model, **hidden)
        node(nodes, "flat", "Flatten", start_dim=0, end_dim=-1,
             input_type=numpy.array((CHANNELS, SIDE, SIDE)))
        node(nodes, "dense", "Linear", weight=dense)
        node(nodes, "out", "LI", tau=0.02 * ones(10), r=ones(10), v_leak=0 * ones(10))
        node(nodes, "output", "Output", shape=[10])
        chain = ["input", "conv", "hidden", "flat", "dense", "out", "output"]
        root["edges"] = numpy.array([*zip(chain, chain[1:])], dtype="S")


def write_events(path, activity):
    """The same number of neurons in every step."""
    random, size = numpy.random.default_rng(1), numpy.prod(SHAPE)
    counts = numpy.zeros((STEPS, size), dtype=numpy.int8)
    for step in counts:
        step[random.choice(size, round(activity * size), replace=False)] = 1
    counts.tofile(path)


def synfire(*words):
    return json.loads(subprocess.run([*words, "--json"], check=True, capture_output=True).stdout)["data"]


def measure(program, folder, model, board):
    counts = []
    for activity in ACTIVITIES:
        write_events(folder / "x.bin", activity)
        data = synfire(program, "validate", folder / f"{model}.nir", "--target", "mcu", "--board", board,
                       "--ring", "512", "--input", folder / "x.bin")
        assert data["engine_different_words"] == 0
        counts.append((data["instructions_per_step"], data["events"]))
    event = STEPS * (counts[2][0] - counts[1][0]) / (counts[2][1] - counts[1][1])
    return [f"{count:,}" for count, _ in counts] + [f"{event:.0f}"]


def main():
    program, *boards = sys.argv[1:]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for model in ("IF", "LIF"):
            write_network(folder / "float.nir", model, numpy.random.default_rng(7))
            synfire(program, "lower", folder / "float.nir", "--steps", str(STEPS), "--most-events", "256", "-o", folder / f"{model}.nir")
            for board in boards or BOARDS:
                print(f"| {model}, {board} | " + " | ".join(measure(program, folder, model, board)) + " |", flush=True)


main()
