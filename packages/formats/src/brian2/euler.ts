import type { FlatPopulation } from "../network.ts";
import { type Equations, leakyEquations, leakyNames, type Parameter, receptorOf, stepped } from "./equations.ts";

/* Groups that Brian2 integrates by Euler's method, as this library does: the exponential somas and those of Izhikevich. */

/** The equations of a soma: those of `Equations`, with the current `I`. */
interface Membrane {
  readonly lines: readonly string[];
  readonly parameters: readonly (readonly [name: string, unit: Parameter["unit"], key: string, about: string])[];
  readonly reset: string;
  /** Operations after the integration and the jumps of a step. */
  readonly after?: readonly string[];
  readonly last?: readonly string[];
  readonly starts?: Readonly<Record<string, string>>;
}

const common: Membrane["parameters"] = [
  ["v_rest", "mV", "potentialRest", "resting potential"],
  ["v_reset", "mV", "potentialReset", "potential after a spike"],
  ["v_peak", "mV", "threshold", "peak of a spike"],
];

const exponential = (input: string): Membrane => ({
  lines: [`dv/dt = (v_rest - v + delta_T*exp((v - v_T)/delta_T) + resistance*${input})/tau_m : volt`],
  parameters: [
    ...common,
    ["tau_m", "ms", "potentialTau", "membrane time constant"],
    ["resistance", "Gohm", "resistance", "membrane resistance"],
    ["v_T", "mV", "rheobaseThreshold", "potential above which the upstroke outruns the leak"],
    ["delta_T", "mV", "spikeSlope", "range over which the upstroke grows by a factor of e"],
  ],
  reset: "v = v_reset",
});

const adaptive = exponential("(I - w)");

const membranes: Readonly<Record<string, Membrane>> = {
  ExponentialSoma: exponential("I"),
  AdaptiveExponentialSoma: {
    lines: [...adaptive.lines, "w : amp  # adaptation", "spiked : 1  # whether the cell spikes in this step"],
    parameters: [
      ...adaptive.parameters,
      ["a", "nS", "adaptationSubthreshold", "adaptation for each potential"],
      ["b", "pA", "adaptationDelta", "adaptation at each spike"],
      ["tau_w", "ms", "adaptationTau", "time constant of the adaptation"],
    ],
    reset: "v = v_reset; spiked = 1",
    // The adaptation follows the potential after the reset.
    last: ["w += dt/tau_w*(a*(v - v_rest) - w) + b*spiked", "spiked = 0"],
  },
  IzhikevichSoma: {
    lines: [
      "dv/dt = 0.04/mV/ms*v**2 + drift_slope*v + drift_offset - u + resistance*I/ms : volt",
      "u : volt/second  # recovery",
    ],
    parameters: [
      ...common,
      ["resistance", "Gohm", "resistance", "scale of the input"],
      ["drift_slope", "1/ms", "driftSlope", "drift of the potential for each potential"],
      ["drift_offset", "mV/ms", "driftOffset", "drift of the potential at 0 mV"],
      ["a", "1/ms", "recoveryTimescale", "rate at which the recovery follows the potential"],
      ["b", "1/ms", "recoverySensitivity", "recovery for each potential"],
      ["d", "mV/ms", "recoveryUpdate", "recovery at each spike"],
    ],
    reset: "v = v_reset; u += d",
    // The recovery follows the potential before the reset.
    after: ["u += dt*a*(b*v - u)"],
    starts: { u: "'b*v_rest'" },
  },
  Izhikevich2007Soma: {
    lines: ["dv/dt = (k*(v - v_rest)*(v - v_t) - u + I)/C : volt", "du/dt = a*(b*(v - v_rest) - u) : amp  # recovery"],
    parameters: [
      ...common,
      ["C", "pF", "capacitance", "membrane capacitance"],
      ["k", "nS/mV", "curvature", "slope of the conductance with the potential"],
      ["v_t", "mV", "instantaneousThreshold", "potential above which a spike starts"],
      ["a", "1/ms", "recoveryRate", "rate at which the recovery follows the potential"],
      ["b", "nS", "recoveryConductance", "recovery current for each potential above rest"],
      ["d", "pA", "recoveryDelta", "recovery current at each spike"],
    ],
    reset: "v = v_reset; u += d",
  },
};

export const somaNames: readonly string[] = [...leakyNames, ...Object.keys(membranes)];

/** Why a soma cannot be exported, and what to do; undefined if it can. */
export const somaRemedy = ({ model, fields }: FlatPopulation): string | undefined => {
  if (!somaNames.includes(model)) return `Its equations cannot be exported yet. Use one of ${somaNames.join(", ")}.`;
  const { cooldown = 0 } = fields;
  const isHeld = typeof cooldown === "number" ? cooldown > 0 : cooldown.some((one) => one > 0);
  return isHeld && Object.hasOwn(membranes, model)
    ? "Exponential somas are exported without a refractory period only. Set their cooldown to 0."
    : undefined;
};

/** The group of a soma. `current` is an expression of the input current, if there is one. */
export const equationsOf = (population: FlatPopulation, current: string | undefined, dt: number): Equations => {
  const { model, fields, receptors } = population;
  const membrane = membranes[model];
  if (!membrane) return leakyEquations(population, current, dt);
  const parts = receptors.map((receptor) => {
    const own = receptorOf(receptor, dt);
    return { ...own, ...stepped(receptor, own) };
  });
  const currents = [...(current === undefined ? [] : [current]), ...parts.flatMap(({ current: one }) => one ?? [])];
  const { lines, parameters, reset, after = [], last, starts } = membrane;
  return {
    lines: [
      ...lines,
      `I = ${currents.join(" + ") || "0*amp"} : amp (constant over dt)`,
      ...parts.flatMap(({ lines: own }) => own),
    ],
    parameters: [
      ...parameters.map(([name, unit, key, about]) => ({ name, unit, value: fields[key]!, about })),
      ...parts.flatMap(({ parameters: own }) => own),
    ],
    threshold: "v > v_peak",
    reset,
    refractory: undefined,
    after: [
      ...parts.flatMap(({ jump }) => (jump === undefined ? [] : [`v += ${jump}`])),
      ...after,
      ...parts.flatMap(({ decays, cleared = [] }) => [...decays, ...cleared]),
    ],
    method: "euler",
    ...(last && { last }),
    ...(starts && { starts }),
  };
};
