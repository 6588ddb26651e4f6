import { resolve } from "node:path";
import { analysis, ConfigError } from "spark-snn";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import { type BrainSummary, summaryOfPopulation } from "../brain-summary.ts";
import { exitCodes } from "../exit.ts";
import { readRecords, type Spikes } from "../results.ts";
import { readSummary, type Summary } from "../summary.ts";
import { numberText, type Terminal, textTable } from "../terminal.ts";
import { stepsOf } from "../times.ts";

export const spec: CommandSpec = {
  name: "analyze",
  operands: ["DIR"],
  about: "Tells rate, regularity, synchrony, correlation and rhythm of the spikes that a run has left in a folder.",
  options: {
    from: { value: "MS", about: "Start of the window: leaves out the time in which a network settles. Default 0." },
    to: { value: "MS", about: "End of the window. Default: the end of the run." },
    bin: { value: "MS", about: "Width of the bins that pairs are correlated by. Default 10." },
    json: { about: "Prints the numbers and the power spectra as JSON." },
  },
  examples: [
    ["spark-snn analyze results --from 500", "A table with a row for each population."],
    ["spark-snn analyze results --json > numbers.json", "The same with the spectra of the rates, for programs."],
  ],
};

/** What is told of the spikes of a population; null where it is undefined. */
interface Measures {
  readonly units: number;
  readonly spikes: number;
  /** Hz */
  readonly rate: number;
  readonly cv: number | null;
  readonly cvUnits: number;
  /** Variance over mean of the population's spikes in bins of 3 ms. */
  readonly synchrony: number | null;
  /** Mean of Pearson's r of binned counts over all pairs of units that have one. */
  readonly correlation: number | null;
  readonly pairs: number;
  readonly spectrum: Rhythm | null;
}

/** Power of the population rate, (Hz)²/Hz, at ascending frequencies, Hz. */
interface Rhythm {
  readonly frequencies: readonly number[];
  readonly power: readonly number[];
  readonly segments: number;
  /** Where the power is highest, Hz, and how many times that of as many independent Poisson units it is there. */
  readonly peak: number;
  readonly excess: number;
}

interface Window {
  /** Steps before the window, and up to its end. */
  readonly first: number;
  readonly last: number;
}

/** ms */
const BIN = 10;
const SEGMENT = 500;
const RATE_BIN = 1;
/** Hz */
const HIGHEST = 200;

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const shown = given.operands[0]!;
  const folder = resolve(terminal.folder, shown);
  const summary = await readSummary(folder);
  const { dt } = summary;
  const window = { first: stepsOf(given, "from", dt) ?? 0, last: stepsOf(given, "to", dt) ?? summary.steps };
  const [from, to] = [timeText(window.first, dt), timeText(window.last, dt)];
  if (window.first >= window.last || window.last > summary.steps) {
    const end = timeText(summary.steps, dt);
    throw new UsageError(
      `--from and --to must lie within the run of ${end} ms; received ${from} ms and ${to} ms. Give a window in it.`,
    );
  }
  const binSteps = stepsOf(given, "bin", dt) ?? Math.max(1, Math.round(BIN / dt));
  if (binSteps < 1) throw new UsageError("--bin must be greater than 0 ms; received 0 ms. Leave it out for 10 ms.");
  const populations: Record<string, Measures> = {};
  for (const [name, own] of Object.entries(populationsOf(summary))) {
    const { spikes } = await readRecords(folder, own);
    if (spikes) populations[name] = measure(own, spikes, window, binSteps, recordOf(summary, name));
  }
  if (Object.keys(populations).length === 0) {
    throw new ConfigError({ path: shown, message: 'holds no spikes. Run it with "record": { "outSpikes": true }.' });
  }
  terminal.out(
    given.has("json")
      ? `${JSON.stringify({ kind: "spark-snn analysis", from: Number(from), to: Number(to), bin: Number(timeText(binSteps, dt)), populations }, null, 2)}\n`
      : `${tableOf(populations)}\n\nFrom ${from} to ${to} ms; correlation of counts in bins of ${timeText(binSteps, dt)} ms.\n`,
  );
  return exitCodes.done[0];
};

const timeText = (steps: number, dt: number): string => `${Number((steps * dt).toFixed(9))}`;

const populationsOf = (summary: Summary | BrainSummary): Record<string, Summary> =>
  summary.kind === "spark-snn summary"
    ? { [summary.model]: summary }
    : Object.fromEntries(Object.keys(summary.populations).map((name) => [name, summaryOfPopulation(summary, name)]));

