import type { NumericArray } from "spark-snn";
import { custom, describe, type Site } from "spark-snn/documents";
import { isList, readFinite, refuseDisorder } from "./lists.ts";

const ABOUT = "Spike times of each repetition of the stimulus.";

/** Spike times, one list for each repetition of a stimulus. */
export const trains = custom<readonly (readonly number[] | NumericArray)[], readonly Float64Array[]>({
  about: `${ABOUT} Default: detected in the voltage.`,
  unit: "ms",
  takes: "a list with the spike times of each repetition",
  schema: {
    description: `${ABOUT} In ms.`,
    type: "array",
    minItems: 1,
    items: { type: "array", items: { type: "number", minimum: 0 } },
  },
  read: (value, site) => {
    if (!isList(value) || value.length === 0) {
      return site.refuse(
        `must be a list with the spike times of each repetition; received ${describe(value)}. Give one list per repetition.`,
      );
    }
    if (typeof value[0] === "number") {
      return site.refuse("must be a list of repetitions; received a list of numbers. Put it in a list: [[…]].");
    }
    const before = site.issues.length;
    const read = Array.from(value, (train, r) => readTrain(train, site.at(r)));
    return site.issues.length > before ? undefined : (read as Float64Array[]);
  },
});

const readTrain = (given: unknown, site: Site): Float64Array | undefined => {
  if (!isList(given)) {
    return site.refuse(`must be a list of spike times in ms; received ${describe(given)}. Give the times.`);
  }
  const train = readFinite(given, "ms", "Give a time in ms, or remove the spike.", site);
  return train && withoutSingleRounding(train);
};

/** Refuses spikes outside of a recording of `duration` ms, and spikes that are not in order. */
export const refuseMisplaced = (all: readonly Float64Array[], duration: number, site: Site): void => {
  for (const [r, train] of all.entries()) {
    const own = site.at(r);
    const isOutside = (time: number): boolean => !(time >= 0 && time <= duration);
    const outside = train.findIndex(isOutside);
    if (outside < 0) {
      refuseDisorder(train, "spike before it", "Sort the spikes, and give each once.", own);
      continue;
    }
    const count = train.filter(isOutside).length;
    const others = count > 1 ? ` ${count - 1} more of ${train.length} are outside too.` : "";
    const last = train.reduce((most, time) => Math.max(most, time), 0);
    // A thousand times too late: either the spikes are in µs, or the times of the current are in seconds.
    const doubt =
      last > 100 * duration && train.every((time) => time >= 0)
        ? " If the spikes are in µs, divide them by 1000; if the times of the current are in seconds, multiply them by 1000."
        : "";
    own
      .at(outside)
      .refuse(
        `must be within the recording, 0 to ${duration} ms; received ${train[outside]} ms.${others}${doubt} Check the unit (ms) and the clock, or remove the spikes.`,
      );
  }
};

/**
 * Times that were kept in single precision, as the decimals that someone wrote: 9.9 instead of 9.899999618530273. Their
 * rounding would decide which spikes are within a window. Other lists are returned unchanged.
 */
const withoutSingleRounding = (times: Float64Array): Float64Array =>
  times.every((time) => Math.fround(time) === time) ? times.map(shortestSingle) : times;

/** The shortest decimal that single precision rounds to the value. */
const shortestSingle = (value: number): number => {
  for (let digits = 1; digits < 9; digits++) {
    const decimal = Number(value.toPrecision(digits));
    if (Math.fround(decimal) === value) return decimal;
  }
  return value;
};
