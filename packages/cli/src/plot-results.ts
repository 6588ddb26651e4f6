import type { FigureOptions } from "@spark-snn/plot";
import { ConfigError } from "spark-snn";
import { drawBrain, drawBrainSpectra, drawReadouts } from "./brain-figures.ts";
import { type BrainSummary, READOUTS, summaryOfPopulation } from "./brain-summary.ts";
import { type AskedKind, chooseKind, type FigureKind, READOUTS_KIND, type Span } from "./figure-kinds.ts";
import { drawResults } from "./figures.ts";
import type { Results } from "./records.ts";
import { readRecords } from "./results.ts";
import type { Summary } from "./summary.ts";

const nothingIn = (shown: string, example: string): ConfigError =>
  new ConfigError({ path: shown, message: `contains nothing to draw. Run the experiment with "record": ${example}.` });

/** Draws all populations of a network. */
export const drawWhole = async (
  shown: string,
  folder: string,
  summary: BrainSummary,
  asked: AskedKind | undefined,
  options: FigureOptions,
  span: Span,
): Promise<string> => {
  const results: Record<string, Results> = {};
  for (const name of Object.keys(summary.populations)) {
    results[name] = await readRecords(folder, summaryOfPopulation(summary, name));
  }
  if (asked === "spectrum") return drawBrainSpectra(summary, results, options, span);
  const read = await readRecords(folder, { dt: summary.dt, steps: summary.steps, records: summary.readouts ?? [] });
  if (asked === READOUTS_KIND) {
    const drawn = drawReadouts(summary, read, options, span);
    if (drawn !== undefined) return drawn;
    throw nothingIn(shown, '{ "readouts": { "NAME": true } }');
  }
  const svg = drawBrain(summary, { ...results, [READOUTS]: read }, options, span);
  if (svg !== undefined) return svg;
  throw nothingIn(shown, `{ "${Object.keys(summary.populations)[0]}": { "outSpikes": true } }`);
};

/** Draws one population. */
export const drawOne = async (
  shown: string,
  folder: string,
  summary: Summary | BrainSummary,
  population: string | undefined,
  asked: FigureKind | undefined,
  options: FigureOptions,
  span: Span,
): Promise<[FigureKind, string]> => {
  const own = summary.kind === "spark-snn summary" ? summary : summaryOfPopulation(summary, population!);
  const results = await readRecords(folder, own);
  const kind = asked ?? chooseKind(results);
  if (!kind) throw nothingIn(shown, '{ "outSpikes": true, "potential": { "units": [0] } }');
  return [kind, drawResults(kind, own, results, options, { ...span, population })];
};
