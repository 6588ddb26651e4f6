import { isConductance } from "../config/conductance.ts";
import { counted } from "../config/counted.ts";
import type { Initializer } from "../config/initializer.ts";
import type { FieldSetting, ParsedConfig } from "../config/parse.ts";
import { describe, isRecord } from "../config/shape.ts";
import type { ReadRule } from "../connectivity/rules/connection-rule.ts";
import type { SynapseValues } from "../connectivity/values.ts";
import { ConfigError } from "../errors/errors.ts";
import { numberText } from "../expr/print.ts";
import type { Layout } from "../layout/layout.ts";
import { knownFields } from "../model/build.ts";
import { rulesWith } from "../model/combined-rule.ts";
import type { Declaration } from "../model/component.ts";
import type { RuleFields } from "../model/rule-config.ts";
import type { Plasticity } from "../model/rule-model.ts";
import type { Brain } from "./brain.ts";
import { directionOf } from "./conductances.ts";
import type { ReadIntegrator } from "./integrator.ts";
import { populationsOf, type WiredReadout } from "./readout.ts";
import { targetText, type WiredSignal } from "./signal.ts";
import { unitsOf, type WiredPopulation, type WiredProjection, type Wiring } from "./wiring.ts";

/** A population of a network in a table. */
export interface PopulationRow {
  readonly name: string;
  readonly model: string;
  readonly kind: string;
  readonly units: number;
  /** Number of inhibitory units. */
  readonly inhibitory: number;
  /** Parameters that differ from the defaults, such as "potentialTau 10 ms, threshold −50 mV". */
  readonly parameters: string;
}

export interface ProjectionRow {
  readonly name: string;
  readonly from: string;
  readonly to: string;
  /** For example "pairwiseBernoulli, probability 0.02". */
  readonly rule: string;
  /** Number of synapses if the rule determines it, otherwise the expected number; absent if only drawing reveals it. */
  readonly synapses?: number;
  /** Whether `synapses` is exact. */
  readonly exact: boolean;
  readonly weight: string;
  /** −1 or 1 if all weights have this sign. */
  readonly sign?: -1 | 1;
  readonly delay: string;
  /** For example "ExponentialSynapse, tau 5 ms". */
  readonly synapse: string;
  /** For example "PairStdp, weightMax 2 mV"; absent if weights are constant. */
  readonly plasticity?: string;
  /** The requested layout. */
  readonly layout: Layout;
}

export interface DriveRow {
  readonly name: string;
  readonly to: string;
  /** For example "PoissonDrive, rate 8 Hz, trains 1000, weight 0.1 mV". */
  readonly drive: string;
  readonly synapse: string;
}

export interface ReadoutRow {
  readonly name: string;
  readonly from: string;
  /** For example "rate, Hz", "potential, mV" or "exponential.trace × 0.01". */
  readonly of: string;
  /** Number of units that are read. */
  readonly units: number;
  /** True for the mean over the units, false for one value per unit. */
  readonly mean: boolean;
  /** For example "low-pass, tau 20 ms", or "none". */
  readonly filter: string;
}

/** A signal of a network in a table. */
export interface SignalRow {
  readonly name: string;
  readonly from: string;
  /** Where it acts: "population.port" or "projection.plasticity.parameter". */
  readonly to: string;
  /** For example "rate × 0.01, 1" or "potential, mV". */
  readonly of: string;
  /** Number of units that are read. */
  readonly units: number;
  /** True for the mean over the units, false for one value per unit. */
  readonly mean: boolean;
  /** For example "low-pass, tau 20 ms", or "none". */
  readonly filter: string;
}

/** The parts of a network as tables, in the order of declaration. */
export interface BrainTable {
  readonly name: string;
  readonly populations: readonly PopulationRow[];
  readonly projections: readonly ProjectionRow[];
  readonly drives: readonly DriveRow[];
  readonly readouts: readonly ReadoutRow[];
  readonly signals: readonly SignalRow[];
}

/**
 * The populations, projections, drives, read-outs and signals of a network as rows of text. Draws nothing.
 * @throws ConfigError unless it gets a network
 */
export const brainTable = (brain: Brain): BrainTable => tableOf("brainTable", brain);

/** The table of a network for the function `where`. @throws ConfigError unless it is a network */
export const tableOf = (where: string, brain: Brain): BrainTable => {
  if (isRecord(brain) && brain.kind === "brain") return rowsOf(brain);
  const message = `takes a network; received ${describe(brain)}. Create one with brain({ populations, projections }).`;
  throw new ConfigError({ path: where, message });
};

