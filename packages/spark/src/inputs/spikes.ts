import { firstStepFrom, timeText } from "../config/clock.ts";
import { counted } from "../config/counted.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { Site } from "../config/place.ts";
import {
  describe,
  isRecord,
  isTypedArray,
  type NumericArray,
  type Shape,
  sameShape,
  shapeMisfit,
  sizeOf,
} from "../config/shape.ts";
import { singleMisfit, withoutSingleRounding } from "../config/single.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { SpikeArray } from "../model/ports.ts";
import type { Feed, FeedContext } from "./contract.ts";
import { checkReached, readStepValues, refuseShort } from "./steps.ts";

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
const recordedKeys = [...eventKeys, "shape", "count", "times", "dt", "unitCount", "from", "to"];

/** Reads the input of a spike port. */
export const readSpikes = (value: unknown, site: Site<FeedContext>): Feed | undefined => {
  if (value instanceof SpikeArray) {
    return site.refuse(
      `takes the spikes of all steps; received a SpikeArray, which contains the spikes of one step. Give ${LIST}, with units from spikes.indices().`,
    );
  }
  if (!isRecord(value)) return site.refuse(`takes spikes; received ${describe(value)}. Give ${FORMS}.`);
  if ("events" in value) return readEventsInput(value, site);
  if ("steps" in value && "units" in value) return readRecording(value, site);
  if ("steps" in value) {
    refuseUnknown(value, ["steps"], site);
    return readDense(value["steps"], site.at("steps"));
  }
  const [name] = Object.keys(value);
  const hint = name === undefined ? `Give ${FORMS}.` : suggestName(name, ["events", "steps"]);
  return site.refuse(`takes spikes; received ${describe(value)}. ${hint}`);
};

const readEventsInput = (given: Given, site: Site<FeedContext>): Feed | undefined => {
  const before = site.issues.length;
  const own = site.at("events");
  const { events, inhibitory } = given;
  refuseUnknown(given, ["events", "inhibitory"], site);
  if (typeof events !== "object" || events === null || Array.isArray(events)) {
    return own.refuse(
      `takes an object with steps or times, and units; received ${describe(events)}. Give one of each per spike.`,
    );
  }
  const timed = "times" in events;
  if (timed && "steps" in events) {
    return "dt" in events
      ? own.refuse(
          "takes lists of steps or times; received recorded spikes. Write inSpikes: run.outSpikes, without events.",
        )
      : own.at("times").refuse("cannot be combined with steps. Remove one of them.");
  }
  refuseUnknown(events, timed ? timedKeys : eventKeys, own);
  const read = readEvents(events as Given, own, timed ? "times" : "steps");
  const units = sizeOf(site.context.units);
  const minus = inhibitory === undefined ? [] : wholeNumbers(inhibitory, 0, units - 1, site.at("inhibitory"));
  if (!read || !minus || site.issues.length > before) return undefined;
  if (minus.length === 0) return spikeFeed(read, site);
  const marked = new Set(Array.from(minus));
  return spikeFeed({ ...read, inhibitory: Uint8Array.from(read.units, (unit) => +marked.has(unit)) }, site);
};

const readRecording = (given: Given, site: Site<FeedContext>): Feed | undefined => {
  const before = site.issues.length;
  const { dt, units } = site.context;
  refuseUnknown(given, recordedKeys, site);
  const shape = given["shape"];
  if (shape !== undefined) {
    const own = site.at("shape");
    const wrong = shapeMisfit(shape);
    if (wrong) own.refusePart(wrong);
    else if (!sameShape(shape as Shape, units)) {
      own.refuse(
        `is [${(shape as Shape).join(", ")}], but the population has shape [${units.join(", ")}]. Replay spikes of the same shape.`,
      );
    }
  }
  if (given["dt"] !== undefined && !(typeof given["dt"] === "number" && isSameStep(given["dt"], dt))) {
    site
      .at("dt")
      .refuse(`is ${describe(given["dt"])} ms in the recording, but ${dt} ms in the run. Use the dt of the recording.`);
  }
  const read = readEvents(given, site);
  return read && site.issues.length === before ? spikeFeed(read, site) : undefined;
};

/** Whether two time steps are equal up to rounding, such as 0.1 and 0.30000000000000004 / 3. */
const isSameStep = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-12 * b;

/** Whole numbers within bounds. */
const wholeNumbers = (value: unknown, from: number, to: number, site: Site): ArrayLike<number> | undefined => {
  if (value === undefined) return site.refuse("is missing. Give one whole number per spike.");
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return site.refuse(`must be an array of whole numbers; received ${describe(value)}. Give one per spike or unit.`);
  }
  const list = value as readonly unknown[] | NumericArray;
  for (let k = 0; k < list.length; k++) {
    const n = list[k];
    if (typeof n === "number" && Number.isInteger(n) && n >= from && n <= to) continue;
    const counted = from === 0 ? "Count units from 0." : "Count steps from 1.";
    const range = to === Number.MAX_SAFE_INTEGER ? `of at least ${from}` : `from ${from} to ${to}`;
    const more = typeof n === "number" ? { excess: n - to } : {};
    return site.at(k).refuse(`must be a whole number ${range}; received ${describe(n)}. ${counted}`, more);
  }
  return list as ArrayLike<number>;
};

