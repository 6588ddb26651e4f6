"""Reads an NWB file with pynwb, validates and inspects it: python read_nwb.py FOLDER."""

import json
import sys

from nwbinspector import inspect_nwbfile
from pynwb import NWBHDF5IO, validate

path = f"{sys.argv[1]}/run.nwb"
with NWBHDF5IO(path, "r") as io:
    file = io.read()
    units = file.units.to_dataframe()
    series = {
        name: {
            "data": one.data[:].tolist(),
            "unit": one.unit,
            "conversion": one.conversion,
            "rate": one.rate,
            "start": one.starting_time,
            "timestamps": None if one.timestamps is None else one.timestamps[:].tolist(),
        }
        for name, one in file.acquisition.items()
    }
    result = {
        "start": file.session_start_time.isoformat(),
        "identifier": file.identifier,
        "software": file.was_generated_by[:].tolist(),
        "script": file.source_script,
        "columns": list(units.columns),
        "population": units["population"].tolist(),
        "unit": units["unit"].tolist(),
        "trains": [list(train) for train in units["spike_times"]],
        "windows": [one.tolist() for one in units["obs_intervals"]],
        "series": series,
    }
result["errors"] = [str(error) for error in validate(path=path)]
result["inspected"] = [
    [message.importance.name, message.check_function_name, message.message] for message in inspect_nwbfile(nwbfile_path=path)
]
text = lambda value: value.decode() if isinstance(value, bytes) else str(value)
print("RESULT" + json.dumps(result, default=text))
