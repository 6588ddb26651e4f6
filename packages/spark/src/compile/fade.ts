import type { Precision } from "../config/parse.ts";
import type { Buffer, Kernel } from "../program/program.ts";
import { KernelBuilder } from "./builder.ts";

/** A state variable whose magnitude is below this value becomes zero. */
const FADED: Readonly<Record<Precision, number>> = { f32: 2 ** -100, f64: 2 ** -900 };

/**
 * A kernel that sets tiny floats to zero, in all state variables that the step kernel computes. Values that decay
 * without end would become subnormal, which processors handle slowly. NaN is kept.
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
