import type { ImportContext } from "./context.ts";
import { type Config, issue } from "./tree.ts";
import { numbersOf, scalarOf } from "./values.ts";

/* Interfaces of Python Spark: spikers as sources, integrators as read-outs. */

type Part = Readonly<Record<string, unknown>>;

const names: Readonly<Record<string, string>> = {
  max_freq: "rateMax",
  tau: "tau",
  cd: "cooldown",
  glue: "ring",
  mins: "signalMin",
  maxs: "signalMax",
  sigma: "tuningVariance",
};

const spikers: Readonly<Record<string, { readonly source: string; readonly keys: readonly string[] }>> = {
  poisson_spiker: { source: "PoissonSpiker", keys: ["max_freq"] },
  linear_spiker: { source: "LinearSpiker", keys: ["max_freq", "tau", "cd"] },
  topological_poisson_spiker: {
    source: "TopologicalPoissonSpiker",
    keys: ["max_freq", "glue", "mins", "maxs", "sigma"],
  },
  topological_linear_spiker: {
    source: "TopologicalLinearSpiker",
    keys: ["max_freq", "tau", "cd", "glue", "mins", "maxs", "sigma"],
  },
};

export const isSpiker = (type: string): boolean => Object.hasOwn(spikers, type);
export const isIntegrator = (type: string): boolean => type === "exponential_integrator" || type === "tanh_integrator";

/** A source of spikes, and its number of units. `signals` is the number of values of its signal. */
export const importSpiker = (
  config: Config,
  signals: number,
  { report, dt }: ImportContext,
): { readonly population: Part; readonly size: number } => {
  const { type, fields, path } = config;
  const { source, keys } = spikers[type]!;
  const part: Record<string, unknown> = { source };
  for (const key of keys) {
    const value = scalarOf(fields[key]);
    if (value !== undefined) part[names[key]!] = value;
    else if (key in fields)
      report.unsupported(`${path}.${key}`, type, "It has one value for each signal. Give one number for all.");
  }
  const isMap = type.startsWith("topological");
  const places = isMap ? (scalarOf(fields["resolution"]) ?? 64) : undefined;
  const units = places === undefined ? [signals] : [signals, places];
  if (type.includes("poisson"))
    report.approximate(path || type, type, source, "Spikes are drawn with other random numbers, with the same rates.");
  else if (dt !== 1)
    report.approximate(
      path || type,
      type,
      source,
      `In Python Spark its rate depends on dt. Here it is the same as at 1 ms; dt is ${dt} ms.`,
    );
  else report.faithful(path || type, type, source);
  return { population: { ...part, units }, size: signals * (places ?? 1) };
};

/** A read-out of populations, in the order of their spikes. */
export const importIntegrator = (config: Config, from: readonly string[], { report }: ImportContext): Part => {
  const { type, fields, path } = config;
  const number = (key: string): number | undefined => scalarOf(fields[key]);
  const common = {
    ...(number("saturation_freq") !== undefined && { rateMax: number("saturation_freq") }),
    ...(number("tau") !== undefined && { tau: number("tau") }),
    // The gain of Python Spark, which depends on dt and on the number of units.
    normalised: false,
  };
  if (type === "tanh_integrator") {
    if (from.length !== 2) throw issue(path, `must read two populations; received ${from.length}. Correct its inputs.`);
    report.faithful(path, type, "read-out");
    const smoothTau = number("smooth_tau");
    const tanh = {
      ...common,
      ...(fields["smooth"] === false && { smooth: false }),
      ...(smoothTau !== undefined && { smoothTau }),
    };
    return { from, integrator: { tanh } };
  }
  const outputs = number("num_outputs");
  if (outputs === undefined) throw issue(`${path}.num_outputs`, "must be a number. Set the number of outputs.");
  const map = numbersOf(fields["output_map"]);
  const isShuffled = fields["shuffle"] === true && !map;
  if (isShuffled)
    report.approximate(
      path,
      type,
      "read-out",
      "The units of the groups are drawn: other units, in groups of the same size.",
    );
  else report.faithful(path, type, "read-out");
  const exponential = {
    outputs,
    ...common,
    ...(fields["smooth_trace"] === false && { smooth: false }),
    ...(isShuffled && { shuffle: true }),
    ...(map && { map }),
  };
  return { from: from.length === 1 ? from[0] : from, integrator: { exponential } };
};
