import { encodeNpz, type NpySource } from "spark-snn";
import { type ImportContext, OTHER_NUMBERS } from "./context.ts";
import { type Config, issue, type NumberArray, type Value } from "./tree.ts";
import {
  type Distribution,
  distributionNames,
  distributionOf,
  drawDistribution,
  initializerOf,
  isArray,
  isClipped,
  isInitializer,
  scalarOf,
} from "./values.ts";

/*
 * The kernel and the delays of a pool as projections: one from each population whose spikes it receives. A kernel has a
 * row for each target unit, and a column for each source unit.
 */

type Part = Readonly<Record<string, unknown>>;

/** Source units of a projection, with their first column. */
export interface SourceUnits {
  readonly projection: string;
  readonly units: number;
  readonly offset: number;
  /** Steps to add to each delay: those of the connection. */
  readonly added: number;
}

interface Pool {
  readonly path: string;
  /** Number of target units. */
  readonly targets: number;
  readonly sources: readonly SourceUnits[];
  readonly kernel: Value | undefined;
  /** Factor of all weights. */
  readonly factor: number;
  /** Whether absent synapses can grow, so that every pair needs one. */
  readonly learns: boolean;
  readonly delays: Delays;
}

/** Delays in steps, without those of connections. */
export interface Delays {
  readonly kind: "none" | "source" | "pair";
  /** Longest delay. */
  readonly longest: number;
  readonly value: Value | undefined;
}

/** The shortest delay of the spikes of some source units, in steps: 1 unless all delays are listed. */
export const shortestDelay = (
  { kind, value }: Delays,
  { units, offset, total }: { readonly units: number; readonly offset: number; readonly total: number },
): number => {
  if (kind === "none") return 0;
  if (!isArray(value)) return 1;
  const isOwn = (k: number): boolean => k % total >= offset && k % total < offset + units;
  return value.data.reduce((least, steps, k) => (isOwn(k) ? Math.min(least, steps) : least), Number.POSITIVE_INFINITY);
};

/** Name of the file that holds lists of synapses, next to the document. */
export const LISTS = "connections.npz";

/** Lists of synapses for LISTS. */
export class Lists {
  readonly #arrays: Record<string, NpySource> = {};

  add(name: string, data: NpySource["data"]): string {
    this.#arrays[name] = { data, shape: [data.length] };
    return name;
  }

