import type { FigureOptions, Numbers, RecordedPart } from "./data.ts";
import { themes } from "./palette.ts";

const figureOptions: Readonly<Record<keyof FigureOptions, true>> = {
  width: true,
  height: true,
  theme: true,
  title: true,
};

/** Refuses data and options that are not objects, unknown options, and unknown themes. */
export function requireFigure(where: string, data: object, options: FigureOptions): void {
  requireObject(where, data);
  requireObject(`${where}.options`, options);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(figureOptions, name)) continue;
    const known = Object.keys(figureOptions).join(", ");
    throw new TypeError(`${where}.${name} is not an option. Known: ${known}.`);
  }
  const { theme = "light", title } = options;
  if (title !== undefined) requireText(`${where}.title`, title);
  if (Object.hasOwn(themes, theme)) return;
  const names = Object.keys(themes)
    .map((known) => `"${known}"`)
    .join(" or ");
  throw new RangeError(`${where}.theme must be ${names}; received ${JSON.stringify(theme)}. Give one of them.`);
}

/** Refuses anything that is not an object, such as data that were left out. */
export function requireObject(where: string, value: object): void {
  const given: unknown = value;
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return;
  throw new TypeError(`${where} takes an object; received ${shown(given)}. Give one.`);
}

/** Refuses anything that is not text. */
export function requireText(where: string, value: string): void {
  if (typeof value !== "string") throw new TypeError(`${where} must be text; received ${shown(value)}. Give a text.`);
}

/** Refuses anything that is not a list of numbers. */
export function requireNumbers(where: string, values: Numbers, unit: string): void {
  if (!isList(values)) {
    const received = shown(values);
    throw new TypeError(`${where} must be an array of numbers; received ${received}. Give an array or typed array.`);
  }
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) continue;
    throw new RangeError(`${where}[${i}] must be finite; received ${values[i]}${spaced(unit)}. Remove the value.`);
  }
}

/** Refuses lists that are not finite and ascending. Equal neighbours are allowed. */
export function requireAscending(where: string, values: Numbers, unit: string): void {
  requireNumbers(where, values, unit);
  for (let i = 1; i < values.length; i++) {
    if (values[i]! >= values[i - 1]!) continue;
    const received = `${values[i - 1]}${spaced(unit)} then ${values[i]}${spaced(unit)}`;
    throw new RangeError(`${where}[${i}] must not be less than the value before it; received ${received}. Sort it.`);
  }
}

/** Refuses times that are fewer than two, unsorted, or all equal. */
export function requireTimes(where: string, time: Numbers): void {
  requireAscending(where, time, "ms");
  const span = time.length === 0 ? 0 : time[time.length - 1]! - time[0]!;
  if (time.length >= 2 && span > 0) return;
  const received = time.length < 2 ? `${time.length} of them` : `${time.length} equal ones`;
  throw new RangeError(`${where} must contain two or more different times; received ${received}. Record more samples.`);
}

/** Refuses values that are not finite, or whose number differs from `count`, the length of `along`. */
export function requireAlong(where: string, values: Numbers, unit: string, count: number, along: string): void {
  requireNumbers(where, values, unit);
  if (values.length === count) return;
  const rule = `must contain one value for each of the ${count} values of ${along}`;
  throw new RangeError(`${where} ${rule}; received ${values.length}. Give both the same length.`);
}

/** Refuses lists of another length, and values that are neither finite nor NaN, which leaves a gap. */
export function requireGaps(where: string, values: Numbers, count: number): void {
  if (!isList(values)) {
    throw new TypeError(
      `${where} must be an array of numbers; received ${shown(values)}. Give an array or typed array.`,
    );
  }
  if (values.length !== count) {
    throw new RangeError(`${where} must contain ${count} values; received ${values.length}. Give NaN for a gap.`);
  }
  for (let i = 0; i < count; i++) {
    const value: unknown = values[i];
    if (Number.isFinite(value) || Number.isNaN(value)) continue;
    throw new RangeError(
      `${where}[${i}] must be finite, or NaN for a gap; received ${shown(value)}. Correct the value.`,
    );
  }
}

