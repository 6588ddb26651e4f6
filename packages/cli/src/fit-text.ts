import { join } from "node:path";
import type { FitResult } from "@spark-snn/fit";
import type { FileReading } from "spark-snn";
import { nextText } from "./next-steps.ts";
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

const three = (value: number | undefined): string => (value === undefined ? "–" : value.toFixed(3));

/** The printed report of a fit: scores, parameters, files and next steps. */
export const fitText = (
  result: FitResult,
  place: {
    readonly out: string;
    readonly path: string;
    readonly files: readonly string[];
    /** Changes of the document from the command line. */
    readonly assignments: readonly string[];
    readonly readings: readonly FileReading[];
  },
  terminal: Terminal,
): string => {
  const { out, path, files, assignments, readings } = place;
  const head = result.complete
    ? styleText(terminal, "out", "green", "Done.")
    : styleText(
        terminal,
        "out",
        "yellow",
        `Ended early: ${endings[result.stoppedBy]}. These are the best results so far.`,
      );
  const rows: (readonly [string, string])[] = [
    ["model", result.model],
    ["score", `${result.score.toFixed(4)} on the training recordings; 1 is perfect`],
    [
      "searched",
      `${result.evaluated} candidates in ${durationText(result.wallTime)}, ${result.method}, seed ${result.seed}`,
    ],
    ["rheobase", result.rheobase === undefined ? "none found" : `${numberText(result.rheobase)} pA`],
  ];
  const measured = Object.entries(result.measured);
  if (measured.length > 0) {
    rows.push([
      "measured",
      `${measured.map(([name, value]) => `${name} ${value}`).join(", ")}, in the recorded voltage`,
    ]);
  }
  rows.push(...readingRows(readings));
  rows.push(["files", files.map((name) => nameText(join(out, name))).join("\n             ")]);
  const seed = result.seed === 2 ? "3" : "2";
  const next = nextText(terminal, [
    [["run", join(out, "experiment.json"), "--out", join(out, "run")], "runs the fitted soma"],
    result.complete
      ? [
          ["fit", path, "--out", "other", ...changes(assignments, "seed"), "--seed", seed],
          "searches again with another seed",
        ]
      : [["fit", path, "--out", out, ...changes(assignments, "budget.seconds"), "--resume"], "resumes this fit"],
  ]);
  const blocks = [head, recordingTable(result), parameterTable(result), spreadNote];
  if (result.folds.length > 0) blocks.push(foldTable(result));
  return `${[...blocks, twoColumns(rows), next].join("\n\n")}\n`;
};

/** The options for the changes of a document, without those of one value. */
const changes = (assignments: readonly string[], left: string): string[] =>
  assignments
    .filter((assignment) => assignment.split("=")[0]!.trim() !== left)
    .flatMap((assignment) => ["--set", assignment]);

const endings: Readonly<Record<FitResult["stoppedBy"], string>> = {
  candidates: "the budget is used up",
  seconds: "the time is up",
  abort: "interrupted",
};

const recordingTable = ({ recordings }: FitResult): string => {
  const bits = recordings.some(({ bitsPerSpike }) => bitsPerSpike !== undefined);
  return textTable(
    [
      "Recording",
      "Role",
      "Score",
      ...(bits ? ["Bit/spike"] : []),
      "Γ",
      "Reliability",
      "Γ/reliability",
      "Spikes",
      "Recorded",
    ],
    recordings.map((one) => [
      one.name,
      one.role,
      three(one.score),
      ...(bits ? [three(one.bitsPerSpike)] : []),
      three(one.meanCoincidence),
      three(one.reliability),
      three(one.ratio),
      countsText(one.trials.map(({ length }) => length)),
      countsText(one.recordedCounts),
    ]),
  );
};

const countsText = (counts: readonly number[]): string => {
  const least = Math.min(...counts);
  const most = Math.max(...counts);
  return least === most ? `${least}` : `${least}–${most}`;
};

const parameterTable = ({ fitted }: FitResult): string =>
  textTable(
    ["Parameter", "Value", "Nearly as good", "Sought", "Unit"],
    fitted.map(({ name, value, low, high, bounds, unit, atBound }) => [
      name,
      `${numberText(value)}${atBound ? " (at its bound)" : ""}`,
      `${numberText(low)} … ${numberText(high)}`,
      `${bounds.from} … ${bounds.to}${bounds.scale === "log" ? ", log" : ""}`,
      unit,
    ]),
  );

const spreadNote =
  '"Nearly as good": the values of the candidates whose score is at most 1 % below the best. They depend on the search and are not a confidence interval.';

const foldTable = ({ folds }: FitResult): string =>
  textTable(
    ["Fold", "Held out", "Score, training", "Score, held out"],
    folds.map(({ score, recordings }, k) => {
      const kept = recordings.filter(({ role }) => role === "validation");
      return [
        `${k + 1}`,
        kept.map(({ name }) => name).join(", "),
        three(score),
        kept.map((one) => three(one.score)).join(", "),
      ];
    }),
  );
