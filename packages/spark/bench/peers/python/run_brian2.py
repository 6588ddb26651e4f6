"""Brian2: C++ standalone with its own optimising flags, or compiled through Cython at run time."""
import os
import shutil
import tempfile
import time
import protocol
import standalone as standalone_program

job = protocol.read_job()
watch = protocol.Stopwatch()
import numpy as np  # noqa: E402
import brian2 as b  # noqa: E402

watch.lap("import")
base_memory = protocol.peak_memory()
found = protocol.versions("brian2", "numpy", "cython")
standalone = job["runtime"] == "standalone"
trains = job["mode"] == "train"
folder = tempfile.mkdtemp(prefix="spark-snn-brian2-")
b.BrianLogger.suppress_hierarchy("brian2")

# Potential v and threshold theta relative to rest, in mV. During the refractory period the soma ignores its input while
# its leak continues; a strict soma stays at its reset. The increase of the threshold is stored before its decay, so that
# a step compares with the value from before the step.
DEAF = "dv/dt = (drive*int(not_refractory) - v)/tau : 1"
HELD = "dv/dt = (drive - v)/tau : 1 (unless refractory)"
models = {"refractory": DEAF, "strict": HELD, "adaptive": DEAF + "\ndh/dt = -h/tauh : 1"}
adaptive = job["model"] == "adaptive"
given = job["parameters"]
dt = float(job["dt"])
n = job["units"]


def array(name):
    return np.broadcast_to(np.asarray(given[name], dtype=float), (n,))


def quantities():
    """Values per unit, relative to rest, in mV and ms."""
    steps = np.round(array("cooldown") / dt) + (1 if job["model"] == "strict" else 2)
    values = {
        "theta": array("threshold") - array("potentialRest"),
        "vr": array("potentialReset") - array("potentialRest"),
        "tau": array("potentialTau") * b.ms,
        "tref": steps * dt * b.ms,
    }
    if adaptive:
        values["tauh"] = array("thresholdTau") * b.ms
        values["delta"] = array("thresholdDelta") * np.exp(dt / array("thresholdTau"))
    return values


def group():
    equations = models[job["model"]]
    namespace = {}
    values = quantities()
    current, hold = protocol.steps_of_current(job)
    if hold is not None:
        resistance = array("resistance")
        namespace["recorded"] = b.TimedArray(current * resistance, dt=hold * dt * b.ms)
        equations = equations.replace("drive", "recorded(t, i)")
    else:
        values["drive"] = current * array("resistance")
    # A value that all units share becomes a constant in the code; others are arrays.
    shared = {k: v[0] for k, v in values.items() if not trains}
    namespace.update(shared)
    own = {k: v for k, v in values.items() if k not in shared}
    for name in own:
        equations += f"\n{name} : {'second' if name in ('tau', 'tauh', 'tref') else '1'} (constant)"
    made = b.NeuronGroup(
        n,
        equations,
        threshold="v > theta + h" if adaptive else "v > theta",
        reset="v = vr; h += delta" if adaptive else "v = vr",
        refractory="tref",
        method="exact",
        namespace=namespace,
        name="somas",
    )
    for name, value in own.items():
        setattr(made, name, value)
    return made


def configure():
    b.defaultclock.dt = dt * b.ms
    if job["dtype"] == "f32":
        b.prefs.core.default_float_dtype = np.float32
    if trains:
        # The timed runs use Brian2's default flags, which do not keep strict arithmetic.
        b.prefs.codegen.cpp.extra_compile_args_gcc = ["-w", "-O3", "-march=native", "-ffp-contract=off", "-std=c++11"]
    if standalone:
        b.set_device("cpp_standalone", directory=folder, build_on_run=False)
        if job["threads"] > 1:
            b.prefs.devices.cpp_standalone.openmp_threads = job["threads"]
    else:
        b.prefs.codegen.target = "cython"
        if not trains:
            # The reported set-up includes compilation, like a first use.
            b.prefs.codegen.runtime.cython.cache_dir = os.path.join(folder, "cython")


def run_train():
    monitor = b.SpikeMonitor(somas)
    network = b.Network(somas, monitor)
    network.run(job["steps"] * dt * b.ms)
    if standalone:
        b.device.build(directory=folder, compile=True, run=True)
    at = np.round(np.asarray(monitor.t / b.ms) / dt).astype(int) + 1
    protocol.send_train(at, np.asarray(monitor.i), found)


def serve_standalone():
    network = b.Network(somas)
    standalone_program.measure_processor(b.device)
    network.run(job["steps"] * dt * b.ms)
    b.device.build(directory=folder, compile=True, run=False)
    watch.lap("compile")
    program = standalone_program.Program(folder)
    program.run()
    watch.lap("first run")
    # The program is a separate process, so its memory excludes Python.
    note = standalone_program.flags_text(b.prefs)
    protocol.serve(program.run, watch, found, 0, lambda: program.peak, note)


def serve_cython():
    duration = job["steps"] * dt * b.ms
    began = (0.0, 0.0)

    # Runs only at the first step of each run, so that Brian2's preparation of a run is not counted.
    @b.network_operation(dt=duration, when="start", order=-100)
    def begin():
        nonlocal began
        began = time.perf_counter(), time.process_time()

    network = b.Network(somas, begin)
    network.run(duration)
    watch.lap("compile and first run")

    def run():
        network.run(duration)
        return time.perf_counter() - began[0], time.process_time() - began[1]

    protocol.serve(run, watch, found, base_memory)


try:
    configure()
    somas = group()
    watch.lap("build")
    if trains:
        run_train()
    elif standalone:
        serve_standalone()
    else:
        serve_cython()
finally:
    shutil.rmtree(folder, ignore_errors=True)
