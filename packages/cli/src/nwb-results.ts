import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import type { NwbPopulation, NwbSpikes, NwbSubject, NwbTrace, NwbWriteOptions } from "@spark-snn/formats";
import { FileError, suggestName } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import { type Arguments, UsageError } from "./arguments.ts";
import { type BrainSummary, READOUTS, summaryOfPopulation } from "./brain-summary.ts";
import { exitCodes } from "./exit.ts";
import { hasGaps, recordedOf } from "./measures.ts";
import { readSummary, requireSteps } from "./read-summary.ts";
import type { Results } from "./records.ts";
import { readRecords } from "./results.ts";
import type { Summary } from "./summary.ts";
import type { Terminal } from "./terminal.ts";

/* Results of a run as an NWB file. */

/** Options of `convert` for models and recordings. */
const FOREIGN = [
  ...["input", "units", "duration", "dt", "reset", "format", "strict", "all"],
  ...["channel", "sweep", "columns", "resolution", "first-sender"],
];

/** Decimal times such as 0.3 ms, not 3 · 0.1 ms. */
const timeOf = (step: number, dt: number): number => Number((step * dt).toPrecision(12));

const spikesOf = (
  { dt, steps }: Summary,
  spikes: NonNullable<Results["spikes"]>,
  recorded: ReturnType<typeof recordedOf>,
): NwbSpikes => {
  const end = timeOf(steps, dt);
  const window = { from: recorded.from ?? 0, to: Math.min(recorded.to ?? end, end) };
  return {
    times: Float64Array.from(spikes.steps, (step) => timeOf(step, dt)),
    units: spikes.units,
    dt,
    ...(recorded.units && { recorded: recorded.units }),
    // Windows that depend on conditions are not in the files of a run.
    ...(!hasGaps(recorded) && { windows: [window] }),
  };
};

const populationOf = async (
  folder: string,
  name: string,
  own: Summary,
  summary: Summary | BrainSummary,
): Promise<NwbPopulation> => {
  const { spikes, traces } = await readRecords(folder, own);
  return {
    name,
    units: own.units.reduce((product, size) => product * size, 1),
    ...(spikes && { spikes: spikesOf(own, spikes, recordedOf(summary, name)) }),
    traces: traces as readonly NwbTrace[],
  };
};

/** Weights have a file for each projection, and no place in NWB. */
const leftOutOf = (summary: Summary | BrainSummary): readonly string[] =>
  "weights" in summary ? (summary.weights ?? []).map(({ record }) => `weights.${record}`) : [];

const populationsOf = async (folder: string, summary: Summary | BrainSummary): Promise<readonly NwbPopulation[]> => {
  if (summary.kind === "spark-snn summary") return [await populationOf(folder, summary.model, summary, summary)];
  const populations: NwbPopulation[] = [];
  for (const name of Object.keys(summary.populations)) {
    populations.push(await populationOf(folder, name, summaryOfPopulation(summary, name), summary));
  }
  if (summary.readouts.length === 0) return populations;
  const { dt, steps, readouts } = summary;
  const { traces } = await readRecords(folder, { dt, steps, records: readouts });
  return [...populations, { name: READOUTS, units: 0, traces: traces as readonly NwbTrace[] }];
};

const subjectKeys = ["id", "species", "age", "sex", "description"] as const satisfies readonly (keyof NwbSubject)[];

/** @throws UsageError for a key that is unknown or given twice */
const subjectOf = (texts: readonly string[]): NwbSubject => {
  const subject: Record<string, string> = {};
  for (const text of texts) {
    const cut = text.indexOf("=");
    const key = text.slice(0, Math.max(0, cut));
    if (cut < 1) throw new UsageError(`--subject takes KEY=TEXT; received "${text}". Write --subject age=P90D.`);
    if (!(subjectKeys as readonly string[]).includes(key)) {
      throw new UsageError(`--subject has no key "${key}". ${suggestName(key, subjectKeys)}`);
    }
    if (Object.hasOwn(subject, key)) throw new UsageError(`--subject ${key} was given twice. Keep one of them.`);
    subject[key] = text.slice(cut + 1);
  }
  return subject;
};

