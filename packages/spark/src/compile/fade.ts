import type { Precision } from "../config/parse.ts";
import type { Buffer, Kernel } from "../program/program.ts";
import { KernelBuilder } from "./builder.ts";

/**
 * Steps from one fading to the next, by the number of the step since the start: neither chunks nor pauses nor threads
 * change it. A value that relaxes with a time constant of four steps or more does not get from `FADED` to the subnormal
 * numbers in this time.
 */
export const FADE_STEPS = 64;

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

/** Whether a step, counted from 0, is followed by a fading; its number may have wrapped to 32 bits. */
export const fadesAfter = (step: number): boolean => ((step + 1) & (FADE_STEPS - 1)) === 0;