const rowsOf = ({ name, wiring }: Brain): BrainTable => ({
  name,
  populations: wiring.populations.map((population) => ({
    name: population.name,
    model: population.component.model.name,
    kind: population.component.model.kind,
    units: unitsOf(population),
    inhibitory: inhibitoryUnits(population),
    parameters: parametersText(population.component.model, population.component.config),
  })),
  projections: wiring.projections.map((wired) => projectionRow(wired, wiring)),
  drives: wiring.drives.map(({ name: own, target, receptor, drive }) => {
    const { name: to, receptors } = wiring.populations[target]!;
    const { model, config } = receptors[receptor]!.synapse;
    const { settings } = drive.config;
    const units: Readonly<Record<string, string>> = { rate: "Hz", trains: "", weight: model.weightUnit };
    const values = Object.entries(settings).map(([key, value]) => `${key} ${valuesText(value, units[key] ?? "")}`);
    return {
      name: own,
      to,
      drive: [drive.model.name, ...values].join(", "),
      synapse: synapseText(model, config),
    };
  }),
  readouts: wiring.readouts.map((wired) => readoutRow(wired, wiring)),
  signals: wiring.signals.map((wired) => signalRow(wired, wiring)),
});

const signalRow = (wired: WiredSignal, wiring: Wiring): SignalRow => {
  const { name, sources, of, unit, tau, mean, units, scale, offset } = wired;
  const read = sources.map((place) => wiring.populations[place]!);
  const factor = scale === 1 ? "" : ` × ${short(scale)}`;
  const added = offset === 0 ? "" : ` ${offset < 0 ? "−" : "+"} ${short(Math.abs(offset))}`;
  return {
    name,
    from: read.map((population) => population.name).join(", "),
    to: targetText(wired, wiring),
    of: `${of === "outSpikes" ? "rate" : of}${factor}${added}${unit === "1" ? "" : `, ${unit}`}`,
    units: units?.length ?? read.reduce((sum, population) => sum + unitsOf(population), 0),
    mean,
    filter: tau === undefined ? "none" : `low-pass, tau ${short(tau)} ms`,
  };
};

const readoutRow = (wired: WiredReadout, { populations }: Wiring): ReadoutRow => {
  const { name, port, unit, tau, mean, units, scale, integrator } = wired;
  const of = port === "outSpikes" ? "rate" : port;
  const read = populationsOf(wired).map((place) => populations[place]!);
  return {
    name,
    from: read.map((population) => population.name).join(", "),
    of: scale === 1 ? (unit === "1" ? of : `${of}, ${unit}`) : `${of} × ${short(scale)}`,
    units: units?.length ?? read.reduce((sum, population) => sum + unitsOf(population), 0),
    mean,
    filter: integrator ? integratorText(integrator) : tau === undefined ? "none" : `low-pass, tau ${short(tau)} ms`,
  };
};

const integratorText = ({ name, value }: ReadIntegrator): string => {
  const outputs = name === "exponential" ? `${value.outputs} ${value.outputs === 1 ? "output" : "outputs"}, ` : "";
  return `${name} integrator, ${outputs}1 at ${short(value.rateMax)} Hz, tau ${short(value.tau)} ms`;
};

const projectionRow = (wired: WiredProjection, wiring: Wiring): ProjectionRow => {
  const { name, source, target, receptor, rule, weight, delay, plasticity, ruleFields } = wired;
  const from = wiring.populations[source]!;
  const to = wiring.populations[target]!;
  const { model, config } = to.receptors[receptor]!.synapse;
  const ends = { source: { units: unitsOf(from) }, target: { units: unitsOf(to) }, recurrent: source === target };
  const size = rule.size({ ...ends, autapses: rule.autapses, positions: undefined });
  const weights = rule.options.weights ?? weight;
  const delays = rule.options.delays ?? delay;
  const { dendriticDelay } = wired;
  const dendritic = dendriticDelay === undefined ? "" : `, of which ${short(dendriticDelay)} ms dendritic`;
  const sign = isConductance(model.weightUnit) ? conductanceSign(to, receptor) : signOf(weights, from);
  return {
    name,
    from: from.name,
    to: to.name,
    rule: ruleText(rule),
    ...(size && { synapses: size.synapses }),
    exact: size?.exact ?? false,
    weight: valuesText(weights, model.weightUnit),
    ...(sign !== undefined && { sign }),
    delay: `${delays === undefined ? "1 step" : valuesText(delays, "ms")}${dendritic}`,
    synapse: synapseText(model, config),
    ...(plasticity && { plasticity: plasticityText(plasticity, ruleFields!, model.weightUnit) }),
    layout: wired.layout,
  };
};

/** The rules and the parameters that differ from their defaults, in the unit of the weights. */
const plasticityText = (plasticity: Plasticity, fields: RuleFields, weightUnit: string): string => {
  const rules = rulesWith(plasticity, fields).map(({ model, fields: own }) => {
    const changed = Object.entries(model.fields).filter(([key, field]) => own[key] !== field.default);
    const words = changed.map(([key, { unit }]) => {
      const value = own[key];
      if (value === undefined) return `${key} per synapse`;
      if (typeof value !== "number") return `${key} per target unit`;
      return `${key} ${united(short(value), unit === "weight" ? weightUnit : unit)}`;
    });
    return [model.name, ...words].join(", ");
  });
  return rules.join("; ");
};