/** Refuses anything that is none of some names. Undefined is allowed. */
export function requireChoice(
  where: string,
  value: string | undefined,
  names: readonly string[],
  { optional = true }: { readonly optional?: boolean } = {},
): void {
  if (value === undefined ? optional : names.includes(value)) return;
  const known = names.map((name) => JSON.stringify(name)).join(" or ");
  throw new RangeError(`${where} must be ${known}; received ${shown(value)}. Give one of them.`);
}

/** Refuses a number outside `least` … `most`. With `above`, `least` itself is refused. */
export function requireNumber(
  where: string,
  value: number,
  range: {
    readonly least?: number;
    readonly most?: number;
    readonly above?: boolean;
    readonly whole?: boolean;
    readonly unit: string;
  },
): void {
  const { least, most, above = false, whole = false, unit } = range;
  const low = least === undefined || (above ? value > least : value >= least);
  if (Number.isFinite(value) && low && (most === undefined || value <= most) && (!whole || Number.isInteger(value))) {
    return;
  }
  const rules = [whole ? "whole" : "finite"];
  if (least !== undefined) rules.push(`${above ? "greater than" : "at least"} ${least}${spaced(unit)}`);
  if (most !== undefined) rules.push(`at most ${most}${spaced(unit)}`);
  const sentence = `must be ${rules.join(", ")}; received ${String(value)}${spaced(unit)}`;
  throw new RangeError(`${where} ${sentence}. Give a value in that range.`);
}

/** Refuses anything that is not a list of `least` … `most` entries. */
export function requireCount(
  where: string,
  list: ArrayLike<unknown>,
  least: number,
  most: number,
  remedy: string,
): void {
  if (!isList(list)) throw new TypeError(`${where} must be an array; received ${shown(list)}. Give an array.`);
  if (list.length >= least && list.length <= most) return;
  throw new RangeError(`${where} must contain ${least} to ${most} entries; received ${list.length}. ${remedy}`);
}

/** Refuses a window whose end is not after its start. */
export function requireWindow(where: string, from: number, to: number): void {
  requireNumber(`${where}.from`, from, { unit: "ms" });
  requireNumber(`${where}.to`, to, { unit: "ms" });
  if (to > from) return;
  throw new RangeError(
    `${where}.to must be greater than from, ${from} ms; received ${to} ms. Give an end after the start.`,
  );
}

/** Refuses spikes whose times are not finite, that lack a unit, or whose unit is not from 0 to `unitCount` − 1. */
export function requireSpikes(where: string, times: Numbers, units: Numbers, unitCount: number): void {
  requireNumbers(`${where}.times`, times, "ms");
  requireNumbers(`${where}.units`, units, "");
  if (units.length !== times.length) {
    const rule = `must contain the unit of each of the ${times.length} spikes of ${where}.times`;
    throw new RangeError(`${where}.units ${rule}; received ${units.length}. Give both the same length.`);
  }
  for (let i = 0; i < units.length; i++) {
    const unit = units[i]!;
    if (Number.isInteger(unit) && unit >= 0 && unit < unitCount) continue;
    const rule = `must be a whole number from 0 to ${unitCount - 1}`;
    throw new RangeError(`${where}.units[${i}] ${rule}; received ${unit}. Correct it, or raise unitCount.`);
  }
}

/** Refuses a recorded part that is not valid. */
export function requireRecorded(where: string, recorded: RecordedPart | undefined): void {
  if (recorded === undefined) return;
  requireObject(`${where}.recorded`, recorded);
  const { units, from, to } = recorded;
  if (units !== undefined) requireNumbers(`${where}.recorded.units`, units, "");
  if (from !== undefined) requireNumber(`${where}.recorded.from`, from, { unit: "ms" });
  if (to !== undefined) requireNumber(`${where}.recorded.to`, to, { unit: "ms" });
}

function isList(given: unknown): boolean {
  return Array.isArray(given) || (ArrayBuffer.isView(given) && "length" in given);
}

function shown(given: unknown): string {
  if (Array.isArray(given)) return "an array";
  if (typeof given === "object" && given !== null) return "an object";
  if (typeof given === "function") return "a function";
  return (typeof given === "string" ? JSON.stringify(given) : String(given)).slice(0, 40);
}

function spaced(unit: string): string {
  return unit === "" ? "" : ` ${unit}`;
}
