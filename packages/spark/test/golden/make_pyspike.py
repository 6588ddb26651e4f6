"""Writes pyspike.json: ISI- and SPIKE-distances of pairs of trains, as PySpike computes them.

    pip install pyspike numpy
    python make_pyspike.py

The trains are random but seeded; times are rounded to 0.01 ms so that the file is short and exact.
"""

import json
import pathlib

import numpy as np
import pyspike

rng = np.random.default_rng(20081)


def poisson(count, start, end):
    return sorted(set(np.round(rng.uniform(start + 0.01, end - 0.01, count), 2).tolist()))


def jittered(train, spread, start, end):
    moved = np.round(np.array(train) + rng.normal(0, spread, len(train)), 2)
    return sorted(set(t for t in moved.tolist() if start < t < end))


def regular(first, interval, end):
    return np.round(np.arange(first, end, interval), 2).tolist()


def pairs():
    yield "both empty", 0, 100, [], []
    yield "one empty", 0, 100, [], poisson(5, 0, 100)
    yield "other empty", 0, 100, poisson(7, 0, 100), []
    yield "empty and single", 0, 100, [], [40]
    yield "both single", 0, 100, [25], [80]
    yield "same single", 0, 100, [25], [25]
    yield "single and many", 0, 200, [90], poisson(12, 0, 200)
    yield "two and two", 0, 50, [10, 20], [30, 45]
    yield "spikes at the borders", 0, 100, [0, 30, 100], [10, 55, 90]
    yield "borders in both", 0, 100, [0, 30, 100], [0, 55, 100]
    yield "single at the end", 0, 100, [100], [20, 70]
    yield "empty and border spikes", 0, 100, [], [0, 50, 100]
    yield "long intervals at the edges", 0, 100, [45, 95], [3, 50, 52]
    yield "equal", 0, 300, *[poisson(20, 0, 300)] * 2
    yield "regular in phase", 0, 500, regular(10, 20, 500), regular(10, 40, 500)
    yield "regular out of phase", 0, 500, regular(10, 20, 500), regular(20, 20, 500)
    yield "start after zero", 250, 750, poisson(15, 250, 750), poisson(9, 250, 750)
    yield "start before zero", -100, 400, poisson(15, -100, 400), poisson(9, -100, 400)
    for index in range(6):
        train = poisson(5 + 6 * index, 0, 400)
        yield f"jittered {index}", 0, 400, train, jittered(train, 1 + index, 0, 400)
    for index in range(6):
        yield f"random {index}", 0, 1000, poisson(4 + 7 * index, 0, 1000), poisson(30 - 4 * index, 0, 1000)
    shared = poisson(6, 0, 300)
    yield "some spikes shared", 0, 300, sorted(set(shared + poisson(6, 0, 300))), sorted(set(shared + poisson(9, 0, 300)))


def entry(name, start, end, first, second):
    one = pyspike.SpikeTrain(first, (start, end))
    two = pyspike.SpikeTrain(second, (start, end))
    isi = pyspike.isi_profile(one, two)
    spike = pyspike.spike_profile(one, two)
    return {
        "name": name,
        "from": start,
        "to": end,
        "first": first,
        "second": second,
        "isi": pyspike.isi_distance(one, two),
        "spike": pyspike.spike_distance(one, two),
        "isiProfile": {"times": list(isi.x), "values": list(isi.y)},
        "spikeProfile": {"times": list(spike.x), "starts": list(spike.y1), "ends": list(spike.y2)},
    }


document = {
    "about": "Distances of pairs of spike trains (ms), computed by PySpike; made by make_pyspike.py",
    "pyspike": "0.9.0",
    "pairs": [entry(*pair) for pair in pairs()],
}
target = pathlib.Path(__file__).with_name("pyspike.json")
target.write_text(json.dumps(document, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
