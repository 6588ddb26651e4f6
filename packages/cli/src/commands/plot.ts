import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { FileError, suggestName } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import type { BrainSummary } from "../brain-summary.ts";
import { exitCodes } from "../exit.ts";
import { type AskedKind, type FigureKind, figureKinds, READOUTS_KIND } from "../figure-kinds.ts";
import { readSummary } from "../read-summary.ts";
import type { Summary } from "../summary.ts";
import type { Terminal } from "../terminal.ts";
import { timeOf } from "../times.ts";

const imageFormats = ["svg", "png"] as const;
type ImageFormat = (typeof imageFormats)[number];
const themes = ["light", "dark"] as const;
const kinds: readonly AskedKind[] = [...figureKinds, READOUTS_KIND];

export const spec: CommandSpec = {
  name: "plot",
  operands: ["DIR"],
  about: "Draws a figure of the results in a folder.",
  options: {
    out: { value: "FILE", about: "File of the figure. Default: DIR/FIGURE.svg or .png." },
    figure: { value: "KIND", about: `Kind of figure: ${kinds.join(", ")}. Default: the kind that suits the records.` },
    population: { value: "NAME", about: "Population of a network to draw. Default: the spikes of all populations." },
    format: { value: "svg|png", about: "File format. Default: that of the name of FILE, otherwise svg." },
    theme: { value: "light|dark", about: "Colours of the figure. Default light." },
    from: { value: "MS", about: "Start of the drawn window." },
    to: { value: "MS", about: "End of the drawn window." },
    title: { value: "TEXT", about: "Title. Default: the name of the experiment, otherwise its model." },
    force: { about: "Replaces an existing file." },
  },
  examples: [
    ["spark-snn plot results --figure raster", "Writes results/raster.svg."],
    [
      "spark-snn plot results --from 200 --to 400 --out zoom.png --theme dark",
      "Draws part of the run, for a dark page.",
    ],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const theme = choiceOf(given, "theme", themes) ?? "light";
  const asked = choiceOf(given, "figure", kinds);
  const format = formatOf(given);
  const shown = given.operands[0]!;
  const folder = resolve(terminal.folder, shown);
  const summary = await readSummary(folder, shown, terminal);
  const span = { from: timeOf(given, "from") ?? 0, to: timeOf(given, "to") ?? summary.duration };
  if (!(span.from < span.to)) {
    throw new UsageError(`--to must be after --from; received ${span.from} ms and ${span.to} ms. Widen the window.`);
  }
  const title = given.text("title");
  const options = { theme, ...(title !== undefined && { title }) };
  const population = populationOf(summary, given, asked);
  const { drawOne, drawWhole } = await import("../plot-results.ts");
  const [kind, svg] =
    summary.kind === "spark-snn brain summary" && population === undefined
      ? [asked ?? "raster", await drawWhole(shown, folder, summary, asked, options, span)]
      : await drawOne(shown, folder, summary, population, asked as FigureKind | undefined, options, span);
  const stem = population === undefined ? kind : `${population}-${kind}`;
  const name = given.text("out") ?? join(shown, `${stem}.${format}`);
  const path = resolve(terminal.folder, name);
  if (existsSync(path) && !given.has("force")) {
    throw new FileError(`${name} exists already. Name another file with --out, or replace it with --force.`);
  }
  await writeAtomic(path, format === "png" ? (await import("@spark-snn/plot/png")).toPng(svg) : svg);
  terminal.out(`${name}\n`);
  return exitCodes.done[0];
};

type AnySummary = Summary | BrainSummary;

/** The population of a figure; undefined for a figure of a whole network, and if there is only one population. */
const populationOf = (summary: AnySummary, given: Arguments, asked: AskedKind | undefined): string | undefined => {
  const name = given.text("population");
  if (asked === READOUTS_KIND && summary.kind !== "spark-snn brain summary") {
    throw new UsageError(
      `--figure readouts needs results of a network; these are of one population, ${summary.model}. Draw another figure, such as --figure raster.`,
    );
  }
  if (asked === READOUTS_KIND && name !== undefined) {
    throw new UsageError(
      `--figure readouts needs a whole network; received --population ${name}. Remove --population.`,
    );
  }
  if (summary.kind !== "spark-snn brain summary") {
    if (name === undefined) return undefined;
    throw new UsageError(
      `--population needs results of a network; these are of one population, ${summary.model}. Remove --population.`,
    );
  }
  const known = Object.keys(summary.populations);
  const whole: readonly (AskedKind | undefined)[] = [undefined, "raster", "spectrum", READOUTS_KIND];
  if (name === undefined && whole.includes(asked)) return undefined;
  if (name !== undefined && known.includes(name)) return name;
  throw new UsageError(
    name === undefined
      ? `--figure ${asked} of a network needs --population NAME. Known: ${known.join(", ")}.`
      : `--population must be a population of the network; received "${name}". ${suggestName(name, known)}`,
  );
};

const choiceOf = <T extends string>(given: Arguments, option: string, choices: readonly T[]): T | undefined => {
  const value = given.text(option);
  if (value === undefined || choices.includes(value as T)) return value as T | undefined;
  throw new UsageError(
    `--${option} must be one of ${choices.join(", ")}; received "${value}". ${suggestName(value, choices)}`,
  );
};

const formatOf = (given: Arguments): ImageFormat => {
  const asked = choiceOf(given, "format", imageFormats);
  const out = given.text("out");
  if (out === undefined) return asked ?? "svg";
  const ending = extname(out).slice(1).toLowerCase();
  if (asked !== undefined && ending !== asked) {
    throw new UsageError(`--out ${out} does not end in .${asked}, the requested format. Change one of them.`);
  }
  if ((imageFormats as readonly string[]).includes(ending)) return ending as ImageFormat;
  throw new UsageError(`--out must end in .svg or .png; received "${out}". Rename it.`);
};