  files(): Readonly<Record<string, Uint8Array>> {
    return Object.keys(this.#arrays).length === 0 ? {} : { [LISTS]: encodeNpz(this.#arrays, { compress: true }) };
  }
}

/** The options connect, weight and delay of each projection, in the order of the sources. */
export const importConnections = (pool: Pool, lists: Lists, context: ImportContext): readonly Part[] => {
  const { delays, targets, sources, path } = pool;
  const total = sources.reduce((sum, { units }) => sum + units, 0);
  const perPair =
    delays.kind === "pair" && isArray(delays.value) ? stepsOf(delays.value, targets * total, delays, path) : undefined;
  const drawn = kernelOf(pool, total, perPair !== undefined, context);
  return sources.map((source) => {
    if (!drawn.values) return { ...drawn.rule, ...delayOf(delays, source, context, path) };
    return listed(drawn.values, perPair, source, total, pool, lists, context);
  });
};

interface Kernel {
  /** Weights by target and source, if they are listed. */
  readonly values?: Float64Array;
  /** Otherwise the connection rule and the weight. */
  readonly rule?: Part;
}

const kernelOf = (pool: Pool, total: number, mustList: boolean, context: ImportContext): Kernel => {
  const { kernel, targets, learns, factor } = pool;
  const { report, draws } = context;
  const path = `${pool.path}.kernel`;
  if (isArray(kernel)) {
    const needed = targets * total;
    if (kernel.data.length !== needed) {
      throw issue(
        path,
        `has ${kernel.data.length} weights, but ${targets} target units and ${total} source units need ${needed}. Give the sizes of the inputs of the file, such as inputs: { in_spikes: 100 }.`,
      );
    }
    report.faithful(path, "array", `listed synapses in ${LISTS}`);
    return { values: kernel.data.map((weight) => weight * factor) };
  }
  const number = scalarOf(kernel);
  if (number !== undefined && !mustList) {
    report.faithful(path, "constant", "allToAll");
    return { rule: { connect: { allToAll: {} }, weight: number * factor } };
  }
  if (!isInitializer(kernel)) throw issue(path, "must be an array or an initializer. Save the file with a kernel.");
  const given = distributionOf(kernel);
  if (!distributionNames.includes(given.type)) {
    throw issue(
      path,
      `has the initializer "${kernel.type}", which is unknown. Known: ${distributionNames.join(", ")}. Replace the kernel by an array.`,
    );
  }
  const rule = mustList ? undefined : ruleOf({ ...given, scale: given.scale * factor }, factor, learns);
  report.approximate(
    path,
    kernel.type,
    rule ? String(Object.keys(rule["connect"] as object)[0]) : `listed synapses in ${LISTS}`,
    OTHER_NUMBERS,
  );
  if (rule) return { rule };
  const values = drawDistribution(given, targets * total, total, draws(path));
  return { values: values.map((weight) => weight * factor) };
};

/** A rule and weights with the distribution of a kernel; undefined if its values must be listed. */
const ruleOf = (given: Distribution, factor: number, learns: boolean): Part | undefined => {
  if (isClipped(given) || (factor !== 1 && !given.type.endsWith("uniform"))) return undefined;
  const all = { allToAll: {} };
  const { type, density, scale } = given;
  if (type === "constant") return { connect: all, weight: scale };
  const initializer = initializerOf(given);
  if (type === "sparse_uniform" && !learns) {
    // Absent synapses never act, so only the others are stored.
    return {
      connect: { pairwiseBernoulli: { probability: density } },
      weight: { uniform: { min: Math.min(0, scale), max: Math.max(0, scale) } },
    };
  }
  return initializer && { connect: all, weight: initializer };
};

const stepsOf = ({ data }: NumberArray, count: number, { longest }: Delays, path: string): Float64Array => {
  if (data.length !== count)
    throw issue(`${path}.delays`, `has ${data.length} delays, but ${count} are needed. Save the file again.`);
  const wrong = data.findIndex((steps) => !Number.isInteger(steps) || steps < 1 || steps > longest);
  if (wrong >= 0)
    throw issue(`${path}.delays`, `must be whole steps from 1 to ${longest}; received ${data[wrong]}. Correct it.`);
  return data;
};

/** A drawn number of steps: the draw is scaled to the longest delay, and 1 is added. */
const drawnSteps = (
  value: Config,
  count: number,
  longest: number,
  context: ImportContext,
  purpose: string,
): Float64Array =>
  drawDistribution(
    { ...distributionOf(value), scale: longest, least: 0, most: Number.POSITIVE_INFINITY },
    count,
    count,
    context.draws(purpose),
  ).map((draw) => Math.min(Math.max(Math.trunc(draw) + 1, 1), longest));

const delayOf = (
  delays: Delays,
  { projection, units, offset, added }: SourceUnits,
  context: ImportContext,
  path: string,
): Part => {
  const { kind, longest, value } = delays;
  const { dt } = context;
  if (kind === "none") return { delay: Math.max(added, 1) * dt };
  if (kind === "source") {
    const total = isArray(value) ? value.data.length : units;
    const own = isArray(value) ? stepsOf(value, total, delays, path).subarray(offset, offset + units) : undefined;
    const steps =
      own ?? (isInitializer(value) ? drawnSteps(value, units, longest, context, `${projection}.delays`) : undefined);
    if (!steps) throw issue(`${path}.delays`, "must be an array or an initializer. Save the file again.");
    return { delay: { bySource: Array.from(steps, (step) => (step + added) * dt) } };
  }
  if (!isInitializer(value)) throw issue(`${path}.delays`, "must be an array or an initializer. Save the file again.");
  const { type } = distributionOf(value);
  // A constant is scaled to the longest delay as well.
  if (type === "constant" || longest === 1) return { delay: (longest + added) * dt };
  if (type === "uniform") return { delay: { uniform: { min: (0.5 + added) * dt, max: (longest + 0.5 + added) * dt } } };
  throw issue(
    `${path}.delays`,
    `has the initializer "${value.type}" for one delay per pair. Replace it by an array or a uniform one.`,
  );
};

/** The synapses of a projection as lists in a file. */
const listed = (
  weights: Float64Array,
  steps: Float64Array | undefined,
  source: SourceUnits,
  total: number,
  { targets, learns, delays, path }: Pool,
  lists: Lists,
  context: ImportContext,
): Part => {
  const { projection, units, offset, added } = source;
  const pairs: number[] = [];
  for (let target = 0; target < targets; target++) {
    for (let unit = 0; unit < units; unit++) {
      const pair = target * total + offset + unit;
      if (learns || weights[pair] !== 0) pairs.push(pair);
    }
  }
  const name = (list: string, data: NpySource["data"]): string => lists.add(`${projection}.${list}`, data);
  const explicit = {
    npz: LISTS,
    sources: name(
      "sources",
      Int32Array.from(pairs, (pair) => (pair % total) - offset),
    ),
    targets: name(
      "targets",
      Int32Array.from(pairs, (pair) => Math.floor(pair / total)),
    ),
    weights: name(
      "weights",
      Float64Array.from(pairs, (pair) => weights[pair]!),
    ),
    ...(steps && {
      delays: name(
        "delays",
        Float64Array.from(pairs, (pair) => (steps[pair]! + added) * context.dt),
      ),
    }),
  };
  return { connect: { explicit }, ...(steps ? {} : delayOf(delays, source, context, path)) };
};
