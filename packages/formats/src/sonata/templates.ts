import { ConfigError } from "spark-snn";
import { isRecord } from "spark-snn/documents";

/*
 * Models of point neurons of NEST and NEURON, as somas and synapse models of the library. The defaults are those of NEST
 * 3.10. Parameters that do not change the dynamics here are ignored.
 */

type Part = Readonly<Record<string, unknown>>;

/** A parameter of each unit, or its default. */
export type ParameterOf = (name: string, fallback: number) => Float64Array;

/** Synapses onto a population that share a receptor. */
export interface TemplateReceptor {
  /** The synapse in a document, without its parameters. */
  readonly base: Part;
  readonly fields: Readonly<Record<string, Float64Array>>;
}

export interface TemplateCells {
  /** The soma in a document, without its parameters. */
  readonly base: Part;
  /** Key of the document that holds the parameters of the soma; undefined if they are next to it. */
  readonly parametersIn?: string;
  readonly fields: Readonly<Record<string, Float64Array>>;
  readonly receptors: Readonly<Record<string, TemplateReceptor>>;
  /** Constant current, pA. */
  readonly current?: Float64Array;
  /** Potential at the start, mV. */
  readonly start?: Float64Array;
}

/** The receptor of a synapse, and the weight with which it acts there. */
export interface Aimed {
  readonly receptor: string;
  readonly weight: number;
}

export interface Template {
  /** Model of the library, for the report. */
  readonly result: string;
  /** Difference of the dynamics and its size; undefined if there is none. */
  readonly difference?: string;
  /** Names of the parameters that have a meaning here. */
  readonly parameters: readonly string[];
  /** Parameters without an effect on the dynamics. */
  readonly ignored: readonly string[];
  readonly cells: (of: ParameterOf, units: number) => TemplateCells;
  /**
   * The receptor of a synapse. `port` is the receptor_type of NEST, counted from 1, or the name of a receptor; undefined if
   * the synapse has none.
   * Returns undefined if there is no such receptor.
   */
  readonly aim: (weight: number, port: number | string | undefined, cells: TemplateCells) => Aimed | undefined;
  /** Whether the weights have a sign of their own (`sign` of the parameters of a synapse). */
  readonly hasSign: boolean;
  /** Largest time step, ms, for models whose spikes have times between the steps of their simulator. */
  readonly largestStep?: number;
  /** Delay of a synapse that has none, ms; undefined if the delay must be given. */
  readonly delay?: number;
}

const nestNoise = [
  "V_min",
  "tau_minus",
  "tau_minus_triplet",
  "tau_Ca",
  "beta_Ca",
  "Ca",
  "rho",
  "delta",
  "type",
  "synaptic_elements",
];
const membrane = ["C_m", "tau_m", "t_ref", "E_L", "I_e", "V_th", "V_reset", "V_m"];

const membraneOf = (of: ParameterOf, leak?: Float64Array): Omit<TemplateCells, "receptors"> => {
  const capacity = of("C_m", 250);
  const tau = leak ? capacity.map((c, k) => c / leak[k]!) : of("tau_m", 10);
  return {
    base: { soma: "StrictRefractoryLeakySoma" },
    fields: {
      potentialRest: of("E_L", -70),
      potentialReset: of("V_reset", leak ? -60 : -70),
      potentialTau: tau,
      resistance: tau.map((one, k) => one / capacity[k]!),
      threshold: of("V_th", -55),
      cooldown: of("t_ref", 2),
    },
    current: of("I_e", 0),
    start: of("V_m", -70),
  };
};

/** Two currents, one for positive and one for negative weights. */
const bySign = (synapse: string): Pick<Template, "cells" | "aim" | "hasSign" | "delay"> => ({
  hasSign: false,
  delay: 1,
  cells(of) {
    const excitatory = of("tau_syn_ex", 2);
    const inhibitory = of("tau_syn_in", 2);
    const isOne = excitatory.every((tau, k) => tau === inhibitory[k]);
    return {
      ...membraneOf(of),
      receptors: isOne
        ? { synapses: { base: { synapse }, fields: { tau: excitatory } } }
        : {
            excitatory: { base: { synapse }, fields: { tau: excitatory } },
            inhibitory: { base: { synapse }, fields: { tau: inhibitory } },
          },
    };
  },
  aim: (weight, _port, { receptors }) => ({
    receptor: receptors["synapses"] ? "synapses" : weight < 0 ? "inhibitory" : "excitatory",
    weight,
  }),
});

