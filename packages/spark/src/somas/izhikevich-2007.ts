import { field, positive } from "../config/field.ts";
import { dt } from "../expr/expr.ts";
import { add, div, gt, mul, select, sub, when } from "../expr/verbs.ts";
import type { ConfigOf } from "../model/component.ts";
import { withPresets } from "../model/presets.ts";
import { float } from "../model/scope.ts";
import { soma } from "../model/soma.ts";

const fields = {
  potentialRest: field(-60, "mV", "Resting potential: v_r of the book."),
  potentialReset: field(-50, "mV", "Membrane potential just after a spike: c of the book."),
  capacitance: field(100, "pF", "Membrane capacitance: C of the book.", positive),
  curvature: field(0.7, "nS/mV", "Slope of the conductance with the potential: k of the book."),
  instantaneousThreshold: field(
    -40,
    "mV",
    "Potential above which a spike starts, while the recovery is 0: v_t of the book.",
  ),
  threshold: field(35, "mV", "Peak of a spike, above which the soma is reset: v_peak of the book."),
  recoveryRate: field(0.03, "1/ms", "Rate at which the recovery follows the potential: a of the book."),
  recoveryConductance: field(-2, "nS", "Recovery current per potential above rest: b of the book."),
  recoveryDelta: field(100, "pA", "Increase of the recovery current at each spike: d of the book."),
};

const source = "Izhikevich 2007, Dynamical Systems in Neuroscience, ch. 8.2.";
const presets = {
  regularSpiking: {
    about: `Regular spiking neuron of layer 5. ${source}`,
    parameters: {
      ...{ capacitance: 100, curvature: 0.7, potentialRest: -60, instantaneousThreshold: -40, threshold: 35 },
      ...{ recoveryRate: 0.03, recoveryConductance: -2, potentialReset: -50, recoveryDelta: 100 },
    },
  },
  intrinsicallyBursting: {
    about: `Intrinsically bursting neuron of layer 5. ${source}`,
    parameters: {
      ...{ capacitance: 150, curvature: 1.2, potentialRest: -75, instantaneousThreshold: -45, threshold: 50 },
      ...{ recoveryRate: 0.01, recoveryConductance: 5, potentialReset: -56, recoveryDelta: 130 },
    },
  },
  chattering: {
    about: `Chattering neuron of cat visual cortex. ${source}`,
    parameters: {
      ...{ capacitance: 50, curvature: 1.5, potentialRest: -60, instantaneousThreshold: -40, threshold: 25 },
      ...{ recoveryRate: 0.03, recoveryConductance: 1, potentialReset: -40, recoveryDelta: 150 },
    },
  },
};

export const Izhikevich2007Soma = withPresets(
  soma("Izhikevich2007Soma", fields, {
    about:
      "Izhikevich's soma in physical units: a quadratic membrane with a recovery current. Izhikevich 2007, Dynamical Systems in Neuroscience, ch. 8; forward Euler of both variables, as in the book.",
    state: (x) => ({
      potential: float(x.potentialRest, "mV", "Membrane potential."),
      recovery: float(0, "pA", "Recovery current: u of the book."),
    }),
    roles: { threshold: "threshold", reset: "potentialReset" },
    step(x) {
      const above = sub(x.potential, x.potentialRest);
      const quadratic = mul(mul(x.curvature, above), sub(x.potential, x.instantaneousThreshold));
      const flow = div(add(sub(quadratic, x.recovery), x.current), x.capacitance);
      const after = add(add(x.potential, mul(dt, flow)), x.jump);
      const followed = add(
        x.recovery,
        mul(mul(dt, x.recoveryRate), sub(mul(x.recoveryConductance, above), x.recovery)),
      );
      const spikes = gt(after, x.threshold);
      return {
        spikes,
        potential: select(spikes, x.potentialReset, after),
        recovery: add(followed, when(spikes, x.recoveryDelta)),
      };
    },
  }),
  presets,
);

export type Izhikevich2007SomaConfig = ConfigOf<typeof fields>;
