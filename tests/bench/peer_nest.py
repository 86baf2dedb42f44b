"""Times a reference network of `synfire bench` in NEST: JSON with real_time_factor,
synaptic_events_per_s (where all neurons have as many targets) and rate_hz.

    peer_nest.py brunel|cuba|microcircuit [--drive poisson|dc] [--time-ms T] [--threads N]
                 [--seed N] [--warm-up-ms T] [--statistics]

--statistics adds rate_hz, isi_cv and correlation of the microcircuit's populations, measured as
core/io/spike_statistics.h says.

Needs NEST from PyPI: python -m pip install nest-simulator
"""
import argparse
import json
import math
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


# Populations, background inputs, means and deviations of the first potentials, and probabilities
# from the column's population to the row's: Potjans and Diesmann, Cereb. Cortex 24, 2014.
SIZES = (20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948)
BACKGROUND = (1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100)
POTENTIALS = ((-68.28, 5.36), (-63.16, 4.57), (-63.33, 4.74), (-63.45, 4.94),
              (-63.11, 4.94), (-61.66, 4.55), (-66.72, 5.46), (-61.43, 4.48))
PROBABILITIES = ((0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0),
                 (0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0),
                 (0.0077, 0.0059, 0.0497, 0.135, 0.0067, 0.0003, 0.0453, 0.0),
                 (0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0),
                 (0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0),
                 (0.0548, 0.0269, 0.0257, 0.0022, 0.06, 0.3158, 0.0086, 0.0),
                 (0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
                 (0.0364, 0.001, 0.0034, 0.0005, 0.0277, 0.008, 0.0658, 0.1443))


def microcircuit(drive):
    """The full-scale microcircuit with recurrent weights of 87.81 pA (0.15 mV)."""
    weight, rate, tau_syn = 87.81, 8.0, 0.5
    layers = []
    for inputs, (mean, std) in zip(BACKGROUND, POTENTIALS):
        parameters = {"E_L": -65.0, "V_th": -50.0, "V_reset": -65.0, "tau_m": 10.0, "t_ref": 2.0,
                      "tau_syn_ex": tau_syn, "tau_syn_in": tau_syn, "C_m": 250.0,
                      "V_m": nest.random.normal(mean, std)}
        if drive == "dc":
            parameters["I_e"] = inputs * rate * weight * tau_syn / 1000
        layers.append(nest.Create("iaf_psc_exp", SIZES[len(layers)], params=parameters))
        if drive == "poisson":
            generator = nest.Create("poisson_generator", params={"rate": inputs * rate})
            nest.Connect(generator, layers[-1], syn_spec={"weight": weight, "delay": 1.5})
    # NEST has at most 2^27 synapses of a kind for a thread.
    nest.CopyModel("static_synapse_hpc", "inhibitory_synapse")
    for t, row in enumerate(PROBABILITIES):
        for s, probability in enumerate(row):
            if probability > 0:
                connect_layers(layers, s, t, probability, weight)
    return sum(layers[1:], layers[0]), None


def connect_layers(layers, source, target, probability, weight):
    pairs = SIZES[source] * SIZES[target]
    number = round(math.log(1 - probability) / math.log1p(-1 / pairs))
    excitatory = source % 2 == 0
    mean = weight * (1 if excitatory else -4) * (2 if (source, target) == (2, 0) else 1)
    delay = 1.5 if excitatory else 0.75
    draw = nest.random.normal(mean, 0.1 * abs(mean))
    limits = {"min": 0.0, "max": math.inf} if excitatory else {"min": -math.inf, "max": 0.0}
    nest.Connect(layers[source], layers[target], {"rule": "fixed_total_number", "N": number},
                 {"synapse_model": "static_synapse_hpc" if excitatory else "inhibitory_synapse",
                  "weight": nest.math.redraw(draw, **limits),
                  "delay": nest.math.redraw(nest.random.normal(delay, delay / 2), min=0.1, max=math.inf)})


def statistics(times, senders, first, count, begin, end):
    """Of neurons first .. first + count - 1."""
    import numpy
    keep = (senders >= first) & (senders < first + count) & (times >= begin) & (times < end)
    order = numpy.lexsort((times[keep], senders[keep]))
    times, senders = times[keep][order], senders[keep][order]
    trains = numpy.split(times, numpy.flatnonzero(numpy.diff(senders)) + 1)
    variations = [numpy.diff(train).std() / numpy.diff(train).mean() for train in trains if len(train) >= 10]
    size = min(200, len(trains))
    sample = [trains[i * len(trains) // size] for i in range(size)]
    bins = math.ceil((end - begin) / 2 - 1e-6)
    counts = numpy.array([numpy.bincount(numpy.minimum(bins - 1, ((train - begin) / 2 + 1e-6).astype(int)),
                                         minlength=bins) for train in sample], dtype=float)
    counts -= counts.mean(axis=1, keepdims=True)
    counts /= numpy.sqrt((counts ** 2).sum(axis=1, keepdims=True))
    pairs = (counts.sum(axis=0) ** 2).sum() - (counts ** 2).sum()
    return {"rate_hz": len(times) / count / (end - begin) * 1000, "isi_cv": float(numpy.mean(variations)),
            "correlation": pairs / (size * (size - 1))}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("network", choices=["brunel", "cuba", "microcircuit"])
    parser.add_argument("--drive", choices=["poisson", "dc"], default="poisson")
    parser.add_argument("--time-ms", type=float, default=1000.0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--warm-up-ms", type=float, default=200.0)
    parser.add_argument("--statistics", action="store_true")
    options = parser.parse_args()
    nest.set_verbosity("M_ERROR")
    nest.ResetKernel()
    nest.SetKernelStatus({"resolution": 0.1, "local_num_threads": options.threads, "rng_seed": options.seed})
    networks = {"brunel": brunel, "cuba": cuba, "microcircuit": microcircuit}
    neurons, out_degree = networks[options.network](options.drive)
    recorder = nest.Create("spike_recorder")
    nest.Connect(neurons, recorder)
    nest.Simulate(options.warm_up_ms)
    before = recorder.n_events
    start = time.perf_counter()
    nest.Simulate(options.time_ms)
    wall = time.perf_counter() - start
    spikes = recorder.n_events - before
    events = {"synaptic_events_per_s": spikes * out_degree / wall} if out_degree else {}
    if options.statistics:
        begin, recorded = options.warm_up_ms, recorder.events
        ids = neurons.global_id
        firsts = [ids[sum(SIZES[:i])] for i in range(len(SIZES))]
        names = ("L23E", "L23I", "L4E", "L4I", "L5E", "L5I", "L6E", "L6I")
        events["statistics"] = {
            name: statistics(recorded["times"], recorded["senders"], first, count, begin, begin + options.time_ms)
            for name, first, count in zip(names, firsts, SIZES)}
    print(json.dumps({"real_time_factor": wall / options.time_ms * 1000, **events,
                      "rate_hz": spikes / len(neurons) / options.time_ms * 1000}))


main()
