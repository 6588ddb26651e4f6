import { describe, expect, test } from "vitest";
import { ConfigError, SparkError } from "../errors/errors.ts";
import * as analysis from "./index.ts";

const times = [1, 5, 9];
const spikes = { steps: [1, 2, 5], units: [0, 1, 0], times: () => times };
const run = { outSpikes: spikes, duration: 10 };
const grid = { dt: 1, unitCount: 2 };
const window = { ...grid, duration: 10 };

/** Valid arguments of each function. */
const calls: { readonly [name in keyof typeof analysis]: readonly unknown[] } = {
  binCounts: [spikes, { ...window, width: 5 }],
  coefficientOfVariation: [times],
  coefficientOfVariation2: [times],
  coincidenceFactor: [times, times, { duration: 10, window: 1 }],
  correlationMatrix: [spikes, { ...window, width: 1 }],
  fanoFactor: [[1, 2, 3]],
  firingRate: [times, { to: 10 }],
  intervalHistogram: [times, { to: 10, binCount: 2 }],
  intervals: [times],
  isiDistance: [times, times, { to: 10 }],
  isiProfile: [times, times, { to: 10 }],
  localVariation: [times],
  meanCoincidence: [times, [times], { duration: 10, window: 1 }],
  meanCorrelation: [spikes, { ...window, width: 1 }],
  meanVariation: [spikes, window],
  pairCorrelations: [spikes, { ...window, width: 1, pairs: 1 }],
  populationRate: [spikes, { ...window, width: 1 }],
  populationSummary: [spikes, window],
  powerSpectrum: [[1, 2, 3], { width: 1 }],
  rateHistogram: [[1, 2], { to: 10, binCount: 2 }],
  reliability: [[times, times], { duration: 10, window: 1 }],
  revisedLocalVariation: [times, {}],
  spikeDistance: [times, times, { to: 10 }],
  spikeProfile: [times, times, { to: 10 }],
  synchrony: [spikes, window],
  trainsOf: [spikes, grid],
  unitBinCounts: [spikes, { ...window, width: 1 }],
  unitRates: [spikes, window],
  unitVariations: [spikes, window],
  vanRossumDistance: [times, times, { tau: 10 }],
  victorPurpuraDistance: [times, times, { cost: 0.1 }],
};

const junk = [null, 7, "12", true, Symbol("s"), 5n, {}, { length: -1 }, ["1", "2"], [["1"]], [1n], () => 1, new Map()];

const functions: Readonly<Record<string, unknown>> = { ...analysis };

describe.each(Object.entries(calls))("%s", (name, valid) => {
  const call = functions[name] as (...given: readonly unknown[]) => unknown;
  const replaced = (at: number, value: unknown): unknown[] => valid.map((part, k) => (k === at ? value : part));
  const options = valid.findIndex((part) => typeof part === "object" && !Array.isArray(part) && part !== spikes);

  test("takes these arguments", () => {
    expect(call(...valid)).toBeDefined();
  });

  test("refuses every other kind of value for lists and options, and no options", () => {
    valid.forEach((part, at) => {
      for (const value of part === spikes || Array.isArray(part) ? [...junk, undefined] : [...junk.filter(isOther)]) {
        expect(() => call(...replaced(at, value)), `${at}: ${String(value)}`).toThrow(SparkError);
      }
    });
    if (options > 0 && name !== "revisedLocalVariation") {
      const wrong = /takes an object of options; received undefined|dt is missing. Give the time step in ms/;
      expect(() => call(...valid.slice(0, options))).toThrow(wrong);
    }
  });

  test("refuses a recording or a run in the place of a list, and says what to write", () => {
    valid.forEach((part, at) => {
      if (part === times) {
        const recording = () => call(...replaced(at, spikes));
        expect(recording).toThrow("received the spikes of several units. Write outSpikes.times(unit)");
        expect(() => call(...replaced(at, run))).toThrow("received a run. Write run.outSpikes.times(unit)");
      }
      if (part === spikes) expect(() => call(...replaced(at, run))).toThrow("received a run. Write run.outSpikes.");
      if (part === spikes) expect(() => call(...replaced(at, times))).toThrow("Give the spikes of a run");
    });
  });

  if (options > 0) {
    test("refuses a misspelt option, and texts as numbers", () => {
      const given = valid[options] as Readonly<Record<string, unknown>>;
      expect(() => call(...replaced(options, { ...given, frmo: 1 }))).toThrow(
        `${name === "reliability" || name === "meanCoincidence" ? "coincidenceFactor" : name}.frmo is unknown`,
      );
      for (const [key, value] of Object.entries(given)) {
        expect(() => call(...replaced(options, { ...given, [key]: String(value) })), key).toThrow(ConfigError);
        expect(() => call(...replaced(options, { ...given, [key]: String(value) })), key).toThrow(`"${value}"`);
      }
    });
  }
});

/** Whether a value is no object, so that it cannot be options. */
const isOther = (value: unknown): boolean => typeof value !== "object" || value === null || Array.isArray(value);
