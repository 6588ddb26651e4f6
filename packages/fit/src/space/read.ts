import { type Issue, type Model, suggestName } from "spark-snn";
import { isObject, refuseUnknown, shown } from "../shown.ts";
import { deriveBounds, type Scales, scaleFields } from "./bounds.ts";
import type { Bounds, Space } from "./space.ts";

/**
 * Search range of a parameter: bounds, bounds derived from the recordings (true), or the value of another parameter.
 */
export type FreeParameter =
  | true
  | { readonly from: number; readonly to: number; readonly scale?: "linear" | "log" }
  | { readonly sameAs: string };
export type FreeParameters = Readonly<Record<string, FreeParameter>>;

/** Input for reading a search space. */
export interface SpaceRequest {
  readonly model: Model;
  /** Default: all parameters that the data can constrain. */
  readonly free: unknown;
  /** Values of parameters that are not free. Others have the defaults of the model. */
  readonly fixed: Readonly<Record<string, number>>;
  readonly scales: Scales;
  /** Whether potentials are compared, which constrains the parameters that spike times do not. */
  readonly voltage: boolean;
}

/** Reads the free parameters. Adds issues under `where`. */
export const readSpace = (where: string, request: SpaceRequest, issues: Issue[]): Space | undefined => {
  const { model, scales } = request;
  const before = issues.length;
  const known = Object.keys(model.fields);
  const given = request.free === undefined ? everything(request) : request.free;
  if (!isObject(given)) {
    const message = `takes an object such as { threshold: { from: -50, to: -20 } }; received ${shown(given)}. Name parameters of ${model.name}.`;
    issues.push({ path: `${where}.free`, message });
    return undefined;
  }
  const names: string[] = [];
  const bounds: Bounds[] = [];
  const ties: Record<string, string> = {};
  for (const [name, setting] of Object.entries(given)) {
    const path = `${where}.free.${name}`;
    if (!known.includes(name)) {
      issues.push({ path, message: `is not a parameter of ${model.name}. ${suggestName(name, known)}` });
      continue;
    }
    if (isObject(setting) && "sameAs" in setting) {
      readTie(path, name, setting, given, known, issues);
      ties[name] = String(setting["sameAs"]);
      continue;
    }
    const read = setting === true ? deriveBounds(model, name, scales) : readBounds(path, setting, model, name, issues);
    if (read) {
      names.push(name);
      bounds.push(read);
    } else if (setting === true) {
      issues.push({
        path,
        message: `has no bounds that follow from the recordings. Give { from, to } in ${model.fields[name]!.unit}.`,
      });
    }
  }
  if (names.length === 0 && issues.length === before) {
    issues.push({
      path: `${where}.free`,
      message: "must contain at least one parameter with bounds; received none. Name one.",
    });
  }
  const fixed = Object.fromEntries(
    Object.entries(request.fixed).filter(([name]) => !names.includes(name) && !Object.hasOwn(ties, name)),
  );
  return issues.length > before ? undefined : { names, bounds, ties, fixed };
};

/** Every parameter that the recordings can constrain and that is not fixed. */
const everything = ({ model, fixed, scales, voltage }: SpaceRequest): FreeParameters =>
  Object.fromEntries(
    Object.keys(model.fields)
      .filter((name) => !Object.hasOwn(fixed, name) && (voltage || !scaleFields.includes(name)))
      .filter((name) => deriveBounds(model, name, scales) !== undefined)
      .map((name) => [name, true as const]),
  );

const readTie = (
  path: string,
  name: string,
  setting: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  issues: Issue[],
): void => {
  const { sameAs, ...rest } = setting;
  for (const key of Object.keys(rest)) {
    issues.push({
      path: `${path}.${key}`,
      message: "cannot be combined with sameAs, which uses the value of the other parameter. Remove it.",
    });
  }
  if (typeof sameAs !== "string" || !known.includes(sameAs) || sameAs === name) {
    const hint = typeof sameAs === "string" && sameAs !== name ? suggestName(sameAs, known) : "Name another parameter.";
    issues.push({
      path: `${path}.sameAs`,
      message: `must be the name of another parameter; received ${shown(sameAs)}. ${hint}`,
    });
    return;
  }
  const other = given[sameAs];
  if (isObject(other) && "sameAs" in other) {
    issues.push({
      path: `${path}.sameAs`,
      message: `must be a parameter with its own value; received "${sameAs}", which has the value of ${shown(other["sameAs"])}. Name that one.`,
    });
  }
};

const boundKeys = ["from", "to", "scale"];

const readBounds = (path: string, given: unknown, model: Model, name: string, issues: Issue[]): Bounds | undefined => {
  const before = issues.length;
  const field = model.fields[name]!;
  const unit = field.unit === "1" ? "" : field.unit;
  if (!isObject(given)) {
    const message = `takes { from, to }, { sameAs } or true; received ${shown(given)}. Write { from: LOW, to: HIGH }, in ${field.unit}, or put a value under fixed.`;
    issues.push({ path, message });
    return undefined;
  }
  refuseUnknown(path, given, boundKeys, issues, ["sameAs"]);
  const { from, to, scale = "linear" } = given;
  if (scale !== "linear" && scale !== "log") {
    issues.push({
      path: `${path}.scale`,
      message: `must be "linear" or "log"; received ${shown(scale)}. Omit it for linear.`,
    });
  }
  for (const [key, value] of [
    ["from", from],
    ["to", to],
  ] as const) {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      issues.push({
        path: `${path}.${key}`,
        message: `must be a finite number; received ${shown(value, unit)}. Give a bound in ${field.unit}.`,
      });
      continue;
    }
    const broken = field.checks.find((check) => !check.holds(value));
    if (broken) {
      const rule = broken.requirement.replace(" unit", unit === "" ? "" : ` ${unit}`);
      issues.push({
        path: `${path}.${key}`,
        message: `${rule}, like ${name}; received ${shown(value, unit)}. Change the bound.`,
      });
    }
  }
  if (issues.length > before) return undefined;
  const low = from as number;
  const high = to as number;
  if (low >= high) {
    issues.push({
      path: `${path}.to`,
      message: `must be greater than from, ${shown(low, unit)}; received ${shown(high, unit)}. Put fixed values under fixed.`,
    });
  } else if (scale === "log" && low <= 0) {
    issues.push({
      path: `${path}.from`,
      message: `must be greater than 0 on a log scale; received ${shown(low, unit)}. Change it, or use a linear scale.`,
    });
  }
  return issues.length > before ? undefined : { from: low, to: high, scale: scale as Bounds["scale"] };
};
