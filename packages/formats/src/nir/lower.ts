import { safeNames } from "../names.ts";
import type { Reporter } from "../report.ts";
import { type ModelName, modelFor } from "./models.ts";
import { levelsOf, type Part, type Plan } from "./plan.ts";
import { diagonalOf, type Sparse } from "./sparse.ts";

/* Which parts of a graph become populations, and what passes between them. */

/** A population of the document. */
export interface Population {
  readonly part: Part;
  readonly name: string;
  readonly model: ModelName | undefined;
  /** Steps by which its spikes come later than in a program whose connections take no time. */
  readonly level: number;
}

/** Weighted values of one part that another one receives. */
export interface Link {
  readonly from: string;
  readonly to: string;
  readonly matrix: Sparse;
}

/** What an import has found out about a graph. */
export interface Lowered {
  readonly plan: Plan;
  readonly populations: ReadonlyMap<string, Population>;
  /** Inputs that act on populations directly: path of the input, and of each target its factors. */
  readonly direct: ReadonlyMap<string, ReadonlyMap<string, Float64Array>>;
  readonly links: readonly Link[];
  readonly dt: number;
  readonly reset: "value" | "subtract";
}

/** Names the populations, and finds out which inputs need none. */
export const lower = (plan: Plan, dt: number, reset: "value" | "subtract", report: Reporter): Lowered => {
  const direct = directInputs(plan);
  const states = [...plan.parts.values()].filter(({ node }) => node.type !== "Output" && !direct.has(node.path));
  const recorded = new Set<string>();
  for (const part of plan.parts.values())
    if (part.node.type === "Output" && isRecord(part)) recorded.add(part.node.path);
  const held = [...plan.parts.values()].filter(({ node }) => node.type === "Output" && !recorded.has(node.path));
  const kept = [...states, ...held];
  const sources = (path: string): readonly string[] =>
    [...plan.parts.get(path)!.flow.terms.keys()].filter((source) => !direct.has(source));
  const levels = levelsOf(
    kept.map(({ node }) => node.path),
    sources,
  );
  const nameOf = safeNames();
  const populations = new Map(
    kept.map((part): [string, Population] => {
      const { path, type } = part.node;
      const model = type === "Output" ? "NirOutput" : modelFor(type, reset);
      return [path, { part, name: nameOf(path), model, level: levels.get(path)! }];
    }),
  );
  const links: Link[] = kept.flatMap(({ node, flow }) =>
    [...flow.terms].flatMap(([source, matrix]) =>
      direct.has(source) || matrix.indices.length === 0 ? [] : [{ from: source, to: node.path, matrix }],
    ),
  );
  if (populations.size === 0) throw report.nothingLeft();
  return { plan, populations, direct, links, dt, reset };
};

/** An output that is a population itself, rather than a weighted sum. */
const isRecord = ({ flow }: Part): boolean =>
  !flow.bias && flow.terms.size === 1 && [...flow.terms.values()][0]!.isIdentity === true;

/**
 * Inputs whose values reach each target one to one. They are inputs of the targets in the same step, while spikes of a
 * population would arrive one step later.
 */
const directInputs = ({ parts }: Plan): Lowered["direct"] => {
  const direct = new Map<string, Map<string, Float64Array>>();
  for (const { node } of parts.values()) {
    if (node.type !== "Input") continue;
    const targets = new Map<string, Float64Array>();
    let isDirect = true;
    for (const { node: target, flow } of parts.values()) {
      const matrix = flow.terms.get(node.path);
      if (!matrix || target.type === "Input") continue;
      const factors = diagonalOf(matrix);
      // A population has one factor for its input, so two inputs cannot share it.
      const isTaken = [...direct.values()].some((others) => others.has(target.path));
      if (!factors || isTaken || target.type === "Output") isDirect = false;
      else targets.set(target.path, factors);
    }
    if (isDirect && targets.size > 0) direct.set(node.path, targets);
  }
  return direct;
};
