"""Times a reference network of `synfire bench` in NEST: JSON with real_time_factor,
synaptic_events_per_s and rate_hz.

    peer_nest.py brunel|cuba [--drive poisson|dc] [--time-ms T] [--threads N]

Needs NEST from PyPI: python -m pip install nest-simulator
"""
import argparse
import json
import time

import nest


def brunel(drive):
    """Brunel, J. Comput. Neurosci. 8, 2000, with 10,000 neurons; returns the neurons."""
    tau, threshold, weight, inputs = 20.0, 20.0, 0.1, 800
    parameters = {"E_L": 0.0, "V_th": threshold, "V_reset": 10.0, "tau_m": tau, "t_ref": 2.0,
                  "C_m": 1.0, "V_m": nest.random.uniform(0.0, threshold)}
    if drive == "dc":
        parameters["I_e"] = 1.2 * threshold / tau
    excitatory = nest.Create("iaf_psc_delta", 8000, params=parameters)
    inhibitory = nest.Create("iaf_psc_delta", 2000, params=parameters)
    neurons = excitatory + inhibitory
    for source, degree, each in ((excitatory, inputs, weight), (inhibitory, inputs // 4, -5 * weight)):
        nest.Connect(source, neurons,
                     {"rule": "fixed_indegree", "indegree": degree, "allow_autapses": False},
                     {"synapse_model": "static_synapse_hpc", "weight": each, "delay": 1.5})
    if drive == "poisson":
        generator = nest.Create("poisson_generator", params={"rate": 1000 * threshold / (weight * tau)})
        nest.Connect(generator, neurons, syn_spec={"weight": weight, "delay": 0.1})
    return neurons, inputs + inputs // 4


def cuba(_):
    """Benchmark 2 of Brette et al., J. Comput. Neurosci. 23, 2007."""
    parameters = {"E_L": -49.0, "V_th": -50.0, "V_reset": -60.0, "tau_m": 20.0, "t_ref": 5.0,
                  "tau_syn_ex": 5.0, "tau_syn_in": 10.0, "C_m": 20.0,
                  "V_m": nest.random.uniform(-60.0, -50.0)}
    excitatory = nest.Create("iaf_psc_exp", 3200, params=parameters)
    inhibitory = nest.Create("iaf_psc_exp", 800, params=parameters)
    neurons = excitatory + inhibitory
    for source, each in ((excitatory, 1.62), (inhibitory, -9.0)):
        nest.Connect(source, neurons,
                     {"rule": "pairwise_bernoulli", "p": 0.02, "allow_autapses": False},
                     {"synapse_model": "static_synapse_hpc", "weight": each, "delay": 0.1})
    return neurons, 80


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=["brunel", "cuba"])
    parser.add_argument("--drive", choices=["poisson", "dc"], default="poisson")
    parser.add_argument("--time-ms", type=float, default=1000.0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.SetKernelStatus({"resolution": 0.1, "local_num_threads": options.threads, "rng_seed": 1})
    neurons, out_degree = {"brunel": brunel, "cuba": cuba}[options.network](options.drive)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Simulate(200.0)
    before = recorder.n_events
    start = time.perf_counter()
    nest.Simulate(options.time_ms)
    wall = time.perf_counter() - start
    spikes = recorder.n_events - before
    print(json.dumps({"real_time_factor": wall / options.time_ms * 1000,
                      "synaptic_events_per_s": spikes * out_degree / wall,
                      "rate_hz": spikes / len(neurons) / options.time_ms * 1000}))


main()
