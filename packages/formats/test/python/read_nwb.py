"""Reads an NWB file with pynwb, validates and inspects it: python read_nwb.py FOLDER."""

import json
import sys
import warnings

from nwbinspector import inspect_nwbfile
from pynwb import NWBHDF5IO, validate

path = f"{sys.argv[1]}/run.nwb"
caught = warnings.catch_warnings(record=True)
told = caught.__enter__()
warnings.simplefilter("always")
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
        "software": [] if file.was_generated_by is None else file.was_generated_by[:].tolist(),
        "script": file.source_script,
        "general": {
            name: getattr(file, name) if isinstance(getattr(file, name), (str, type(None))) else list(getattr(file, name))
            for name in ["session_description", "experiment_description", "experimenter", "institution", "lab", "keywords"]
        },
        "subject": {
            name: getattr(file.subject, name) for name in ["subject_id", "species", "age", "sex", "description"]
        },
        "columns": list(units.columns),
        "population": units["population"].tolist(),
        "unit": units["unit"].tolist(),
        "trains": [list(train) for train in units["spike_times"]],
        "windows": [one.tolist() for one in units["obs_intervals"]],
        "series": series,
    }
caught.__exit__(None, None, None)
result["warnings"] = [str(one.message) for one in told]
result["errors"] = [str(error) for error in validate(path=path)]
result["inspected"] = [
    [message.importance.name, message.check_function_name, message.message] for message in inspect_nwbfile(nwbfile_path=path)
]
text = lambda value: value.decode() if isinstance(value, bytes) else str(value)
print("RESULT" + json.dumps(result, default=text))