/** The step of each time, counted from 1. A step contains the times after its start, up to and including its end. */
const stepsOfTimes = (value: unknown, site: Site<FeedContext>): ArrayLike<number> | undefined => {
  if (!Array.isArray(value) && !isTypedArray(value)) {
    return site.refuse(`must be an array of times in ms; received ${describe(value)}. Give one per spike.`);
  }
  const list = value as readonly unknown[] | NumericArray;
  const { dt } = site.context;
  const misfit = value instanceof Float32Array ? singleMisfit(value, dt) : undefined;
  if (misfit !== undefined) return site.refuse(misfit);
  const steps = new Float64Array(list.length);
  const times = list.every((time: unknown) => typeof time === "number")
    ? withoutSingleRounding(list as never, dt)
    : list;
  for (let k = 0; k < list.length; k++) {
    const time: unknown = times[k];
    if (typeof time !== "number" || !Number.isFinite(time)) {
      return site.at(k).refuse(`must be a finite number; received ${describe(time)}. Give a time in ms.`);
    }
    steps[k] = firstStepFrom(time, dt);
    if (steps[k]! >= 1) continue;
    return site.at(k).refuse(`must be after the start of the run at 0 ms; received ${time} ms. Shift the times.`);
  }
  return steps;
};

const readEvents = (given: Given, site: Site<FeedContext>, key: "steps" | "times" = "steps"): Spikes | undefined => {
  const { units, dt } = site.context;
  const stepList =
    key === "times"
      ? stepsOfTimes(given["times"], site.at("times"))
      : wholeNumbers(given["steps"], 1, Number.MAX_SAFE_INTEGER, site.at("steps"));
  const unitList = wholeNumbers(given["units"], 0, sizeOf(units) - 1, site.at("units"));
  if (!stepList || !unitList) return undefined;
  if (stepList.length !== unitList.length) {
    const received = `${counted(unitList.length, "unit")} and ${counted(stepList.length, key.slice(0, -1))}`;
    return site
      .at("units")
      .refuse(`must contain as many values as ${key}; received ${received}. Give one of each per spike.`);
  }
  const order = Uint32Array.from({ length: stepList.length }, (_, k) => k);
  const before = (a: number, b: number): number => stepList[a]! - stepList[b]! || unitList[a]! - unitList[b]! || a - b;
  if (order.some((k) => k > 0 && before(k - 1, k) > 0)) order.sort(before);
  for (let n = 1; n < order.length; n++) {
    const a = order[n - 1]!;
    const b = order[n]!;
    if (stepList[a] !== stepList[b] || unitList[a] !== unitList[b]) continue;
    const rest = key === "times" ? ` (dt ${timeText(dt)})` : "";
    return site
      .at(key, b)
      .refuse(
        `repeats the spike of unit ${unitList[b]} in step ${stepList[b]}${rest}, which is at index ${a}. A unit spikes at most once per step: remove one${rest && ", or use a smaller dt"}.`,
      );
  }
  return {
    steps: Float64Array.from(order, (k) => stepList[k]! - 1),
    units: Uint32Array.from(order, (k) => unitList[k]!),
    inhibitory: undefined,
  };
};

const readDense = (value: unknown, site: Site<FeedContext>): Feed | undefined => {
  const { context, place } = site;
  const before = site.issues.length;
  const units = sizeOf(context.units);
  if (Array.isArray(value) && value.length > 0 && !Array.isArray(value[0]) && units > 1) {
    return site.refuse(
      `must contain an array for each step; received ${describe(value)}. For a list of spikes, give ${LIST}.`,
    );
  }
  const read = readStepValues(value, site);
  if (!read) return undefined;
  refuseShort(read.steps, site, LIST);
  const found: number[] = [];
  for (let k = 0; k < read.data.length; k++) {
    const spike = read.data[k]!;
    if (spike === 0) continue;
    if (spike !== 1 && spike !== -1) {
      site
        .at(...read.indices(k))
        .refuse(
          `must be 1 (spike), −1 (inhibitory spike) or 0 (none); received ${spike}. A unit spikes at most once per step.`,
        );
      break;
    }
    found.push(k);
  }
  if (site.issues.length > before) return undefined;
  const inhibitory = Uint8Array.from(found, (k) => +(read.data[k] === -1));
  const spikes = {
    steps: Float64Array.from(found, (k) => Math.floor(k / units)),
    units: Uint32Array.from(found, (k) => k % units),
    inhibitory: inhibitory.includes(1) ? inhibitory : undefined,
  };
  return spikeFeed(spikes, site, (lastStep) => checkReached(lastStep, read.steps, place, context, LIST));
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

/** The sentence about spikes outside a run. A list for several runs has spikes in each of them, or on both sides. */
const outsideText = (
  steps: Float64Array,
  first: number,
  end: number,
  { place, context }: Site<FeedContext>,
): string => {
  const before = firstAt(steps, first);
  const after = steps.length - firstAt(steps, end);
  const start = timeText(first * context.dt);
  const parts = [
    before > 0 ? `${before} of ${steps.length} spikes lie at or before ${start}, where this run starts` : "",
    after > 0 ? `${after} of ${steps.length} spikes lie after ${timeText(end * context.dt)}, where this run ends` : "",
  ].filter((part) => part !== "");
  const remedy =
    first > 0 ? "Times count from the start of the simulation, in ms." : "Give times in ms from the start.";
  return `${place.path}: ${parts.join(", and ")}, so the run ignores them. ${remedy}`;
};

const spikeFeed = (spikes: Spikes, site: Site<FeedContext>, checkEnd?: (lastStep: number) => void): Feed => {
  const { context } = site;
  const { steps, units, inhibitory } = spikes;
  const words = context.padded / 32;
  return {
    binding: { kind: "rowBit", signed: inhibitory !== undefined },
    doubt: (first, end, continues) => {
      const before = firstAt(steps, first);
      const inside = firstAt(steps, end) - before;
      if (inside === steps.length) return undefined;
      const isAside = inside === 0 && (before === 0 || before === steps.length);
      return !continues || isAside ? outsideText(steps, first, end, site) : undefined;
    },
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
