import { KernelBuilder, MOST_OPERATIONS } from "../compile/builder.ts";
import { fixedExprs, lower } from "../compile/lower.ts";
import { counted } from "../config/counted.ts";
import type { Precision } from "../config/parse.ts";
import type { Issue } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import type { Feed } from "../inputs/contract.ts";
import type { Model, Surveyed } from "../model/component.ts";

/** Expressions of a model that are computed in every step. */
interface Equations {
  readonly next: Readonly<Record<string, Expr>>;
  readonly spikes?: Expr;
  /** Value of a source. */
  readonly value?: Expr;
  /** Output of a synapse model. */
  readonly output?: { readonly value: Expr };
}

/** Operations that add the values of an input or synapse to the others. */
const JOINING = 4;

const counts = new WeakMap<Equations, Partial<Record<Precision, number>>>();

/** Largest number of operations of a step for any values of the fields; Infinity if they are too many to count. */
const operationsOf = (model: Equations, precision: Precision): number => {
  const known = counts.get(model) ?? {};
  counts.set(model, known);
  known[precision] ??= count(model, precision);
  return known[precision];
};

const count = ({ next, spikes, value, output }: Equations, precision: Precision): number => {
  const roots = [...Object.values(next), spikes, value, output?.value].filter((root) => root !== undefined);
  const builder = new KernelBuilder(precision);
  const places = new Map<string | Expr, number>();
  const load = (key: string | Expr, expr: Expr, at: "unit" | "scalar"): number => {
    const place = places.get(key) ?? places.size;
    places.set(key, place);
    return builder.load(expr.dtype, place, at);
  };
  const scope = {
    symbol: (_: KernelBuilder, expr: Expr) => load(`${expr.source} ${expr.name}`, expr, "unit"),
    fixed: (_: KernelBuilder, expr: Expr) => load(expr, expr, "scalar"),
    seed: 0,
    path: "",
  };
  const fixed = fixedExprs(roots);
  const memo = new Map<Expr, number>();
  try {
    for (const root of roots) lower(builder, root, scope, fixed, memo);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
  return builder.nodes.length;
};

/** A population before its values are drawn. */
interface Sized {
  readonly component: Surveyed<Model>;
  readonly receptors: readonly {
    readonly model: Equations;
    readonly drives: readonly { readonly model?: Equations | undefined }[];
  }[];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

type Inputs = Readonly<Record<string, readonly Pick<Feed, "binding">[]>>;

/**
 * Refuses a population with more operations per step than any backend compiles. With `feeds`, those of a run, it only
 * reports problems that the feeds cause.
 */
export const checkOperations = (
  population: Sized,
  feeds: Inputs | undefined,
  precision: Precision,
  issues: Issue[],
): void => {
  const issue = issueOf(population, feeds ?? {}, precision);
  if (issue && (feeds === undefined || issueOf(population, {}, precision) === undefined)) issues.push(issue);
};

const issueOf = ({ component, receptors }: Sized, feeds: Inputs, precision: Precision): Issue | undefined => {
  const drives = receptors.flatMap((receptor) => receptor.drives);
  const bindings = Object.values(feeds)
    .flat()
    .map(({ binding }) => binding);
  const sized = (models: readonly (Equations | undefined)[]): number =>
    sum(models.map((model) => JOINING + (model ? operationsOf(model, precision) : 0)));
  const parts = [
    { name: component.model.name, operations: operationsOf(component.model as Equations, precision) },
    { name: counted(receptors.length, "synapse model"), operations: sized(receptors.map(({ model }) => model)) },
    { name: counted(drives.length, "drive"), operations: sized(drives.map(({ model }) => model)) },
    {
      name: counted(bindings.length, "input"),
      operations: sized(bindings.map((binding) => (binding.kind === "source" ? binding.source.model : undefined))),
    },
  ].filter(({ operations }) => operations > 0);
  const total = sum(parts.map(({ operations }) => operations));
  if (total <= MOST_OPERATIONS) return undefined;
  const [largest] = parts.toSorted((a, b) => b.operations - a.operations);
  const all = parts.map(({ name, operations }) => `${numberText(operations)} for ${name}`).join(", ");
  return component.place.issue(
    `must have at most ${MOST_OPERATIONS} operations per step; it has ${numberText(total)}: ${all}. ${remedyFor(largest!.name, component.model.name)}`,
  );
};

const numberText = (operations: number): string =>
  Number.isFinite(operations) ? `${operations}` : `more than ${MOST_OPERATIONS}`;

const remedyFor = (largest: string, model: string): string =>
  largest === model
    ? "Use fewer sub-steps or state variables."
    : `Use fewer ${largest.replace(/^\d+ (.*?)s?$/, "$1s")}.`;
