"""Python Spark 1.2: a brain of recurrent adaptive neurons; split and merge under one jit with a scan that returns all spikes."""
import os
import protocol

job = protocol.read_job()
if job["network"] != "adaptive":
    protocol.unavailable(f"There is no program of Spark for {job['network']}.")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
protocol.one_core_for_jax()

watch = protocol.Stopwatch()
import jax  # noqa: E402
import jax.numpy as jnp  # noqa: E402
import numpy as np  # noqa: E402
import spark  # noqa: E402
from spark import ModuleSpecs, PortMap, nn  # noqa: E402

watch.lap("import")
base_memory = protocol.peak_memory()
found = protocol.versions("spark-snn", "jax", "jaxlib", "flax", "numpy")
dt = float(job["dt"])
units = int(job["size"])
steps = round(float(job["duration"]) / dt)
given = job["adaptive"]

weights = nn.initializers.SparseUniformInitializerConfig(
    scale=float(given["weightMost"]), density=float(given["probability"]), dtype=jnp.float32
)
pool = nn.NeuronConfig(
    units=(units,),
    inhibitory_rate=float(given["inhibitory"]),
    modules_specs=(
        ModuleSpecs(
            "synapses",
            nn.synapses.TracedSynapses,
            {"spikes": [PortMap("__call__", "in_spikes")]},
            config=nn.synapses.TracedSynapsesConfig.partial(dtype=jnp.float32, tau=float(given["tau"]), kernel=weights),
        ),
        ModuleSpecs(
            "soma",
            nn.somas.AdaptiveLeakySoma,
            {"current": [PortMap("synapses", "currents")]},
            outputs={"out_spikes": "spikes"},
            config=nn.somas.AdaptiveLeakySomaConfig(
                dtype=jnp.float32,
                # Its cooldown counts from the step after the spike.
                cooldown=float(given["cooldown"]) + dt,
                threshold_delta=float(given["thresholdDelta"]),
            ),
        ),
    ),
)
spark.register_neuron_from_config("Pool", pool)
drive = ModuleSpecs(
    "drive",
    nn.interfaces.PoissonSpiker,
    {"signal": [PortMap("__call__", "signal")]},
    config=nn.interfaces.PoissonSpikerConfig.partial(max_freq=float(given["rate"])),
)
recurrent = ModuleSpecs(
    "pool",
    spark.Pool,
    {"in_spikes": [PortMap("drive", "spikes"), PortMap("pool", "out_spikes")]},
    outputs={"spikes": "out_spikes"},
    config=spark.PoolConfig(units=(units,)),
)
brain = nn.Brain(nn.BrainConfig(seed=int(job["seed"]), dt=dt, modules_specs=(drive, recurrent)))
signal = spark.FloatArray(jnp.ones((int(given["inputs"]),), jnp.float32))
# The first call builds the model.
brain(signal=signal)
brain.reset()
graph, state = spark.split(brain)
watch.lap("build")


def advance(graph, state, signal):
    def step(state, _):
        module = spark.merge(graph, state)
        out = module(signal=signal)
        return spark.split(module)[1], out["spikes"].spikes

    return jax.lax.scan(step, state, length=steps)


compiled = jax.jit(advance, donate_argnums=1).lower(graph, state, signal).compile()
watch.lap("compile")


def run():
    global state
    begin = protocol.clocks()
    state, raster = compiled(graph, state, signal)
    jax.block_until_ready((state, raster))
    seconds, cpu = protocol.since(begin)
    return seconds, cpu, [float(np.count_nonzero(np.asarray(raster)) / units / float(job["duration"]) * 1000)]


run()
watch.lap("first run")
protocol.serve(run, watch, found, base_memory)
