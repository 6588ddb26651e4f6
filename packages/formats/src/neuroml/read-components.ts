import { ConfigError } from "spark-snn";
import { cellDifferenceText, NANOAMPERES } from "./cells.ts";
import { inverse, positiveOf, quantityOf } from "./quantities.ts";
import type { Component } from "./read-model.ts";

/* Cells and synapses of NeuroML as somas and synapses of the library. */

/** A cell as a soma. */
export interface ReadCell {
  readonly soma: string;
  readonly fields: Readonly<Record<string, number>>;
  /** Potential at the start, mV; undefined at rest. */
  readonly start?: number;
  /** What it takes instead of currents. */
  readonly takes?: "numbers" | "nothing";
}

type MakeCell = (component: Component) => ReadCell;

/** The time constant and the resistance of a membrane with a capacitance and a leak conductance. */
const membrane = ({ element, where }: Component, leakKey: string) => {
  const capacitance = positiveOf(element, "C", "capacitance", where);
  const leak = positiveOf(element, leakKey, "conductance", where);
  const resistance = inverse(1 / leak, (one) => 1 / one === leak);
  const potentialTau = inverse(capacitance * resistance, (one) => one / resistance === capacitance);
  return { potentialTau, resistance };
};

const leaky = (component: Component): ReadCell["fields"] => {
  const { element, where } = component;
  return {
    potentialRest: quantityOf(element, "leakReversal", "voltage", where),
    potentialReset: quantityOf(element, "reset", "voltage", where),
    threshold: quantityOf(element, "thresh", "voltage", where),
    ...membrane(component, "leakConductance"),
  };
};

/** A leaky membrane without a capacitance, which takes no current. */
const relaxing = ({ element, where }: Component): ReadCell["fields"] => ({
  potentialRest: quantityOf(element, "leakReversal", "voltage", where),
  potentialReset: quantityOf(element, "reset", "voltage", where),
  threshold: quantityOf(element, "thresh", "voltage", where),
  potentialTau: positiveOf(element, "tau", "time", where),
  resistance: 0,
});

/** Why a population does not take an input, and what to do; undefined if it takes it. */
export const inputRemedy = (
  id: string,
  [cell]: readonly ReadCell[],
  given: "currents" | "numbers",
): string | undefined => {
  const takes = cell?.takes ?? "currents";
  if (takes === given) return undefined;
  return takes === "nothing"
    ? `The cells of ${id} have no capacitance, so they take no input. Use iafCell or iafRefCell.`
    : `The cells of ${id} take ${takes === "numbers" ? "numbers, such as pulseGeneratorDL," : "currents,"} and this input gives ${given}. Use another cell or input.`;
};

const cells: Readonly<Record<string, MakeCell>> = {
  iafCell: (component) => ({ soma: "LeakySoma", fields: leaky(component) }),
  iafRefCell: (component) => ({
    soma: "StrictRefractoryLeakySoma",
    fields: { ...leaky(component), cooldown: quantityOf(component.element, "refract", "time", component.where) },
  }),
  iafTauCell: (component) => ({ soma: "LeakySoma", fields: relaxing(component), takes: "nothing" }),
  iafTauRefCell: (component) => ({
    soma: "StrictRefractoryLeakySoma",
    fields: { ...relaxing(component), cooldown: quantityOf(component.element, "refract", "time", component.where) },
    takes: "nothing",
  }),
  // Inputs are numbers, which become pA.
  izhikevichCell: ({ element, where }) => ({
    soma: "IzhikevichSoma",
    fields: {
      potentialRest: quantityOf(element, "v0", "voltage", where),
      potentialReset: quantityOf(element, "c", "number", where),
      resistance: 1,
      threshold: quantityOf(element, "thresh", "voltage", where),
      recoveryTimescale: quantityOf(element, "a", "number", where),
      recoverySensitivity: quantityOf(element, "b", "number", where),
      recoveryUpdate: quantityOf(element, "d", "number", where),
    },
    takes: "numbers",
  }),
  adExIaFCell: (component) => {
    const { element, where } = component;
    return {
      soma: "AdaptiveExponentialSoma",
      fields: {
        potentialRest: quantityOf(element, "EL", "voltage", where),
        potentialReset: quantityOf(element, "reset", "voltage", where),
        ...membrane(component, "gL"),
        threshold: quantityOf(element, "thresh", "voltage", where),
        rheobaseThreshold: quantityOf(element, "VT", "voltage", where),
        spikeSlope: positiveOf(element, "delT", "voltage", where),
        cooldown: quantityOf(element, "refract", "time", where),
        adaptationTau: positiveOf(element, "tauw", "time", where),
        adaptationDelta: quantityOf(element, "b", "current", where),
        adaptationSubthreshold: quantityOf(element, "a", "conductance", where),
      },
    };
  },
  izhikevich2007Cell: ({ element, where }) => ({
    soma: "Izhikevich2007Soma",
    fields: {
      potentialRest: quantityOf(element, "vr", "voltage", where),
      potentialReset: quantityOf(element, "c", "voltage", where),
      capacitance: positiveOf(element, "C", "capacitance", where),
      curvature: quantityOf(element, "k", "curvature", where),
      instantaneousThreshold: quantityOf(element, "vt", "voltage", where),
      threshold: quantityOf(element, "vpeak", "voltage", where),
      recoveryRate: quantityOf(element, "a", "recovery", where),
      recoveryConductance: quantityOf(element, "b", "conductance", where),
      recoveryDelta: quantityOf(element, "d", "current", where),
    },
    start: quantityOf(element, "v0", "voltage", where),
  }),
};

