"""
Makes scfg.json: files of Python Spark 1.2.2 as text, the spikes that are given to them, and the spikes that they return.
Run with its Python: python make_scfg.py scfg.json
"""
import base64
import json
import os
import sys
import tempfile

os.environ.setdefault("JAX_PLATFORMS", "cpu")
import jax.numpy as jnp
import numpy as np
import spark
from spark import ModuleSpecs as M, PortMap as P, nn

F = jnp.float32
rng = np.random.default_rng(5)
STEPS = 120


def kernel(post, pre, scale, density=1.0):
    values = rng.uniform(0.2, 1, (post, pre)) * scale * (rng.uniform(size=(post, pre)) < density)
    return jnp.asarray(np.round(values, 2), F)


def steps(post, pre, longest):
    return jnp.asarray(rng.integers(1, longest + 1, (post, pre)), jnp.int32)


def pool(name, units, synapses, soma, delays=None, rule=None, inhibitory=0.0):
    into = "delays" if delays is not None else "__call__"
    specs = []
    if delays is not None:
        specs.append(M("delays", nn.delays.N2NDelays, {"in_spikes": [P("__call__", "in_spikes")]}, config=delays))
    effects = {"kernel": [P("rule", "kernel")]} if rule is not None else {}
    port = "out_spikes" if delays is not None else "in_spikes"
    specs.append(M("synapses", synapses[0], {"spikes": [P(into, port)]}, config=synapses[1], effects=effects))
    specs.append(M("soma", soma[0], {"current": [P("synapses", "currents")]}, outputs={"out_spikes": "spikes"}, config=soma[1]))
    if rule is not None:
        specs.append(
            M("rule", rule[0], {"pre_spikes": [P(into, port)], "post_spikes": [P("soma", "spikes")],
                                "kernel": [P("synapses", "kernel", True)]}, config=rule[1]))
    config = nn.NeuronConfig(units=(units,), inhibitory_rate=inhibitory, modules_specs=tuple(specs))
    spark.register_neuron_from_config(name, config)
    return getattr(spark, name), getattr(spark, name + "Config")


def traced(units, values, tau):
    return nn.synapses.TracedSynapses, nn.synapses.TracedSynapsesConfig.partial(dtype=F, kernel=values, tau=tau)


def linear(values):
    return nn.synapses.LinearSynapses, nn.synapses.LinearSynapsesConfig.partial(dtype=F, kernel=values)


def leaky(**fields):
    return nn.somas.AdaptiveLeakySoma, nn.somas.AdaptiveLeakySomaConfig(dtype=F, **fields)


def delays(values, longest):
    return nn.delays.N2NDelaysConfig.partial(dtype=F, max_delay=float(longest), delays=values)


def text_of(config, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.scfg")
        config.to_file(path, **options)
        return open(path, "rb").read()


def run(model, port, units, rate, outputs, single=False):
    given = rng.uniform(size=(STEPS, units)) < rate
    def call(row):
        return model(**{port: spark.SpikeArray(jnp.asarray(row))})
    call(np.zeros(units, bool))
    model.reset()
    rows = {name: [] for name in outputs}
    for row in given:
        out = call(row)
        for name in outputs:
            rows[name].append(np.asarray(out[name].spikes).reshape(-1))
    where = lambda rows: [[int(a) + 1, int(b)] for a, b in np.argwhere(np.asarray(rows))]
    return {"port": port, "units": units, "given": where(given), "spikes": {name: where(r) for name, r in rows.items()}}


cases = []


def case(name, model_class, config, port, units, rate, outputs):
    ran = run(model_class(config), port, units, rate, outputs)
    text = text_of(config, compress=False).decode()
    cases.append({"name": name, "steps": STEPS, "file": json.loads(text), **ran})
    print(name, {k: len(v) for k, v in ran["spikes"].items()})


cls, cfg = pool("LinearPool", 6, linear(kernel(6, 9, 260)), leaky(cooldown=2.0))
case("a neuron with linear synapses", cls, cfg(units=(6,)), "in_spikes", 9, 0.3, ["out_spikes"])

cls, cfg = pool("TracedPool", 6, traced(6, kernel(6, 9, 60), 5.0), leaky(cooldown=1.0, threshold_delta=3.0, adaptation_delta=9.0), delays=delays(steps(6, 9, 4), 4))
case("a neuron with traces, delays and adaptation", cls, cfg(units=(6,)), "in_spikes", 9, 0.2, ["out_spikes"])

def module(name, cls, cfg, units, sources):
    return M(name, cls, {"in_spikes": sources}, outputs={name: "out_spikes"}, config=cfg(units=(units,)))

a = pool("Exciters", 8, traced(8, kernel(8, 5 + 8 + 4, 55), 6.0), leaky(threshold_delta=4.0), delays=delays(steps(8, 17, 3), 3))
b = pool("Inhibitors", 4, linear(kernel(4, 8, 700, 0.7)), leaky(clamp_duration=2.0, cooldown=2.0), inhibitory=1.0)
brain = nn.BrainConfig(seed=4, dt=1.0, modules_specs=(
    module("a", *a, 8, [P("__call__", "outside"), P("a", "out_spikes"), P("b", "out_spikes")]),
    module("b", *b, 4, [P("a", "out_spikes")]),
))
case("a brain with loops and inhibition", nn.Brain, brain, "outside", 5, 0.4, ["a", "b"])

rd = (nn.synapses.RDTracedSynapses, nn.synapses.RDTracedSynapsesConfig.partial(dtype=F, kernel=kernel(5, 7 + 5, 22), tau_rise=1.5, tau_decay=4.0))
adex = (nn.somas.AdaptiveExponentialSoma, nn.somas.AdaptiveExponentialSomaConfig(dtype=F, adaptation_delta=5.0, adaptation_subthreshold=0.4))
c = pool("Exponentials", 5, rd, adex, delays=delays(steps(5, 12, 5), 5))
brain = nn.BrainConfig(seed=4, dt=0.5, modules_specs=(module("c", *c, 5, [P("__call__", "outside"), P("c", "out_spikes")]),))
case("a brain of exponential somas at 0.5 ms", nn.Brain, brain, "outside", 7, 0.2, ["c"])

hebbian = (nn.plasticity.HebbianRule, nn.plasticity.HebbianRuleConfig(dtype=F, eta=400.0, pre_tau=12.0))
d = pool("Learners", 5, linear(kernel(5, 6 + 5, 420)), leaky(cooldown=1.0), rule=hebbian)
brain = nn.BrainConfig(seed=4, dt=1.0, modules_specs=(module("d", *d, 5, [P("__call__", "outside"), P("d", "out_spikes")]),))
case("a brain that learns", nn.Brain, brain, "outside", 6, 0.25, ["d"])

soma = nn.somas.LeakySomaConfig(dtype=F, potential_tau=12.0, threshold=-45.0, seed=1)
packed = base64.b64encode(text_of(soma)).decode()
json.dump({"source": "spark-snn 1.2.2, jax 0.11.1, Python 3.12, float32", "cases": cases, "packedSoma": packed}, open(sys.argv[1], "w"), separators=(",", ":"))
