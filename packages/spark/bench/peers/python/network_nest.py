"""NEST: the networks with its own connection rules; every spike recorded in memory; Prepare once, then Run."""
import json
import protocol

job = protocol.read_job()
watch = protocol.Stopwatch()
import nest  # noqa: E402
from microcircuit_nest import build_microcircuit  # noqa: E402

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


def microcircuit():
    with open(job["parameters"], encoding="utf8") as file:
        return build_microcircuit(json.load(file), float(job["size"]))


def cobahh():
    """The defaults of hh_cond_exp_traub are those of the network. A spike is a maximum of the potential, near 0 mV or above."""
    given = job["neurons"]["cobahh"]
    units = int(job["size"])
    cell = {"V_T": -63.0, "E_L": -60.0, "tau_syn_ex": 5.0, "tau_syn_in": 10.0, "E_ex": 0.0, "E_in": -80.0}
    excitatory = nest.Create("hh_cond_exp_traub", round(units * 0.8), cell)
    inhibitory = nest.Create("hh_cond_exp_traub", units - len(excitatory), cell)
    everyone = excitatory + inhibitory
    everyone.V_m = nest.random.uniform(*map(float, given["start"]))
    for sources, weight in ((excitatory, given["excitatoryWeight"]), (inhibitory, -given["inhibitoryWeight"])):
        rule = {"rule": "pairwise_bernoulli", "p": given["inputs"] / units}
        nest.Connect(sources, everyone, rule, {"weight": float(weight), "delay": dt})
    return [excitatory, inhibitory]


networks = {"cuba": cuba, "brunel": brunel, "microcircuit": microcircuit, "cobahh": cobahh}
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
