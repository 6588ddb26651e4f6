import { ConfigError } from "spark-snn";
import type { DataFiles } from "../data.ts";
import type { Reporter } from "../report.ts";
import { positiveOf, quantityOf } from "./quantities.ts";
import { type Component, children, type Model } from "./read-model.ts";
import type { Listed, Made } from "./read-populations.ts";
import type { Receptors } from "./read-projections.ts";

/* The spikes of sources, and what all inputs need. */

type Part = Readonly<Record<string, unknown>>;

export interface InputContext {
  readonly model: Model;
  readonly populations: ReadonlyMap<string, Listed>;
  readonly receptors: Receptors;
  readonly data: DataFiles;
  readonly report: Reporter;
  /** ms */
  readonly dt: number;
  readonly steps: number;
}

/** Longest lists in the document itself. */
export const INLINE = 1000;

/** Most spikes of a regular source, which bounds the memory that a damaged period asks for. */
const MOST = 1e7;

/** The number of the first step at or after a time. Times of files are rounded decimals. */
export const stepAfter = (time: number, dt: number): number => {
  const steps = time / dt;
  const nearest = Math.round(steps);
  return Math.abs(steps - nearest) <= 1e-9 * Math.max(1, nearest) ? nearest : Math.ceil(steps);
};

/** Types of components with a list of spikes. */
const withSpikes: readonly (string | undefined)[] = ["spikeArray", "spikeGenerator", "timedSynapticInput"];

/** The spikes of a source, as an input of the document. `early`: steps by which they are sent before their times. */
export const spikesOf = (
  made: Made,
  { data, report, model, dt, steps: last }: InputContext,
  early = 0,
): [string, Part][] => {
  const { sources = [] } = made;
  if (!withSpikes.includes(sources[0]?.type)) return [];
  const path = `${model.network.id}.${made.name}`;
  const trains = new Map<Component, readonly number[]>();
  const spikes: { readonly step: number; readonly unit: number }[] = [];
  let outside = 0;
  let moved = 0;
  sources.forEach((component, unit) => {
    const times = trains.get(component) ?? timesOf(component, last * dt);
    trains.set(component, times);
    let before = 0;
    for (const time of times) {
      const step = stepAfter(time, dt);
      const free = Math.max(step - early, before + 1);
      if (step < 1 || free > last) {
        outside++;
        continue;
      }
      if (free !== step - early) moved++;
      before = free;
      spikes.push({ step: free, unit });
    }
  });
  if (outside > 0) report.faithful(path, `${outside} spikes`, "left out", "They are not within the run.");
  if (moved > 0) {
    report.approximate(
      path,
      `${moved} spikes`,
      "spikes of the next free step",
      `A unit spikes at most once in a step of ${dt} ms. Use a shorter dt.`,
    );
  }
  const steps = spikes.map(({ step }) => step);
  const units = spikes.map(({ unit }) => unit);
  if (spikes.length === 0) return [[made.name, { inSpikes: { steps: [], units: [] } }]];
  if (spikes.length <= INLINE) return [[made.name, { inSpikes: { events: { steps, units } } }]];
  const file = `${made.name}Spikes.npz`;
  data.add(file, "steps", Uint32Array.from(steps));
  data.add(file, "units", Uint32Array.from(units));
  return [[made.name, { inSpikes: { events: { npz: file } } }]];
};

/** The times of a train, ms, ascending. */
const timesOf = ({ type, element, where }: Component, duration: number): readonly number[] => {
  if (type === "spikeGenerator") {
    const period = positiveOf(element, "period", "time", where);
    return Array.from({ length: Math.min(MOST, Math.floor(duration / period + 1e-9)) }, (_, k) => (k + 1) * period);
  }
  return children(element)
    .flatMap((one, k) => {
      if (one.name !== "spike") return [];
      const place = `${where} spike ${one.attributes["id"] ?? k}`;
      const time = quantityOf(one, "time", "time", place);
      if (time >= 0) return [time];
      throw new ConfigError({
        path: `${place}.time`,
        message: `must not be negative; received ${time} ms. Correct it.`,
      });
    })
    .sort((a, b) => a - b);
};