export const cellTypes: readonly string[] = Object.keys(cells);

/** The soma of a cell; undefined if its type is not known. @throws ConfigError for parameters that are missing or invalid */
export const readCell = (component: Component): ReadCell | undefined =>
  Object.hasOwn(cells, component.type) ? cells[component.type]!(component) : undefined;

/** What differs between a population of cells and the somas that it becomes; undefined if nothing differs. */
export const readDifference = (soma: string, list: readonly ReadCell[]): string | undefined =>
  soma === "AdaptiveExponentialSoma" && list.some(({ fields }) => fields["cooldown"]! > 0)
    ? cellDifferenceText
    : undefined;

const adaptation = ["cooldown", "adaptationTau", "adaptationDelta", "adaptationSubthreshold"];

/** Cells without adaptation and refractory period are simple exponential somas. */
export const simplest = (list: readonly ReadCell[]): readonly ReadCell[] => {
  const isSimple = ({ soma, fields }: ReadCell): boolean =>
    soma === "AdaptiveExponentialSoma" &&
    ["cooldown", "adaptationDelta", "adaptationSubthreshold"].every((key) => fields[key] === 0);
  if (!list.every(isSimple)) return list;
  return list.map((cell) => ({
    ...cell,
    soma: "ExponentialSoma",
    fields: Object.fromEntries(Object.entries(cell.fields).filter(([key]) => !adaptation.includes(key))),
  }));
};

/** A synapse as a synapse of the library. */
export interface ReadSynapse {
  readonly model: string;
  readonly fields: Readonly<Record<string, number>>;
  readonly isConductance: boolean;
  /** The weight in the unit of the receptor, for the weight of a connection. */
  readonly weight: (weight: number) => number;
  /** Its text, if the library has no model with its equations. */
  readonly equations?: readonly string[];
}

/** A conductance with a time constant of its rise and one of its decay. */
const riseAndDecay: readonly string[] = [
  "# Difference of two exponential functions, as expTwoSynapse of NeuroML.",
  "drise/dt = -rise/tauRise : nS",
  "dfall/dt = -fall/tauDecay : nS",
  "input w : weight nS",
  "arrive: rise += w",
  "arrive: fall += w",
  "current: (meanDecay(fall, tauDecay) - meanDecay(rise, tauRise))*(potentialReversal - v)",
  "potentialReversal = 0 mV; tauRise = 1 ms (> 0); tauDecay = 2 ms (> 0)",
];

const synapses: Readonly<Record<string, (component: Component) => ReadSynapse>> = {
  // The component of PyNN in NeuroML: numbers in ms and nA.
  expCurrSynapse: ({ element, where }) => ({
    model: "ExponentialSynapse",
    fields: { tau: positiveOf(element, "tau_syn", "number", where) },
    isConductance: false,
    weight: (weight) => inverse(weight * NANOAMPERES, (one) => one / NANOAMPERES === weight),
  }),
  alphaCurrentSynapse: ({ element, where }) => {
    const base = quantityOf(element, "ibase", "current", where);
    return {
      model: "AlphaSynapse",
      fields: { tau: positiveOf(element, "tau", "time", where) },
      isConductance: false,
      weight: (weight) => weight * base,
    };
  },
  expOneSynapse: ({ element, where }) => {
    const base = quantityOf(element, "gbase", "conductance", where);
    return {
      model: "ConductanceExponentialSynapse",
      fields: {
        potentialReversal: quantityOf(element, "erev", "voltage", where),
        tau: positiveOf(element, "tauDecay", "time", where),
      },
      isConductance: true,
      weight: (weight) => weight * base,
    };
  },
  expTwoSynapse: ({ element, where }) => {
    const base = quantityOf(element, "gbase", "conductance", where);
    const tauRise = positiveOf(element, "tauRise", "time", where);
    const tauDecay = positiveOf(element, "tauDecay", "time", where);
    if (tauRise === tauDecay) {
      throw new ConfigError({
        path: `${where}.tauRise`,
        message: `must differ from tauDecay; both are ${tauRise} ms. Use an alphaSynapse.`,
      });
    }
    const peak = (Math.log(tauDecay / tauRise) * tauRise * tauDecay) / (tauDecay - tauRise);
    const factor = base / (Math.exp(-peak / tauDecay) - Math.exp(-peak / tauRise));
    return {
      model: "ExpTwoSynapse",
      fields: { potentialReversal: quantityOf(element, "erev", "voltage", where), tauRise, tauDecay },
      isConductance: true,
      weight: (weight) => weight * factor,
      equations: riseAndDecay,
    };
  },
  alphaSynapse: ({ element, where }) => {
    const base = quantityOf(element, "gbase", "conductance", where);
    return {
      model: "ConductanceAlphaSynapse",
      fields: {
        potentialReversal: quantityOf(element, "erev", "voltage", where),
        tau: positiveOf(element, "tau", "time", where),
      },
      isConductance: true,
      weight: (weight) => weight * base,
    };
  },
};

/** A synapse in a document. */
export const synapsePart = ({ model, fields, equations }: ReadSynapse): Readonly<Record<string, unknown>> =>
  equations ? { name: model, equations, parameters: fields } : { synapse: model, ...fields };

export const synapseTypes: readonly string[] = Object.keys(synapses);

/** The synapse of a component; undefined if its type is not known. @throws ConfigError as `readCell` */
export const readSynapse = (component: Component): ReadSynapse | undefined =>
  Object.hasOwn(synapses, component.type) ? synapses[component.type]!(component) : undefined;
