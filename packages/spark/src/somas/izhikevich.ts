import { field } from "../config/field.ts";
import { type Bool, dt, type Float } from "../expr/expr.ts";
import { add, gt, mul, quantity, select, sub, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { withPresets } from "../model/presets.ts";
import { type FieldScope, float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";
import { accommodationPreset, izhikevichPresets } from "./izhikevich-presets.ts";

/** Fields of Izhikevich's membrane. */
export const izhikevich = {
  potentialRest: field(-65, "mV", "Membrane potential at the start."),
  potentialReset: field(-65, "mV", "Membrane potential just after a spike: c of the paper."),
  resistance: field(
    0.1,
    "GΩ",
    "Scale of the input: this resistance times a current, in mV, is the drift of the potential per ms.",
  ),
  driftSlope: field(5, "1/ms", "Drift of the potential per potential: 5 in the paper."),
  driftOffset: field(140, "mV/ms", "Drift of the potential at 0 mV: 140 in the paper."),
  threshold: field(30, "mV", "Peak of a spike, above which the soma is reset."),
  recoveryTimescale: field(0.02, "1/ms", "Rate at which the recovery follows the potential: a of the paper."),
  recoverySensitivity: field(0.2, "1/ms", "Recovery per potential: b of the paper."),
  recoveryUpdate: field(2, "mV/ms", "Increase of the recovery at each spike: d of the paper."),
};

type Izhikevich = FieldScope<typeof izhikevich>;

/** State variables of Izhikevich's membrane. */
export const izhikevichState = (x: Izhikevich) => ({
  potential: float(x.potentialRest, "mV", "Membrane potential."),
  recovery: float(mul(x.recoverySensitivity, x.potentialRest), "mV/ms", "Recovery of the membrane: u of the paper."),
});

/** The potential after a forward Euler step with a current. */
export const drift = (
  x: Izhikevich & { readonly potential: Float; readonly recovery: Float },
  current: Float,
): Float => {
  const { potential: v, recovery: u } = x;
  const square = mul(mul(quantity(0.04, "1/mV/ms"), v), v);
  const slope = add(mul(x.driftSlope, v), x.driftOffset);
  const drive = mul(quantity(1, "1/ms"), mul(x.resistance, current));
  return add(v, mul(dt, add(sub(add(square, slope), u), drive)));
};

/** The recovery after a step, which follows the potential after it. */
export const recover = (x: Izhikevich & { readonly recovery: Float }, after: Float, spikes: Bool): Float => {
  const followed = add(
    x.recovery,
    mul(mul(dt, x.recoveryTimescale), sub(mul(x.recoverySensitivity, after), x.recovery)),
  );
  return add(followed, when(spikes, x.recoveryUpdate));
};

/** The equations contain the membrane time constant of 1 ms, so their terms are drifts of the potential. */
export const IzhikevichSoma = withPresets(
  soma("IzhikevichSoma", izhikevich, {
    about:
      "Izhikevich's soma of two equations, whose four parameters give regular spiking, bursts, chattering and more. Izhikevich 2003, IEEE Trans. Neural Netw. 14, 1569; forward Euler, as in Python Spark.",
    state: izhikevichState,
    roles: { threshold: "threshold", reset: "potentialReset" },
    step(x) {
      const after = add(drift(x, x.current), x.jump);
      const spikes = gt(after, x.threshold);
      return { spikes, potential: select(spikes, x.potentialReset, after), recovery: recover(x, after, spikes) };
    },
  }),
  izhikevichPresets,
);

const accommodating = {
  ...izhikevich,
  recoveryReference: field(-65, "mV", "Potential at which the recovery keeps its value."),
  recoveryStart: field(-16, "mV/ms", "Recovery at the start."),
};

/** The panel of Izhikevich 2004 whose recovery has an equation of its own. */
export const AccommodatingIzhikevichSoma = withPresets(
  soma("AccommodatingIzhikevichSoma", accommodating, {
    about:
      "Izhikevich's soma with a recovery that sums the distance of the potential from a reference, without a decay. It responds to fast inputs and accommodates to slow ones. Izhikevich 2004, IEEE Trans. Neural Netw. 15, 1063, fig. 1R; forward Euler, as in his program.",
    state: (x) => ({
      potential: float(x.potentialRest, "mV", "Membrane potential."),
      recovery: float(x.recoveryStart, "mV/ms", "Recovery of the membrane: u of the paper."),
    }),
    roles: { threshold: "threshold", reset: "potentialReset" },
    step(x) {
      const after = add(drift(x, x.current), x.jump);
      const spikes = gt(after, x.threshold);
      const rate = mul(x.recoverySensitivity, sub(after, x.recoveryReference));
      const recovery = add(x.recovery, mul(mul(dt, x.recoveryTimescale), rate));
      return {
        spikes,
        potential: select(spikes, x.potentialReset, after),
        recovery: add(recovery, when(spikes, x.recoveryUpdate)),
      };
    },
  }),
  { accommodation: accommodationPreset },
);

export type IzhikevichSomaConfig = ConfigOf<typeof izhikevich>;