const conductanceParameters = [
  ...["C_m", "g_L", "t_ref", "E_L", "I_e", "V_th", "V_reset", "V_m"],
  ...["tau_syn_ex", "tau_syn_in", "E_ex", "E_in"],
];

/** One conductance for positive and one for negative weights. */
const conductances = (synapse: string): Pick<Template, "cells" | "aim" | "hasSign" | "delay"> => ({
  hasSign: false,
  delay: 1,
  cells: (of) => ({
    ...membraneOf(of, of("g_L", 16.6667)),
    receptors: {
      excitatory: { base: { synapse }, fields: { tau: of("tau_syn_ex", 0.2), potentialReversal: of("E_ex", 0) } },
      inhibitory: { base: { synapse }, fields: { tau: of("tau_syn_in", 2), potentialReversal: of("E_in", -85) } },
    },
  }),
  aim: (weight) => ({ receptor: weight < 0 ? "inhibitory" : "excitatory", weight: Math.abs(weight) }),
});

/** The difference of somas with currents to those of NEST. */
export const MEAN =
  "NEST solves current and membrane together; here a step uses the mean of the current. A postsynaptic potential differs by about dt²/(12·tau_m·tau_syn) of its peak: by 4e-5 at dt = 0.1 ms, tau_m = 10 ms and tau_syn = 2 ms.";
const METHOD =
  "NEST integrates with an adaptive Runge-Kutta method. Here the conductance is exact and the potential of the step before drives its current: an error of first order in dt.";

const nest: Readonly<Record<string, Template>> = {
  iaf_psc_alpha: {
    result: "StrictRefractoryLeakySoma with AlphaSynapse",
    difference: MEAN,
    parameters: [...membrane, "tau_syn_ex", "tau_syn_in"],
    ignored: nestNoise,
    ...bySign("AlphaSynapse"),
  },
  iaf_psc_exp: {
    result: "StrictRefractoryLeakySoma with ExponentialSynapse",
    difference: MEAN,
    parameters: [...membrane, "tau_syn_ex", "tau_syn_in"],
    ignored: nestNoise,
    ...bySign("ExponentialSynapse"),
  },
  iaf_psc_delta: {
    result: "StrictRefractoryLeakySoma with DeltaSynapse",
    parameters: [...membrane],
    ignored: [...nestNoise, "refractory_input"],
    hasSign: false,
    delay: 1,
    cells: (of) => ({ ...membraneOf(of), receptors: { synapses: { base: { synapse: "DeltaSynapse" }, fields: {} } } }),
    aim: (weight) => ({ receptor: "synapses", weight }),
  },
  iaf_cond_exp: {
    result: "StrictRefractoryLeakySoma with ConductanceExponentialSynapse",
    difference: METHOD,
    parameters: conductanceParameters,
    ignored: nestNoise,
    ...conductances("ConductanceExponentialSynapse"),
  },
  iaf_cond_alpha: {
    result: "StrictRefractoryLeakySoma with ConductanceAlphaSynapse",
    difference: METHOD,
    parameters: conductanceParameters,
    ignored: nestNoise,
    ...conductances("ConductanceAlphaSynapse"),
  },
};

/** A current for each time constant. They are one list for all nodes, in the parameters that these share. */
const multisynapse = (synapse: string, shared: Part): Template => {
  const given = shared["tau_syn"] ?? [2];
  const taus = (Array.isArray(given) ? given : [given]) as readonly unknown[];
  if (!taus.every((tau): tau is number => typeof tau === "number" && tau > 0)) {
    throw new ConfigError({
      path: "dynamics_params.tau_syn",
      message: `must be a list of time constants in ms; received ${JSON.stringify(given)}. Correct it.`,
    });
  }
  return {
    result: `StrictRefractoryLeakySoma with ${taus.length} ${synapse}`,
    difference: MEAN,
    parameters: membrane,
    ignored: [...nestNoise, "tau_syn"],
    hasSign: false,
    delay: 1,
    cells: (of, units) => ({
      ...membraneOf(of),
      receptors: Object.fromEntries(
        taus.map((tau, k) => [
          `receptor${k + 1}`,
          { base: { synapse }, fields: { tau: new Float64Array(units).fill(tau) } },
        ]),
      ),
    }),
    aim: (weight, port, { receptors }) =>
      Object.hasOwn(receptors, `receptor${port}`) ? { receptor: `receptor${port}`, weight } : undefined,
  };
};

