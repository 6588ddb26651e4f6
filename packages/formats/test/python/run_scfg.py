"""Runs a brain from a file of Python Spark with given spikes. Reads a job from standard input, prints the spikes."""
import json
import os
import sys

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax
import jax.numpy as jnp
import numpy as np
import spark
from spark import nn

jobs = json.load(sys.stdin)
for job in jobs:
    config = nn.BrainConfig.from_file(job["file"])
    model = nn.Brain(config)
    given = {name: np.zeros((job["steps"], units), bool) for name, units in job["inputs"].items()}
    for name, events in job["spikes"].items():
        for step, unit in events:
            given[name][step - 1, unit] = True

    names = list(given)
    # The first call builds the model.
    model(**{name: spark.SpikeArray(jnp.zeros(units, bool)) for name, units in job["inputs"].items()})
    model.reset()
    graph, state = spark.split(model)

    def advance(state, rows):
        def step(state, row):
            module = spark.merge(graph, state)
            out = module(**{name: spark.SpikeArray(one) for name, one in zip(names, row)})
            return spark.split(module)[1], [out[name].spikes.reshape(-1) for name in job["outputs"]]

        return jax.lax.scan(step, state, rows)

    _, found = jax.jit(advance)(state, [jnp.asarray(given[name]) for name in names])
    rows = dict(zip(job["outputs"], found))
    spikes = {name: [[int(a) + 1, int(b)] for a, b in np.argwhere(np.asarray(found))] for name, found in rows.items()}
    print("RESULT" + json.dumps(spikes))
