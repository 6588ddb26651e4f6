import { type Experiment, type Json, type Key, type Model, valueKeys } from "spark-snn";

/*
 * Which values of a document a compiled simulation can change so that the run has the bits of one that was declared with
 * the value. `Simulation.set` keeps the state, so parameters that determine the start of a state variable are excluded.
 */

type Expr = Model["next"][string];
type Equations = Pick<Model, "fields" | "state">;

const usesField = (expr: Expr | undefined, name: string): boolean =>
  expr !== undefined &&
  ((expr.op === "symbol" && expr.source === "field" && expr.name === name) ||
    expr.args.some((arg) => usesField(arg, name)));

const isFree = (model: Equations | undefined, name: unknown): name is string =>
  typeof name === "string" &&
  model !== undefined &&
  Object.hasOwn(model.fields, name) &&
  Object.values(model.state ?? {}).every(({ initial, from }) => !usesField(initial, name) && !usesField(from, name));

/** The path for `Simulation.set`; undefined if the value must be declared. */
const pathOf = (read: Experiment, keys: readonly Key[]): string | undefined => {
  const [root, kind, name, ...rest] = keys;
  if (root !== "model") return undefined;
  if (read.kind === "soma") {
    return keys.length === 2 && isFree(read.component.model, kind) ? kind : undefined;
  }
  const { populations, drives } = read.brain.wiring;
  if (kind === "populations") {
    const population = populations.find((one) => one.name === name);
    if (!population) return undefined;
    const [first, second, field] = rest;
    if (rest.length === 1) return isFree(population.component.model, first) ? keys.slice(1).join(".") : undefined;
    const receptor = population.receptors.find((one) => one.name === second)?.synapse.model;
    if (first !== "synapses" || rest.length !== 3 || !isFree(receptor, field)) return undefined;
    return `populations.${name}.${second}.${field}`;
  }
  if (kind === "drives" && rest.length === 2 && rest[0] === "poisson") {
    const drive = drives.find((one) => one.name === name)?.drive.model;
    return isFree(drive, rest[1]) ? `drives.${name}.${rest[1]}` : undefined;
  }
  if (kind === "readouts" && rest.length === 1 && (rest[0] === "tau" || rest[0] === "scale")) {
    return `readouts.${name}.${rest[0]}`;
  }
  return undefined;
};

/** How a simulation gets the values of a run. */
export interface Split {
  /** Identifies the runs that one simulation can serve. */
  readonly key: string;
  /** Whether values of inputs, records or the duration are replaced: they belong to each run. */
  readonly ownRun: boolean;
  /** Numbers to set, by path of `Simulation.set`. */
  readonly live: readonly (readonly [path: string, value: number])[];
}

const runKeys: readonly Key[] = ["inputs", "record", "duration", "changes", "name", "description", "$schema"];

/** Splits the values of a run by what they change. `read` is an experiment with the same parts. */
export const splitValues = (
  read: Experiment,
  document: object,
  overrides: Readonly<Record<string, Json>>,
  seed: number | undefined,
): Split => {
  const live: [string, number][] = [];
  const built: [string, Json][] = [];
  let ownRun = false;
  for (const [path, value] of Object.entries(overrides)) {
    const keys = valueKeys(document, path);
    const target = typeof value === "number" ? pathOf(read, keys) : undefined;
    if (target !== undefined) live.push([target, value as number]);
    else if (runKeys.includes(keys[0]!)) ownRun = true;
    else built.push([keys.join("."), value]);
  }
  // Runs with other paths would find values of this one in the simulation.
  const paths = live.map(([path]) => path);
  return { key: JSON.stringify([seed ?? null, built, paths, ownRun]), ownRun, live };
};
