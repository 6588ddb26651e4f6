import { FileError } from "spark-snn";

/* A folder of results may come from elsewhere or be edited, so a summary is checked before it is used. */

type Check = (value: unknown) => boolean;

const MOST_UNITS = 1e8;
const isText: Check = (value) => typeof value === "string";
const isFlag: Check = (value) => typeof value === "boolean";
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const isPositive: Check = (value) => Number.isFinite(value) && (value as number) > 0;
const isTime: Check = (value) => Number.isFinite(value) && (value as number) >= 0;
const isShape: Check = (value) =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((size) => isCount(size) && size > 0) &&
  value.reduce((product: number, size: number) => product * size, 1) <= MOST_UNITS;
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
/** A file in the folder, or in that of a population. */
const isFile: Check = (value) =>
  typeof value === "string" && /^(?:[A-Za-z][A-Za-z0-9]*\/)?[A-Za-z][A-Za-z0-9.]*\.(?:csv|npz|npy|h5)$/.test(value);
const isType: Check = (value) => value === "f32" || value === "f64" || value === "i32";

/** The first problem of an object: the path of a value, and the value. */
type Problem = readonly [path: string, value: unknown];

const problemIn = (given: unknown, checks: Readonly<Record<string, Check>>, path: string): Problem | undefined => {
  if (!isObject(given)) return [path, given];
  for (const [key, check] of Object.entries(checks)) {
    if (!check(given[key])) return [path === "" ? key : `${path}.${key}`, given[key]];
  }
  return undefined;
};

const problemOfRecords = (given: unknown, path: string): Problem | undefined => {
  if (!Array.isArray(given)) return [path, given];
  for (const [k, record] of given.entries()) {
    const checks = { record: isText, file: isFile, unit: isText, type: isType, population: optional(isText) };
    const found = problemIn(record, checks, `${path}[${k}]`);
    if (found) return found;
  }
  return undefined;
};

const problemOfShown = (given: unknown, path: string): Problem | undefined => {
  const numbers = orNull(listOf(Number.isFinite));
  const checks = { units: listOf(isCount), threshold: numbers, thresholdShift: orNull(isText) };
  const found = problemIn(given, { ...checks, reset: numbers, refractory: numbers }, path);
  if (found) return found;
  const shown = given as Readonly<Record<string, readonly unknown[] | null>>;
  for (const key of ["threshold", "reset", "refractory"]) {
    const list = shown[key];
    if (list && list.length !== shown["units"]!.length) return [`${path}.${key}`, list];
  }
  return undefined;
};

/** What the experiment recorded of spikes, which decides the units and the window of an analysis. */
const problemOfExperiment = (given: unknown, names: readonly string[]): Problem | undefined => {
  if (!isObject(given)) return ["experiment", given];
  const { model, record = {} } = given;
  if (!isObject(record)) return ["experiment.record", record];
  if (!isObject(model)) return ["experiment.model", model];
  for (const [own, path] of "populations" in model
    ? names.map((name) => [record[name], `experiment.record.${name}`] as const)
    : [[record, "experiment.record"] as const]) {
    if (own === undefined) continue;
    if (!isObject(own)) return [path, own];
    const { outSpikes } = own;
    if (outSpikes === undefined || typeof outSpikes === "boolean") continue;
    const checks = { units: optional(listOf(isCount)), from: optional(isTime), to: optional(isTime) };
    const found = problemIn(outSpikes, checks, `${path}.outSpikes`);
    if (found) return found;
  }
  return undefined;
};

const problemOfPopulation = (given: unknown, path: string): Problem | undefined =>
  problemIn(given, { model: isText, units: isShape }, path) ??
  problemOfRecords((given as { readonly records?: unknown }).records, `${path}.records`) ??
  problemOfShown((given as { readonly shown?: unknown }).shown, `${path}.shown`);

const at = (path: string, key: string): string => (path === "" ? key : `${path}.${key}`);

const problemOf = (summary: Readonly<Record<string, unknown>>): Problem | undefined => {
  const common = {
    name: optional(isText),
    model: isText,
    dt: isPositive,
    steps: isCount,
    duration: isTime,
    complete: isFlag,
    stoppedBy: optional(isText),
    recordedSteps: optional(isCount),
  };
  const found = problemIn(summary, common, "");
  if (found) return found;
  const { dt, steps, duration } = summary as Readonly<Record<string, number>>;
  if (Math.abs(steps! * dt! - duration!) > dt! / 2) return ["duration", duration];
  if (summary["kind"] === "spark-snn summary") {
    return problemOfPopulation(summary, "") ?? problemOfExperiment(summary["experiment"], []);
  }
  const { populations, readouts, weights } = summary;
  if (!isObject(populations)) return ["populations", populations];
  for (const [name, population] of Object.entries(populations)) {
    const wrong = problemOfPopulation(population, at("populations", name));
    if (wrong) return wrong;
  }
  return (
    (readouts === undefined ? undefined : problemOfRecords(readouts, "readouts")) ??
    (weights === undefined ? undefined : problemOfRecords(weights, "weights")) ??
    problemOfExperiment(summary["experiment"], Object.keys(populations))
  );
};

/** @throws FileError that names the first value that no run writes */
export const checkSummary = (summary: object, path: string): void => {
  const problem = problemOf(summary as Readonly<Record<string, unknown>>);
  if (!problem) return;
  const [place, value] = problem;
  const text = JSON.stringify(value) ?? "nothing";
  const received = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new FileError(
    `${path} holds an invalid ${place.replace(/^\./, "")}; received ${received}. It was edited or damaged: run the experiment again.`,
  );
};
