import { firstStepFrom, timeText } from "../config/clock.ts";
import { suggestName } from "../config/nearest-name.ts";
import {
  describe,
  isTypedArray,
  type NestedArray,
  type NumericArray,
  type Shape,
  sameShape,
  shapeIssue,
  sizeOf,
} from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import type { Issue } from "../errors/errors.ts";
import { SpikeArray } from "../model/ports.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { checkReached, lengthIssue, readStepValues } from "./steps.ts";

/** Spikes ordered by step. Steps count from 0 here. */
interface Spikes {
  readonly steps: Float64Array;
  readonly units: Uint32Array;
  /** 1 for each spike that counts as −1; undefined if there are none. */
  readonly inhibitory: Uint8Array | undefined;
}
type Given = Readonly<Record<string, unknown>>;

const LIST = "{ events: { steps, units } }";
const FORMS = `${LIST}, { steps: [[0, 1, …], …] } or recorded spikes`;
const eventKeys = ["steps", "units"];
const timedKeys = ["times", "units"];
/** The keys of a recording. */
const recordedKeys = [...eventKeys, "shape", "count", "times", "dt"];

/** Reads the input of a spike port. */
export const readSpikes = (value: unknown, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const { path } = context;
  const add = (message: string): undefined => void issues.push({ path, message });
  if (value instanceof SpikeArray) {
    return add(
      "takes the spikes of all steps; received a SpikeArray, which contains the spikes of one step. Give { events: { steps: indices.map(() => 1), units: indices } } with indices = spikes.indices().",
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) {
    return add(`takes spikes; received ${describe(value)}. Give ${FORMS}.`);
  }
  const given = value as Given;
  if ("events" in given) return readEventsInput(given, context, issues);
  if ("steps" in given && "units" in given) return readRecording(given, context, issues);
  if ("steps" in given) {
    unknownKeys(path, given, ["steps"], issues);
    return readDense(given["steps"], context, issues);
  }
  const [name] = Object.keys(given);
  const hint = name === undefined ? `Give ${FORMS}.` : suggestName(name, ["events", "steps"]);
  return add(`takes spikes; received ${describe(value)}. ${hint}`);
};

const readEventsInput = (given: Given, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const before = issues.length;
  const path = `${context.path}.events`;
  const { events, inhibitory } = given;
  unknownKeys(context.path, given, ["events", "inhibitory"], issues);
  if (typeof events !== "object" || events === null || Array.isArray(events)) {
    const message = `takes an object with steps or times, and units; received ${describe(events)}. Give one of each per spike.`;
    issues.push({ path, message });
    return undefined;
  }
  const timed = "times" in events;
  if (timed && "steps" in events) {
    issues.push({ path: `${path}.times`, message: "cannot be combined with steps. Remove one of them." });
    return undefined;
  }
  unknownKeys(path, events as Given, timed ? timedKeys : eventKeys, issues);
  const read = readEvents(events as Given, path, context, issues, timed ? "times" : "steps");
  const units = sizeOf(context.units);
  const minus =
    inhibitory === undefined ? [] : wholeNumbers(inhibitory, `${context.path}.inhibitory`, 0, units - 1, issues);
  if (!read || !minus || issues.length > before) return undefined;
  if (minus.length === 0) return spikeFeed(read, context);
  const marked = new Set(Array.from(minus));
  return spikeFeed({ ...read, inhibitory: Uint8Array.from(read.units, (unit) => +marked.has(unit)) }, context);
};

const readRecording = (given: Given, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const before = issues.length;
  const { path, dt, units } = context;
  unknownKeys(path, given, recordedKeys, issues);
  const shape = given["shape"];
  if (shape !== undefined) {
    const issue = shapeIssue(shape, `${path}.shape`);
    if (issue) issues.push(issue);
    else if (!sameShape(shape as Shape, units)) {
      const message = `is [${(shape as Shape).join(", ")}], but the population has shape [${units.join(", ")}]. Replay spikes of the same shape.`;
      issues.push({ path: `${path}.shape`, message });
    }
  }
  if (given["dt"] !== undefined && given["dt"] !== dt) {
    const message = `is ${describe(given["dt"])} ms in the recording, but ${dt} ms in the run. Use the dt of the recording.`;
    issues.push({ path: `${path}.dt`, message });
  }
  const read = readEvents(given, path, context, issues);
  return read && issues.length === before ? spikeFeed(read, context) : undefined;
};

/** Whole numbers within bounds. */
const wholeNumbers = (
  value: unknown,
  path: string,
  from: number,
  to: number,
  issues: Issue[],
): ArrayLike<number> | undefined => {
  const add = (at: string, message: string): undefined => void issues.push({ path: at, message });
  if (value === undefined) return add(path, "is missing. Give one whole number per spike.");
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return add(path, `must be an array of whole numbers; received ${describe(value)}. Give one per spike or unit.`);
  }
  const list = value as readonly unknown[] | NumericArray;
  for (let k = 0; k < list.length; k++) {
    const n = list[k];
    if (typeof n === "number" && Number.isInteger(n) && n >= from && n <= to) continue;
    const counted = from === 0 ? "Count units from 0." : "Count steps from 1.";
    const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
    return add(`${path}[${k}]`, `must be a whole number ${range}; received ${describe(n)}. ${counted}`);
  }
  return list as ArrayLike<number>;
};

