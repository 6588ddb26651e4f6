"""NEST: iaf_psc_delta, which stays at its reset potential while refractory; several threads share the neurons."""
import protocol

job = protocol.read_job()
watch = protocol.Stopwatch()
import numpy as np  # noqa: E402
import nest  # noqa: E402

watch.lap("import")
base_memory = protocol.peak_memory()
found = protocol.versions("nest-simulator", "numpy")
if job["model"] == "adaptive":
    protocol.unavailable("NEST has no leaky soma with this moving threshold and a reset.")

dt = float(job["dt"])
n = job["units"]
given = job["parameters"]
nest.verbosity = nest.VerbosityLevel.ERROR
nest.set(resolution=dt, local_num_threads=job["threads"], print_time=False)


def array(name):
    return np.broadcast_to(np.asarray(given[name], dtype=float), (n,))


def values():
    """NEST's names and units: ms, mV, pA, pF. Equal values of all units are given once."""
    named = {
        "E_L": array("potentialRest"),
        "V_m": array("potentialRest"),
        "V_reset": array("potentialReset"),
        "V_th": array("threshold"),
        "tau_m": array("potentialTau"),
        "C_m": array("potentialTau") / array("resistance"),
        # NEST holds a soma for t_ref/dt whole steps after the step of its spike: one step longer than Brian2 does.
        "t_ref": np.round(array("cooldown"), 9),
    }
    return {k: (v.tolist() if job["mode"] == "train" else float(v[0])) for k, v in named.items()}


current, hold = protocol.steps_of_current(job)
if job["mode"] == "train":
    somas = nest.Create("iaf_psc_delta", n, values())
    shift = 0
    if hold is None:
        somas.set(I_e=current.tolist())
    else:
        # A generator's current of time t acts in the step after the one in which it arrives.
        lead = 10
        times = (np.arange(len(current)) * hold + lead) * dt
        for unit in range(n):
            source = nest.Create("step_current_generator", 1)
            source.set(amplitude_times=np.round(times, 9), amplitude_values=current[:, unit])
            nest.Connect(source, somas[unit], syn_spec={"delay": dt})
        shift = lead + 1
    recorder = nest.Create("spike_recorder", 1, {"time_in_steps": True})
    nest.Connect(somas, recorder, syn_spec={"delay": dt})
    # Events reach the recorder with their delay; a few more steps let the last ones arrive.
    nest.Simulate((job["steps"] + shift + 20) * dt)
    events = recorder.events
    at = np.asarray(events["times"]).astype(int) - shift
    unit = np.asarray(events["senders"]).astype(int) - min(somas.tolist())
    inside = (at >= 1) & (at <= job["steps"])
    protocol.send_train(at[inside], unit[inside], found)
else:
    # No connection needs a shorter delay: threads synchronise once in this time, as the documentation advises.
    nest.set(min_delay=1.0, max_delay=1.0)
    somas = nest.Create("iaf_psc_delta", n, {**values(), "I_e": float(job["current"])})
    watch.lap("build")
    nest.Prepare()
    duration = round(job["steps"] * dt, 9)
    nest.Run(duration)
    watch.lap("first run")

    def run():
        nest.Run(duration)

    protocol.serve(run, watch, found, base_memory)
    nest.Cleanup()