const inhibitoryUnits = (population: WiredPopulation): number =>
  typeof population.inhibitory === "boolean"
    ? population.inhibitory
      ? unitsOf(population)
      : 0
    : population.inhibitory.filter(Boolean).length;

/** A conductance acts in the direction of its reversal potential. */
const conductanceSign = ({ component, receptors }: WiredPopulation, receptor: number): -1 | 1 | undefined => {
  const fields = knownFields(component.config);
  const known = receptors.map(({ synapse: { model, config } }) => ({ model, fields: knownFields(config) }));
  return directionOf({ model: component.model, fields, receptors: known }, receptor);
};

const signOf = (weights: SynapseValues, from: WiredPopulation): -1 | 1 | undefined => {
  if (from.inhibitory === true) return -1;
  if (from.inhibitory !== false) return undefined;
  if (typeof weights === "number") return weights < 0 ? -1 : 1;
  const parts = weights as unknown as Readonly<Record<string, Readonly<Record<string, number>> | undefined>>;
  const { normal, uniform, logNormal, sparseUniform } = parts;
  if (logNormal) return 1;
  if (sparseUniform) return sparseUniform["scale"]! < 0 ? -1 : 1;
  const [low, high] = uniform ? [uniform["min"], uniform["max"]] : [normal?.["min"], normal?.["max"]];
  if (low !== undefined && low >= 0) return 1;
  return high !== undefined && high <= 0 ? -1 : undefined;
};

/** "fixedInDegree, inDegree 1000, no multapses" */
const ruleText = ({ name, given }: ReadRule): string => {
  const words = Object.entries(given).flatMap(([key, value]) => {
    if (value === true || ArrayBuffer.isView(value) || Array.isArray(value)) return [];
    if (value === false) return [`no ${key}`];
    return typeof value === "object" ? [`${key} ${optionText(value as object)}`] : [`${key} ${value}`];
  });
  return [name, ...words].join(", ");
};

/** { gaussian: { peak: 0.1, width: 2 } } as "gaussian (peak 0.1, width 2)". */
const optionText = (value: object): string =>
  Object.entries(value)
    .map(([key, options]) => {
      const words = Object.entries(options as Readonly<Record<string, number>>).map(
        ([name, each]) => `${name} ${each}`,
      );
      return `${key} (${words.join(", ")})`;
    })
    .join(", ");

const united = (text: string, unit: string): string => (unit === "" || unit === "1" ? text : `${text} ${unit}`);
/** A number with few digits. */
const short = (value: number): string => numberText(Number(value.toPrecision(4)));

/** Values as text: "16.2 pA", "87.8 ± 8.78 pA", "−60 … −50 mV", "3 values, pA". */
const valuesText = (values: SynapseValues | FieldSetting, unit: string): string => {
  if (typeof values === "number") return united(short(values), unit);
  if (ArrayBuffer.isView(values) || Array.isArray(values))
    return `${counted((values as Float64Array).length, "value")}, ${unit}`;
  if ("data" in values) return `${counted((values.data as Float64Array).length, "value")}, ${unit}`;
  if ("samples" in values) return `series of ${values.samples.shape[0]} samples, ${unit}`;
  if ("bySource" in values) return `by source unit, ${unit}`;
  if ("byTarget" in values) return `by target unit, ${unit}`;
  if ("byDistance" in values) {
    const { offset, slope } = values.byDistance;
    return united(`${short(offset)} + ${short(slope)}·distance`, unit);
  }
  return drawnText(values as Initializer, unit);
};

const drawnText = (drawn: Initializer, unit: string): string => {
  if ("constant" in drawn) return united(short(drawn.constant), unit);
  if ("uniform" in drawn) return united(`${short(drawn.uniform.min)} … ${short(drawn.uniform.max)}`, unit);
  if ("normal" in drawn) return united(`${short(drawn.normal.mean)} ± ${short(drawn.normal.std)}`, unit);
  if ("logNormal" in drawn) {
    const { median, sigma } = drawn.logNormal;
    return `${united(short(median), unit)} log-normal, sigma ${short(sigma)}`;
  }
  if ("sparseUniform" in drawn) {
    const { scale, density } = drawn.sparseUniform;
    return `${united(`0 … ${short(scale)}`, unit)} in ${short(100 * density)} %, otherwise 0`;
  }
  return `${Object.keys(drawn)[0]}, ${unit}`;
};

/** The fields of a config; for a soma, only those that differ from the defaults. */
const parametersText = ({ fields }: Pick<Declaration, "fields">, { settings }: ParsedConfig, all = false): string =>
  Object.entries(fields)
    .filter(([name, field]) => settings[name] !== undefined && (all || settings[name] !== field.default))
    .map(([name, { unit }]) => `${name} ${valuesText(settings[name]!, unit === "1" ? "" : unit)}`)
    .join(", ");

const synapseText = (model: Pick<Declaration, "name" | "fields">, config: ParsedConfig): string => {
  const parameters = parametersText(model, config, true);
  return parameters === "" ? model.name : `${model.name}, ${parameters}`;
};
