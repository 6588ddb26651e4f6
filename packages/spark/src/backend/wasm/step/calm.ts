import type { Kernel } from "../../../program/program.ts";

/** The reduced kernel for groups of units in which the rare event, such as a spike, does not occur. */
export interface Calm {
  /** Node of a condition that is cheap to compute. If it is false, the rare event does not occur. */
  readonly test: number;
  readonly rare: number;
  /** Nodes that must be computed, including the test. */
  readonly needed: ReadonlySet<number>;
  /** Nodes that are equal to another one. */
  readonly same: ReadonlyMap<number, number>;
}

/** Number of operations above which a second form of the kernel costs more in code than it saves. */
const LARGEST = 80;

/** The calm form of a kernel; undefined if the kernel has no rare event or the gain would be small. */
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
  // a ∧ b is false if b is false. Thresholds are comparisons of floats.
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
