import type { Issue } from "spark-snn";
import type { ReadRecording } from "../recording/recording.ts";
import { isObject, readNumber, refuseUnknown, shown } from "../shown.ts";
import type { Bounds } from "./space.ts";

/**
 * Time from the current to its effect on the soma, ms: a fixed value, bounds of a free parameter, or true for bounds
 * from 0 to 20 ms.
 */
export type Latency = number | true | { readonly from: number; readonly to: number };

/** Upper bound of a latency without bounds, ms. Pathways from a sense organ to the recorded neuron are shorter. */
const LONGEST = 20;
const boundKeys = ["from", "to"];

/** Reads a latency in ms. Undefined if it is omitted, 0 or, with issues, invalid. */
export const readLatency = (
  path: string,
  given: unknown,
  dt: number,
  recordings: readonly ReadRecording[],
  issues: Issue[],
): number | Bounds | undefined => {
  const shortest = recordings.reduce((least, { duration }) => Math.min(least, duration), Number.POSITIVE_INFINITY);
  const inside = (value: number): boolean => value >= 0 && value < shortest;
  const words = Number.isFinite(shortest)
    ? `at least 0 ms and shorter than the shortest recording, ${shortest} ms`
    : "at least 0 ms";
  const rule = { words, unit: "ms", holds: inside, remedy: "Give a time in ms." };
  if (given === undefined) return undefined;
  if (given === true) return { from: 0, to: Math.min(LONGEST, shortest / 2), scale: "linear" };
  if (typeof given === "number") {
    const value = readNumber(path, given, rule, issues);
    if (value === undefined || value === 0) return undefined;
    if (Math.abs(value / dt - Math.round(value / dt)) <= 1e-6) return value;
    const message = `must be a whole number of steps of ${dt} ms; received ${value} ms. Round it, or change dt.`;
    issues.push({ path, message });
    return undefined;
  }
  if (!isObject(given)) {
    const message = `takes a time in ms, { from, to } or true; received ${shown(given)}. Write { from: 0, to: ${LONGEST} }.`;
    issues.push({ path, message });
    return undefined;
  }
  const before = issues.length;
  refuseUnknown(path, given, boundKeys, issues);
  for (const key of boundKeys) {
    if (given[key] === undefined) issues.push({ path: `${path}.${key}`, message: "is missing. Give a bound in ms." });
    else readNumber(`${path}.${key}`, given[key], rule, issues);
  }
  if (issues.length > before) return undefined;
  const from = given["from"] as number;
  const to = given["to"] as number;
  if (to - from >= dt) return { from, to, scale: "linear" };
  const message = `must be greater than from, ${from} ms, by at least a step of ${dt} ms; received ${to} ms. Give a number for a fixed latency.`;
  issues.push({ path: `${path}.to`, message });
  return undefined;
};

/**
 * Moves the spikes of candidates by their latencies, in steps. Omits spikes after the last step. The order is kept
 * among the spikes of each candidate.
 */
export const delaySpikes = (
  steps: Uint32Array,
  units: Uint32Array,
  latencies: Uint32Array,
  last: number,
): { readonly steps: Uint32Array; readonly units: Uint32Array } => {
  const movedSteps = new Uint32Array(steps.length);
  const movedUnits = new Uint32Array(steps.length);
  let count = 0;
  for (let k = 0; k < steps.length; k++) {
    const unit = units[k]!;
    const step = steps[k]! + latencies[unit]!;
    if (step > last) continue;
    movedSteps[count] = step;
    movedUnits[count] = unit;
    count++;
  }
  return { steps: movedSteps.subarray(0, count), units: movedUnits.subarray(0, count) };
};
