#!/usr/bin/env python3
"""Times an int8 .tflite model in the TFLite interpreter with XNNPACK on one thread.

peer_tflite.py MODEL SAMPLES.bin [--seconds S] [--expect OUTPUT.bin] prints one JSON document:
inferences_per_s (invoke() alone, the best of its rounds), with_copies_per_s (with what Python needs to
set the input and read the output), bytes_differing from OUTPUT.bin. The interpreter's log must name
XNNPACK and the run without delegates must be slower, or this fails: another peer would be timed.
Times are processor times, so that a busy machine disturbs less. Needs numpy and ai-edge-litert in .venv.
"""
import argparse
import json
import os
import sys
import tempfile
import time

import numpy as np
from ai_edge_litert.interpreter import Interpreter, OpResolverType


def made_with_log(make):
    """make() and what it wrote to standard error, C++ included."""
    with tempfile.TemporaryFile() as log:
        kept = os.dup(2)
        os.dup2(log.fileno(), 2)
        try:
            made = make()
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        log.seek(0)
        return made, log.read().decode(errors="replace")


def interpreter_of(model, resolver):
    interpreter = Interpreter(
        model_path=model, num_threads=1, experimental_op_resolver_type=resolver
    )
    interpreter.allocate_tensors()
    return interpreter


def run_all(interpreter, samples):
    """Outputs, seconds in invoke(), seconds in all."""
    into = interpreter.get_input_details()[0]["index"]
    out = interpreter.get_output_details()[0]["index"]
    outputs, invoked = [], 0
    begin = time.process_time_ns()
    for sample in samples:
        interpreter.set_tensor(into, sample)
        start = time.process_time_ns()
        interpreter.invoke()
        invoked += time.process_time_ns() - start
        outputs.append(interpreter.get_tensor(out))
    return np.concatenate(outputs), invoked * 1e-9, (time.process_time_ns() - begin) * 1e-9


def best_rates(interpreter, samples, seconds):
    best, best_with_copies, end = 0, 0, time.monotonic() + seconds
    while True:
        outputs, invoked, whole = run_all(interpreter, samples)
        best = max(best, len(samples) / invoked)
        best_with_copies = max(best_with_copies, len(samples) / whole)
        if time.monotonic() >= end:
            return outputs, best, best_with_copies


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("samples")
    parser.add_argument("--seconds", type=float, default=2)
    parser.add_argument("--expect")
    arguments = parser.parse_args()

    peer, log = made_with_log(lambda: interpreter_of(arguments.model, OpResolverType.AUTO))
    if "XNNPACK" not in log:
        sys.exit("peer_tflite: the interpreter does not say that it uses XNNPACK:\n" + log)
    shape = peer.get_input_details()[0]["shape"]
    samples = np.fromfile(arguments.samples, np.int8).reshape(-1, *shape)
    outputs, rate, with_copies = best_rates(peer, samples, arguments.seconds)
    plain = interpreter_of(arguments.model, OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)
    _, plain_rate, _ = best_rates(plain, samples[:50], 0)
    if plain_rate >= rate:
        sys.exit("peer_tflite: not faster than without delegates, XNNPACK seems to be off")
    result = {
        "inferences_per_s": rate,
        "with_copies_per_s": with_copies,
        "without_xnnpack_per_s": plain_rate,
        "samples": len(samples),
        "log": log.strip(),
    }
    if arguments.expect:
        expected = np.fromfile(arguments.expect, np.int8)
        result["bytes_differing"] = int(np.count_nonzero(outputs.reshape(-1) != expected))
        result["bytes"] = int(expected.size)
    print(json.dumps(result))


if __name__ == "__main__":
    main()
