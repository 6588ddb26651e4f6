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

const cells: Readonly<Record<string, MakeCell>> = {
  iafCell: (component) => ({ soma: "LeakySoma", fields: leaky(component) }),
  iafRefCell: (component) => ({
    soma: "StrictRefractoryLeakySoma",
    fields: { ...leaky(component), cooldown: quantityOf(component.element, "refract", "time", component.where) },
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
}

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

export const synapseTypes: readonly string[] = Object.keys(synapses);

/** The synapse of a component; undefined if its type is not known. @throws ConfigError as `readCell` */
export const readSynapse = (component: Component): ReadSynapse | undefined =>
  Object.hasOwn(synapses, component.type) ? synapses[component.type]!(component) : undefined;
