import { expect, test } from "vitest";
import * as publicNames from "./index.ts";
import {
  comparisonFigure,
  type FigureOptions,
  frequencyFigure,
  intervalFigure,
  networkFigure,
  rasterFigure,
  readoutFigure,
  spectrumFigure,
  traceFigure,
} from "./index.ts";
import { themes } from "./palette.ts";
import { pathOf, strokesOf, textsOf } from "./svg.test-support.ts";

/** A sawtooth between −60 and −40 mV with a period of 20 ms, sampled every ms. */
const time = Array.from({ length: 201 }, (_, index) => index);
const potential = time.map((t) => -60 + (t % 20));
const current = time.map((t) => (t < 20 ? 0 : 300));
const spikes = [20, 40, 60, 80, 100, 120, 140, 160, 180, 200];

const trace = {
  time,
  current,
  units: [
    { label: "unit 7", potential, spikes, threshold: -40, reset: -50, refractory: 2 },
    { label: "unit 9", potential, spikes: [20], threshold: potential.map((value) => value + 15) },
  ],
};
const raster = {
  times: [5, 15, 25, 35, 95],
  units: [0, 1, 2, 3, 3],
  unitCount: 4,
  to: 100,
  groups: [
    { label: "excitatory", from: 0, to: 3 },
    { label: "inhibitory", from: 3, to: 4 },
  ],
};
const network = {
  populations: [
    { label: "excitatory", times: [5, 15, 25], units: [0, 1, 2], unitCount: 3 },
    { label: "inhibitory", times: [35, 95], units: [0, 0], unitCount: 1 },
  ],
  to: 100,
  bars: [{ title: "CV", values: [0.7, Number.NaN] }],
};
const curves = {
  curves: [
    { label: "leaky", current: [100, 200, 300], rate: [0, 0, 71], rheobase: 200 },
    { label: "adaptive", current: [100, 200, 300], rate: [0, 0, 19] },
  ],
};
const spectra = {
  curves: [
    { label: "cells", frequencies: [2, 4, 6], power: [1, 8, 2] },
    { label: "others", frequencies: [2, 4], power: [0, 1] },
  ],
};
const comparison = {
  time,
  current,
  recorded: potential,
  potential,
  repetitions: [
    [20, 60],
    [22, 150],
  ],
  prediction: [20, 100, 154],
  coincidence: 0.62,
  reliability: 0.7,
};

const readouts = {
  readouts: [
    { label: "left", unit: "Hz", time, curves: [{ label: "mean", values: current.map((value) => value / 10) }] },
    {
      label: "depth",
      unit: "",
      time: [0, 400],
      curves: [
        { label: "unit 3", values: [1, 2] },
        { label: "unit 4", values: [5, 5] },
      ],
    },
  ],
};

const figures: Readonly<Record<string, (options: FigureOptions) => string>> = {
  trace: (options) => traceFigure(trace, options),
  raster: (options) => rasterFigure(raster, options),
  network: (options) => networkFigure(network, options),
  interval: (options) => intervalFigure({ intervals: [10, 20, 20, 30] }, options),
  frequency: (options) => frequencyFigure(curves, options),
  spectrum: (options) => spectrumFigure(spectra, options),
  comparison: (options) => comparisonFigure(comparison, options),
  readout: (options) => readoutFigure(readouts, options),
};

