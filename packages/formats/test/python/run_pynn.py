"""Runs a script that was exported for PyNN, and prints the spikes of its populations: step (from 1) and unit."""
import json
import runpy
import sys
import warnings

import numpy as np

warnings.simplefilter("ignore")
path = sys.argv[1]
sys.argv = [path, *sys.argv[2:]]
made = runpy.run_path(path)
results, dt = made["results"], made["dt"]
spikes, potentials = {}, {}
for key in results:
    if key.endswith("_times"):
        name = key[: -len("_times")]
        steps = np.rint(results[key] / dt).astype(int)
        spikes[name] = sorted(zip(steps.tolist(), results[f"{name}_units"].tolist()))
    if key.endswith("_v"):
        # The first row is the start.
        potentials[key[: -len("_v")]] = results[key][1:].tolist()
print("RESULT" + json.dumps({"spikes": spikes, "potentials": potentials}))
