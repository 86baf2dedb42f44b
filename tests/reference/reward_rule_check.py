"""The weight of a stdp_reward synapse between given spikes, beside NEST's stdp_dopamine_synapse.

Both are the model of Izhikevich, Cereb. Cortex 17, 2007: pairs of spikes make an eligibility, which
decays; a reward makes a signal, which decays; the weight follows their product. NEST's delay is
dendritic as a whole: target spikes are at the synapse a delay later, as are its spikes of dopamine;
here the spikes are shifted. Weights are compared where NEST tells them, at presynaptic spikes, in
both engines; they are float32 here. Exit status 77 (skipped) without NEST.
"""
import os
import subprocess
import sys

import h5py
import numpy as np

try:
    sys.stdout.flush()
    saved = os.dup(1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # its banner
    import nest
    os.dup2(saved, 1)
except ImportError as missing:
    os.dup2(saved, 1)
    print(f"skipped: {missing} (tests/reference/setup.sh installs it)")
    sys.exit(77)

LIMIT = 1e-6
DELAY = 1.0
TIME = 2000.0
random = np.random.default_rng(5)


def moments(count, offset):
    """Nothing happens at one instant; NEST counts some pairs twice where spikes of one neuron are
    closer than the delay."""
    return np.sort(random.choice(np.arange(20.0, TIME - 20, 5), count, replace=False)) + offset


PRE, POST, REWARDS = moments(80, 0.0), moments(80, 1.7), moments(12, 3.1)


def in_nest(a_minus):
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.resolution = 0.1
    pre, post, dopamine = nest.Create("parrot_neuron"), nest.Create(
        "parrot_neuron", {"tau_minus": 30.0}), nest.Create("parrot_neuron")
    for target, times in ((pre, PRE), (post, POST), (dopamine, REWARDS)):
        # A parrot repeats a spike when it arrives.
        train = nest.Create("spike_generator", {"spike_times": np.round(times - DELAY, 1)})
        nest.Connect(train, target, syn_spec={"delay": DELAY})
    transmitter, recorder = nest.Create("volume_transmitter"), nest.Create("weight_recorder")
    nest.Connect(dopamine, transmitter, syn_spec={"delay": DELAY})
    nest.CopyModel("stdp_dopamine_synapse", "rewarded",
                   {"A_plus": 0.2, "A_minus": a_minus, "tau_plus": 20.0, "tau_c": 150.0,
                    "tau_n": 60.0, "b": 0.0, "Wmin": 0.0, "Wmax": 10.0,
                    "volume_transmitter": transmitter, "weight_recorder": recorder})
    # What arrives at port 1 a parrot does not repeat.
    nest.Connect(pre, post, syn_spec={"synapse_model": "rewarded", "weight": 1.0, "delay": DELAY,
                                      "receptor_type": 1})
    nest.Simulate(TIME)
    return np.array(recorder.events["weights"])


def listed(times):
    return "[" + ", ".join(f'"{time:.1f} ms"' for time in times) + "]"


def in_synfire(a_minus, engine):
    with open("reward.toml", "w") as file:
        file.write(f"""
[run]
duration = "{TIME} ms"
engine = "{engine}"
[population.pre]
model = "spike_train"
size = 1
times = {listed(PRE - DELAY)}
[population.post]
model = "lif"
size = 1
input = "delta"
tau_mem = "1 ms"
v_threshold = "50 mV"
[stimulus.drive]
model = "spike_train"
target = "post"
times = {listed(POST + DELAY - 0.1)}
weight = "100 mV"
delay = "0.1 ms"
[projection.p]
source = "pre"
target = "post"
rule = "all_to_all"
weight = "1 mV"
delay = "{DELAY} ms"
[projection.p.plasticity]
rule = "stdp_reward"
a_plus = 0.2
a_minus = {a_minus}
tau_plus = "20 ms"
tau_minus = "30 ms"
tau_eligibility = "150 ms"
tau_reward = "60 ms"
w_max = "10 mV"
[reward.dopamine]
times = {listed(REWARDS + DELAY)}
[probe.w]
projection = "p"
times = {listed(PRE)}
""")
    done = subprocess.run([os.environ.get("SYNFIRE", "synfire"), "-q", "run", "reward.toml", "-o",
                           "reward.h5"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with h5py.File("reward.h5") as file:
        spikes = file["spikes/post/timestamps"][:]
        assert len(spikes) == len(POST) and np.allclose(spikes, POST + DELAY, atol=1e-6, rtol=0), "the target spikes otherwise"
        return file["weights/p/data"][:, 0]


def main():
    print(f"{'A-':>5} {'engine':8} {'weights from .. to':>20} {'error':>9}")
    failed = 0
    for a_minus in (0.0, 0.05, 0.1):
        wanted = in_nest(a_minus)
        for engine in ("clock", "event"):
            mine = in_synfire(a_minus, engine)
            error = np.abs(mine - wanted).max() / np.abs(wanted).max()
            good = error <= LIMIT and np.ptp(wanted) > 0.1
            failed += not good
            print(f"{a_minus:5} {engine:8} {wanted.min():8.4f} .. {wanted.max():8.4f} {error:9.1e}"
                  f"{'' if good else '   <- FAILED'}")
    return 1 if failed else 0


sys.exit(main())
