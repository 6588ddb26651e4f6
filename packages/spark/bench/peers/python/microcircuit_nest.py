"""The cortical microcircuit in NEST, for the benchmark and for the recorded statistics."""
import numpy as np
import nest


def peak_of_unit_current(m, s, c):
    """Peak of the potential, mV, from a synaptic current of 1 pA."""
    ratio = m / s
    return m * s / (c * (s - m)) * (ratio ** (-m / (m - s)) - ratio ** (-s / (m - s)))


def build_microcircuit(given, scale):
    """Creates the populations, their drives and projections. `given` is examples/microcircuit/parameters.json."""
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
