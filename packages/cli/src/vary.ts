import { resolve } from "node:path";
import { logRange, range, type SweepOptions, type Varied } from "@spark-snn/sweep";
import { ConfigError, FileError, type Json, readCsv } from "spark-snn";
import { readFileStrict } from "spark-snn/node";
import { UsageError } from "./arguments.ts";

/* The values of a sweep on the command line. */

const FORMS = "path=a,b,c, path=from:to:n, or path=from:to with --samples";

const wrong = (text: string, problem: string): never => {
  throw new UsageError(`--vary ${text} ${problem}. Write ${FORMS}.`);
};

const numberIn = (text: string, given: string): number => {
  const number = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : wrong(given, `has "${text}" in place of a number`);
};

const jsonOr = (text: string): Json => {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text.trim();
  }
};

/** A list of values: JSON, or texts between commas. */
const listOf = (text: string): readonly Json[] => {
  try {
    return JSON.parse(`[${text}]`) as readonly Json[];
  } catch {
    return text.split(",").map(jsonOr);
  }
};

const COLONS = /^[^:,"[\]{}]+(:[^:,"[\]{}]+){1,3}$/;

/** Reads from:to, from:to:n, and both with :log at the end. */
const rangeOf = (text: string, given: string): Varied => {
  const parts = text.split(":");
  const isLog = parts.at(-1) === "log";
  const [from = "", to = "", count, ...more] = isLog ? parts.slice(0, -1) : parts;
  if (more.length > 0) wrong(given, "has too many colons");
  const ends = [numberIn(from, given), numberIn(to, given)] as const;
  if (count === undefined) return { from: ends[0], to: ends[1], scale: isLog ? "log" : "linear" };
  try {
    return (isLog ? logRange : range)(...ends, numberIn(count, given));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const [issue] = error.issues;
    return wrong(given, `is no range: ${issue!.path.split(".").at(-1)} ${issue!.message.replace(/\.[^.]*\.$/, "")}`);
  }
};

/** Reads --vary path=values. @throws UsageError */
export const readVary = (texts: readonly string[]): NonNullable<SweepOptions["vary"]> => {
  const vary: Record<string, Varied> = {};
  for (const text of texts) {
    const cut = text.indexOf("=");
    const path = text.slice(0, Math.max(0, cut)).trim();
    const values = text.slice(cut + 1).trim();
    if (path === "" || values === "") wrong(text, "has no path and values");
    if (Object.hasOwn(vary, path)) throw new UsageError(`--vary ${path} was given twice. Keep one of them.`);
    vary[path] = COLONS.test(values) ? rangeOf(values, text) : listOf(values);
  }
  return vary;
};

/** Reads --samples method:count, or the count alone. @throws UsageError */
export const readSamples = (text: string | undefined): SweepOptions["samples"] => {
  if (text === undefined) return undefined;
  const [first = "", second] = text.split(":");
  const [method, count] = second === undefined ? ["sobol", first] : [first, second];
  const number = count.trim() === "" ? Number.NaN : Number(count);
  if (!Number.isFinite(number)) {
    throw new UsageError(`--samples takes a number, or method:number; received "${text}". Write --samples sobol:64.`);
  }
  return { method: method as "sobol", count: number };
};

/** Reads --seeds: their number, or a list with commas. */
export const readSeeds = (text: string | undefined): SweepOptions["seeds"] => {
  if (text === undefined) return undefined;
  const seeds = listOf(text);
  return (text.includes(",") ? seeds : seeds[0]) as SweepOptions["seeds"];
};

/** Reads the points of a CSV file, whose columns are paths, or of a JSON file. @throws FileError */
export const readPoints = async (path: string | undefined, folder: string): Promise<SweepOptions["points"]> => {
  if (path === undefined) return undefined;
  const text = new TextDecoder().decode(await readFileStrict(resolve(folder, path), { limit: 2 ** 28 }));
  if (!path.endsWith(".json")) {
    const { header, columns, rows } = readCsv(text, { name: path });
    return Array.from({ length: rows }, (_, row) =>
      Object.fromEntries(header.map((name, k) => [name, columns[k]![row]!])),
    );
  }
  try {
    return JSON.parse(text) as SweepOptions["points"];
  } catch (error) {
    throw new FileError(`${path} is not JSON. Write a list of objects by path.`, { cause: error });
  }
};
