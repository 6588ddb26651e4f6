import type { EquationsOptions } from "./options.ts";

const base = {
  dv: "dv/dt = (gL*(EL - v) - w + I)/C : mV",
  dw: "dw/dt = (a*(v - EL) - w)/tauw : pA",
  spike: "spike: v > VT",
  reset: "reset: v = Vr; w += b",
  p: "gL = 30 nS; EL = -70 mV; C = 281 pF; a = 4 nS; tauw = 144 ms; VT = -50 mV; Vr = -60 mV; b = 80.5 pA",
};

/** A sound text with some of its lines changed, and with `x` at its end. */
export const text = (more: Partial<Record<keyof typeof base | "x", string>>): string =>
  Object.values({ ...base, ...more })
    .filter((line) => line !== "")
    .join("\n");

/** A text, and what its author is told. */
export type Row = readonly [name: string, text: string, messages: readonly string[], options?: EquationsOptions];
