"""
Makes scfg-old.json: files of Python Spark 0.1.0 as text. Run with its Python: python make_scfg_old.py scfg-old.json
"""
import json
import os
import sys
import tempfile

os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
import jax.numpy as jnp
import spark
from spark import ModuleSpecs, PortMap, PortSpecs, nn
from spark.core.payloads import FloatArray, SpikeArray


def text_of(config):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model")
        config.to_file(path)
        return json.load(open(path + ".scfg"))


files = {
    "lif": text_of(nn.neurons.LIFNeuronConfig(_s_units=(5,), seed=3)),
    "alif": text_of(nn.neurons.ALIFNeuronConfig(_s_units=(5,), seed=3)),
    "adex": text_of(nn.neurons.AdExNeuronConfig(_s_units=(5,), seed=3)),
    "soma": text_of(nn.somas.StrictRefractoryLeakySomaConfig(seed=7, dt=0.5, cooldown=3.0, threshold=nn.initializers.UniformInitializerConfig(scale=-40))),
}
brain = nn.BrainConfig(
    seed=2,
    input_map={"signal": PortSpecs(payload_type=FloatArray, shape=(3,), dtype=jnp.float16)},
    output_map={"out": {"input": PortMap(origin="pool", port="out_spikes"), "spec": PortSpecs(payload_type=SpikeArray, shape=(5,), dtype=jnp.float16)}},
    modules_map={
        "spiker": ModuleSpecs(name="spiker", module_cls=nn.interfaces.PoissonSpiker, inputs={"signal": [PortMap(origin="__call__", port="signal")]}, config=nn.interfaces.PoissonSpikerConfig(max_freq=200.0)),
        "pool": ModuleSpecs(name="pool", module_cls=nn.neurons.ALIFNeuron, inputs={"in_spikes": [PortMap(origin="spiker", port="spikes"), PortMap(origin="pool", port="out_spikes")]}, config=nn.neurons.ALIFNeuronConfig(_s_units=(5,), inhibitory_rate=0.0)),
    },
)
files["brain"] = text_of(brain)
json.dump({"source": "spark-snn 0.1.0", "files": files}, open(sys.argv[1], "w"), separators=(",", ":"))
