import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { type BrainExperiment, type BrainRunInfo, simulatePrepared } from "spark-snn";
import { PARTIAL, writeAtomic } from "spark-snn/node";
import type { Arguments } from "./arguments.ts";
import {
  type BrainSummary,
  type BrainSummaryParts,
  type PopulationParts,
  READOUTS,
  summarizeBrain,
  WEIGHTS,
} from "./brain-summary.ts";
import { counted } from "./counted.ts";
import { hasGaps, recordedOf } from "./measures.ts";
import { nextText } from "./next-steps.ts";
import type { FileSink, RunSinks } from "./record-files.ts";
import { DESCRIPTIONS, recordRun, SUMMARY, writeFigure } from "./record-run.ts";
import { forgetResults } from "./results-folder.ts";
import type { Format, RunChoices } from "./run-options.ts";
import { Tally } from "./tally.ts";
import {
  durationText,
  nameText,
  numberText,
  readingRows,
  styleText,
  type Terminal,
  textTable,
  twoColumns,
} from "./terminal.ts";

interface Recorder {
  readonly sink: FileSink;
  readonly tally: Tally;
}

/** Folder for the results of a run. */
export interface Destination {
  /** Absolute path. */
  readonly folder: string;
  /** Path as typed. */
  readonly out: string;
  readonly format: Format;
}

/** Sinks for the records of a network, with one folder for each population and one for read-outs. */
export const brainRecorder = async (experiment: BrainExperiment, { folder, format }: Destination) => {
  const { sinksOf } = await import("./record-files.ts");
  const sinks = await sinksOf(folder, format);
  const recorders = recordersOf(experiment, folder, sinks);
  const tallies = Object.values(recorders).map(({ tally }) => tally);
  const partsOf = (run: BrainRunInfo): BrainSummaryParts => ({
    experiment,
    run,
    recorded: Object.fromEntries(
      Object.entries(recorders).map(([name, { sink: own, tally }]): [string, PopulationParts] => [
        name,
        {
          results: tally.results,
          spikes: tally.summarize(run.steps),
          synchrony: tally.synchrony(run.steps),
          files: own.files,
        },
      ]),
    ),
    files: [],
    lastStep: Math.min(run.steps, ...Object.values(recorders).map(({ sink: own }) => own.lastStep)),
  });
  return {
    recorders,
    sink: Object.fromEntries(Object.entries(recorders).map(([name, { tally }]) => [name, tally])),
    partsOf,
    closed: () => Promise.all(tallies.map((tally) => tally.closed)),
    notes: sinks.notes,
    write: async (run: BrainRunInfo, drawn: readonly string[]): Promise<BrainSummary> => {
      const parts = partsOf(run);
      // Populations share files of SONATA.
      const records = new Set(Object.values(parts.recorded).flatMap(({ files }) => files));
      await mark(folder, run.complete);
      const files = [...records, ...drawn, ...(run.complete ? [] : [PARTIAL]), SUMMARY];
      const summary = summarizeBrain({ ...parts, files });
      await writeAtomic(join(folder, SUMMARY), `${JSON.stringify(summary, null, 2)}\n`);
      return summary;
    },
  };
};

/** Runs a network and writes its records, a figure and summary.json. */
export const runBrain = async (
  experiment: BrainExperiment,
  destination: Destination,
  choices: RunChoices,
  given: Arguments,
  terminal: Terminal,
): Promise<BrainSummary> => {
  const { recorders, sink, partsOf, closed, notes, write } = await brainRecorder(experiment, destination);
  return recordRun(
    {
      warnings: experiment.warnings,
      simulate: (watch) => simulatePrepared(experiment.prepared, { ...choices, sink, ...watch }),
      closed,
      notes,
      write,
      draw: (run) => drawFigure(destination.folder, partsOf(run), recorders, terminal),
    },
    given,
    terminal,
  );
};

/** One recorder for each population with records, one for all read-outs, and one for all weights. */
const recordersOf = (
  { document, brain }: BrainExperiment,
  folder: string,
  sinks: RunSinks,
): Record<string, Recorder> => {
  const recorders: Record<string, Recorder> = {};
  let begun: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    begun ??= forgetResults(folder, DESCRIPTIONS).then(() => mark(folder, false));
    return begun;
  };
  for (const name of [...brain.wiring.populations.map((population) => population.name), READOUTS, WEIGHTS]) {
    const records = (document.record?.[name] ?? {}) as Readonly<Record<string, unknown>>;
    if (!Object.values(records).some((options) => options !== false)) continue;
    const sink = name === READOUTS || name === WEIGHTS ? sinks.others(name) : sinks.population(name, name);
    recorders[name] = { sink, tally: new Tally(sink, begin) };
  }
  return recorders;
};