/** What was asked for of the spikes of a population. */
interface Recorded {
  readonly units?: readonly number[];
  /** ms */
  readonly from?: number;
  readonly to?: number;
}

const recordOf = (summary: Summary | BrainSummary, name: string): Recorded => {
  const { record = {} } = summary.experiment as { readonly record?: Readonly<Record<string, unknown>> };
  const own = (summary.kind === "spark-snn summary" ? record : record[name]) as { readonly outSpikes?: unknown };
  return typeof own?.outSpikes === "object" && own.outSpikes !== null ? (own.outSpikes as Recorded) : {};
};

/** The spikes of the units that were recorded, which are numbered anew. */
const chosenOf = ({ steps, units }: Spikes, chosen: readonly number[] | undefined): Spikes => {
  if (!chosen) return { steps, units };
  const places = new Map(chosen.map((unit, place) => [unit, place]));
  return { steps, units: Array.from(units, (unit) => places.get(unit)!) };
};

const measure = (
  { dt, duration, units: shape }: Summary,
  spikes: Spikes,
  asked: Window,
  binSteps: number,
  recorded: Recorded,
): Measures => {
  const all = shape.reduce((product, n) => product * n, 1);
  const events = chosenOf(spikes, recorded.units);
  const unitCount = recorded.units?.length ?? all;
  const first = Math.max(asked.first, Math.round((recorded.from ?? 0) / dt));
  const last = Math.min(asked.last, Math.round((recorded.to ?? duration) / dt));
  if (first >= last) {
    const message = `holds spikes from ${recorded.from ?? 0} to ${recorded.to ?? duration} ms only. Give a window in that.`;
    throw new ConfigError({ path: "--from and --to", message });
  }
  const common = { dt, unitCount, duration, from: first * dt };
  const { spikeCount, rate, cv, cvUnits, synchrony } = analysis.populationSummary(events, { ...common, to: last * dt });
  /** The window without an end that is shorter than a bin; undefined where it holds fewer than `least`. */
  const cut = (steps: number, least: number) => {
    const bins = Math.floor((last - first) / steps);
    return bins < least ? undefined : { ...common, to: (first + bins * steps) * dt, width: steps * dt };
  };
  const pairs = cut(binSteps, 2);
  const { mean, pairCount } = pairs ? analysis.meanCorrelation(events, pairs) : { mean: Number.NaN, pairCount: 0 };
  const bins = cut(Math.max(1, Math.round(RATE_BIN / dt)), 4);
  return {
    ...{ units: unitCount, spikes: spikeCount, rate, cv: known(cv), cvUnits },
    ...{ synchrony: known(synchrony), correlation: known(mean), pairs: pairCount },
    spectrum:
      bins && spikeCount > 0 ? rhythmOf(analysis.populationRate(events, bins).values, bins.width, unitCount) : null,
  };
};

const known = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Welch's spectrum of a population rate: segments of 500 ms, or of half the window where that is shorter. */
const rhythmOf = (rates: Float64Array, width: number, unitCount: number): Rhythm => {
  const size = Math.min(Math.round(SEGMENT / width), Math.floor(rates.length / 2));
  const { frequencies, power, segmentCount } = analysis.powerSpectrum(rates, {
    ...{ width, segment: size * width, highest: Math.max(HIGHEST, 1000 / (size * width)) },
  });
  const place = power.reduce((best, value, k) => (value > power[best]! ? k : best), 0);
  const mean = rates.reduce((sum, value) => sum + value, 0) / rates.length;
  return {
    frequencies: Array.from(frequencies, (value) => Number(value.toPrecision(9))),
    power: [...power],
    segments: segmentCount,
    peak: Number(frequencies[place]!.toPrecision(9)),
    excess: power[place]! / ((2 * mean) / unitCount),
  };
};

const tableOf = (populations: Readonly<Record<string, Measures>>): string => {
  const text = (value: number | null): string => (value === null ? "–" : numberText(value));
  const rows = Object.entries(populations).map(([name, { units, rate, cv, synchrony, correlation, spectrum }]) => [
    ...[name, `${units}`, numberText(rate), text(cv), text(synchrony), text(correlation)],
    spectrum ? `${numberText(spectrum.peak)} Hz, ${numberText(spectrum.excess)} times Poisson` : "–",
  ]);
  return textTable(["Population", "Units", "Rate, Hz", "CV", "Synchrony", "Correlation", "Most power"], rows);
};