for (const [name, draw] of Object.entries(figures)) {
  test(`the ${name} figure is the same text every time, independent of figures drawn in between`, () => {
    const first = draw({ title: "Once" });
    for (const other of Object.values(figures)) other({ theme: "dark" });
    expect(draw({ title: "Once" })).toBe(first);
  });

  test(`the ${name} figure has its size, its theme's colours, its title, and numbers everywhere`, () => {
    const light = draw({ title: "A <b> & c", width: 800, height: 420 });
    const dark = draw({ title: "A <b> & c", width: 800, height: 420, theme: "dark" });
    expect(light).toMatch(/^<svg role="img" aria-label="/);
    expect(light).toContain('width="800" height="420" viewBox="0 0 800 420"');
    expect(light).toContain(`fill="${themes.light.background}"`);
    expect(dark).toContain(`fill="${themes.dark.background}"`);
    expect(dark).not.toContain(themes.light.background);
    expect(textsOf(light)[0]).toBe("A &lt;b&gt; &amp; c");
    expect(light).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  test(`the ${name} figure refuses an invalid size`, () => {
    expect(() => draw({ width: 0 })).toThrow(`${name}Figure.width must be whole, at least 400 px, at most 8000 px`);
    expect(() => draw({ height: 300.5 })).toThrow(`${name}Figure.height must be whole`);
  });
}

test("a trace figure has units on its axes, a legend, and one stroke per spike", () => {
  const svg = traceFigure(trace);
  const texts = textsOf(svg);
  for (const text of ["Time (ms)", "Potential (mV)", "unit 7", "unit 9", "−40\u00a0mV", "−50\u00a0mV", "11 spikes"]) {
    expect(texts).toContain(text);
  }
  for (const text of ["potential", "spike", "threshold", "reset", "refractory"]) expect(texts).toContain(text);
  expect(texts.some((text) => text.startsWith("Current"))).toBe(true);
  expect(strokesOf(svg, "spikes")).toBe(11);
  // The period after the spike at the end of the window has no length there.
  expect(strokesOf(svg, "refractory")).toBe(9);
});

test("spikes outside the sampled times are neither drawn nor counted", () => {
  const svg = traceFigure({ time, units: [{ potential, spikes: [-5, 0, 100, 201] }] });
  expect(strokesOf(svg, "spikes")).toBe(2);
  expect(textsOf(svg)).toContain("2 spikes");
});

test("a trace figure without spikes, threshold and reset does not name them", () => {
  const texts = textsOf(traceFigure({ time, units: [{ potential }] }));
  expect(texts).toContain("potential");
  for (const text of ["spike", "threshold", "reset", "refractory"]) expect(texts).not.toContain(text);
});

test("a figure of read-outs has a panel for each, with its unit and curve names, and a common time axis", () => {
  const svg = readoutFigure(readouts);
  const texts = textsOf(svg);
  for (const text of ["Time (ms)", "left (Hz)", "depth", "mean", "unit 3", "unit 4", "400"])
    expect(texts).toContain(text);
  expect(texts.filter((text) => text === "Time (ms)")).toHaveLength(1);
  expect(() => readoutFigure({ readouts: [] })).toThrow(
    "readoutFigure.readouts must contain 1 to 6 entries; received 0.",
  );
  const short = { label: "a", unit: "mV", time: [1, 2], curves: [{ label: "mean", values: [1] }] };
  expect(() => readoutFigure({ readouts: [short] })).toThrow(
    "readoutFigure.readouts[0].curves[0].values must contain one value for each of the 2 values",
  );
});

test("a raster figure draws each spike of the window, its groups and its mean rate", () => {
  const svg = rasterFigure({ ...raster, to: 90 });
  const texts = textsOf(svg);
  for (const text of ["Time (ms)", "Unit", "Rate (Hz)", "excitatory", "inhibitory"]) expect(texts).toContain(text);
  expect(texts).toContain("4 spikes of 4 units · mean 11.1\u00a0Hz · rate in bins of 1\u00a0ms");
  expect([strokesOf(svg, "spikes1"), strokesOf(svg, "spikes2")]).toEqual([3, 1]);
});

test("units without a group are drawn in a neutral colour and have no rate curve", () => {
  const svg = rasterFigure({ ...raster, groups: raster.groups.slice(0, 1) });
  expect(strokesOf(svg, "spikes2")).toBe(2);
  expect(svg).toContain(themes.light.faint);
  expect(svg).not.toContain("rate2");
});

test("the population rate is spikes over units and bin, also in a shorter last bin", () => {
  const svg = rasterFigure({ times: [10, 95], units: [0, 1], unitCount: 2, to: 100, bin: 30 });
  const [, first, , , last] = /^M0,([\d.]+)H[\d.]+V([\d.]+)H[\d.]+V([\d.]+)H[\d.]+V([\d.]+)H/.exec(
    pathOf(svg, "rateArea"),
  )!;
  const bottom = Number(/V([\d.]+)H0Z/.exec(pathOf(svg, "rateArea"))![1]);
  // 1 of 2 units in 30 ms is 16.7 Hz, in the last 10 ms 50 Hz.
  expect((bottom - Number(first)) / (bottom - Number(last))).toBeCloseTo(1 / 3, 2);
});

test("a million spikes are binned, which the subtitle states, and stay below 2 MB", () => {
  const count = 1_000_000;
  const times = Float64Array.from({ length: count }, (_, index) => ((index * 7919) % count) / 1000);
  const units = Int32Array.from({ length: count }, (_, index) => (index * 104_729) % 100_000);
  const svg = rasterFigure({ times, units, unitCount: 100_000, to: 1000 });
  expect(svg.length).toBeLessThan(2_000_000);
  expect(svg).toContain(
    "spikes counted in cells of 2.22\u00a0ms × 741\u00a0units; a stronger colour means more spikes",
  );
  expect(svg).not.toContain("spikes1");
});

test("a hundred thousand spikes are drawn one by one and stay below 2 MB", () => {
  const times = Float64Array.from({ length: 100_000 }, (_, index) => index / 100.3);
  const units = Int32Array.from({ length: 100_000 }, (_, index) => (index * 7) % 1000);
  const svg = rasterFigure({ times, units, unitCount: 1000, to: 1000 });
  expect(svg.length).toBeLessThan(2_000_000);
  expect(strokesOf(svg, "spikes1")).toBe(100_000);
});

test("an interval figure gives n, mean and CV, and its bars contain every interval", () => {
  const svg = intervalFigure({ intervals: [10, 20, 20, 30], bin: 10 });
  // Mean 20, deviations 10, 0, 0, 10: standard deviation √50, CV 0.354.
  expect(textsOf(svg)).toContain("n = 4 · mean 20\u00a0ms · CV 0.354 · bins of 10\u00a0ms");
  expect(textsOf(svg)).toContain("Inter-spike interval (ms)");
  expect(strokesOf(svg, "bars")).toBe(3);
  expect(textsOf(intervalFigure({ intervals: [] }))).toContain("no intervals: fewer than two spikes");
});

test("a frequency figure labels each curve, marks each point and the given rheobase", () => {
  const svg = frequencyFigure(curves);
  const texts = textsOf(svg);
  for (const text of ["Current (pA)", "Rate (Hz)", "leaky", "adaptive", "rheobase 200\u00a0pA"]) {
    expect(texts).toContain(text);
  }
  const points = /symbols1"[^>]*>(.*?)<\/g>/.exec(svg)![1]!;
  expect(points.split("<path").length - 1).toBe(3);
  expect(svg).not.toContain("rheobase2");
});

test("a spectrum figure draws each curve to the highest common frequency, and the level of Poisson units", () => {
  const svg = spectrumFigure(spectra);
  for (const text of ["Frequency (Hz)", "Power (times Poisson)", "cells", "others", "independent Poisson units"]) {
    expect(textsOf(svg)).toContain(text);
  }
  const points = (name: string): number[][] =>
    pathOf(svg, name)
      .slice(1)
      .split("L")
      .map((point) => point.split(",").map(Number));
  const cells = points("curve1");
  const others = points("curve2");
  expect(cells).toHaveLength(3);
  expect(others).toHaveLength(2);
  expect(cells[1]![0]).toBe(others[1]![0]);
  expect(cells[2]![0]! / cells[0]![0]!).toBeCloseTo(3, 2);
  // Eight times as high as the dotted line at 1, where the second curve ends.
  const bottom = others[0]![1]!;
  const level = others[1]![1]!;
  expect((bottom - cells[1]![1]!) / (bottom - level)).toBeCloseTo(8, 1);
  expect(pathOf(svg, "poisson")).toMatch(new RegExp(`^M0,${level}H`));
});

test("a comparison figure separates coincident spikes from the others and gives its scores", () => {
  const svg = comparisonFigure(comparison, { title: "A stimulus" });
  const texts = textsOf(svg);
  for (const text of ["Γ = 0.62 · Γ/reliability = 0.89", "2 of 3 predicted spikes coincide", "1", "2", "model"]) {
    expect(texts).toContain(text);
  }
  for (const text of ["Time (ms)", "Potential (mV)", "recorded", "within 4\u00a0ms of a predicted spike"]) {
    expect(texts).toContain(text);
  }
  const count = (name: string): number => strokesOf(svg, name);
  expect([count("prediction"), count("predictionAlone"), count("bands"), count("bandsAlone")]).toEqual([2, 1, 2, 1]);
  expect([count("repetition1"), count("repetition1Alone")]).toEqual([1, 1]);
  expect([count("repetition2"), count("repetition2Alone")]).toEqual([2, 0]);
});

test("a comparison figure draws a constant or adaptive threshold, and another stimulus than a current", () => {
  const plain = comparisonFigure(comparison);
  expect(textsOf(plain)).not.toContain("threshold");
  expect(textsOf(plain)).toContain("Current (pA)");
  const threshold = time.map((_, k) => -40 + k / 100);
  const svg = comparisonFigure({ ...comparison, threshold, currentTitle: "Sound" });
  for (const text of ["threshold", "Sound"]) expect(textsOf(svg)).toContain(text);
  expect(textsOf(svg)).not.toContain("Current (pA)");
  const constant = comparisonFigure({ ...comparison, threshold: -30 });
  const [start, end] = [...pathOf(constant, "threshold").matchAll(/(-?[\d.]+),(-?[\d.]+)/g)].map(([, , y]) => y);
  expect(end).toBe(start);
});

test("a comparison figure of a window draws only that window", () => {
  const svg = comparisonFigure({ ...comparison, from: 90, to: 110 });
  expect(strokesOf(svg, "predictionAlone")).toBe(1);
  expect(strokesOf(svg, "prediction")).toBe(0);
  expect(textsOf(svg)).toContain("0 of 1 predicted spikes coincide");
});

const wrong: readonly (readonly [string, () => string, string])[] = [
  [
    "a potential that is NaN",
    () => traceFigure({ time: [0, 1], units: [{ potential: [0, Number.NaN] }] }),
    "traceFigure.units[0].potential[1] must be finite; received NaN mV.",
  ],
  [
    "potentials of another length",
    () => traceFigure({ time: [0, 1, 2], units: [{ potential: [0, 1] }] }),
    "traceFigure.units[0].potential must contain one value for each of the 3 values of traceFigure.time; received 2.",
  ],
  [
    "no samples",
    () => traceFigure({ time: [], units: [{ potential: [] }] }),
    "traceFigure.time must contain two or more different times; received 0 of them.",
  ],
  [
    "times that decrease",
    () => traceFigure({ time: [0, 2, 1], units: [{ potential: [0, 0, 0] }] }),
    "traceFigure.time[2] must not be less than the value before it; received 2 ms then 1 ms.",
  ],
  [
    "no units",
    () => traceFigure({ time: [0, 1], units: [] }),
    "traceFigure.units must contain 1 to 6 entries; received 0.",
  ],
  [
    "an infinite threshold",
    () => traceFigure({ time: [0, 1], units: [{ potential: [0, 0], threshold: Infinity }] }),
    "traceFigure.units[0].threshold must be finite; received Infinity mV.",
  ],
  [
    "a refractory period without spikes",
    () => traceFigure({ time: [0, 1], units: [{ potential: [0, 0], refractory: 2 }] }),
    "traceFigure.units[0].refractory needs spikes; received only 2 ms.",
  ],
  [
    "a current of another length",
    () => traceFigure({ time: [0, 1], units: [{ potential: [0, 0] }], current: [1] }),
    "traceFigure.current must contain one value",
  ],
  [
    "a unit out of range",
    () => rasterFigure({ times: [1], units: [4], unitCount: 4, to: 10 }),
    "rasterFigure.units[0] must be a whole number from 0 to 3; received 4.",
  ],
  [
    "spikes without units",
    () => rasterFigure({ times: [1, 2], units: [0], unitCount: 4, to: 10 }),
    "rasterFigure.units must contain the unit of each of the 2 spikes of rasterFigure.times; received 1.",
  ],
  [
    "a window that ends before it starts",
    () => rasterFigure({ times: [], units: [], unitCount: 1, from: 5, to: 5 }),
    "rasterFigure.to must be greater than from, 5 ms; received 5 ms.",
  ],
  [
    "groups that share a unit",
    () =>
      rasterFigure({
        times: [],
        units: [],
        unitCount: 9,
        to: 5,
        groups: [
          { label: "a", from: 0, to: 5 },
          { label: "b", from: 4, to: 9 },
        ],
      }),
    "rasterFigure.groups[1] must share no unit with groups[0]; received 4 to 9 and 0 to 5.",
  ],
  [
    "a bin of zero width",
    () => rasterFigure({ times: [], units: [], unitCount: 1, to: 5, bin: 0 }),
    "rasterFigure.bin must be finite, at least",
  ],
  [
    "a negative interval",
    () => intervalFigure({ intervals: [3, -1] }),
    "intervalFigure.intervals[1] must be finite, at least 0 ms; received -1 ms.",
  ],
  [
    "a text instead of a list",
    () => intervalFigure({ intervals: "12" as unknown as number[] }),
    'intervalFigure.intervals must be an array of numbers; received "12".',
  ],
  [
    "no spectra",
    () => spectrumFigure({ curves: [] }),
    "spectrumFigure.curves must contain 1 to 8 entries; received 0.",
  ],
  [
    "negative power",
    () => spectrumFigure({ curves: [{ label: "a", frequencies: [1, 2], power: [1, -1] }] }),
    "spectrumFigure.curves[0].power[1] must be finite, at least 0; received -1.",
  ],
  [
    "a spectrum of one frequency",
    () => spectrumFigure({ curves: [{ label: "a", frequencies: [1], power: [1] }] }),
    "spectrumFigure.curves[0].frequencies must contain 2 to 1000000 entries; received 1.",
  ],
  [
    "no curves",
    () => frequencyFigure({ curves: [] }),
    "frequencyFigure.curves must contain 1 to 7 entries; received 0.",
  ],
  [
    "a negative rate",
    () => frequencyFigure({ curves: [{ label: "a", current: [1], rate: [-1] }] }),
    "frequencyFigure.curves[0].rate[0] must be finite, at least 0 Hz; received -1 Hz.",
  ],
  [
    "a reliability of zero",
    () => comparisonFigure({ ...comparison, reliability: 0 }),
    "comparisonFigure.reliability must be finite, greater than 0, at most 1; received 0.",
  ],
  [
    "a window outside the recording",
    () => comparisonFigure({ ...comparison, from: 900, to: 999 }),
    "comparisonFigure.time must contain two or more samples between 900 and 999 ms; received 0.",
  ],
  [
    "a threshold of another length",
    () => comparisonFigure({ ...comparison, threshold: [1, 2] }),
    "comparisonFigure.threshold must",
  ],
  [
    "a prediction out of order",
    () => comparisonFigure({ ...comparison, prediction: [5, 3] }),
    "comparisonFigure.prediction[1] must not be less than the value before it",
  ],
  [
    "a misspelt option",
    () => intervalFigure({ intervals: [] }, { tittle: "x" } as FigureOptions),
    "intervalFigure.tittle is not an option. Known: width, height, theme, title.",
  ],
  [
    "a title that is not text",
    () => intervalFigure({ intervals: [] }, { title: 3 } as unknown as FigureOptions),
    "intervalFigure.title must be text; received 3.",
  ],
  [
    "no options",
    () => intervalFigure({ intervals: [] }, null as unknown as FigureOptions),
    "intervalFigure.options takes an object; received null.",
  ],
  [
    "an entry that is not an object",
    () => spectrumFigure({ curves: [null as never] }),
    "spectrumFigure.curves[0] takes an object; received null.",
  ],
  [
    "a curve without a name",
    () => frequencyFigure({ curves: [{ current: [1], rate: [1] } as never] }),
    "frequencyFigure.curves[0].label must be text; received undefined.",
  ],
];

const allFigures = Object.entries(publicNames).filter(([name]) => name.endsWith("Figure"));

test.each(allFigures)("%s names itself and the missing data", (name, draw) => {
  const one = draw as (data: unknown) => string;
  expect(() => one(undefined)).toThrow(`${name} takes an object; received undefined. Give one.`);
  expect(() => one([])).toThrow(`${name} takes an object; received an array. Give one.`);
  const place = new RegExp(`^${name}\\.\\w+ must .*; received undefined\\. Give `);
  expect(() => one({})).toThrow(place);
});

test.each(wrong)("%s is refused, with its place and value", (_, draw, message) => {
  let thrown: unknown;
  try {
    draw();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toSatisfy((error) => error instanceof RangeError || error instanceof TypeError);
  expect(String(thrown)).toContain(message);
});