/** The step of each time, counted from 1. A step contains the times after its start, up to and including its end. */
const stepsOfTimes = (value: unknown, path: string, dt: number, issues: Issue[]): ArrayLike<number> | undefined => {
  const add = (at: string, message: string): undefined => void issues.push({ path: at, message });
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return add(path, `must be an array of times in ms; received ${describe(value)}. Give one per spike.`);
  }
  const list = value as readonly unknown[] | NumericArray;
  const steps = new Float64Array(list.length);
  for (let k = 0; k < list.length; k++) {
    const time = list[k];
    if (typeof time !== "number" || !Number.isFinite(time)) {
      return add(`${path}[${k}]`, `must be a finite number; received ${describe(time)}. Give a time in ms.`);
    }
    steps[k] = firstStepFrom(time, dt);
    if (steps[k]! >= 1) continue;
    return add(`${path}[${k}]`, `must be after the start of the run at 0 ms; received ${time} ms. Shift the times.`);
  }
  return steps;
};

const readEvents = (
  given: Given,
  path: string,
  context: FeedContext,
  issues: Issue[],
  key: "steps" | "times" = "steps",
): Spikes | undefined => {
  const units = sizeOf(context.units);
  const stepList =
    key === "times"
      ? stepsOfTimes(given["times"], `${path}.times`, context.dt, issues)
      : wholeNumbers(given["steps"], `${path}.steps`, 1, Number.MAX_SAFE_INTEGER, issues);
  const unitList = wholeNumbers(given["units"], `${path}.units`, 0, units - 1, issues);
  if (!stepList || !unitList) return undefined;
  if (stepList.length !== unitList.length) {
    const message = `must contain as many values as ${key}; received ${unitList.length} units and ${stepList.length} ${key}. Give one of each per spike.`;
    issues.push({ path: `${path}.units`, message });
    return undefined;
  }
  const order = Uint32Array.from({ length: stepList.length }, (_, k) => k);
  const before = (a: number, b: number): number => stepList[a]! - stepList[b]! || unitList[a]! - unitList[b]! || a - b;
  if (order.some((k) => k > 0 && before(k - 1, k) > 0)) order.sort(before);
  for (let n = 1; n < order.length; n++) {
    const a = order[n - 1]!;
    const b = order[n]!;
    if (stepList[a] !== stepList[b] || unitList[a] !== unitList[b]) continue;
    const rest = key === "times" ? ` (dt ${timeText(context.dt)})` : "";
    const message = `repeats the spike of unit ${unitList[b]} in step ${stepList[b]}${rest}, which is at index ${a}. A unit spikes at most once per step: remove one${rest && ", or use a smaller dt"}.`;
    issues.push({ path: `${path}.${key}[${b}]`, message });
    return undefined;
  }
  return {
    steps: Float64Array.from(order, (k) => stepList[k]! - 1),
    units: Uint32Array.from(order, (k) => unitList[k]!),
    inhibitory: undefined,
  };
};

const readDense = (value: unknown, context: FeedContext, issues: Issue[]): Feed | undefined => {
  const path = `${context.path}.steps`;
  const before = issues.length;
  if (Array.isArray(value) && value.length > 0 && !Array.isArray(value[0]) && sizeOf(context.units) > 1) {
    const message = `must contain an array for each step; received ${describe(value)}. For a list of spikes, give ${LIST}.`;
    issues.push({ path, message });
    return undefined;
  }
  const read = readStepValues(value as NestedArray, path, context, issues);
  if (!read) return undefined;
  issues.push(...lengthIssue(read.steps, path, context, LIST));
  const units = sizeOf(context.units);
  const found: number[] = [];
  for (let k = 0; k < read.data.length; k++) {
    const spike = read.data[k]!;
    if (spike === 0) continue;
    if (spike !== 1 && spike !== -1) {
      const message = `must be 1 (spike), −1 (inhibitory spike) or 0 (none); received ${spike}. A unit spikes at most once per step.`;
      issues.push({ path: `${path}${read.place(k)}`, message });
      break;
    }
    found.push(k);
  }
  if (issues.length > before) return undefined;
  const inhibitory = Uint8Array.from(found, (k) => +(read.data[k] === -1));
  const spikes = {
    steps: Float64Array.from(found, (k) => Math.floor(k / units)),
    units: Uint32Array.from(found, (k) => k % units),
    inhibitory: inhibitory.includes(1) ? inhibitory : undefined,
  };
  return spikeFeed(spikes, context, (lastStep) => checkReached(lastStep, read.steps, path, context, LIST));
};

/** Index of the first spike at or after a step. */
const firstAt = (steps: Float64Array, step: number): number => {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]! < step) low = middle + 1;
    else high = middle;
  }
  return low;
};

const spikeFeed = (spikes: Spikes, context: FeedContext, checkEnd?: (lastStep: number) => void): Feed => {
  const { steps, units, inhibitory } = spikes;
  const words = context.padded / 32;
  return {
    binding: { kind: "rowBit", signed: inhibitory !== undefined },
    fill: ([bits, minus], firstStep, rows) => {
      checkEnd?.(firstStep + rows - 1);
      bits!.fill(0, 0, rows * words);
      if (inhibitory) minus!.fill(0, 0, rows * words);
      for (let k = firstAt(steps, firstStep); k < steps.length && steps[k]! < firstStep + rows; k++) {
        const word = (steps[k]! - firstStep) * words + (units[k]! >>> 5);
        const bit = 1 << (units[k]! & 31);
        bits![word] = bits![word]! | bit;
        if (inhibitory?.[k]) minus![word] = minus![word]! | bit;
      }
      return rows;
    },
  };
};
