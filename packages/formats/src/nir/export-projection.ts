import type { FlatProjection } from "../network.ts";
import type { Reporter } from "../report.ts";
import type { ExportedNode } from "./export-node.ts";
import type { NirEdge } from "./graph.ts";
import { round } from "./values.ts";
import type { WrittenNode } from "./write.ts";

/** The graph so far. */
export interface ExportContext {
  readonly nodes: Map<string, WrittenNode>;
  readonly edges: NirEdge[];
  readonly report: Reporter;
  readonly dt: number;
  readonly exported: ReadonlyMap<string, ExportedNode>;
  /** Populations whose constant input is in no node yet. */
  readonly biases: Map<string, Float64Array>;
}

/** A name that no node has. */
export const freeName = (wanted: string, { nodes }: ExportContext): string => {
  let name = wanted;
  for (let count = 2; nodes.has(name); count++) name = `${wanted}_${count}`;
  return name;
};

/** A projection as a full matrix, with a delay where an import would not find it by itself. */
export const writeProjection = (
  projection: FlatProjection,
  levels: ReadonlyMap<string, number>,
  context: ExportContext,
): void => {
  const { name, source, target, sources, targets, weights } = projection;
  const { nodes, edges, report, exported, biases } = context;
  const { factors } = exported.get(target.name)!;
  const matrix = new Float64Array(source.units * target.units);
  for (let k = 0; k < weights.length; k++) {
    const row = targets[k]!;
    matrix[row * source.units + sources[k]!]! += weights[k]! * (factors ? factors[row]! : 1);
  }
  const weight = { data: matrix, shape: [target.units, source.units] };
  const bias = biases.get(target.name);
  biases.delete(target.name);
  const linear = freeName(name, context);
  nodes.set(
    linear,
    bias
      ? { type: "Affine", numbers: { weight, bias: { data: bias, shape: [target.units] } } }
      : { type: "Linear", numbers: { weight } },
  );
  const chain = [source.name, linear, target.name];
  const path = `model.projections.${name}`;
  const delay = delayOf(projection, levels, context);
  if (delay) {
    const node = freeName(`${name}_delay`, context);
    nodes.set(node, { type: "Delay", numbers: { delay: { data: delay.seconds, shape: [delay.seconds.length] } } });
    chain.splice(delay.isBefore ? 1 : 2, 0, node);
  }
  for (let k = 1; k < chain.length; k++) edges.push([chain[k - 1]!, chain[k]!]);
  const result = chain
    .slice(1, -1)
    .map((one) => `${nodes.get(one)!.type} ${one}`)
    .join(", ");
  if (delay?.difference === undefined) report.faithful(path, "projection", result);
  else report.approximate(path, "projection", result, delay.difference);
};

interface ExportedDelay {
  /** Delay of each unit of the source or the target, s. */
  readonly seconds: Float64Array;
  readonly isBefore: boolean;
  readonly difference?: string;
}

/** The delays that a file must contain: those that an import does not add by itself. */
const delayOf = (
  { source, target, sources, targets, delays }: FlatProjection,
  levels: ReadonlyMap<string, number>,
  { dt }: ExportContext,
): ExportedDelay | undefined => {
  const apart = levels.get(target.name)! - levels.get(source.name)!;
  let late = 0;
  const own = (steps: number): number => {
    // Without a delay in the file, a connection that leads back takes one step.
    const needed = apart > 0 ? steps - apart : steps - apart <= 1 ? 0 : steps - apart;
    late = Math.max(late, -needed);
    return Math.max(needed, 0);
  };
  const needed = Float64Array.from(delays, own);
  const differences: string[] = [];
  if (late > 0) {
    differences.push(
      `Its spikes arrive up to ${late} steps (${round(late * dt)} ms) later than those of longer ways: NIR delays are not negative.`,
    );
  }
  const perTarget = commonOf(needed, targets, target.units);
  const perSource = perTarget ? undefined : commonOf(needed, sources, source.units);
  let steps = perTarget ?? perSource;
  if (!steps) {
    const mean = Math.round(needed.reduce((sum, one) => sum + one, 0) / needed.length);
    const most = needed.reduce((worst, one) => Math.max(worst, Math.abs(one - mean)), 0);
    differences.push(
      `NIR has one delay for each unit. All delays are their mean, which differs by up to ${round(most * dt)} ms.`,
    );
    steps = new Float64Array(target.units).fill(mean);
  }
  const difference = differences.length > 0 ? { difference: differences.join(" ") } : {};
  if (steps.every((one) => one === 0) && differences.length === 0) return undefined;
  return { seconds: steps.map((one) => (one * dt) / 1000), isBefore: perSource !== undefined, ...difference };
};

/** The delay of each unit, if its synapses share it. */
const commonOf = (delays: Float64Array, units: Int32Array, count: number): Float64Array | undefined => {
  const common = new Float64Array(count).fill(Number.NaN);
  for (let k = 0; k < delays.length; k++) {
    const unit = units[k]!;
    if (!Number.isNaN(common[unit]) && common[unit] !== delays[k]) return undefined;
    common[unit] = delays[k]!;
  }
  const present = common.find((delay) => !Number.isNaN(delay)) ?? 0;
  return common.map((delay) => (Number.isNaN(delay) ? present : delay));
};
