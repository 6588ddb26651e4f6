import type { FlatNetwork, FlatPopulation, PerUnit } from "../network.ts";
import { type Kind, type Slots, slotsOf } from "./receptors.ts";

/* Populations as standard cells of PyNN. */

/** A parameter of a cell: its name in PyNN, its values, and its unit in a comment. */
export interface Parameter {
  readonly name: string;
  readonly value: PerUnit;
  readonly about: string;
}

export interface Cell {
  /** Name of the cell type, such as "IF_curr_exp". */
  readonly type: string;
  readonly parameters: readonly Parameter[];
  readonly slots: Slots;
  /** Start values by variable. */
  readonly start: Readonly<Record<string, PerUnit>>;
  /** The offset current of a unit, in the unit of the script, for an input current in pA. */
  readonly offset: (current: number, unit: number) => number;
  /** Jump of the potential by a current of 1 pA that lasts for one step, mV. */
  readonly jump: (unit: number) => number;
  /** Membrane time constant, ms; of leaky cells. */
  readonly tauM: PerUnit | undefined;
  /** What differs, if the cell is not faithful. */
  readonly difference: string | undefined;
  readonly remark: string | undefined;
}

/** A population that the script contains. */
export interface Written {
  readonly own: string;
  /** The cell of a soma; undefined for sources. */
  readonly cell: Cell | undefined;
  readonly lead: 0 | 1;
}

export type FoundCell = { readonly cell: Cell } | { readonly remedy: string };

type Types = Partial<Record<Kind | "none", string>>;

const leakyTypes: Types = {
  ...{ none: "IF_curr_exp", exp: "IF_curr_exp", alpha: "IF_curr_alpha", delta: "IF_curr_delta" },
  ...{ condExp: "IF_cond_exp", condAlpha: "IF_cond_alpha" },
};
const exponentialTypes: Types = {
  ...{ none: "EIF_cond_exp_isfa_ista", condExp: "EIF_cond_exp_isfa_ista", condAlpha: "EIF_cond_alpha_isfa_ista" },
};
const hodgkinTypes: Types = { none: "HH_cond_exp", condExp: "HH_cond_exp" };
const izhikevichTypes: Types = { none: "Izhikevich", delta: "Izhikevich" };

const somaTypes: Readonly<Record<string, Types>> = {
  LeakySoma: leakyTypes,
  RefractoryLeakySoma: leakyTypes,
  StrictRefractoryLeakySoma: leakyTypes,
  ExponentialSoma: exponentialTypes,
  RefractoryExponentialSoma: exponentialTypes,
  AdaptiveExponentialSoma: exponentialTypes,
  TraubMilesSoma: hodgkinTypes,
  IzhikevichSoma: izhikevichTypes,
};

export const somaNames: readonly string[] = Object.keys(somaTypes);

const kindNames: Readonly<Record<Kind, string>> = {
  exp: "ExponentialSynapse",
  alpha: "AlphaSynapse",
  delta: "DeltaSynapse or LinearSynapse",
  condExp: "ConductanceExponentialSynapse",
  condAlpha: "ConductanceAlphaSynapse",
};

/** The value of a unit. */
export const at = (value: PerUnit, unit: number): number => (typeof value === "number" ? value : value[unit]!);

/** A function of values of each unit; one number if all of them are numbers. */
export const perUnit = (units: number, make: (unit: number) => number, ...of: readonly PerUnit[]): PerUnit =>
  of.every((value) => typeof value === "number") ? make(0) : Float64Array.from({ length: units }, (_, k) => make(k));

const someUnit = ({ units }: FlatPopulation, holds: (unit: number) => boolean): boolean =>
  Array.from({ length: units }, (_, unit) => unit).some(holds);

/** A time of whole steps without the error of the multiplication: 0.3 instead of 0.30000000000000004. */
export const timeOf = (steps: number, dt: number): number => Number((steps * dt).toPrecision(12));

