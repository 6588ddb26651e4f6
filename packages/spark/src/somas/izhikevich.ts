import { field } from "../config/field.ts";
import { dt } from "../expr/expr.ts";
import { add, gt, mul, quantity, select, sub, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";

const fields = {
  potentialRest: field(-65, "mV", "Membrane potential at the start."),
  potentialReset: field(-65, "mV", "Membrane potential just after a spike: c of the paper."),
  resistance: field(
    0.1,
    "GΩ",
    "Scale of the input: this resistance times a current, in mV, is the drift of the potential per ms.",
  ),
  threshold: field(30, "mV", "Peak of a spike, above which the soma is reset."),
  recoveryTimescale: field(0.02, "1/ms", "Rate at which the recovery follows the potential: a of the paper."),
  recoverySensitivity: field(0.2, "1/ms", "Recovery per potential: b of the paper."),
  recoveryUpdate: field(2, "mV/ms", "Increase of the recovery at each spike: d of the paper."),
};

/** The equations contain the membrane time constant of 1 ms, so their terms are drifts of the potential. */
export const IzhikevichSoma = soma("IzhikevichSoma", fields, {
  about:
    "Izhikevich's soma of two equations, whose four parameters give regular spiking, bursts, chattering and more. Izhikevich 2003, IEEE Trans. Neural Netw. 14, 1569; forward Euler, as in Python Spark.",
  state: (x) => ({
    potential: float(x.potentialRest, "mV", "Membrane potential."),
    recovery: float(mul(x.recoverySensitivity, x.potentialRest), "mV/ms", "Recovery of the membrane: u of the paper."),
  }),
  roles: { threshold: "threshold", reset: "potentialReset" },
  step(x) {
    const { potential: v, recovery: u } = x;
    const square = mul(mul(quantity(0.04, "1/mV/ms"), v), v);
    const slope = add(mul(quantity(5, "1/ms"), v), quantity(140, "mV/ms"));
    const drive = mul(quantity(1, "1/ms"), mul(x.resistance, x.current));
    const moved = add(v, mul(dt, add(sub(add(square, slope), u), drive)));
    const after = add(moved, x.jump);
    const followed = add(u, mul(mul(dt, x.recoveryTimescale), sub(mul(x.recoverySensitivity, after), u)));
    const spikes = gt(after, x.threshold);
    return {
      spikes,
      potential: select(spikes, x.potentialReset, after),
      recovery: add(followed, when(spikes, x.recoveryUpdate)),
    };
  },
});

export type IzhikevichSomaConfig = ConfigOf<typeof fields>;
