import { existsSync } from "node:fs";
import { extname, join, resolve } from "node:path";
import { toPng } from "@spark-snn/plot/png";
import { ConfigError, FileError, suggestName } from "spark-snn";
import { writeAtomic } from "spark-snn/node";
import { type Arguments, type CommandSpec, UsageError } from "../arguments.ts";
import { exitCodes } from "../exit.ts";
import { chooseKind, drawResults, type FigureKind, figureKinds } from "../figures.ts";
import { readRecords } from "../results.ts";
import { readSummary } from "../summary.ts";
import type { Terminal } from "../terminal.ts";

const imageFormats = ["svg", "png"] as const;
type ImageFormat = (typeof imageFormats)[number];
const themes = ["light", "dark"] as const;

export const spec: CommandSpec = {
  name: "plot",
  operands: ["DIR"],
  about: "Draws a figure of the results that a run has left in a folder.",
  options: {
    out: { value: "FILE", about: "File of the figure. Default: DIR/FIGURE.svg or .png." },
    figure: { value: "KIND", about: `${figureKinds.join(", ")}. Default: what suits the records.` },
    format: { value: "svg|png", about: "Default: by the name of FILE, else svg." },
    theme: { value: "light|dark", about: "Default light." },
    from: { value: "MS", about: "Start of the window that is drawn." },
    to: { value: "MS", about: "End of the window that is drawn." },
    title: { value: "TEXT", about: "Heading. Default: the name of the experiment, else its model." },
    force: { about: "Replaces a file that is there." },
  },
  examples: [
    ["spark-snn plot results --figure raster", "Writes results/raster.svg."],
    ["spark-snn plot results --from 200 --to 400 --out zoom.png --theme dark", "A part of it, for a dark page."],
  ],
};

export const run = async (given: Arguments, terminal: Terminal): Promise<number> => {
  const theme = choiceOf(given, "theme", themes) ?? "light";
  const asked = choiceOf(given, "figure", figureKinds);
  const format = formatOf(given);
  const shown = given.operands[0]!;
  const folder = resolve(terminal.folder, shown);
  const summary = await readSummary(folder);
  const span = { from: timeOf(given, "from") ?? 0, to: timeOf(given, "to") ?? summary.duration };
  if (!(span.from < span.to)) {
    throw new UsageError(`--to must be after --from; received ${span.from} ms and ${span.to} ms. Widen the window.`);
  }
  const results = await readRecords(folder, summary);
  const kind: FigureKind | undefined = asked ?? chooseKind(results);
  if (!kind) {
    throw new ConfigError({
      path: shown,
      message: 'holds nothing to draw. Run it with "record": { "outSpikes": true, "potential": { "units": [0] } }.',
    });
  }
  const title = given.text("title");
  const svg = drawResults(kind, summary, results, { theme, ...(title !== undefined && { title }) }, span);
  const name = given.text("out") ?? join(shown, `${kind}.${format}`);
  const path = resolve(terminal.folder, name);
  if (existsSync(path) && !given.has("force")) {
    throw new FileError(`${name} is there already. Name another file with --out, or replace it with --force.`);
  }
  await writeAtomic(path, format === "png" ? toPng(svg) : svg);
  terminal.out(`${name}\n`);
  return exitCodes.done[0];
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
    throw new UsageError(`--out ${out} does not end in .${asked}, the format asked for. Change one of them.`);
  }
  if ((imageFormats as readonly string[]).includes(ending)) return ending as ImageFormat;
  throw new UsageError(`--out must end in .svg or .png; received "${out}". Rename it.`);
};

const timeOf = (given: Arguments, option: string): number | undefined => {
  const text = given.text(option);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
  throw new UsageError(`--${option} must be a time of at least 0 ms; received "${text}". Give a number.`);
};
