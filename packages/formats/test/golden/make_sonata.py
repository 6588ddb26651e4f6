"""Spikes of the public SONATA examples in NEST, for packages/formats/src/sonata/published.test.ts.

    python make_sonata.py EXAMPLES > sonata.json

EXAMPLES is the folder "examples" of https://github.com/AllenInstitute/sonata. Made with bmtk 1.2.0 and
nest-simulator 3.10.0. BMTK 1.2 renames the model type point_process, which the node sets of the examples use, and
requires nsyns for the weight function wmax; the script changes copies of these files.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

RUN = """
import sys
from bmtk.simulator import pointnet
config = pointnet.Config.from_json("config.json")
config["output"]["log_file"] = None
config.build_env()
network = pointnet.PointNetwork.from_config(config)
pointnet.PointSimulator.from_config(config, network).run()
"""

CASES = [
    ("one_cell_iclamp", "sim_tests/intfire/one_cell_iclamp_nest/input", 0.01),
    ("ten_cells_iclamp", "sim_tests/intfire/ten_cells_iclamp_nest/input", 0.01),
    ("post", "sim_tests/intfire/ten_cells_spikes_nest/input", 0.001),
    ("internal", "300_pointneurons", 0.01),
]
SETS = {
    "one_cell_iclamp": {"point_nodes": {"population": "one_cell_iclamp"}},
    "ten_cells_iclamp": {
        "point_nodes": {"population": "ten_cells_iclamp"},
        "pre_nodes": {"population": "ten_cells_iclamp", "node_id": [0, 1, 2, 3, 4]},
    },
}


def digest(pairs):
    """FNV-1a of 32 bits over steps and nodes, in this order."""
    value = 2166136261
    for pair in pairs:
        for number in pair:
            for shift in (0, 8, 16, 24):
                value = ((value ^ (number >> shift & 255)) * 16777619) & 0xFFFFFFFF
    return value


def spikes_of(population, folder, dt):
    import h5py

    if population in SETS:
        with open(os.path.join(folder, "node_sets.json"), "w") as file:
            json.dump(SETS[population], file)
    if population == "post":
        path = os.path.join(folder, "network/pre_post_edge_types.csv")
        text = open(path).read()
        open(path, "w").write(text.replace(" wmax ", " NULL "))
    subprocess.run([sys.executable, "-c", RUN], cwd=folder, check=True, stdout=sys.stderr)
    for output in ("output", "../test/output"):
        path = os.path.join(folder, output, "spikes.h5")
        if os.path.exists(path):
            group = h5py.File(path)["spikes"]
            if population not in group:
                return []
            times = group[population]["timestamps"][:]
            nodes = group[population]["node_ids"][:]
            return sorted((round(t / dt), int(n)) for t, n in zip(times, nodes))
    raise SystemExit(f"{population} has no spikes.h5")


def main(examples):
    results = {}
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "examples")
        for part in ("300_pointneurons", "shared_components", "sim_tests"):
            shutil.copytree(os.path.join(examples, part), os.path.join(copy, part))
        models = os.path.join(copy, "shared_components/nest_models")
        shutil.copytree(os.path.join(models, "cell_models"), os.path.join(models, "point_neuron_models_dir"), dirs_exist_ok=True)
        for population, path, dt in CASES:
            pairs = spikes_of(population, os.path.join(copy, path), dt)
            until = [pair for pair in pairs if pair[0] * dt <= 300]
            results[population] = {
                "spikes": len(pairs),
                "digest": digest(pairs),
                "first300ms": {"spikes": len(until), "digest": digest(until)},
            }
    json.dump(results, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main(sys.argv[1])
