import type { FlatPopulation, FlatReceptor } from "../network.ts";
import { type Element, element, quantity } from "./xml.ts";

/* Somas and synapses as components of NeuroML. */

/** The parameters of one unit. */
export type UnitFields = Readonly<Record<string, number>>;

/** Makes the cell of a unit. `start`: its start potential, mV. */
type MakeCell = (id: string, x: UnitFields, start: number) => Element;

const leaky = (x: UnitFields): Readonly<Record<string, string>> => ({
  C: quantity(x["potentialTau"]! / x["resistance"]!, "pF"),
  thresh: quantity(x["threshold"]!, "mV"),
  reset: quantity(x["potentialReset"]!, "mV"),
  leakConductance: quantity(1 / x["resistance"]!, "nS"),
  leakReversal: quantity(x["potentialRest"]!, "mV"),
});

const exponential: MakeCell = (id, x) =>
  element("adExIaFCell", {
    id,
    C: quantity(x["potentialTau"]! / x["resistance"]!, "pF"),
    gL: quantity(1 / x["resistance"]!, "nS"),
    EL: quantity(x["potentialRest"]!, "mV"),
    reset: quantity(x["potentialReset"]!, "mV"),
    VT: quantity(x["rheobaseThreshold"]!, "mV"),
    thresh: quantity(x["threshold"]!, "mV"),
    delT: quantity(x["spikeSlope"]!, "mV"),
    tauw: quantity(x["adaptationTau"] ?? 100, "ms"),
    refract: quantity(x["cooldown"] ?? 0, "ms"),
    a: quantity(x["adaptationSubthreshold"] ?? 0, "nS"),
    b: quantity(x["adaptationDelta"] ?? 0, "pA"),
  });

const cells: Readonly<Record<string, MakeCell>> = {
  LeakySoma: (id, x) => element("iafCell", { id, ...leaky(x) }),
  StrictRefractoryLeakySoma: (id, x) =>
    element("iafRefCell", { id, ...leaky(x), refract: quantity(x["cooldown"]!, "ms") }),
  ExponentialSoma: exponential,
  AdaptiveExponentialSoma: exponential,
  Izhikevich2007Soma: (id, x, start) =>
    element("izhikevich2007Cell", {
      id,
      v0: quantity(start, "mV"),
      C: quantity(x["capacitance"]!, "pF"),
      k: quantity(x["curvature"]!, "nS_per_mV"),
      vr: quantity(x["potentialRest"]!, "mV"),
      vt: quantity(x["instantaneousThreshold"]!, "mV"),
      vpeak: quantity(x["threshold"]!, "mV"),
      a: quantity(x["recoveryRate"]!, "per_ms"),
      b: quantity(x["recoveryConductance"]!, "nS"),
      c: quantity(x["potentialReset"]!, "mV"),
      d: quantity(x["recoveryDelta"]!, "pA"),
    }),
};

export const somaNames: readonly string[] = Object.keys(cells);

/** The fields of a unit, as numbers. */
export const fieldsOf = ({ fields }: FlatPopulation, unit: number): UnitFields =>
  Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [key, typeof value === "number" ? value : value[unit]!]),
  );

/** Why a population has no cell in NeuroML, and what to do. Undefined if it has one. */
export const cellRemedy = (population: FlatPopulation): string | undefined => {
  const { model, units } = population;
  if (!Object.hasOwn(cells, model))
    return `NeuroML has no standard cell with its equations. Use one of ${somaNames.join(", ")}.`;
  for (let unit = 0; unit < units; unit++) {
    const { resistance } = fieldsOf(population, unit);
    if (resistance !== undefined && !(resistance > 0))
      return "NeuroML has a leak conductance, the inverse of the resistance. Give a positive resistance.";
  }
  return undefined;
};

/** Whether a cell of NeuroML has a start potential; the others start at rest. */
export const startsAnywhere = ({ model }: FlatPopulation): boolean => model === "Izhikevich2007Soma";

/** What differs for adaptive exponential somas with a cooldown. */
export const cellDifferenceText =
  "During the refractory period, NeuroML holds the potential, and this library lets it leak.";

/** Factor from the weights of PyNN in NeuroML, nA, to pA. */
export const NANOAMPERES = 1000;

/** What differs for a soma, in all units. Undefined if nothing differs. */
export const cellDifference = ({ model, fields }: FlatPopulation): string | undefined => {
  const { cooldown = 0 } = fields;
  const isHeld = typeof cooldown === "number" ? cooldown > 0 : cooldown.some((one) => one > 0);
  return model === "AdaptiveExponentialSoma" && isHeld ? cellDifferenceText : undefined;
};

export const cellOf = (model: string, id: string, fields: UnitFields, start: number): Element =>
  cells[model]!(id, fields, start);

interface SynapseForm {
  readonly make: (id: string, x: UnitFields) => Element;
  /** The weight of a connection for a weight in the unit of the receptor. */
  readonly weight: (weight: number) => number;
}

const same = (weight: number): number => weight;

const synapses: Readonly<Record<string, SynapseForm>> = {
  ExponentialSynapse: {
    // The component of PyNN in NeuroML: numbers in ms and nA.
    make: (id, x) => element("expCurrSynapse", { id, tau_syn: quantity(x["tau"]!, "") }),
    weight: (weight) => weight / NANOAMPERES,
  },
  AlphaSynapse: {
    make: (id, x) => element("alphaCurrentSynapse", { id, tau: quantity(x["tau"]!, "ms"), ibase: "1pA" }),
    weight: same,
  },
  ConductanceExponentialSynapse: {
    make: (id, x) =>
      element("expOneSynapse", {
        id,
        gbase: "1nS",
        erev: quantity(x["potentialReversal"]!, "mV"),
        tauDecay: quantity(x["tau"]!, "ms"),
      }),
    weight: same,
  },
  ConductanceAlphaSynapse: {
    make: (id, x) =>
      element("alphaSynapse", {
        id,
        gbase: "1nS",
        erev: quantity(x["potentialReversal"]!, "mV"),
        tau: quantity(x["tau"]!, "ms"),
      }),
    weight: same,
  },
};

export const synapseNames: readonly string[] = Object.keys(synapses);

/** Whether a receptor has a synapse in NeuroML: a known model with one number for each parameter. */
export const isKnownSynapse = ({ model, fields }: FlatReceptor): boolean =>
  Object.hasOwn(synapses, model) && Object.values(fields).every((value) => typeof value === "number");

export const synapseOf = ({ model, fields }: FlatReceptor, id: string): Element =>
  synapses[model]!.make(id, fields as UnitFields);

export const weightOf = ({ model }: FlatReceptor, weight: number): number => synapses[model]!.weight(weight);
