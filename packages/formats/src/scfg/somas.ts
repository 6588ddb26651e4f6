import type { ImportContext } from "./context.ts";
import { OTHER_NUMBERS } from "./context.ts";
import type { Config, Value } from "./tree.ts";
import {
  camelCase,
  distributionOf,
  drawDistribution,
  initializerOf,
  isArray,
  isClipped,
  isInitializer,
  nestedOf,
  scalarOf,
} from "./values.ts";

/* Somas of Python Spark as somas of a document. */

type Part = Readonly<Record<string, unknown>>;

/** Somas by their class. `switched` somas have mechanisms that are off while their parameter is null. */
const somas: Readonly<
  Record<string, { readonly soma: string; readonly isSwitched?: true; readonly difference?: string }>
> = {
  leaky_soma: { soma: "LeakySoma" },
  refractory_leaky_soma: { soma: "RefractoryLeakySoma" },
  strict_refractory_leaky_soma: { soma: "StrictRefractoryLeakySoma" },
  adaptive_leaky_soma: { soma: "DoublyAdaptiveLeakySoma", isSwitched: true },
  exponential_soma: { soma: "ExponentialSoma" },
  refractory_exponential_soma: { soma: "RefractoryExponentialSoma" },
  adaptive_exponential_soma: { soma: "DoublyAdaptiveExponentialSoma", isSwitched: true },
  simplified_adaptive_exponential_soma: { soma: "SimplifiedAdaptiveExponentialSoma" },
  izhikevich_soma: { soma: "IzhikevichSoma" },
  adaptive_izhikevich_soma: { soma: "AdaptiveIzhikevichSoma", isSwitched: true },
};

/** The same classes in files of 0.1, where their equations differ. */
const oldSomas: typeof somas = {
  ...somas,
  adaptive_leaky_soma: { soma: "AdaptiveLeakySoma" },
  adaptive_exponential_soma: { soma: "AdaptiveExponentialSoma" },
  izhikevich_soma: {
    soma: "IzhikevichSoma",
    difference:
      "The soma of 0.1 has a wrong rest and a wrong sign, and spikes in nearly every step. This one follows Izhikevich 2003, like version 1.2.",
  },
};

export const isSoma = (type: string): boolean => Object.hasOwn(somas, type);

const common = ["seed", "dt", "dtype"];
/** Parameters that act only with the parameter of their mechanism. */
const mechanisms: Readonly<Record<string, string>> = {
  threshold_tau: "threshold_delta",
  adaptation_tau: "adaptation_delta",
  adaptation_subthreshold: "adaptation_delta",
};

/** The soma as a part of a document, without its units. */
export const importSoma = (config: Config, units: readonly number[], context: ImportContext): Part => {
  const { file, report } = context;
  const { soma, isSwitched, difference } = (
    file.version === "0.1" && !("clamp_duration" in config.fields) ? oldSomas : somas
  )[config.type]!;
  if (difference === undefined) report.faithful(config.path || "soma", config.type, soma);
  else report.approximate(config.path || "soma", config.type, soma, difference);
  const part: Record<string, unknown> = { soma };
  for (const [key, value] of Object.entries(config.fields)) {
    if (common.includes(key)) continue;
    const mechanism = mechanisms[key];
    const isOff =
      value === null || (isSwitched === true && mechanism !== undefined && config.fields[mechanism] === null);
    if (isOff) continue;
    const read = importField(value, `${config.path ? `${config.path}.` : ""}${key}`, units, context);
    if (read !== undefined) part[camelCase(key)] = read;
  }
  return part;
};

/** A parameter: one number, one for each unit, or drawn. */
const importField = (value: Value, path: string, units: readonly number[], context: ImportContext): unknown => {
  const { report, draws } = context;
  const number = scalarOf(value);
  if (number !== undefined) return number;
  const count = units.reduce((product, length) => product * length, 1);
  if (isArray(value)) {
    if (value.data.length === count) return nestedOf(value.data, units);
    report.unsupported(path, "array", `It has ${value.data.length} values for ${count} units. Give one for each unit.`);
    return undefined;
  }
  if (isInitializer(value)) {
    const given = distributionOf(value);
    report.approximate(path, value.type, isClipped(given) ? "one value for each unit" : given.type, OTHER_NUMBERS);
    return initializerOf(given) ?? nestedOf(drawDistribution(given, count, units.at(-1) ?? 1, draws(path)), units);
  }
  report.unsupported(
    path,
    "value",
    "It is neither a number, an array nor an initializer. Set the parameter in the document.",
  );
  return undefined;
};
