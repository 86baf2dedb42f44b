"""Times the CUBA network of `synfire bench cuba` in Brian2 (C++ standalone): JSON with
real_time_factor and rate_hz; its compilation is not counted.

    peer_brian2.py [--time-ms T]

Needs Brian2 from PyPI: python -m pip install brian2 "numpy<2.3"
"""
import argparse
import json
import tempfile

import brian2 as b


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--time-ms", type=float, default=10000.0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        b.set_device("cpp_standalone", directory=folder, build_on_run=False)
        b.seed(1)
        b.defaultclock.dt = 0.1 * b.ms
        neurons = b.NeuronGroup(
            4000,
            """dv/dt = (ge + gi - (v + 49*mV)) / (20*ms) : volt (unless refractory)
               dge/dt = -ge / (5*ms) : volt
               dgi/dt = -gi / (10*ms) : volt""",
            threshold="v > -50*mV", reset="v = -60*mV", refractory=5 * b.ms, method="exact")
        neurons.v = "-60*mV + rand() * 10*mV"
        excitatory = b.Synapses(neurons[:3200], neurons, on_pre="ge += 1.62*mV", delay=0.1 * b.ms)
        inhibitory = b.Synapses(neurons[3200:], neurons, on_pre="gi -= 9*mV", delay=0.1 * b.ms)
        excitatory.connect(p=0.02)
        inhibitory.connect(p=0.02)
        spikes = b.SpikeMonitor(neurons, record=False)
        b.run(options.time_ms * b.ms)
        b.device.build(compile=True, run=True, directory=folder)
        wall = b.device._last_run_time
        count = spikes.num_spikes
    print(json.dumps({"real_time_factor": wall / options.time_ms * 1000,
                      "rate_hz": count / 4000 / options.time_ms * 1000}))


main()
