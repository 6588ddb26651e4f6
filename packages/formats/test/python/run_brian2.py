"""Runs a script that was exported for Brian2, and prints the spikes of its groups: step (from 1) and unit."""
import json
import runpy
import sys

import brian2
import numpy as np

# Compiling takes longer than these short runs.
brian2.prefs.codegen.target = "numpy"
made = runpy.run_path(sys.argv[1])
dt = float(brian2.defaultclock.dt)
spikes = {}
for name, value in made.items():
    if isinstance(value, brian2.SpikeMonitor):
        steps = np.rint(np.asarray(value.t) / dt).astype(int) + 1
        events = sorted(zip(steps.tolist(), np.asarray(value.i).tolist()))
        spikes[name[: -len("_spikes")]] = events
print("RESULT" + json.dumps(spikes))
