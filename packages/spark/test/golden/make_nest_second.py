"""Makes nest-second.json: statistics of a tenth of the cortical microcircuit in NEST, over one second.

    pip install nest-simulator==3.10.0 numpy
    python make_nest_second.py
"""
import json
import os
import sys

folder = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(folder, *[".."] * 4)
sys.path.insert(0, os.path.join(root, "packages", "spark", "bench", "peers", "python"))
import numpy as np  # noqa: E402
import nest  # noqa: E402
from microcircuit_nest import build_microcircuit  # noqa: E402

SCALE = 0.1
SECONDS = 1.0
DISCARDED = 0.1
SEEDS = range(1, 11)
LEAST_SPIKES = 4

with open(os.path.join(root, "examples", "microcircuit", "parameters.json"), encoding="utf8") as file:
    parameters = json.load(file)


def statistics(population, recorder):
    """Rate, Hz, and the mean CV of the intervals of units with at least four spikes."""
    senders, times = (np.asarray(recorder.events[key]) for key in ("senders", "times"))
    senders, times = (values[times > DISCARDED * 1000] for values in (senders, times))
    order = np.lexsort((times, senders))
    trains = np.split(times[order], np.flatnonzero(np.diff(senders[order])) + 1)
    cvs = [np.std(d) / np.mean(d) for d in map(np.diff, trains) if len(d) >= LEAST_SPIKES - 1]
    rate = len(times) / len(population) / (SECONDS - DISCARDED)
    return {"neurons": len(population), "rate": rate, "cv": float(np.mean(cvs)), "cvNeurons": len(cvs)}


runs = []
for seed in SEEDS:
    nest.ResetKernel()
    nest.verbosity = nest.VerbosityLevel.ERROR
    nest.set(resolution=parameters["dtMs"], rng_seed=seed)
    populations = build_microcircuit(parameters, SCALE)
    recorders = [nest.Create("spike_recorder") for _ in populations]
    for population, recorder in zip(populations, recorders):
        nest.Connect(population, recorder)
    nest.Simulate(SECONDS * 1000)
    found = [statistics(*pair) for pair in zip(populations, recorders)]
    named = [{"population": name, **each} for name, each in zip(parameters["populations"], found)]
    runs.append({"scale": SCALE, "seed": seed, "bioSeconds": SECONDS, "discarded": DISCARDED, "populations": named})

about = "NEST 3.10.0, a tenth of examples/microcircuit/parameters.json, one second without its first 0.1 s: rates, Hz, and the mean CV of the intervals over units with at least four spikes. Made by make_nest_second.py."
with open(os.path.join(folder, "nest-second.json"), "w", encoding="utf8") as file:
    json.dump({"about": about, "runs": runs}, file)