/** The cell of a population, or the sentence that says what to do instead. */
export const cellOf = (population: FlatPopulation, network: FlatNetwork): FoundCell => {
  const types = somaTypes[population.model];
  if (types === undefined)
    return { remedy: `PyNN has no standard cell with its equations. Use one of ${somaNames.join(", ")}.` };
  const found = slotsOf(population, network);
  if ("remedy" in found) return found;
  const { kind } = found.slots;
  const type = types[kind ?? "none"];
  if (type === undefined) {
    const takes = (Object.keys(types) as (keyof Types)[]).flatMap((one) => (one === "none" ? [] : kindNames[one]));
    return {
      remedy: `PyNN has no standard cell with its equations and ${kindNames[kind!]}. Its synapses must be of ${takes.join(", ")}.`,
    };
  }
  const write = types === leakyTypes ? leakyCell : types === exponentialTypes ? exponentialCell : otherCell;
  return write(population, network.dt, type, found.slots);
};

const HOLDS =
  "During the refractory period, the script holds the potential at the value that it reaches here at the end of the period, so recorded potentials differ within it.";
const ADAPTS =
  "NEST integrates with a Runge–Kutta method whose steps adapt, this library with one step of dt: the difference is of first order in dt.";

/** Parameters of the receptors, of cells that have them. */
const slotParameters = ({ kind, own }: Slots): readonly Parameter[] => {
  if (!own) return [];
  const tau = kind?.endsWith("pha") ? "ms, time to the peak of" : "ms, decay of";
  return [
    { name: "tau_syn_E", value: own.excitatory.tau, about: `${tau} excitation` },
    { name: "tau_syn_I", value: own.inhibitory.tau, about: `${tau} inhibition` },
    ...(own.excitatory.reversal === undefined
      ? []
      : [
          { name: "e_rev_E", value: own.excitatory.reversal, about: "mV, reversal potential of excitation" },
          { name: "e_rev_I", value: own.inhibitory.reversal!, about: "mV, reversal potential of inhibition" },
        ]),
  ];
};

const capacitanceOf = ({ fields, units }: FlatPopulation): Parameter => {
  const [tau, resistance] = [fields["potentialTau"]!, fields["resistance"]!];
  const value = perUnit(units, (k) => at(tau, k) / at(resistance, k) / 1000, tau, resistance);
  return { name: "cm", value, about: "nF, membrane capacitance" };
};

const needsResistance = "PyNN has a capacitance, the ratio of potentialTau and resistance. Give a positive resistance.";

const leakyCell = (population: FlatPopulation, dt: number, type: string, slots: Slots): FoundCell => {
  const { model, fields, units } = population;
  const [rest, reset, tau] = [fields["potentialRest"]!, fields["potentialReset"]!, fields["potentialTau"]!];
  const [resistance, threshold, cooldown] = [fields["resistance"]!, fields["threshold"]!, fields["cooldown"] ?? 0];
  if (someUnit(population, (k) => !(at(resistance, k) > 0))) return { remedy: needsResistance };
  if (someUnit(population, (k) => at(reset, k) >= at(threshold, k)))
    return { remedy: "Cells of PyNN need a reset potential below the threshold. Lower potentialReset." };
  // The leak of a gated soma goes on during its cooldown, which lasts one step longer.
  const isGated = model === "RefractoryLeakySoma";
  const held = (k: number): number => Math.round(at(cooldown, k) / dt) + (isGated ? 1 : 0);
  const kept = (k: number): number => Math.exp((-held(k) * dt) / at(tau, k));
  const back = isGated
    ? perUnit(units, (k) => at(rest, k) + (at(reset, k) - at(rest, k)) * kept(k), rest, reset, tau, cooldown)
    : reset;
  const isMoved = isGated && someUnit(population, (k) => at(back, k) !== at(reset, k));
  const isConductance = slots.kind === "condExp" || slots.kind === "condAlpha";
  return {
    cell: {
      type,
      slots,
      parameters: [
        capacitanceOf(population),
        { name: "tau_m", value: tau, about: "ms, membrane time constant" },
        { name: "v_rest", value: rest, about: "mV, resting potential" },
        {
          name: "v_reset",
          value: back,
          about: isMoved ? "mV, potential at the end of the refractory period" : "mV, potential after a spike",
        },
        { name: "v_thresh", value: threshold, about: "mV, threshold" },
        {
          name: "tau_refrac",
          value: perUnit(units, (k) => timeOf(held(k), dt), cooldown),
          about: "ms, refractory period",
        },
        ...slotParameters(slots),
      ],
      start: { v: rest },
      offset: (current) => current / 1000,
      jump: (k) => -at(resistance, k) * Math.expm1(-dt / at(tau, k)),
      tauM: tau,
      difference: isConductance ? ADAPTS : slots.kind === "alpha" ? alphaDifference(slots, tau, units, dt) : undefined,
      remark: isMoved ? HOLDS : undefined,
    },
  };
};

