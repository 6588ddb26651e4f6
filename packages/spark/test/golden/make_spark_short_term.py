"""Makes spark-1.2-short-term.json: currents of RUShortTermPlasticity of Python Spark 1.2.2.

Python Spark cannot call this component: the mask of its base class wants postsynaptic spikes, and its tracers ignore the
dt and dtype of the component. So the update of the component is called directly, with its own tracers, which get both.

    pip install spark-snn==1.2.2      (Python 3.12)
    python make_spark_short_term.py
"""
import json
import os
import pathlib
from types import SimpleNamespace

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["JAX_ENABLE_X64"] = "1"

import jax.numpy as jnp
import numpy as np
import spark
from spark.core.tracers import Tracer
from spark.nn.components.plasticity.short_term import RUShortTermPlasticity

# A usage above 2 lets the resources grow without bound, so the rates are low enough for the default parameters.
rng = np.random.default_rng(4)
POSTS, PRES, DURATION = 2, 4, 400
DTYPES = {"f64": jnp.float64, "f32": jnp.float32}
DEFAULTS = {"r_tau": 750.0, "u_tau": 50.0, "u_scale": 0.45}


def run(dt, dtype, config, spikes, kernel):
    """The currents after the gain, [step][post][pre], and u and r of the first postsynaptic unit, [step][pre]."""
    own, shape = DEFAULTS | config, kernel.shape
    part = SimpleNamespace(
        r_tracer=Tracer(shape, tau=own["r_tau"], scale=-1.0, base=1.0, dt=dt, dtype=dtype),
        u_tracer=Tracer(shape, tau=own["u_tau"], scale=own["u_scale"], base=0.0, dt=dt, dtype=dtype),
        _pre_reshape=(1, PRES),
    )
    weights = jnp.asarray(kernel, dtype)
    currents, usage, resources = [], [], []
    for now in spikes:
        arriving = spark.SpikeArray(jnp.asarray(now))
        given = spark.CurrentArray(weights * jnp.asarray(now, dtype))
        out = RUShortTermPlasticity._compute_current_update(part, arriving, given)
        currents.append(np.asarray(out).astype(float).tolist())
        usage.append(np.asarray(part.u_tracer.value)[0].astype(float).tolist())
        resources.append(np.asarray(part.r_tracer.value)[0].astype(float).tolist())
    return currents, usage, resources


cases = []
for dt in (1.0, 0.25):
    steps = round(DURATION / dt)
    spikes = rng.random((steps, PRES)) < np.array([10, 20, 40, 60]) * dt / 1000
    kernel = np.round(rng.uniform(0.5, 8, (POSTS, PRES)) * 16) / 16
    for name, config in {
        "defaults": {},
        "facilitating": {"r_tau": 20.0, "u_tau": 200.0, "u_scale": 0.05},
        "depressing": {"r_tau": 800.0, "u_tau": 3.0, "u_scale": 0.7},
    }.items():
        for key, dtype in DTYPES.items():
            currents, usage, resources = run(dt, dtype, config, spikes, kernel)
            events = [[int(t) + 1, int(u)] for t, u in zip(*np.nonzero(spikes))]
            cases.append(
                {
                    "name": f"{name}, dt {dt}, {key}",
                    "config": config,
                    "dt": dt,
                    "dtype": key,
                    "kernel": kernel.tolist(),
                    "pre": events,
                    "steps": steps,
                    # Currents are 0 in steps without spikes.
                    "currents": [[t + 1, c] for t, c in enumerate(currents) if spikes[t].any()],
                    "usage": usage[-1],
                    "resources": resources[-1],
                }
            )
source = f"PyPI spark-snn 1.2.2, jax, CPU; see {pathlib.Path(__file__).name}. Names and defaults are those of Python Spark."
path = pathlib.Path(__file__).parent / "spark-1.2-short-term.json"
path.write_text(json.dumps({"source": source, "cases": cases}, separators=(",", ":")) + "\n")
