"""Brian2: networks as C++ standalone programs with its default flags, one thread, every spike recorded."""
import os
import shutil
import tempfile
import protocol
import standalone

job = protocol.read_job()
watch = protocol.Stopwatch()
import numpy as np  # noqa: E402
import brian2 as b  # noqa: E402

watch.lap("import")
found = protocol.versions("brian2", "numpy", "cython")
folder = tempfile.mkdtemp(prefix="spark-snn-brian2-")
b.BrianLogger.suppress_hierarchy("brian2")
dt = float(job["dt"])
duration = float(job["duration"])


def cuba():
    """Currents in mV, as published. A synapse without a delay acts in the next step, like a delay of one step here."""
    units = int(job["size"])
    excitatory = round(units * 0.8)
    equations = """
    dv/dt = (excite + inhibit - (v + 49))/(20*ms) : 1 (unless refractory)
    dexcite/dt = -excite/(5*ms) : 1
    dinhibit/dt = -inhibit/(10*ms) : 1
    """
    cells = b.NeuronGroup(
        units, equations, threshold="v > -50", reset="v = -60", refractory=5 * b.ms, method="exact", name="cells"
    )
    cells.v = "-60 + 10*rand()"
    excite = b.Synapses(cells[:excitatory], cells, on_pre="excite_post += 1.62", name="excitation")
    inhibit = b.Synapses(cells[excitatory:], cells, on_pre="inhibit_post -= 9", name="inhibition")
    for synapses in (excite, inhibit):
        synapses.connect(p=80 / units)
    return cells, [excitatory, units - excitatory], [excite, inhibit]


def brunel():
    """Brian2 does not change v during the refractory period, so jumps have no effect then, as in NEST and here."""
    size = float(job["size"])
    sizes = [round(10_000 * size), round(2_500 * size)]
    inputs = (1000, 250)
    cells = b.NeuronGroup(
        sum(sizes),
        "dv/dt = -v/(20*ms) : 1 (unless refractory)",
        threshold="v > 20",
        reset="v = 0",
        # Brian2 counts the step of the spike; NEST does not.
        refractory=(2 + dt) * b.ms,
        method="exact",
        name="cells",
    )
    groups = cells[: sizes[0]], cells[sizes[0] :]
    made = []
    for group, count, degree, jump in zip(groups, sizes, inputs, (0.1, -0.5)):
        synapses = b.Synapses(group, cells, on_pre=f"v_post += {jump}", delay=1.5 * b.ms)
        synapses.connect(p=min(1, degree / count))
        made.append(synapses)
    outside = b.PoissonInput(cells, "v", N=1000, rate=20 * b.Hz, weight=0.1)
    return cells, sizes, [*made, outside]


def main():
    b.defaultclock.dt = dt * b.ms
    b.seed(int(job["seed"]))
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    made = {"cuba": cuba, "brunel": brunel}.get(job["network"])
    if made is None:
        protocol.unavailable(f"There is no program of Brian2 for {job['network']}.")
    cells, sizes, others = made()
    spikes = b.SpikeMonitor(cells, name="spikes")
    network = b.Network(cells, spikes, *others)
    watch.lap("build")
    network.run(duration * b.ms)
    b.device.build(directory=folder, compile=True, run=False)
    watch.lap("compile")
    program = standalone.Program(folder)
    program.run()
    watch.lap("first run")
    name = os.path.basename(b.device.get_array_filename(spikes.variables["i"]))
    edges = np.cumsum([0, *sizes])

    def run():
        seconds = program.run()
        who = np.fromfile(os.path.join(folder, "results", name), dtype=np.int32)
        counts = np.histogram(who, edges)[0]
        return seconds, None, [float(c / n / duration * 1000) for c, n in zip(counts, sizes)]

    protocol.serve(run, watch, found, 0, lambda: program.peak, standalone.flags_text(b.prefs))


try:
    main()
finally:
    shutil.rmtree(folder, ignore_errors=True)
