"""Reads the plain files that Synfire writes with the NIR package: node types, shapes, values.

SYNFIRE_UNIT_TEST names the unit test program; by default it is looked for beside SYNFIRE. Exit
status 77 (skipped) when the package or the program is missing.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

try:
    import nir
    import numpy as np
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)


def unit_test_program():
    beside = pathlib.Path(os.environ.get("SYNFIRE", "synfire")).parent / "tests/synfire_unit_test"
    return pathlib.Path(os.environ.get("SYNFIRE_UNIT_TEST", beside))


def write_files(folder):
    program = unit_test_program()
    if not program.is_file():
        print(f"skipped: no {program}; set SYNFIRE_UNIT_TEST")
        sys.exit(77)
    subprocess.run(
        [program, "--gtest_filter=NirRoundTrip.WritesPlainFilesForOtherTools"],
        env=os.environ | {"SYNFIRE_NIR_FOLDER": str(folder)}, check=True, stdout=subprocess.DEVNULL)


def ramp(shape, scale, start=0.0):
    """The tests' values: start + scale * (index mod 97)."""
    count = int(np.prod(shape))
    return (start + scale * (np.arange(count) % 97)).astype(np.float32).reshape(shape)


def check_plain(graph):
    types = {name: type(node).__name__ for name, node in graph.nodes.items()}
    assert types == {
        "in": "Input", "conv": "IF", "pool": "LIF", "hidden": "LIF", "readout": "LI",
        "result": "Output", "w1": "Conv2d", "w2": "SumPool2d", "back": "Scale",
        "back.delay": "Delay", "hidden_projection": "Affine", "hidden_projection.delay": "Delay",
        "hidden_projection.flatten": "Flatten", "out": "Linear"}, types
    nodes = graph.nodes
    np.testing.assert_array_equal(nodes["w1"].weight, ramp((3, 2, 3, 3), 0.1))
    np.testing.assert_allclose(nodes["w1"].bias, [0.1, 0.2, 0.3], rtol=1e-6)
    assert tuple(nodes["w1"].padding) == (1, 1)
    np.testing.assert_array_equal(nodes["conv"].v_threshold, ramp((3, 6, 6), 0.01, 0.5))
    np.testing.assert_array_equal(nodes["conv"].v_reset, np.full((3, 6, 6), -0.25))
    np.testing.assert_allclose(nodes["pool"].tau, np.full((3, 3, 3), 2.5e-3))  # seconds
    np.testing.assert_allclose(nodes["hidden"].tau, (3.3 + 1.7 * np.arange(4)) / 1000, rtol=1e-6)
    np.testing.assert_array_equal(nodes["hidden"].r, np.full(4, 2.0))
    np.testing.assert_allclose(nodes["hidden_projection"].bias, np.full(4, 0.3))
    np.testing.assert_allclose(nodes["hidden_projection.delay"].delay, np.full((3, 3, 3), 1.3e-3))
    np.testing.assert_array_equal(nodes["back"].scale, np.full(4, -0.5))
    assert ("in", "w1") in graph.edges and ("out", "readout") in graph.edges
    assert graph.metadata["dt_ms"] == 0.1


def check_grouped(graph):
    assert graph.nodes["depthwise"].groups == 4
    assert graph.nodes["depthwise"].weight.shape == (4, 1, 3, 3)
    assert tuple(graph.nodes["dilated"].dilation) == (2, 2)
    assert ("current", "a") in graph.edges


def check_cuba(graph):
    hidden, readout = graph.nodes["hidden"], graph.nodes["readout"]
    assert type(hidden).__name__ == "CubaLIF" and type(readout).__name__ == "CubaLI"
    np.testing.assert_allclose(hidden.tau_mem, (3.3 + 1.7 * np.arange(4)) / 1000, rtol=1e-12)
    np.testing.assert_allclose(hidden.tau_syn, np.full(4, 2.5e-3))
    np.testing.assert_array_equal(hidden.w_in, np.full(4, 2.0))
    np.testing.assert_array_equal(hidden.v_reset, np.full(4, -0.1))
    np.testing.assert_array_equal(graph.nodes["w1"].bias, ramp((4,), 0.5, 1))
    np.testing.assert_array_equal(readout.v_leak, np.full(2, 0.1))


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_files(folder)
        check_plain(nir.read(folder / "plain.nir"))
        check_cuba(nir.read(folder / "cuba.nir"))
        # The package's shape inference is wrong for groups and oblong kernels (up to 1.0.8).
        check_grouped(nir.read(folder / "grouped.nir", type_check=False))
    print("plain.nir, cuba.nir and grouped.nir are read by the NIR package as they were meant")


if __name__ == "__main__":
    main()
