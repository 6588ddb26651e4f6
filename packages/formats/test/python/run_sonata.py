"""Reads and runs files of SONATA with the peers' libraries.

run NETWORK OUTPUT: runs a network with bmtk and NEST, and prints the steps and nodes of its spikes.
read SPIKES REPORT: prints spikes and a report as libsonata and bmtk read them.
"""

import json
import os
import sys


def run(folder):
    os.chdir(folder)
    from bmtk.simulator import pointnet

    config = pointnet.Config.from_json("config.json")
    config["output"]["log_file"] = None
    config.build_env()
    network = pointnet.PointNetwork.from_config(config)
    pointnet.PointSimulator.from_config(config, network).run()
    import h5py

    dt = config["run"]["dt"]
    spikes = h5py.File("output/spikes.h5")["spikes"]
    return {
        name: sorted(
            [round(float(t) / dt), int(n)] for t, n in zip(spikes[name]["timestamps"][:], spikes[name]["node_ids"][:])
        )
        for name in spikes
    }


def edges_of(folder):
    import libsonata

    # The configuration of circuits of libsonata knows only NEURON as a simulator.
    folder = os.path.join(folder, "network")
    found = {}
    sizes = {}
    for file in sorted(os.listdir(folder)):
        path = os.path.join(folder, file)
        if file.endswith("_edges.h5"):
            storage = libsonata.EdgeStorage(path)
            (name,) = storage.population_names
            edges = storage.open_population(name)
            selection = edges.select_all()
            sources, targets = edges.source_nodes(selection), edges.target_nodes(selection)
            found[name] = [edges.source, edges.target, sources.tolist(), targets.tolist()]
        elif file.endswith("_nodes.h5"):
            storage = libsonata.NodeStorage(path)
            (name,) = storage.population_names
            sizes[name] = storage.open_population(name).size
    return {"nodes": sizes, "edges": found}


def read(spikes, report):
    import libsonata
    from bmtk.utils.reports.spike_trains import SpikeTrains

    reader = libsonata.SpikeReader(spikes)
    trains = SpikeTrains.load(spikes)
    populations = {}
    for name in reader.get_population_names():
        population = reader[name]
        own = trains.to_dataframe(populations=[name])
        populations[name] = {
            
            "spikes": [[int(n), float(t)] for n, t in population.get()],
            "bmtk": sorted([int(n), float(t)] for n, t in zip(own["node_ids"], own["timestamps"])),
        }
    frames = libsonata.SomaReportReader(report)
    reports = {}
    for name in frames.get_population_names():
        population = frames[name]
        data = population.get()
        reports[name] = {
            "times": list(population.times),
            "unit": population.data_units,
            "nodes": [int(node) for node in population.get_node_ids()],
            "rows": len(data.data),
            "last": [float(value) for value in data.data[-1]],
            "lastTime": float(data.times[-1]),
        }
    return {"populations": populations, "reports": reports}


if __name__ == "__main__":
    command, *arguments = sys.argv[1:]
    result = {"run": run, "edges": edges_of, "read": read}[command](*arguments)
    print("RESULT" + json.dumps(result))
