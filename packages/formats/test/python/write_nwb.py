"""Writes an NWB file with pynwb: python write_nwb.py FOLDER."""

import json
import sys
from datetime import datetime, timezone

import numpy as np
from pynwb import NWBHDF5IO, NWBFile
from pynwb.icephys import CurrentClampSeries, CurrentClampStimulusSeries

file = NWBFile(session_description="A test", identifier="test", session_start_time=datetime(2024, 1, 1, tzinfo=timezone.utc))
electrode = file.create_icephys_electrode(name="electrode", description="d", device=file.create_device(name="amplifier"))
shared = {"electrode": electrode, "gain": 1.0, "starting_time": 1.5, "rate": 20000.0}
stimulus = CurrentClampStimulusSeries(name="stimulus", data=np.arange(500.0), conversion=1e-12, **shared)
response = CurrentClampSeries(name="response", data=np.arange(500, dtype="int16"), conversion=1e-4, offset=-0.07, **shared)
file.add_stimulus(stimulus)
file.add_acquisition(response)
file.add_intracellular_recording(electrode=electrode, stimulus=stimulus, response=response)
trains = [[0.01, 0.02, 0.5], [], [0.015]]
for train in trains:
    file.add_unit(spike_times=train)
with NWBHDF5IO(f"{sys.argv[1]}/written.nwb", "w") as io:
    io.write(file)
print("RESULT" + json.dumps({"trains": trains}))
