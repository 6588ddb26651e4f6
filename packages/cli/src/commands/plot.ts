import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { FileError, suggestName } from "spark-snn";
import { choice } from "spark-snn/documents";
import { writeAtomic } from "spark-snn/node";
import { type Arguments, type CommandSpec, declaredRow, readDeclared, UsageError } from "../arguments.ts";
import type { BrainSummary } from "../brain-summary.ts";
import { exitCodes } from "../exit.ts";
import { type AskedKind, type FigureKind, figureKinds, READOUTS_KIND } from "../figure-kinds.ts";
import { readSummary, requireSteps } from "../read-summary.ts";
import type { Summary } from "../summary.ts";
import type { Terminal } from "../terminal.ts";
import { timeOption } from "../times.ts";

const imageFormats = ["svg", "png"] as const;
type ImageFormat = (typeof imageFormats)[number];
const kinds: readonly AskedKind[] = [...figureKinds, READOUTS_KIND];

const own = {
  figure: choice(`Kind of figure: ${kinds.join(", ")}. Default: the kind that suits the records.`, kinds),
  format: choice("File format. Default: that of the name of FILE, otherwise svg.", imageFormats),
  theme: choice("Colours of the figure. Default light.", ["light", "dark"]),
  from: timeOption("Start of the drawn window."),
  to: timeOption("End of the drawn window."),
};

export const spec: CommandSpec = {
  name: "plot",
  operands: ["DIR"],
  about: "Draws a figure of the results in a folder.",
  options: {
    out: { value: "FILE", about: "File of the figure. Default: DIR/FIGURE.svg or .png." },
    figure: declaredRow("KIND", own.figure),
    population: { value: "NAME", about: "Population of a network to draw. Default: the spikes of all populations." },
    format: declaredRow("svg|png", own.format),
    theme: declaredRow("light|dark", own.theme),
    from: declaredRow("MS", own.from),
    to: declaredRow("MS", own.to),
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
  const theme = readDeclared(given, "theme", own.theme) ?? "light";
  const asked = readDeclared(given, "figure", own.figure);
  const format = formatOf(given);
  const shown = given.operands[0]!;
  const folder = resolve(terminal.folder, shown);
  const summary = await readSummary(folder, shown, terminal);
  requireSteps(summary, shown);
  const span = {
    from: readDeclared(given, "from", own.from) ?? 0,
    to: readDeclared(given, "to", own.to) ?? summary.duration,
  };
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

const formatOf = (given: Arguments): ImageFormat => {
  const asked = readDeclared(given, "format", own.format);
  const out = given.text("out");
  if (out === undefined) return asked ?? "svg";
  const ending = extname(out).slice(1).toLowerCase();
  if (asked !== undefined && ending !== asked) {
    throw new UsageError(`--out ${out} does not end in .${asked}, the requested format. Change one of them.`);
  }
  if ((imageFormats as readonly string[]).includes(ending)) return ending as ImageFormat;
  throw new UsageError(`--out must end in .svg or .png; received "${out}". Rename it.`);
};
