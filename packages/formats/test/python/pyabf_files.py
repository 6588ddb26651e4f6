"""Writes an Axon file with pyABF, and prints what pyABF reads from others: python pyabf_files.py FOLDER."""

import json
import sys

import numpy as np
import pyabf
import pyabf.abfWriter

folder = sys.argv[1]
sweeps = np.array([[np.sin(k / 9 + sweep) * 40 for k in range(300)] for sweep in range(4)])
pyabf.abfWriter.writeABF1(sweeps, f"{folder}/written.abf", 20_000, "mV")

read = {}
for name in ["one.abf", "two.abf"]:
    abf = pyabf.ABF(f"{folder}/{name}")
    channels = []
    for channel in range(abf.channelCount):
        values = []
        commands = []
        for sweep in abf.sweepList:
            abf.setSweep(sweep, channel)
            values.append([float(value) for value in abf.sweepY])
            if channel == 0:
                commands.append([float(value) for value in abf.sweepC])
        entry = {"name": abf.adcNames[channel], "unit": abf.adcUnits[channel], "values": values}
        channels.append({**entry, "commands": commands})
    read[name] = channels
print("RESULT" + json.dumps({"sweeps": sweeps.tolist(), "read": read}))
