"""Records spikes and potentials with NEST as files, and prints them: python nest_recorders.py FOLDER."""

import json
import sys

import nest

nest.ResetKernel()
nest.local_num_threads = 2
nest.resolution = 0.1
nest.data_path = sys.argv[1]
nest.overwrite_files = True
cells = nest.Create("iaf_psc_exp", 4, {"I_e": [380.0, 400.0, 420.0, 440.0]})
precise = nest.Create("iaf_psc_alpha_ps", 2, {"I_e": 400.0})
kept = nest.Create("spike_recorder")
potentials = nest.Create("multimeter", {"record_from": ["V_m"], "interval": 1.0})
for in_steps in (False, True):
    label = "steps" if in_steps else "ms"
    files = {"record_to": "ascii", "time_in_steps": in_steps}
    recorder = nest.Create("spike_recorder", {**files, "label": f"spikes-{label}"})
    nest.Connect(cells, recorder)
    nest.Connect(precise, recorder)
    meter = nest.Create("multimeter", {**files, "label": f"potentials-{label}", "record_from": ["V_m"], "interval": 1.0})
    nest.Connect(meter, cells)
nest.Connect(cells, kept)
nest.Connect(precise, kept)
nest.Connect(potentials, cells)
nest.Simulate(60.0)
spikes, samples = kept.events, potentials.events
result = {
    "spikes": sorted([float(t), int(s)] for t, s in zip(spikes["times"], spikes["senders"])),
    "samples": sorted([float(t), int(s), float(v)] for t, s, v in zip(samples["times"], samples["senders"], samples["V_m"])),
}
print("RESULT" + json.dumps(result))
