/*
 * Compares somas of the library by cross-validation, according to compare.json: each part of the recordings is predicted by
 * fits to the other three. Writes comparison.json, with the parameters of every fit. The file is the same on every machine.
 *
 *     npx tsx examples/real-neuron/compare.ts
 */
import "spark-snn/node";
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { type CrossValidationResult, crossValidate, readCrossValidationDocument } from "@spark-snn/fit";
import { pathOf } from "./recording.ts";

/** The scores of a soma on a part, by a fit to the other parts. */
export interface HeldOutPart {
  readonly part: string;
  /** Γ within 2 ms. */
  readonly coincidence: number;
  /** Parameters of the fit to the other parts, and its latency in ms. */
  readonly parameters: Readonly<Record<string, number>>;
  readonly latency: number;
}

/** A soma of comparison.json. */
export interface ComparedSoma {
  readonly name: string;
  readonly soma: string;
  /** Number of fitted parameters. */
  readonly free: number;
  readonly heldOut: readonly HeldOutPart[];
  /** Mean and standard deviation of Γ over the parts. */
  readonly coincidence: { readonly mean: number; readonly deviation: number };
  /** Mean score on held-out parts, and on the parts of the fits. The score is the mean of Γ and the van Rossum distance. */
  readonly score: number;
  readonly training: number;
  /** Lead of the first soma in the score, part by part. */
  readonly behind: { readonly mean: number; readonly deviation: number } | null;
}

/** The contents of comparison.json. */
export const comparisonOf = ({ models }: CrossValidationResult): readonly ComparedSoma[] =>
  models.map(({ name, heldOut, coincidence, score, training, behind, fit }) => ({
    name,
    soma: fit.model,
    free: fit.fitted.length,
    heldOut: heldOut.map(({ name: part, meanCoincidence, fold }) => {
      const { parameters, latency } = fit.folds[fold - 1]!;
      return { part, coincidence: meanCoincidence, parameters, latency };
    }),
    coincidence: { mean: coincidence.mean, deviation: coincidence.deviation! },
    score: score.mean,
    training,
    behind: behind === undefined ? null : { mean: behind.mean, deviation: behind.deviation! },
  }));

export const readComparison = async (): Promise<readonly ComparedSoma[]> =>
  JSON.parse(await readFile(pathOf("comparison.json"), "utf8"));

const two = (value: number): string => value.toFixed(2);
const three = (value: number): string => value.toFixed(3);

/** The rows of the table in the README. */
export const comparisonRows = (somas: readonly ComparedSoma[]): string[][] =>
  somas.map(({ soma, free, heldOut, coincidence: { mean, deviation }, score, training, behind }) => [
    `\`${soma}\``,
    `${free}`,
    ...heldOut.map(({ coincidence }) => two(coincidence)),
    `${two(mean)} ± ${two(deviation)}`,
    three(score),
    three(training),
    behind === null ? "" : `${three(behind.mean)} ± ${three(behind.deviation)}`,
  ]);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const document = JSON.parse(await readFile(pathOf("compare.json"), "utf8"));
  const { somas, options } = await readCrossValidationDocument(document, {
    readFile: (path) => readFile(pathOf(path)),
  });
  const result = await crossValidate(somas, {
    ...options,
    progress: ({ fraction, model, remaining }) => {
      if (!process.stderr.isTTY) return;
      process.stderr.write(`\r  ${(100 * fraction).toFixed(0)} %, ${model}, ${Math.ceil(remaining / 60)} min left   `);
    },
  });
  if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const somasFound = comparisonOf(result);
  await writeFile(pathOf("comparison.json"), `${JSON.stringify(somasFound, null, 2)}\n`);
  for (const row of comparisonRows(somasFound)) console.log(`| ${row.join(" | ")} |`);
  for (const warning of result.warnings) console.log(warning);
  console.log(`Written: comparison.json, in ${result.wallTime.toFixed(0)} s.`);
}