/** Marks the folder of a stopped run with a file, like those of the populations. */
const mark = async (folder: string, complete: boolean): Promise<void> => {
  const marker = join(folder, PARTIAL);
  if (complete) await unlink(marker).catch(() => undefined);
  else
    await writeAtomic(
      marker,
      "The run has not ended, or it was stopped early. The files contain the records until then.\n",
    );
};

const drawFigure = async (
  folder: string,
  parts: BrainSummaryParts,
  recorders: Readonly<Record<string, Recorder>>,
  terminal: Terminal,
): Promise<string[]> => {
  const { run, recorded } = parts;
  if (run.steps === 0) return [];
  const ends = Object.values(recorders).flatMap(({ tally: { keptUntil } }) => keptUntil ?? []);
  const to = Math.min(run.duration, ...ends);
  const results = Object.fromEntries(Object.entries(recorded).map(([name, { results: own }]) => [name, own]));
  return writeFigure(folder, { to, duration: run.duration }, terminal, async () => {
    const { drawBrain } = await import("./brain-figures.ts");
    return drawBrain(summarizeBrain(parts), results, {}, { from: 0, to });
  });
};

const grouped = (count: number): string => `${count}`.replace(/\B(?=(\d{3})+$)/g, " ");

/** "2 of 10" if the spikes of some units were recorded. */
const unitsText = (count: number, recorded: readonly number[] | undefined): string =>
  recorded ? `${grouped(recorded.length)} of ${grouped(count)}` : grouped(count);

/** The text that is printed after a run of a network. */
export const brainText = (summary: BrainSummary, out: string, file: string, terminal: Terminal): string => {
  const { model, units, synapses, duration, dt, backend, dtype, complete, populations } = summary;
  const rows: (readonly [string, string])[] = [
    [
      "model",
      `${nameText(model)}: ${counted(units, "unit", grouped(units))}, ${counted(synapses, "synapse", grouped(synapses))}`,
    ],
    ["simulated", `${numberText(duration)} ms in ${counted(summary.steps, "step")} of ${dt} ms`],
    [
      "computed",
      `in ${durationText(summary.wallTime)} with ${backend}, ${dtype}, seed ${summary.seed}; built in ${durationText(summary.buildTime)}`,
    ],
    ...readingRows(summary.readings),
    ["files", summary.files.map((name) => nameText(join(out, name))).join("\n             ")],
  ];
  const table = Object.entries(populations).map(([name, { units: shape, spikes }]) => [
    name,
    unitsText(
      shape.reduce((product, n) => product * n, 1),
      spikes && recordedOf(summary, name).units,
    ),
    ...(spikes
      ? [
          `${spikes.count}`,
          numberText(spikes.meanRate),
          spikes.meanCv === null ? "–" : numberText(spikes.meanCv),
          spikes.synchrony === null ? "–" : numberText(spikes.synchrony),
        ]
      : [hasGaps(recordedOf(summary, name)) ? "in windows" : "not recorded", "", "", ""]),
  ]);
  const head = complete
    ? styleText(terminal, "out", "green", "Done.")
    : styleText(terminal, "out", "yellow", `Incomplete: stopped by ${summary.stoppedBy ?? "an error"}.`);
  const spiked = Object.values(populations).some(({ spikes }) => (spikes?.count ?? 0) > 0);
  const next = nextText(terminal, [
    ...(spiked ? [[["analyze", out], "analyzes correlation and rhythm of the spikes"] as const] : []),
    [["plot", out, "--to", numberText(duration / 10), "--out", "zoom.svg"], "draws part of it"],
    [["show", file], "prints the network as a diagram and tables"],
  ]);
  const headings = ["Population", "Units", "Spikes", "Rate, Hz", "CV", "Synchrony"];
  return `${head}\n\n${twoColumns(rows)}\n\n${textTable(headings, table)}\n\n${next}\n`;
};
