"""Makes coincidence.json: coincidence factors and reliabilities (Kistler, Gerstner, van Hemmen 1997, Neural Comput. 9:1015).

The coincidences are a maximum matching of the spikes of two trains, found by augmenting paths, so that no pairing in
the order of time is assumed. Trains: the four of a grasshopper's auditory receptor in examples/real-neuron, and drawn
repetitions: spikes of a common train that are shifted, omitted and added.

    python make_coincidence.py
"""
import itertools
import json
import pathlib
import random

folder = pathlib.Path(__file__).parent
DURATION = 5000


def matched(a, b, window):
    """Number of pairs of a maximum matching of spikes at most `window` apart."""
    near = [[j for j, t in enumerate(b) if abs(t - s) <= window + 1e-9] for s in a]
    owner = {}

    def augment(i, seen):
        for j in near[i]:
            if j in seen:
                continue
            seen.add(j)
            if j not in owner or augment(owner[j], seen):
                owner[j] = i
                return True
        return False

    return sum(augment(i, set()) for i in range(len(a)))


def factor(model, data, window):
    expected = 2 * window * len(model) / DURATION * len(data)
    norm = 1 - 2 * window * len(model) / DURATION
    return (matched(model, data, window) - expected) / (0.5 * (len(model) + len(data))) / norm


def drawn(shift, omitted, seed):
    draw = random.Random(seed)
    common = sorted(draw.sample(range(20, 49_980), 300))
    trains = []
    for _ in range(4):
        kept = {round(t / 10 + draw.gauss(0, shift), 1) for t in common if draw.random() > omitted}
        added = {draw.randrange(50_000) / 10 for _ in range(int(300 * omitted))}
        trains.append(sorted(t for t in kept | added if 0 <= t <= DURATION))
    return trains


spikes = json.loads((folder / "../../../../examples/real-neuron/data/spikes.json").read_text())
receptor = [trains[0] for trains in spikes.values()]
factors = [
    {"model": i, "data": j, "window": window, "factor": factor(receptor[i], receptor[j], window)}
    for window in (0.5, 2, 4)
    for i, j in itertools.permutations(range(4), 2)
]
repetitions = []
for number, (shift, omitted) in enumerate(((0.5, 0.05), (2, 0.2), (5, 0.5)), 1):
    trains = drawn(shift, omitted, number)
    pairs = [factor(a, b, 4) for a, b in itertools.permutations(trains, 2)]
    repetitions.append({"shift": shift, "trains": trains, "reliability": sum(pairs) / len(pairs)})
file = folder / "coincidence.json"
file.write_text(json.dumps({"duration": DURATION, "receptor": factors, "repetitions": repetitions}) + "\n")
