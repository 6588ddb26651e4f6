import { resolve } from "node:path";
import type { Measures } from "@spark-snn/sweep/measures";
import { ConfigError } from "spark-snn";
import { type Arguments, type CommandSpec, declaredRow, UsageError } from "../arguments.ts";
import { type BrainSummary, summaryOfPopulation } from "../brain-summary.ts";
import { exitCodes } from "../exit.ts";
import { recordedOf } from "../measures.ts";
import { readSummary, requireSteps } from "../read-summary.ts";
import { readRecords } from "../results.ts";
import type { Summary } from "../summary.ts";
import { numberText, type Terminal, textTable } from "../terminal.ts";
import { stepsNear, stepsOf, timeOption } from "../times.ts";

/** ms */
const BIN = 10;

const own = {
  from: timeOption("Start of the window; excludes the time in which a network settles. Default 0."),
  to: timeOption("End of the window. Default: the end of the run."),
  bin: timeOption(`Width of the bins for the correlation of pairs. Default ${BIN}.`),
};

export const spec: CommandSpec = {
  name: "analyze",
  operands: ["DIR"],
  about: "Analyzes the spikes in a folder of results: rate, regularity, synchrony, correlation and rhythm.",
  options: {
    from: declaredRow("MS", own.from),
    to: declaredRow("MS", own.to),
    bin: declaredRow("MS", own.bin),
    json: { about: "Prints the numbers and the power spectra as JSON." },
  },
  examples: [
    ["spark-snn analyze results --from 500", "Prints a table with a row for each population."],
    ["spark-snn analyze results --json > numbers.json", "Prints the same with the spectra of the rates, for programs."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const shown = given.operands[0]!;
  const folder = resolve(terminal.folder, shown);
  const summary = await readSummary(folder, shown, terminal);
  const { dt } = summary;
  requireSteps(summary, shown);
  const window = {
    first: stepsOf(given, "from", own.from, dt) ?? 0,
    last: stepsOf(given, "to", own.to, dt) ?? summary.steps,
  };
  const from = timeText(window.first, dt);
  const to = timeText(window.last, dt);
  if (window.first >= window.last || window.last > summary.steps) {
    const end = timeText(summary.steps, dt);
    throw new UsageError(
      `--from and --to must lie within the run of ${end} ms; received ${from} ms and ${to} ms. Give a window inside it.`,
    );
  }
  const binSteps = stepsOf(given, "bin", own.bin, dt) ?? stepsNear(BIN, dt);
  if (binSteps < 1) throw new UsageError("--bin must be greater than 0 ms; received 0 ms. Omit it for 10 ms.");
  const { measure } = await import("../spike-measures.ts");
  const populations: Record<string, Measures> = {};
  for (const [name, own] of Object.entries(populationsOf(summary))) {
    const { spikes } = await readRecords(folder, own);
    if (spikes) populations[name] = measure(own, spikes, window, binSteps, recordedOf(summary, name));
  }
  if (Object.keys(populations).length === 0) {
    throw new ConfigError({
      path: shown,
      message: 'contains no spikes. Run the experiment with "record": { "outSpikes": true }.',
    });
  }
  terminal.out(
    given.has("json")
      ? `${JSON.stringify({ kind: "spark-snn analysis", from: Number(from), to: Number(to), bin: Number(timeText(binSteps, dt)), populations }, null, 2)}\n`
      : `${tableOf(populations)}\n\n${windowText(populations)}; correlation of counts in bins of ${timeText(binSteps, dt)} ms.\n`,
  );
  return exitCodes.done[0];
};

const timeText = (steps: number, dt: number): string => `${Number((steps * dt).toFixed(9))}`;

/** The windows of the analysis, which are shorter than the requested one if spikes were recorded in part of it. */
const windowText = (populations: Readonly<Record<string, Measures>>): string => {
  const windows = new Map<string, string[]>();
  for (const [name, { from, to }] of Object.entries(populations)) {
    const text = `rom ${from} to ${to} ms`;
    windows.set(text, [...(windows.get(text) ?? []), name]);
  }
  const [only, ...others] = windows.keys();
  if (others.length === 0) return `F${only}`;
  return [...windows].map(([text, names]) => `${names.join(", ")} f${text}`).join("; ");
};

const populationsOf = (summary: Summary | BrainSummary): Record<string, Summary> =>
  summary.kind === "spark-snn summary"
    ? { [summary.model]: summary }
    : Object.fromEntries(Object.keys(summary.populations).map((name) => [name, summaryOfPopulation(summary, name)]));

const tableOf = (populations: Readonly<Record<string, Measures>>): string => {
  const text = (value: number | null): string => (value === null ? "–" : numberText(value));
  const rows = Object.entries(populations).map(([name, { units, rate, cv, synchrony, correlation, spectrum }]) => [
    ...[name, `${units}`, numberText(rate), text(cv), text(synchrony), text(correlation)],
    spectrum ? `${numberText(spectrum.peak)} Hz, ${numberText(spectrum.excess)} times Poisson` : "–",
  ]);
  return textTable(["Population", "Units", "Rate, Hz", "CV", "Synchrony", "Correlation", "Most power"], rows);
};
