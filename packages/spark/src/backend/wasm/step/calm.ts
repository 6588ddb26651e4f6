import type { Kernel } from "../../../program/program.ts";

/** What of a kernel is left to compute for units in none of which the rare thing happens. */
export interface Calm {
  /** A truth value that is false wherever the rare one is, and takes less to compute. */
  readonly test: number;
  readonly rare: number;
  /** Nodes that are needed, the test's among them. */
  readonly needed: ReadonlySet<number>;
  /** Nodes that equal another one. */
  readonly same: ReadonlyMap<number, number>;
}

/** Operations on units beyond which a second form of the kernel is more code than it gains. */
const LARGEST = 80;

/** The calm form of a kernel; undefined where it has no rare thing, or would gain little. */
export const calmOf = ({ nodes, stores, rare }: Kernel): Calm | undefined => {
  if (rare === undefined || nodes.filter(({ uniform }) => !uniform).length > LARGEST) return undefined;
  const happening = nodes[rare]!;
  if (happening.uniform || happening.op === "load") return undefined;
  const same = new Map<number, number>();
  nodes.forEach((node, k) => {
    if ((node.op !== "select" && node.op !== "intSelect") || node.args[0] !== rare) return;
    const otherwise = node.args[2]!;
    same.set(k, same.get(otherwise) ?? otherwise);
  });
  if (same.size === 0) return undefined;
  // a ∧ b is false where b is; a comparison of floats is what a threshold is.
  const sides = happening.op === "and" ? happening.args : [];
  const test = sides.find((side) => nodes[side]!.op === "less" && !nodes[side]!.uniform) ?? rare;
  const needed = new Set<number>();
  const mark = (k: number, asTest = false): void => {
    const node = nodes[k]!;
    if (needed.has(k)) return;
    needed.add(k);
    if (same.has(k)) mark(same.get(k)!);
    else if ("args" in node && (k !== rare || asTest)) for (const arg of node.args) mark(arg);
  };
  mark(test, true);
  for (const { node, at } of stores) if (at === "unit") mark(node);
  return { test, rare, needed, same };
};
