"""NEST: the networks with its own connection rules; every spike recorded in memory; Prepare once, then Run."""
import json
import protocol

job = protocol.read_job()
watch = protocol.Stopwatch()
import numpy as np  # noqa: E402
import nest  # noqa: E402

watch.lap("import")
base_memory = protocol.peak_memory()
found = protocol.versions("nest-simulator", "numpy")
dt = float(job["dt"])
duration = float(job["duration"])
nest.verbosity = nest.VerbosityLevel.ERROR
nest.set(resolution=dt, local_num_threads=int(job["threads"]), rng_seed=int(job["seed"]), print_time=False)


def cuba():
    units = int(job["size"])
    cell = {"E_L": -49.0, "V_th": -50.0, "V_reset": -60.0, "C_m": 200.0, "tau_m": 20.0}
    # NEST holds a cell for t_ref after the step of its spike.
    cell |= {"tau_syn_ex": 5.0, "tau_syn_in": 10.0, "t_ref": round(5 - dt, 9)}
    excitatory = nest.Create("iaf_psc_exp", round(units * 0.8), cell)
    inhibitory = nest.Create("iaf_psc_exp", units - len(excitatory), cell)
    everyone = excitatory + inhibitory
    everyone.V_m = nest.random.uniform(-60.0, -50.0)
    for sources, weight in ((excitatory, 16.2), (inhibitory, -90.0)):
        rule = {"rule": "pairwise_bernoulli", "p": 80 / units}
        nest.Connect(sources, everyone, rule, {"weight": weight, "delay": dt})
    return [excitatory, inhibitory]


def brunel():
    size = float(job["size"])
    cell = {"C_m": 1.0, "tau_m": 20.0, "t_ref": 2.0, "E_L": 0.0, "V_reset": 0.0, "V_m": 0.0, "V_th": 20.0}
    excitatory = nest.Create("iaf_psc_delta", round(10_000 * size), cell)
    inhibitory = nest.Create("iaf_psc_delta", round(2_500 * size), cell)
    everyone = excitatory + inhibitory
    outside = nest.Create("poisson_generator", 1, {"rate": 20.0 * 1000})
    nest.CopyModel("static_synapse", "excitatory", {"weight": 0.1, "delay": 1.5})
    nest.CopyModel("static_synapse", "inhibitory", {"weight": -0.5, "delay": 1.5})
    nest.Connect(outside, everyone, syn_spec="excitatory")
    nest.Connect(excitatory, everyone, {"rule": "fixed_indegree", "indegree": 1000}, "excitatory")
    nest.Connect(inhibitory, everyone, {"rule": "fixed_indegree", "indegree": 250}, "inhibitory")
    return [excitatory, inhibitory]


def peak_of_unit_current(m, s, c):
    """Peak of the potential, mV, from a synaptic current of 1 pA."""
    ratio = m / s
    return m * s / (c * (s - m)) * (ratio ** (-m / (m - s)) - ratio ** (-s / (m - s)))


def microcircuit():
    with open(job["parameters"], encoding="utf8") as file:
        given = json.load(file)
    scale = float(job["size"])
    neuron, weights, delays, start = (given[k] for k in ("neuron", "weight", "delayMs", "initialPotentialMV"))
    tau_m, tau_s = neuron["membraneTauMs"], neuron["synapseTauMs"]
    full = np.array(given["neurons"])
    sizes = np.rint(full * scale).astype(int)
    single = weights["excitatoryPspMV"] / peak_of_unit_current(tau_m, tau_s, neuron["capacitancePF"])
    p = np.array(given["connectionProbability"])
    synapses = np.rint(np.log(1 - p) / np.log(1 - 1 / np.outer(full, full)))
    mean = np.full((8, 8), single)
    mean[:, 1::2] *= weights["inhibitoryFactor"]
    mean[0, 2] *= weights["L4E_to_L23E_factor"]
    outside = np.array(given["externalInDegree"])
    rates = np.array(given["scaling"]["fullRatesHz"])
    lost = (mean * synapses / full[:, None]) @ rates + single * outside * given["externalRateHz"]
    current = 1e-3 * tau_s * (1 - np.sqrt(scale)) * lost
    cell = {"E_L": neuron["restMV"], "V_th": neuron["thresholdMV"], "V_reset": neuron["resetMV"]}
    cell |= {"C_m": neuron["capacitancePF"], "tau_m": tau_m, "tau_syn_ex": tau_s, "tau_syn_in": tau_s}
    cell = {k: float(v) for k, v in cell.items()} | {"t_ref": float(neuron["refractoryMs"])}
    made = [nest.Create("iaf_psc_exp", int(n), {**cell, "I_e": float(dc)}) for n, dc in zip(sizes, current)]
    for k, population in enumerate(made):
        population.V_m = nest.random.normal(start["mean"][k], start["std"][k])
        rate = given["externalRateHz"] * float(outside[k]) * scale
        source = nest.Create("poisson_generator", 1, {"rate": rate})
        nest.Connect(source, population, syn_spec={"weight": single / np.sqrt(scale), "delay": delays["external"]})
    for to in range(8):
        for source in range(8):
            total = int(round(synapses[to, source] * scale**2))
            if total == 0:
                continue
            weight = float(mean[to, source] / np.sqrt(scale))
            delay = delays["inhibitory" if source % 2 else "excitatory"]
            spread = nest.random.normal(weight, abs(weight) * weights["relativeStd"])
            bounds = {"min": 0.0, "max": np.inf} if weight > 0 else {"min": -np.inf, "max": 0.0}
            time = nest.random.normal(delay["mean"], delay["std"])
            spec = {
                "weight": nest.math.redraw(spread, **bounds),
                "delay": nest.math.redraw(time, min=delays["redrawBelow"], max=np.inf),
            }
            nest.Connect(made[source], made[to], {"rule": "fixed_total_number", "N": total}, spec)
    return made


networks = {"cuba": cuba, "brunel": brunel, "microcircuit": microcircuit}
if job["network"] not in networks:
    protocol.unavailable(f"There is no program of NEST for {job['network']}.")
populations = networks[job["network"]]()
recorders = [nest.Create("spike_recorder") for _ in populations]
for population, recorder in zip(populations, recorders):
    nest.Connect(population, recorder)
nest.Prepare()
watch.lap("build")
nest.Run(min(10.0, duration))
watch.lap("first 10 ms")


def run():
    before = [recorder.n_events for recorder in recorders]
    begin = protocol.clocks()
    nest.Run(duration)
    seconds, cpu = protocol.since(begin)
    counts = [recorder.n_events - earlier for recorder, earlier in zip(recorders, before)]
    return seconds, cpu, [c / len(p) / duration * 1000 for c, p in zip(counts, populations)]


protocol.serve(run, watch, found, base_memory)
nest.Cleanup()
