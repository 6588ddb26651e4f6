import type { PrimitiveName } from "../../../expr/ops.ts";
import type { Kernel } from "../../../program/program.ts";

/** Cycles until the result of an operation is ready; 1 for the others. Common values of x86 and ARM processors. */
const cycles: Readonly<Partial<Record<PrimitiveName, number>>> = {
  add: 4,
  sub: 4,
  mul: 4,
  div: 11,
  sqrt: 12,
  min: 4,
  max: 4,
  floor: 8,
  nearest: 8,
  less: 4,
  lessEqual: 4,
  equal: 4,
  intMul: 8,
  toInt: 4,
  toFloat: 4,
};

/** Operations per cycle below which a group waits for itself: for four groups at a time, and for two. */
const FOUR = 0.6;
const TWO = 0.84;
/** Number of operations up to which a processor itself looks far enough ahead to overlap the groups. */
const SHORT = 40;
/** Number of operations from which on the values of several groups do not fit into the registers. */
const LONG = 240;

/**
 * How many groups of units alternate their operations. A kernel whose operations wait for each other, such as one with
 * an exponential, leaves most of a processor idle; alternating groups fill it. A kernel with many operations that do not
 * wait would only run out of registers.
 */
export const overlapOf = ({ nodes }: Pick<Kernel, "nodes">, precision: "f32" | "f64"): 1 | 2 | 4 => {
  const ready: number[] = [];
  let operations = 0;
  for (const node of nodes) {
    if (node.uniform || !("args" in node)) {
      ready.push(0);
      continue;
    }
    operations++;
    ready.push(Math.max(...node.args.map((arg) => ready[arg]!)) + (cycles[node.op] ?? 1));
  }
  const rate = operations / ready.reduce((a, b) => Math.max(a, b), 1);
  if (operations <= SHORT || operations >= LONG || rate >= TWO) return 1;
  // In double precision, a group has two vectors, which alternate.
  return rate < FOUR && precision === "f32" ? 4 : 2;
};
