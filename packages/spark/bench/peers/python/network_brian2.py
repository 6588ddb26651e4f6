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


def cobahh():
    """As published. Upward crossings of the threshold count as spikes; nothing is reset."""
    given = job["neurons"]["cobahh"]
    units = int(job["size"])
    excitatory = round(units * 0.8)
    equations = """
    dv/dt = (gl*(El - v) + ge*(Ee - v) + gi*(Ei - v) - gna*m**3*h*(v - ENa) - gk*n**4*(v - EK))/Cm : volt
    dm/dt = 0.32*4/exprel((13*mV - v + VT)/(4*mV))/ms*(1 - m) - 0.28*5/exprel((v - VT - 40*mV)/(5*mV))/ms*m : 1
    dn/dt = 0.032*5/exprel((15*mV - v + VT)/(5*mV))/ms*(1 - n) - 0.5*exp((10*mV - v + VT)/(40*mV))/ms*n : 1
    dh/dt = 0.128*exp((17*mV - v + VT)/(18*mV))/ms*(1 - h) - 4/(1 + exp((40*mV - v + VT)/(5*mV)))/ms*h : 1
    dge/dt = -ge/(5*ms) : siemens
    dgi/dt = -gi/(10*ms) : siemens
    """
    namespace = {"gl": 10 * b.nS, "gna": 20 * b.uS, "gk": 6 * b.uS, "Cm": 200 * b.pF}
    namespace |= {k: v * b.mV for k, v in {"El": -60, "EK": -90, "ENa": 50, "VT": -63, "Ee": 0, "Ei": -80}.items()}
    threshold = f"v > {given['threshold']}*mV"
    cells = b.NeuronGroup(
        units,
        equations,
        threshold=threshold,
        # Without a refractory period, each step above the threshold would be a spike.
        refractory=threshold,
        method="exponential_euler",
        namespace=namespace,
        name="cells",
    )
    least, most = given["start"]
    cells.v = f"({least} + {most - least}*rand())*mV"
    excite = b.Synapses(cells[:excitatory], cells, on_pre=f"ge_post += {given['excitatoryWeight']}*nS", name="excitation")
    inhibit = b.Synapses(cells[excitatory:], cells, on_pre=f"gi_post += {given['inhibitoryWeight']}*nS", name="inhibition")
    for synapses in (excite, inhibit):
        synapses.connect(p=given["inputs"] / units)
    return cells, [excitatory, units - excitatory], [excite, inhibit]


def spread(units, name):
    first, last = job["neurons"][name]["currents"]
    return np.linspace(first, last, units) * b.pA


def adex():
    """Brian2's exponential Euler method refuses equations that are not linear in their variable. Its step is therefore
    written out, with the same formula as in this library."""
    units = int(job["size"])
    by_hand = job["network"] == "adex"
    equations = """
    dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) - w + I)/C : volt
    dw/dt = (a*(v - EL) - w)/tauw : amp
    I : amp (constant)
    """
    step = """
    upstroke = exp((v - VT)/DeltaT)
    slope = (gL*upstroke - gL)/C
    flow = (gL*(EL - v) + gL*DeltaT*upstroke - w + I)/C
    w_next = w + factor*(a*(v - EL) - w)
    v += dt*exprel(dt*slope)*flow
    w = w_next
    """
    namespace = {"C": 281 * b.pF, "gL": 30 * b.nS, "DeltaT": 2 * b.mV, "tauw": 144 * b.ms, "a": 4 * b.nS}
    namespace |= {"b": 80.5 * b.pA, "EL": -70.6 * b.mV, "VT": -50.4 * b.mV, "Vr": -70.6 * b.mV, "Vcut": -30 * b.mV}
    namespace["factor"] = -np.expm1(-dt / 144)
    cells = b.NeuronGroup(
        units,
        "v : volt\nw : amp\nI : amp (constant)" if by_hand else equations,
        threshold="v > Vcut",
        reset="v = Vr; w += b",
        method="euler",
        namespace=namespace,
        name="cells",
    )
    if by_hand:
        cells.run_regularly(step, when="groups")
    cells.v = -70.6 * b.mV
    cells.I = spread(units, "adex")
    return cells, [units], []


def izhikevich():
    units = int(job["size"])
    equations = """
    dv/dt = 0.04/ms/mV*v**2 + 5/ms*v + 140*mV/ms - u + I*R/ms : volt
    du/dt = a*(b*v - u) : volt/second
    I : amp (constant)
    """
    namespace = {"R": 0.1 * b.Gohm, "a": 0.02 / b.ms, "b": 0.2 / b.ms, "c": -65 * b.mV, "d": 2 * b.mV / b.ms}
    reset = "v = c; u += d"
    cells = b.NeuronGroup(
        units, equations, threshold="v > 30*mV", reset=reset, method="euler", namespace=namespace, name="cells"
    )
    cells.v = -65 * b.mV
    cells.u = -13 * b.mV / b.ms
    cells.I = spread(units, "izhikevich")
    return cells, [units], []


networks = {
    "cuba": cuba,
    "brunel": brunel,
    "cobahh": cobahh,
    "adex": adex,
    "adex-euler": adex,
    "izhikevich": izhikevich,
}


def main():
    b.defaultclock.dt = dt * b.ms
    b.seed(int(job["seed"]))
    b.set_device("cpp_standalone", directory=folder, build_on_run=False)
    made = networks.get(job["network"])
    if made is None:
        protocol.unavailable(f"There is no program of Brian2 for {job['network']}.")
    cells, sizes, others = made()
    spikes = b.SpikeMonitor(cells, name="spikes")
    network = b.Network(cells, spikes, *others)
    watch.lap("build")
    standalone.measure_processor(b.device)
    network.run(duration * b.ms)
    b.device.build(directory=folder, compile=True, run=False)
    watch.lap("compile")
    program = standalone.Program(folder)
    program.run()
    watch.lap("first run")
    name = os.path.basename(b.device.get_array_filename(spikes.variables["i"]))
    edges = np.cumsum([0, *sizes])

    def run():
        seconds, processor = program.run()
        who = np.fromfile(os.path.join(folder, "results", name), dtype=np.int32)
        counts = np.histogram(who, edges)[0]
        return seconds, processor, [float(c / n / duration * 1000) for c, n in zip(counts, sizes)]

    protocol.serve(run, watch, found, 0, lambda: program.peak, standalone.flags_text(b.prefs))


try:
    main()
finally:
    shutil.rmtree(folder, ignore_errors=True)
