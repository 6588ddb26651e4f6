import type { Precision } from "../config/parse.ts";
import type { Buffer, Kernel } from "../program/program.ts";
import { KernelBuilder } from "./builder.ts";

/** A value of a state whose magnitude is below it becomes zero. */
const FADED: Readonly<Record<Precision, number>> = { f32: 2 ** -100, f64: 2 ** -900 };

/**
 * What sets faded floats to zero: those of all states that the step kernel computes. Values that shrink without end
 * would become subnormal, which processors handle slowly. NaN stays.
 */
export const fadeKernel = (step: Kernel, buffers: readonly Buffer[], precision: Precision): Kernel => {
  const builder = new KernelBuilder(precision);
  for (const { buffer, node, at } of step.stores) {
    const { op } = step.nodes[node]!;
    if (at !== "unit" || buffers[buffer]!.type !== "float" || op === "constant" || op === "load") continue;
    const value = builder.load("float", buffer, "unit");
    const faded = builder.op("less", builder.op("abs", value), builder.constant("float", FADED[precision]));
    builder.store(buffer, builder.op("select", faded, builder.constant("float", 0), value), "unit");
  }
  return builder.finish();
};
