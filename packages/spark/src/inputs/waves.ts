import { firstStepFrom, sameTime, timeText } from "../config/clock.ts";
import { withUnit } from "../config/field.ts";
import type { Site } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import { doubles } from "../math/doubles.ts";
import { sinTurn } from "../math/elementary.ts";
import type { Feed, FeedContext } from "./contract.ts";
import type { GeneratorValues } from "./generator.ts";
import type { GeneratorName } from "./kinds.ts";
import { rowFeed } from "./rows.ts";
import { firstProblem, largestOf } from "./values.ts";

/* Generators that are functions of time. They are computed in double precision, with the same bits on every machine. */

/** A wave is evaluated once per step; the function that it returns gives the current of each unit. */
type Wave = (step: number, time: number) => (unit: number) => number;
type Refuse = (key: string, message: string) => undefined;
type MakeWave = (values: GeneratorValues["numbers"], context: FeedContext, refuse: Refuse) => Wave | undefined;

const at = (value: number | Float64Array, unit: number): number => (typeof value === "number" ? value : value[unit]!);
const silent = (): number => 0;

/** The steps from `from` up to `to`: [first, end). */
const windowOf = (values: GeneratorValues["numbers"], { dt }: FeedContext, refuse: Refuse) => {
  const { from = 0, to = Number.POSITIVE_INFINITY } = values as { readonly from?: number; readonly to?: number };
  if (to <= from)
    return refuse(
      "to",
      `must be later than from, ${timeText(from)}; received ${timeText(to)}. ${to < from ? "Swap them." : "Give a later time."}`,
    );
  const first = firstStepFrom(from, dt);
  const end = firstStepFrom(to, dt);
  if (first < end) return { first, end, from, to };
  return refuse(
    "to",
    `leaves no step between ${timeText(from)} and ${timeText(to)} at dt ${timeText(dt)}. Give a later time.`,
  );
};

const stepWave: MakeWave = (values, context, refuse) => {
  const window = windowOf(values, context, refuse);
  const amplitude = values["amplitude"]!;
  return window && ((step) => (step >= window.first && step < window.end ? (unit) => at(amplitude, unit) : silent));
};

const pulsesWave: MakeWave = (values, context, refuse) => {
  const { dt } = context;
  const { period, width } = values as { readonly period: number; readonly width: number };
  const amplitude = values["amplitude"]!;
  const window = windowOf(values, context, refuse);
  if (width > period) {
    return refuse("width", `must be at most the period, ${timeText(period)}; received ${timeText(width)}. Shorten it.`);
  }
  if (width < dt && !sameTime(width, dt, dt)) {
    return refuse(
      "width",
      `must be at least one step, ${timeText(dt)}; received ${timeText(width)}. Use a smaller dt.`,
    );
  }
  if (!window) return undefined;
  const { first, end, from } = window;
  return (step, time) => {
    if (step < first || step >= end) return silent;
    const near = Math.round((time - from) / period);
    const pulse = sameTime(time, from + near * period, dt) ? near : Math.floor((time - from) / period);
    return step < firstStepFrom(from + pulse * period + width, dt) ? (unit) => at(amplitude, unit) : silent;
  };
};

const rampWave: MakeWave = (values, context, refuse) => {
  const start = values["start"]!;
  const end = values["end"]!;
  const to = (values["to"] as number | undefined) ?? context.steps * context.dt;
  if (!Number.isFinite(to)) {
    return refuse("to", "is missing. This run has no set end: give the time in ms at which the ramp ends.");
  }
  const window = windowOf({ ...values, to }, context, refuse);
  if (!window) return undefined;
  return (step, time) => {
    if (step < window.first || step >= window.end) return silent;
    // Rounding can place the first step slightly before `from`.
    const share = Math.max((time - window.from) / (to - window.from), 0);
    return (unit) => at(start, unit) + (at(end, unit) - at(start, unit)) * share;
  };
};

const sineWave: MakeWave = (values, { dt, precision, port, units }, refuse) => {
  const amplitude = values["amplitude"]!;
  const frequency = values["frequency"]!;
  const { phase = 0, offset = 0 } = values;
  const limit = 500 / dt;
  const fast = typeof frequency === "number" ? frequency : frequency.reduce((a, b) => Math.max(a, b), 0);
  if (fast >= limit) {
    const steps = `half the number of steps per second, ${withUnit(Number(limit.toPrecision(12)), "Hz")}`;
    return refuse("frequency", `must be below ${steps}; received ${withUnit(fast, "Hz")}. Use a smaller dt.`);
  }
  const peaks = Float64Array.from(
    { length: sizeOf(units) },
    (_, unit) => Math.abs(at(offset, unit)) + Math.abs(at(amplitude, unit)),
  );
  const wrong = firstProblem(peaks, precision, port.unit);
  if (wrong) return refuse("amplitude", `plus offset ${wrong.message}`);
  const swing = (time: number, unit: number): number =>
    sinTurn(doubles, (at(frequency, unit) * time) / 1000 + at(phase, unit));
  if (typeof frequency === "number" && typeof phase === "number") {
    return (_, time) => {
      const shared = swing(time, 0);
      return (unit) => at(offset, unit) + at(amplitude, unit) * shared;
    };
  }
  return (_, time) => (unit) => at(offset, unit) + at(amplitude, unit) * swing(time, unit);
};

const waves = { step: stepWave, pulses: pulsesWave, ramp: rampWave, sine: sineWave } satisfies Partial<
  Record<GeneratorName, MakeWave>
>;
export type WaveName = keyof typeof waves;
export const isWave = (name: GeneratorName): name is WaveName => Object.hasOwn(waves, name);

/** The feed of a generator that is a function of time: one number per step if no option is per unit. */
export const waveFeed = (name: WaveName, { numbers }: GeneratorValues, site: Site<FeedContext>): Feed | undefined => {
  const { context } = site;
  const wave = waves[name](numbers, context, (key, message) => site.at(key).refuse(message));
  if (!wave) return undefined;
  const { from = 0, to = Number.POSITIVE_INFINITY } = numbers as { readonly from?: number; readonly to?: number };
  const begin = firstStepFrom(from, context.dt);
  const close = firstStepFrom(to, context.dt);
  const perUnit = Object.values(numbers).some((value) => typeof value !== "number");
  const width = perUnit ? sizeOf(context.units) : 1;
  const feed = rowFeed(width, context, (view, offset, step) => {
    const current = wave(step, step * context.dt);
    for (let unit = 0; unit < width; unit++) view[offset + unit] = current(unit);
  });
  const doubt = (first: number, end: number): string | undefined => {
    if (name === "sine" || (begin < end && close > first)) return undefined;
    const run = `from ${timeText(first * context.dt)} to ${timeText(end * context.dt)}`;
    const window = `from ${timeText(from)}${Number.isFinite(to) ? ` to ${timeText(to)}` : ""}`;
    return `${site.place.path}: the window ${window} lies outside this run, ${run}, so the current is 0. Times count from the start of the simulation, in ms.`;
  };
  const largest = (name: string): number => largestOf(numbers[name] ?? 0);
  const peak = Math.max(largest("amplitude") + largest("offset"), largest("start"), largest("end"));
  return { ...feed, doubt, largest: peak };
};