/** What the document says about its experiment, or a sentence about the run. */
const descriptionOf = (summary: Summary | BrainSummary): string => {
  const { description } = summary.experiment as { readonly description?: unknown };
  if (typeof description === "string" && description.trim() !== "") return description;
  const { dt, steps, seed } = summary;
  const models =
    summary.kind === "spark-snn summary"
      ? `${summary.model}, units [${summary.units.join(", ")}]`
      : Object.entries(summary.populations)
          .map(([name, { model, units }]) => `${name} (${model}, units [${units.join(", ")}])`)
          .join(", ");
  return `Simulation of ${models}: ${timeOf(steps, dt)} ms in steps of ${dt} ms, seed ${seed}.`;
};

/** The options for NWB, except the date. */
const metadataOf = (
  given: Arguments,
  summary: Summary | BrainSummary,
): Omit<NwbWriteOptions, "sessionStart" | "source" | "software"> => {
  const [identifier, institution, lab] = ["identifier", "institution", "lab"].map((name) => given.text(name));
  const [experimenter, keywords] = [given.texts("experimenter"), given.texts("keyword")];
  return {
    description: given.text("description") ?? `Simulation of ${summary.name ?? summary.model}.`,
    experimentDescription: given.text("experiment-description") ?? descriptionOf(summary),
    ...(experimenter.length > 0 && { experimenter }),
    ...(institution !== undefined && { institution }),
    ...(lab !== undefined && { lab }),
    ...(keywords.length > 0 && { keywords }),
    ...(identifier !== undefined && { identifier }),
    subject: subjectOf(given.texts("subject")),
  };
};

/** Writes the results in a folder as an NWB file, and says what was written. */
export const convertResults = async (out: string, given: Arguments, terminal: Terminal): Promise<number> => {
  const [shown, other] = given.operands as readonly [string, string?];
  const folder = resolve(terminal.folder, shown);
  if (other !== undefined) throw new UsageError(`${out} contains the results of one run. Name one folder.`);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new FileError(`${shown} is not a folder. NWB files are written from a folder of results of spark-snn run.`);
  }
  const foreign = FOREIGN.find((name) => given.has(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} does not apply to results. Remove it.`);
  const sessionStart = given.text("session-start");
  if (sessionStart === undefined) {
    throw new UsageError("NWB needs the date and time of the run. Add --session-start 2026-03-01T12:00:00Z.");
  }
  const path = resolve(terminal.folder, out);
  if (existsSync(path) && !given.has("force")) {
    throw new FileError(`${out} exists already. Choose another --out, or replace the file with --force.`);
  }
  const summary = await readSummary(folder, shown, terminal);
  requireSteps(summary, shown);
  const { resultsToNwb } = await import("@spark-snn/formats");
  const written = await resultsToNwb(await populationsOf(folder, summary), {
    sessionStart,
    ...metadataOf(given, summary),
    software: [["spark-snn", summary.versions.sparkSnn]],
    source: { name: "experiment.json", text: JSON.stringify(summary.experiment, null, 2) },
  });
  await writeAtomic(path, written.bytes);
  const leftOut = [...written.leftOut, ...leftOutOf(summary)];
  const { names } = written;
  if (given.has("json")) {
    terminal.out(`${JSON.stringify({ format: "NWB 2", files: [out], names, leftOut }, null, 2)}\n`);
    return exitCodes.done[0];
  }
  const left =
    leftOut.length > 0
      ? `\nNot written: ${leftOut.join(", ")}. NWB has no series for them, or they have no values.`
      : "";
  terminal.out(`Wrote ${out} with ${names.join(", ")}.${left}\n`);
  return exitCodes.done[0];
};