/** (1 − exp(−x))/x */
const mean = (x: number): number => (x === 0 ? 1 : -Math.expm1(-x) / x);

const alphaDifference = ({ own }: Slots, tauM: PerUnit, units: number, dt: number): string => {
  let most = 0;
  for (let k = 0; k < units; k++) {
    for (const { tau } of Object.values(own!)) {
      const [a, b] = [dt / at(tauM, k), dt / at(tau, k)];
      most = Math.max(most, Math.abs((mean(a) * mean(b)) / (Math.exp(-a) * mean(b - a)) - 1));
    }
  }
  return `NEST integrates an alpha current exactly, this library the mean of each step: potentials of a spike differ by up to ${Number((100 * most).toPrecision(2))} %.`;
};

/** The potential of an exponential soma after its cooldown, during which leak and upstroke continue. */
const afterCooldown = (fields: FlatPopulation["fields"], unit: number, steps: number, dt: number): number => {
  const field = (name: string): number => at(fields[name]!, unit);
  const [rest, slope] = [field("potentialRest"), field("spikeSlope")];
  let v = field("potentialReset");
  for (let k = 0; k < steps; k++) {
    const above = Math.min(v, field("threshold")) - field("rheobaseThreshold");
    v += (dt / field("potentialTau")) * (slope * Math.exp(above / slope) - (v - rest));
  }
  return v;
};

const exponentialCell = (population: FlatPopulation, dt: number, type: string, slots: Slots): FoundCell => {
  const { model, fields, units } = population;
  const field = (name: string): PerUnit => fields[name]!;
  if (someUnit(population, (k) => !(at(field("resistance"), k) > 0))) return { remedy: needsResistance };
  const peak = field("threshold");
  if (someUnit(population, (k) => at(field("potentialReset"), k) >= at(peak, k)))
    return { remedy: "Cells of PyNN need a reset potential below the peak of a spike. Lower potentialReset." };
  if (someUnit(population, (k) => at(field("rheobaseThreshold"), k) > at(peak, k)))
    return { remedy: "Cells of PyNN need a rheobaseThreshold below the threshold. Lower it." };
  const isAdaptive = model === "AdaptiveExponentialSoma";
  const cooldown = fields["cooldown"] ?? 0;
  const gate = model === "RefractoryExponentialSoma" ? 1 : 0;
  const held = (k: number): number => Math.round(at(cooldown, k) / dt) + gate;
  const isHeld = isAdaptive && someUnit(population, (k) => held(k) > 0);
  const reset = field("potentialReset");
  const back =
    isAdaptive || model === "ExponentialSoma"
      ? reset
      : perUnit(units, (k) => afterCooldown(fields, k, held(k), dt), ...Object.values(fields));
  const parameter = (name: string, key: string, about: string, scale = 1): Parameter => {
    const value = field(key);
    return { name, value: scale === 1 ? value : perUnit(units, (k) => at(value, k) * scale, value), about };
  };
  const none = (name: string, about: string, value = 0): Parameter => ({ name, value, about });
  return {
    cell: {
      type,
      slots,
      parameters: [
        capacitanceOf(population),
        parameter("tau_m", "potentialTau", "ms, membrane time constant"),
        parameter("v_rest", "potentialRest", "mV, resting potential"),
        {
          name: "v_reset",
          value: back,
          about: back === reset ? "mV, potential after a spike" : "mV, potential at the end of the refractory period",
        },
        parameter("v_spike", "threshold", "mV, peak of a spike"),
        parameter("v_thresh", "rheobaseThreshold", "mV, potential above which the upstroke outruns the leak"),
        parameter("delta_T", "spikeSlope", "mV, range over which the upstroke grows by a factor of e"),
        ...(isAdaptive
          ? [
              parameter("a", "adaptationSubthreshold", "nS, adaptation for each potential"),
              parameter("b", "adaptationDelta", "nA, adaptation at each spike", 1e-3),
              parameter("tau_w", "adaptationTau", "ms, time constant of the adaptation"),
            ]
          : [none("a", "nS, no adaptation"), none("b", "nA, no adaptation")]),
        {
          name: "tau_refrac",
          value: perUnit(units, (k) => timeOf(held(k), dt), cooldown),
          about: "ms, refractory period",
        },
        ...slotParameters(slots),
      ],
      start: { v: field("potentialRest") },
      offset: (current) => current / 1000,
      jump: () => 0,
      tauM: undefined,
      difference: isHeld
        ? `${ADAPTS} During the refractory period, NEST holds the potential, and this library lets it leak.`
        : ADAPTS,
      remark: back === reset ? undefined : HOLDS,
    },
  };
};

