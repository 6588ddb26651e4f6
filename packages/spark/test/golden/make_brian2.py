"""Writes brian2-networks.json: what Brian2 gives for CUBA (Brette et al. 2007) and Brunel (2000), several seeds.

    pip install brian2==2.10.1
    python make_brian2.py

Definitions are those of nest-networks.json: rate in Hz, mean CV of intervals of neurons with at least 4 spikes,
synchrony = variance over mean of the population count in 3 ms bins; the first 0.5 s is discarded.
"""

import json
import pathlib

import brian2 as b
import numpy as np

DT = 0.1
DISCARDED = 0.5
SEEDS = (1, 2, 3, 4, 5)
BIN = 3.0

b.prefs.codegen.target = "cython"
b.defaultclock.dt = DT * b.ms


def cuba():
    """Currents in mV of the membrane, as published. A synapse without a delay acts in the next step."""
    equations = """
    dv/dt = (excite + inhibit - (v + 49))/(20*ms) : 1 (unless refractory)
    dexcite/dt = -excite/(5*ms) : 1
    dinhibit/dt = -inhibit/(10*ms) : 1
    """
    cells = b.NeuronGroup(4000, equations, threshold="v > -50", reset="v = -60", refractory=5 * b.ms, method="exact")
    cells.v = "-60 + 10*rand()"
    excite = b.Synapses(cells[:3200], cells, on_pre="excite_post += 1.62")
    inhibit = b.Synapses(cells[3200:], cells, on_pre="inhibit_post -= 9")
    for synapses in (excite, inhibit):
        synapses.connect(p=0.02)
    return cells, (3200, 800), (excite, inhibit)


def brunel():
    """Jumps that come while a neuron is refractory are lost. Brian2 counts the step of the spike in."""
    cells = b.NeuronGroup(
        12_500,
        "dv/dt = -v/(20*ms) : 1 (unless refractory)",
        threshold="v > 20",
        reset="v = 0",
        refractory=(2 + DT) * b.ms,
        method="exact",
    )
    made = []
    for group, jump, degree in ((cells[:10_000], 0.1, 1000), (cells[10_000:], -0.5, 250)):
        synapses = b.Synapses(group, cells, on_pre=f"v_post += {jump} * int(not_refractory_post)", delay=1.5 * b.ms)
        sources = np.concatenate([np.random.randint(0, len(group), degree) for _ in range(12_500)])
        synapses.connect(i=sources, j=np.repeat(np.arange(12_500), degree))
        made.append(synapses)
    outside = b.PoissonInput(cells, "v", N=1000, rate=20 * b.Hz, weight=0.1)
    return cells, (10_000, 2_500), (*made, outside)


def measure(times, units, size, duration):
    """Times in ms after the discarded part, of the units of one population, numbered from 0."""
    cvs = []
    order = np.lexsort((times, units))
    for train in np.split(times[order], np.searchsorted(units[order], np.arange(1, size))):
        if len(train) >= 4:
            intervals = np.diff(train)
            cvs.append(intervals.std() / intervals.mean())
    # A spike at the end of a step belongs to it.
    bins = np.floor((times - DISCARDED * 1000) / BIN - 1e-9).astype(int)
    counts = np.bincount(bins, minlength=int((duration - DISCARDED) * 1000 / BIN))
    return {
        "rate": len(times) / size / (duration - DISCARDED),
        "cv": float(np.mean(cvs)),
        "cvNeurons": len(cvs),
        "synchrony": float(counts.var() / counts.mean()),
    }


def run(name, make, seed, duration):
    b.start_scope()
    b.seed(seed)
    cells, sizes, others = make()
    spikes = b.SpikeMonitor(cells)
    b.Network(cells, spikes, *others).run(duration * b.second)
    times, units = np.asarray(spikes.t / b.ms) + DT, np.asarray(spikes.i)
    kept = times > DISCARDED * 1000 + DT / 2
    times, units = times[kept], units[kept]
    first = units < sizes[0]
    entry = {"network": name, "seed": seed, "bioSeconds": duration, "discarded": DISCARDED}
    entry["excitatory"] = measure(times[first], units[first], sizes[0], duration)
    entry["inhibitory"] = measure(times[~first], units[~first] - sizes[0], sizes[1], duration)
    print(json.dumps(entry), flush=True)
    return entry


document = {
    "about": "CUBA (Brette et al. 2007) and Brunel (2000) in Brian2, dt 0.1 ms; made by make_brian2.py",
    "brian2": b.__version__,
    "runs": [run("cuba", cuba, seed, 5.0) for seed in SEEDS] + [run("brunel", brunel, seed, 2.0) for seed in SEEDS],
}
pathlib.Path(__file__).with_name("brian2-networks.json").write_text(json.dumps(document, indent=1) + "\n")
