import { custom, describe, isRecord, optionsSchema, readOptions, type Site, type Written } from "spark-snn/documents";
import type { Bounds } from "./space.ts";

/** Data for reading a latency. */
export interface LatencyContext {
  /** Time step, ms. */
  readonly dt: number;
  /** Length of the shortest recording, ms; infinite if there is none. */
  readonly shortest: number;
}

/** Upper bound of a latency without bounds, ms. Pathways from a sense organ to the recorded neuron are shorter. */
const LONGEST = 20;

/** A time that is shorter than every recording. */
const latencyTime = (about: string, schema: { readonly minimum: number } | { readonly exclusiveMinimum: number }) =>
  custom<number, number, LatencyContext>({
    about,
    unit: "ms",
    takes: "a time of at least 0 ms",
    remedy: "Give a bound in ms.",
    schema: { description: `${about} In ms.`, type: "number", ...schema },
    read: (value, site) => {
      const { shortest } = site.context;
      if (typeof value === "number" && value >= 0 && value < shortest) return value;
      const received = typeof value === "number" ? `${value} ms` : describe(value);
      const limit = Number.isFinite(shortest) ? ` and shorter than the shortest recording, ${shortest} ms` : "";
      return site.refuse(`must be at least 0 ms${limit}; received ${received}. Give a time in ms.`);
    },
  });

const fixed = latencyTime("A fixed latency.", { minimum: 0 });

export const latencyBounds = {
  /** ms */
  from: latencyTime("Lower bound.", { minimum: 0 }),
  /** ms */
  to: latencyTime("Upper bound.", { exclusiveMinimum: 0 }),
};

/**
 * Time from the current to its effect on the soma, ms: a fixed value, bounds of a free parameter, or true for bounds
 * from 0 to 20 ms.
 */
export type Latency = number | true | Written<typeof latencyBounds>;

const ABOUT = "Time from the current to its effect on the soma, rounded to whole steps.";

/** A latency. The reader returns 0 for none. */
export const latency = custom<Latency, number | Bounds, LatencyContext>({
  about: ABOUT,
  unit: "ms",
  takes: `a time in ms, { from, to }, or true for 0 to ${LONGEST} ms`,
  parts: latencyBounds,
  schema: {
    description: `${ABOUT} In ms.`,
    anyOf: [
      fixed.schema,
      optionsSchema(latencyBounds, "A free latency within bounds."),
      { description: `A free latency from 0 to ${LONGEST} ms.`, const: true },
    ],
    default: 0,
  },
  read: (value, site) => {
    if (value === true) return { from: 0, to: Math.min(LONGEST, site.context.shortest / 2), scale: "linear" };
    if (typeof value === "number") return readFixed(value, site);
    if (isRecord(value)) return readBounds(value, site);
    const example = site.place.say({
      code: `{ from: 0, to: ${LONGEST} }`,
      document: `{ "from": 0, "to": ${LONGEST} }`,
    });
    return site.refuse(`takes a time in ms, { from, to } or true; received ${describe(value)}. Write ${example}.`);
  },
});

const readFixed = (value: number, site: Site<LatencyContext>): number | undefined => {
  const { dt } = site.context;
  const read = fixed.read(value, site);
  if (read === undefined || Math.abs(read / dt - Math.round(read / dt)) <= 1e-6) return read;
  return site.refuse(`must be a whole number of steps of ${dt} ms; received ${read} ms. Round it, or change dt.`);
};

const readBounds = (given: Readonly<Record<string, unknown>>, site: Site<LatencyContext>): Bounds | undefined => {
  const { dt } = site.context;
  const read = readOptions(latencyBounds, given, site);
  if (!read || read.to - read.from >= dt) return read && { ...read, scale: "linear" };
  return site
    .at("to")
    .refuse(
      `must be greater than from, ${read.from} ms, by at least a step of ${dt} ms; received ${read.to} ms. Give a number for a fixed latency.`,
    );
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
