"""Makes the files of this folder from the wheel of nitime 0.12.1: sound amplitudes at 0.1 ms, and spike times.

    pip download nitime==0.12.1 --no-deps
    python make_data.py nitime-0.12.1-*.whl
"""
import json
import pathlib
import sys
import zipfile

folder = pathlib.Path(__file__).parent
HALF = 5000  # ms
STEPS = 10  # samples per ms
CONDITIONS = {"200Hz": 1, "800Hz": 2}

with zipfile.ZipFile(sys.argv[1]) as wheel:

    def read(name):
        return wheel.read(f"nitime/{name}").decode("utf8")

    (folder / "LICENSE-nitime.txt").write_text(read("LICENSE"))
    spikes = {}
    for condition, number in CONDITIONS.items():
        rows = [line.split() for line in read(f"data/grasshopper_stimulus{number}.txt").splitlines() if line.strip()]
        samples = [float(amplitude) for _, amplitude in rows]  # one every 0.05 ms
        pairs = [(a + b) / 2 for a, b in zip(samples[::2], samples[1::2])]
        lines = [line.strip() for line in read(f"data/grasshopper_spike_times{number}.txt").splitlines()]
        times = [int(line) / 1000 for line in lines if line and not line.startswith("#")]  # µs to ms
        for k, half in enumerate(("first", "second")):
            begin, end = k * HALF, (k + 1) * HALF
            values = [f"{1000 * value:.1f}" for value in pairs[begin * STEPS : end * STEPS]]
            (folder / f"{condition}-{half}.csv").write_text("\n".join(["current_pA", *values]) + "\n")
            spikes[f"{condition}-{half}"] = [[round(time - begin, 1) for time in times if begin <= time < end]]
(folder / "spikes.json").write_text(json.dumps(spikes) + "\n")
print({name: len(trains[0]) for name, trains in spikes.items()})
