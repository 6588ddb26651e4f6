import type { ImportContext } from "./context.ts";
import type { Config } from "./tree.ts";
import { scalarOf } from "./values.ts";

/* Synapse models and plasticity rules of Python Spark. */

type Part = Readonly<Record<string, unknown>>;

interface ImportedSynapse {
  readonly synapse: Part;
  /** Factor of all weights. */
  readonly factor: number;
  /** Whether a spike acts in the step after its arrival, because the synapse has a trace. */
  readonly isTraced: boolean;
}

/** Parameters by class: their names here. Scales and bases of traces are read apart. */
const synapses: Readonly<
  Record<string, { readonly synapse: string; readonly names: Readonly<Record<string, string>> }>
> = {
  linear_synapses: { synapse: "LinearSynapse", names: {} },
  traced_synapses: { synapse: "ExponentialSynapse", names: { tau: "tau" } },
  rd_traced_synapses: { synapse: "RiseDecaySynapse", names: { tau_rise: "riseTau", tau_decay: "decayTau" } },
  rfs_traced_synapses: {
    synapse: "FastSlowSynapse",
    names: { alpha: "alpha", tau_rise: "riseTau", tau_fast_decay: "fastTau", tau_slow_decay: "slowTau" },
  },
};

export const isSynapses = (type: string): boolean => Object.hasOwn(synapses, type);

export const importSynapses = (config: Config, { report, dt }: ImportContext): ImportedSynapse | undefined => {
  const { synapse, names } = synapses[config.type]!;
  const { fields, path, type } = config;
  const numbers = Object.entries(fields).filter(([key]) => /^(scale|base)(_|$)/.test(key));
  const scales = numbers.filter(([key]) => key.startsWith("scale")).map(([, value]) => scalarOf(value));
  const bases = numbers.filter(([key]) => key.startsWith("base")).map(([, value]) => scalarOf(value));
  const isMean = type === "rd_traced_synapses" && hasMeanScales(config, dt);
  if (
    bases.some((base) => base !== 0) ||
    (!isMean && scales.some((scale) => scale === undefined || scale !== scales[0]))
  ) {
    report.unsupported(
      path,
      type,
      "Its traces have a base other than 0, or different scales. Set the bases to 0 and the scales to one number.",
    );
    return undefined;
  }
  const values: Record<string, number> = {};
  for (const [key, name] of Object.entries(names)) {
    const value = scalarOf(fields[key]);
    if (value === undefined) {
      report.unsupported(
        `${path}.${key}`,
        type,
        "It has one value for each synapse, and a synapse here takes one number. Give one number.",
      );
      return undefined;
    }
    values[name] = value;
  }
  const isTraced = type !== "linear_synapses";
  const factor = isMean ? 1 : (scales[0] ?? 1);
  const remark = factor === 1 ? undefined : `The scale ${factor} is part of the weights.`;
  report.faithful(path, type, synapse, remark);
  return { synapse: { synapse, ...values, ...(isTraced && !isMean && { currentOf: "value" }) }, factor, isTraced };
};

/** Whether the scales of two traces make the current of a step its mean, as exports of this package do. */
const hasMeanScales = ({ fields }: Config, dt: number): boolean => {
  const number = (key: string): number => scalarOf(fields[key]) ?? Number.NaN;
  const [rise, decay] = [number("tau_rise"), number("tau_decay")];
  const isMeanOf = (scale: number, tau: number): boolean =>
    Math.abs(scale - (-tau / dt) * Math.expm1(-dt / tau)) < 1e-9;
  return isMeanOf(number("scale_rise"), (rise * decay) / (rise + decay)) && isMeanOf(number("scale_decay"), decay);
};

/** Rules by class: their names here, and those of their parameters. */
const rules: Readonly<Record<string, { readonly rule: string; readonly names: Readonly<Record<string, string>> }>> = {
  hebbian_rule: { rule: "HebbianRule", names: { pre_tau: "preTau", post_tau: "postTau", eta: "rate" } },
  oja_rule: { rule: "OjaRule", names: { post_tau: "postTau", eta: "rate" } },
  zenke_rule: {
    rule: "ZenkeRule",
    names: {
      pre_tau: "preTau",
      post_tau: "postTau",
      post_slow_tau: "postSlowTau",
      target_tau: "targetTau",
      a: "triplet",
      b: "doublet",
      c: "heterosynaptic",
      d: "transmitter",
      p: "potentialStrength",
      eta: "rate",
    },
  },
  quadruplet_rule: {
    rule: "QuadrupletRule",
    names: {
      pre_tau: "preTau",
      post_tau: "postTau",
      q_alpha: "arrival",
      q_beta: "arrivalTrace",
      q_gamma: "spike",
      q_delta: "spikeTrace",
      max_clip: "weightMax",
      eta: "rate",
    },
  },
};

const baseOf = (type: string): string => type.replace(/^modulated_/, "").replace(/_tensor$/, "");

export const isRule = (type: string): boolean => Object.hasOwn(rules, baseOf(type)) || /_rule(_tensor)?$/.test(type);

/** The rule; undefined, with an entry in the report, if there is no such rule here. */
export const importRule = (config: Config, isModulated: boolean, { report, file }: ImportContext): Part | undefined => {
  const { type, path, fields } = config;
  const known = rules[baseOf(type)];
  if (!known) {
    report.unsupported(
      path,
      type,
      "The synapses do not learn. Add a rule to the projections by hand; spark-snn list shows them.",
    );
    return undefined;
  }
  const values: Record<string, unknown> = {};
  for (const [key, name] of Object.entries(known.names)) {
    const value = ruleValue(fields[key]);
    if (value === undefined && key in fields) {
      report.unsupported(
        `${path}.${key}`,
        type,
        "It is neither a number nor four numbers for the kinds of synapses. The default of the rule is used: set it in the document.",
      );
    } else if (value !== undefined) values[name] = value;
  }
  const remarks = [
    ...(isModulated
      ? ["Its modulation is 0: set it by changes of projection.plasticity.modulation, or with a signal."]
      : []),
    ...(file.version === "0.1" && type === "quadruplet_rule" ? ["In 0.1, the rule adds 0.1 to the modulation."] : []),
  ];
  if (remarks.length > 0) report.approximate(path, type, known.rule, remarks.join(" "));
  else report.faithful(path, type, known.rule);
  return { rule: known.rule, ...values, ...(isModulated && { modulation: 0 }) };
};

/** A number, or the four kinds of synapses in the order EE, EI, IE, II. */
const ruleValue = (value: Config["fields"][string] | undefined): unknown => {
  const number = scalarOf(value);
  if (number !== undefined) return number;
  if (!Array.isArray(value) || value.length !== 4 || !value.every((one) => typeof one === "number")) return undefined;
  const [EE, EI, IE, II] = value as readonly number[];
  return value.every((one) => one === EE) ? EE : { EE, EI, IE, II };
};
