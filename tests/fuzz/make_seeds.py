#!/usr/bin/env python3
"""Writes the seeds of fuzz_samples, fuzz_nir and fuzz_recording (.venv/bin/python tests/fuzz/make_seeds.py)."""

import gzip
import io
import pathlib
import struct

import h5py
import nir
import numpy as np

SEEDS = pathlib.Path(__file__).resolve().parent / "seeds"

# Place of a name in fuzz_samples.cpp: the first byte of a seed.
NPY, IDX, IDX_GZ, CSV, BIN, H5 = range(6)


def sample_seed(name, kind, content):
    folder = SEEDS / "samples"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(bytes([kind]) + content)


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def idx(array, type_code):
    header = struct.pack(">BBBB", 0, 0, type_code, array.ndim)
    return header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def write_sample_seeds():
    values = np.arange(12).reshape(2, 6)
    sample_seed("float32_rows.npy", NPY, npy(values.astype(np.float32)))
    sample_seed("int8_maps.npy", NPY, npy(values.reshape(2, 2, 3).astype(np.int8)))
    sample_seed("int64_labels.npy", NPY, npy(np.arange(3)))
    sample_seed("fortran.npy", NPY, npy(np.asfortranarray(values.astype(np.float64))))
    images = values.reshape(2, 2, 3).astype(np.uint8)
    sample_seed("images.idx", IDX, idx(images, 8))
    sample_seed("labels.idx", IDX, idx(np.arange(3, dtype=np.uint8), 8))
    sample_seed("images.idx.gz", IDX_GZ, gzip.compress(idx(images, 8), mtime=0))
    rows = "\n".join(",".join(map(str, row)) for row in values.tolist())
    sample_seed("rows.csv", CSV, (rows + "\n").encode())
    sample_seed("labels.csv", CSV, b"name,label\na.bin,3\nb.bin,1\n")
    sample_seed("int8.bin", BIN, values.astype(np.int8).tobytes())
    sample_seed("events.bin", BIN, bytes([3, 1, 128, 0, 9, 33, 33, 0, 4, 200, 0, 240, 0, 0, 0]))
    sample_seed("spikes.csv", CSV, b"time,neuron\n0.5,3\n0.25,699\n")
    sample_seed("recordings.csv", CSV, b"fuzz.bin,3\nfuzz,1\n")
    sample_seed("heidelberg.h5", H5, heidelberg_file())


def heidelberg_file():
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as root:
        for name, kind, lists in (("times", np.float16, ([0.25, 0.5], [])),
                                  ("units", np.uint16, ([3, 699], []))):
            stored = root.create_dataset(f"spikes/{name}", (2,), dtype=h5py.vlen_dtype(kind))
            for i, values in enumerate(lists):
                stored[i] = np.array(values, kind)
        root["labels"] = np.array([9, 19], np.uint16)
    return buffer.getvalue()


def column(*values):
    return np.array(values, dtype=np.float32)


def lif_chain():
    ones = column(1, 1, 1)
    weight = np.ones((3, 2), dtype=np.float32)
    lif = nir.LIF(tau=ones * 0.01, r=ones, v_leak=ones * 0, v_threshold=ones)
    nodes = {"input": nir.Input({"input": np.array([2])}),
             "linear": nir.Affine(weight, ones), "lif": lif,
             "output": nir.Output({"output": np.array([3])})}
    return nir.NIRGraph(nodes, [("input", "linear"), ("linear", "lif"), ("lif", "output")])


def convolution():
    weight = np.ones((2, 1, 2, 2), dtype=np.float32)
    conv = nir.Conv2d((3, 3), weight, 1, 0, 1, 1, column(0, 1))
    shape = np.ones((2, 2, 2), dtype=np.float32)
    nodes = {"input": nir.Input({"input": np.array([1, 3, 3])}), "conv": conv,
             "fire": nir.IF(r=shape, v_threshold=shape),
             "output": nir.Output({"output": np.array([2, 2, 2])})}
    return nir.NIRGraph(nodes, [("input", "conv"), ("conv", "fire"), ("fire", "output")])


def recurrent():
    ones = column(1, 1)
    cell = nir.CubaLIF(tau_syn=ones * 0.005, tau_mem=ones * 0.01, r=ones, v_leak=ones * 0,
                       v_threshold=ones, w_in=ones)
    nodes = {"input": nir.Input({"input": np.array([2])}), "cell": cell,
             "back": nir.Linear(np.eye(2, dtype=np.float32)), "delay": nir.Delay(ones * 0.001),
             "output": nir.Output({"output": np.array([2])})}
    return nir.NIRGraph(nodes, [("input", "cell"), ("cell", "delay"), ("delay", "back"),
                                ("back", "cell"), ("cell", "output")])


def write_nir_seeds():
    folder = SEEDS / "nir"
    folder.mkdir(parents=True, exist_ok=True)
    for graph in (lif_chain, convolution, recurrent):
        nir.write(folder / f"{graph.__name__}.nir", graph())


def write_group(parent, name, **members):
    group = parent.create_group(name)
    for member, values in members.items():
        group[member] = values
    return group


def write_recording_seeds():
    folder = SEEDS / "recording"
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "run.h5", "w") as root:
        spikes = root.create_group("spikes")
        spikes.attrs.update(begin_ms=0.0, end_ms=20.0, trial_ms=10.0)
        write_group(spikes, "a", timestamps=[1.0, 2.5, 2.5, 9.0, 19.0], node_ids=[0, 1, 2, 1, 0])
        write_group(spikes, "b", timestamps=np.zeros(0), node_ids=np.zeros(0, np.uint64))
        write_group(root, "report/a/v", time=[0.0, 10.0], data=[[1.0, 2.0], [3.0, 4.0]],
                    node_ids=[1, 2])
        write_group(root, "weights/a to a", time=[0.0, 20.0],
                    data=np.arange(26, dtype=np.float32).reshape(2, 13))
        write_group(root, "layers", population=["a", "b"], neurons=[3, 2], synops=[7, 0])
        write_group(root, "outputs", predictions=[1, 0], labels=[1, 1])
        root.create_group("provenance").attrs.update(argv=["synfire"], seed=1, version="0.1.0")
    with h5py.File(folder / "sonata.h5", "w") as root:
        spikes = root.create_group("spikes")
        spikes.create_dataset("timestamps", data=[3.0, 1.0, 2.0], chunks=(2,), maxshape=(None,))
        spikes["timestamps"].attrs["units"] = "ms"
        spikes.create_dataset("gids", data=[4, 0, 4], chunks=(2,), compression="gzip")


if __name__ == "__main__":
    write_sample_seeds()
    write_nir_seeds()
    write_recording_seeds()
