"""Writes NIR files with Python's nir, and prints the content of one.

write FILE: a file with a node of each type, as frameworks write it.
read FILE: the nodes of a file, with their values, as JSON.
"""
import json
import sys

import nir
import numpy as np


def number(count, least, most):
    return np.linspace(least, most, count)


def example():
    """Layers of a small convolutional network, a recurrent layer in a nested graph, and read-outs."""
    shape = (2, 4, 4)
    size = 8
    inner = nir.NIRGraph(
        nodes={
            "input": nir.Input(np.array([size])),
            "lif.cell": nir.CubaLIF(
                tau_syn=number(size, 0.002, 0.004),
                tau_mem=number(size, 0.004, 0.01),
                r=number(size, 40, 60),
                v_leak=np.zeros(size),
                v_threshold=np.ones(size),
                w_in=number(size, 1, 2),
            ),
            "w_rec": nir.Linear(weight=np.sin(np.arange(size * size)).reshape(size, size) / 4),
            "output": nir.Output(np.array([size])),
        },
        edges=[("input", "lif.cell"), ("lif.cell", "w_rec"), ("w_rec", "lif.cell"), ("lif.cell", "output")],
        type_check=False,
    )
    nodes = {
        "input": nir.Input(np.array(shape)),
        "conv": nir.Conv2d(
            input_shape=(4, 4),
            weight=(np.cos(np.arange(36)).reshape(2, 2, 3, 3) + 0.5).astype(np.float32),
            stride=(1, 1),
            padding=(1, 1),
            dilation=(1, 1),
            groups=1,
            bias=np.array([0.1, 0.2]),
        ),
        "if": nir.IF(r=np.full(shape, 3100.0), v_threshold=np.full(shape, 1.0), v_reset=np.zeros(shape)),
        "pool": nir.SumPool2d(kernel_size=np.array([2, 2]), stride=np.array([2, 2]), padding=np.array([0, 0])),
        "flatten": nir.Flatten(input_type={"input": np.array([2, 2, 2])}, start_dim=0, end_dim=-1),
        "scale": nir.Scale(scale=number(size, 0.5, 1.5)),
        "recurrent": inner,
        "delay": nir.Delay(delay=np.full(size, 0.0012)),
        "fc": nir.Affine(weight=np.sin(np.arange(3 * size)).reshape(3, size) + 0.4, bias=np.array([0.1, 0.0, 0.05])),
        "lif": nir.LIF(
            tau=np.full(3, 0.005),
            r=np.full(3, 20.0),
            v_leak=np.zeros(3),
            v_threshold=np.full(3, 0.3),
            v_reset=np.full(3, -0.1),
            metadata={"layer": "last"},
        ),
        "li": nir.LI(tau=np.full(3, 0.01), r=np.ones(3), v_leak=np.zeros(3)),
        "output": nir.Output(np.array([3])),
    }
    names = list(nodes)
    return nir.NIRGraph(nodes=nodes, edges=list(zip(names, names[1:])), type_check=False)


def plain(node):
    """A node as JSON."""
    if isinstance(node, nir.NIRGraph):
        return {
            "nodes": {name: plain(one) for name, one in node.nodes.items()},
            "edges": [list(edge) for edge in node.edges],
        }
    values = {
        key: np.asarray(value).tolist()
        for key, value in vars(node).items()
        if key not in ("input_type", "output_type", "metadata") and value is not None
    }
    if isinstance(node, nir.Input):
        values["shape"] = np.asarray(node.input_type["input"]).tolist()
    return {"type": type(node).__name__, **values}


if sys.argv[1] == "write":
    nir.write(sys.argv[2], example())
else:
    # With the check of types, so that shapes must fit.
    print("RESULT" + json.dumps(plain(nir.read(sys.argv[2]))))
