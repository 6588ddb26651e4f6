"""Python Spark, 0.1 or 1.2: split and merge under one jit with a scan, as its documentation shows."""
import os
import sys
import protocol

job = protocol.read_job()
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if job["dtype"] == "f64":
    os.environ["JAX_ENABLE_X64"] = "1"
if job["threads"] == 1:
    protocol.one_core_for_jax()

watch = protocol.Stopwatch()
from functools import partial  # noqa: E402

import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import spark  # noqa: E402

watch.lap("import")
base_memory = protocol.peak_memory()
found = protocol.versions("spark-snn", "jax", "jaxlib", "flax", "numpy")
recent = not found["spark-snn"].startswith("0.")
dtype = {"f32": jnp.float32, "f64": jnp.float64, "f16": jnp.float16}[job["dtype"]]
dt = float(job["dt"])
names = {
    "potentialRest": "potential_rest",
    "potentialReset": "potential_reset",
    "potentialTau": "potential_tau",
    "resistance": "resistance",
    "threshold": "threshold",
    "cooldown": "cooldown",
    "thresholdTau": "threshold_tau",
    "thresholdDelta": "threshold_delta",
}
fields = {names[k]: (jnp.asarray(v, dtype) if isinstance(v, list) else float(v)) for k, v in job["parameters"].items()}


def make():
    if recent:
        # Its cooldown counts from the step after the spike; one more step gives the same shortest interval.
        given = dict(fields, cooldown=fields["cooldown"] + dt)
        if job["model"] == "strict":
            protocol.unavailable("Spark 1.2 has no strict refractory soma.")
        if job["model"] == "refractory":
            given = {k: v for k, v in given.items() if not k.startswith("threshold_")}
        return spark.nn.somas.AdaptiveLeakySoma(dtype=dtype, dt=dt, **given)
    import spark.nn.components.somas as somas

    kind = {"refractory": "RefractoryLeakySoma", "strict": "StrictRefractoryLeakySoma", "adaptive": "AdaptiveLeakySoma"}
    return getattr(somas, kind[job["model"]])(_s_dt=dt, _s_dtype=dtype, __skip_validation__=True, **fields)


soma = make()
# The first call builds the model. Without a current, a soma stays at rest and ready.
soma(current=spark.CurrentArray(jnp.zeros((job["units"],), dtype)))
if recent:
    soma.reset()
graph, state = spark.split(soma)
watch.lap("build")


def advance(graph, state, current, steps, kept):
    def step(state, row):
        module = spark.merge(graph, state)
        out = module(current=spark.CurrentArray(current if row is None else row))
        return spark.split(module)[1], (out["spikes"].spikes if kept else None)

    if current.ndim == 2:
        return jax.lax.scan(step, state, current)
    return jax.lax.scan(step, state, length=steps)


def train():
    current, hold = protocol.steps_of_current(job)
    given = jnp.asarray(current if hold is None else np.repeat(current, hold, axis=0)[: job["steps"]], dtype)
    compiled = jax.jit(partial(advance, steps=job["steps"], kept=True))
    raster = np.asarray(compiled(graph, state, given)[1]) > 0
    at, unit = np.nonzero(raster)
    protocol.send_train(at + 1, unit, found)
    sys.exit(0)


if job["mode"] == "train":
    train()

drive = jnp.full((job["units"],), job["current"], dtype)
if job["mode"] == "step":

    @jax.jit
    def one(graph, state, current):
        module = spark.merge(graph, state)
        out = module(current=spark.CurrentArray(current))
        return spark.split(module)[1], out["spikes"].spikes

    def run():
        global state
        for _ in range(job["steps"]):
            state, spikes = one(graph, state, drive)
        jax.block_until_ready((state, spikes))

    state, _ = jax.block_until_ready(one(graph, state, drive))
else:
    compiled = jax.jit(partial(advance, steps=job["steps"], kept=False), donate_argnums=1)
    lowered = compiled.lower(graph, state, drive).compile()
    watch.lap("compile")

    def run():
        global state
        state, _ = lowered(graph, state, drive)
        jax.block_until_ready(state)

    run()
watch.lap("first run")
protocol.serve(run, watch, found, base_memory)