const otherCell = (population: FlatPopulation, dt: number, type: string, slots: Slots): FoundCell =>
  type === "Izhikevich" ? izhikevichCell(population, dt, type, slots) : hodgkinCell(population, type, slots);

const hodgkinCell = ({ fields, units }: FlatPopulation, type: string, slots: Slots): FoundCell => {
  const parameter = (name: string, key: string, about: string, scale = 1): Parameter => {
    const value = fields[key]!;
    return { name, value: scale === 1 ? value : perUnit(units, (k) => at(value, k) * scale, value), about };
  };
  return {
    cell: {
      type,
      slots,
      parameters: [
        parameter("cm", "capacitance", "nF, membrane capacitance", 1e-3),
        parameter("gbar_Na", "sodiumConductance", "µS, largest conductance of sodium", 1e-3),
        parameter("gbar_K", "potassiumConductance", "µS, largest conductance of potassium", 1e-3),
        parameter("g_leak", "leakConductance", "µS, conductance of the leak", 1e-3),
        parameter("e_rev_Na", "sodiumReversal", "mV, reversal potential of sodium"),
        parameter("e_rev_K", "potassiumReversal", "mV, reversal potential of potassium"),
        parameter("e_rev_leak", "leakReversal", "mV, reversal potential of the leak"),
        parameter("v_offset", "rateShift", "mV, shift of the rates of the gates"),
        ...slotParameters(slots),
      ],
      start: { v: fields["potentialRest"]! },
      offset: (current) => current / 1000,
      jump: () => 0,
      tauM: undefined,
      difference: `${ADAPTS} NEST reports a spike at its peak, this library at the crossing of the threshold: up to 0.5 ms later there.`,
      remark: undefined,
    },
  };
};

const izhikevichCell = (population: FlatPopulation, dt: number, type: string, slots: Slots): FoundCell => {
  const { fields, units } = population;
  const field = (name: string): PerUnit => fields[name]!;
  if (someUnit(population, (k) => at(field("driftSlope"), k) !== 5 || at(field("threshold"), k) !== 30))
    return {
      remedy: "Izhikevich cells of PyNN have a driftSlope of 5 /ms and a threshold of 30 mV. Use these values.",
    };
  const [a, b, rest] = [field("recoveryTimescale"), field("recoverySensitivity"), field("potentialRest")];
  return {
    cell: {
      type,
      slots,
      parameters: [
        { name: "a", value: a, about: "1/ms, rate at which the recovery follows the potential" },
        { name: "b", value: b, about: "1/ms, recovery for each potential" },
        { name: "c", value: field("potentialReset"), about: "mV, potential after a spike" },
        { name: "d", value: field("recoveryUpdate"), about: "mV/ms, recovery at each spike" },
      ],
      start: { v: rest, u: perUnit(units, (k) => at(b, k) * at(rest, k), b, rest) },
      // The current of PyNN's cell is a drift of the potential: 1 nA are 1000 mV/ms.
      offset: (current, k) => (at(field("resistance"), k) * current + at(field("driftOffset"), k) - 140) / 1000,
      jump: (k) => dt * at(field("resistance"), k),
      tauM: undefined,
      difference:
        "The recovery of NEST follows the potential before a step, that of this library the potential after it: the difference is of first order in dt.",
      remark: undefined,
    },
  };
};