/** A model of this library, which an export wrote. */
const spark = (name: string, shared: Part, own: readonly string[]): Template => {
  const { population, receptors = {} } = shared;
  if (!isRecord(population) || !isRecord(receptors) || !Object.values(receptors).every(isRecord)) {
    throw new ConfigError({
      path: "dynamics_params",
      message: `of ${name} must have a population, and its receptors by name. Export the network again.`,
    });
  }
  const { population: _population, receptors: _receptors, ...numbers } = shared;
  const names = [...new Set([...Object.keys(numbers), ...own])];
  const isStart = (key: string): boolean => key === "I_e" || key === "V_m";
  return {
    result: name.slice("spark:".length),
    parameters: names,
    ignored: ["population", "receptors"],
    hasSign: false,
    cells: (of) => ({
      base: population,
      ...("equations" in population && { parametersIn: "parameters" }),
      fields: Object.fromEntries(
        names.filter((key) => !key.includes(".") && !isStart(key)).map((key) => [key, of(key, Number.NaN)]),
      ),
      receptors: Object.fromEntries(
        Object.entries(receptors as Readonly<Record<string, Part>>).map(([receptor, base]) => [
          receptor,
          {
            base,
            fields: Object.fromEntries(
              names
                .filter((key) => key.startsWith(`${receptor}.`) && !key.slice(receptor.length + 1).includes("."))
                .map((key) => [key.slice(receptor.length + 1), of(key, Number.NaN)]),
            ),
          },
        ]),
      ),
      current: of("I_e", 0),
      ...(names.includes("V_m") && { start: of("V_m", Number.NaN) }),
    }),
    aim: (weight, port, cells) =>
      Object.hasOwn(cells.receptors, `${port}`) ? { receptor: `${port}`, weight } : undefined,
  };
};

/** NEURON's IntFire1: a state without a unit that spikes above 1. It is the potential in mV here. */
const intFire1: Template = {
  result: "StrictRefractoryLeakySoma with DeltaSynapse",
  difference:
    "NEURON handles each spike at its exact time. Here spikes act at the ends of steps, so times differ by less than one step, and the weights of spikes in one step are added before the threshold test. A dt that divides the times of the inputs, such as 0.001 ms, gives the same times.",
  parameters: ["tau", "refrac"],
  ignored: ["type"],
  hasSign: true,
  largestStep: 0.01,
  cells: (of, units) => ({
    base: { soma: "StrictRefractoryLeakySoma" },
    fields: {
      potentialRest: new Float64Array(units),
      potentialReset: new Float64Array(units),
      // BMTK gives the parameters in seconds.
      potentialTau: of("tau", 0.01).map((seconds) => 1000 * seconds),
      resistance: new Float64Array(units).fill(1),
      threshold: new Float64Array(units).fill(1),
      cooldown: of("refrac", 0.005).map((seconds) => 1000 * seconds),
    },
    receptors: { synapses: { base: { synapse: "DeltaSynapse" }, fields: {} } },
  }),
  aim: (weight) => ({ receptor: "synapses", weight }),
};

/** Models that need a list, or the parameters of the nodes as a whole. */
const composed: Readonly<Record<string, string>> = {
  "nest:iaf_psc_alpha_multisynapse": "AlphaSynapse",
  "nest:iaf_psc_exp_multisynapse": "ExponentialSynapse",
};

/**
 * The template of a name such as "nest:iaf_psc_alpha"; undefined if it is unknown.
 * @param shared parameters that all nodes share
 * @param own names of parameters that each node has itself
 * @throws ConfigError for parameters that are not those of the model
 */
export const templateOf = (name: string, shared: Part, own: readonly string[]): Template | undefined => {
  const model = name.slice(name.indexOf(":") + 1);
  if (name.startsWith("spark:")) return spark(name, shared, own);
  if (Object.hasOwn(composed, name)) return multisynapse(composed[name]!, shared);
  if (name.startsWith("nest:") && Object.hasOwn(nest, model)) return nest[model];
  return name === "nrn:IntFire1" ? intFire1 : undefined;
};

export const templateNames: readonly string[] = [
  ...Object.keys(nest).map((name) => `nest:${name}`),
  ...Object.keys(composed),
  "nrn:IntFire1",
];
