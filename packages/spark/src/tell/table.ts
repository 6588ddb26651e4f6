import { type Check, type Field, finite, requirementText } from "../config/field.ts";
import { numberText, printExpr } from "../expr/print.ts";
import type { Declaration, Model } from "../model/component.ts";
import type { PayloadName } from "../model/ports.ts";
import { requireModel, TOLD } from "./described.ts";

export interface FieldRow {
  readonly name: string;
  readonly default: number;
  /** "1" for a pure number. */
  readonly unit: string;
  /** For example "> 0". Empty if any finite number is valid. */
  readonly rule: string;
  readonly description: string;
}
export interface PresetRow {
  readonly name: string;
  /** The behaviour and the source. */
  readonly description: string;
  /** Values of parameters; the others keep their defaults. */
  readonly parameters: Readonly<Record<string, number>>;
}
export interface StateRow {
  readonly name: string;
  readonly type: "float" | "int" | "bool";
  /** The start value as an expression of fields and dt. */
  readonly start: string;
  readonly unit: string;
  readonly description: string;
}
export interface PortRow {
  readonly name: string;
  readonly direction: "in" | "out";
  readonly payload: PayloadName;
  readonly unit: string;
  readonly description: string;
}

/**
 * The parameters of a model, in the order of their declaration.
 * @throws ConfigError unless it gets a model, such as LeakySoma.model
 */
export const fieldTable = (model: Pick<Declaration, "fields">): FieldRow[] => {
  requireModel("fieldTable", model, TOLD);
  return Object.entries(model.fields).map(([name, field]) => ({
    name,
    default: field.default,
    unit: field.unit,
    rule: ruleText(field),
    description: field.description,
  }));
};

/**
 * The presets of a model, with their parameters and their sources.
 * @throws ConfigError unless it gets a model, such as IzhikevichSoma.model
 */
export const presetTable = (model: Pick<Declaration, "fields"> & Pick<Model, "presets">): PresetRow[] => {
  requireModel("presetTable", model, TOLD);
  return Object.entries(model.presets ?? {}).map(([name, { about, parameters }]) => ({
    name,
    description: about,
    parameters,
  }));
};

/**
 * The state variables of a model, in the order of their declaration.
 * @throws ConfigError unless it gets a model, such as LeakySoma.model
 */
export const stateTable = (model: Pick<Declaration, "state">): StateRow[] => {
  requireModel("stateTable", model, TOLD);
  return Object.entries(model.state).map(([name, { dtype, initial, unit, description }]) => ({
    name,
    type: dtype,
    start: printExpr(initial),
    unit,
    description,
  }));
};

/** The inputs of a model, then its outputs. @throws ConfigError unless it gets a model, such as LeakySoma.model */
export const portTable = (model: Declaration): PortRow[] => {
  requireModel("portTable", model);
  return (["in", "out"] as const).flatMap((direction) =>
    Object.entries(direction === "in" ? model.inputs : model.outputs).map(([name, { payload, unit, description }]) => ({
      name,
      direction,
      payload,
      unit,
      description,
    })),
  );
};

/** The rules of a field as signs, such as "> 0" or "0 … 1". A rule without a sign uses its own words. */
export const ruleText = (field: Field): string =>
  field.checks
    .map(
      (check) =>
        signs(check) ?? (check === finite ? "" : requirementText(check, field.unit).replace(/^must (be )?/, "")),
    )
    .filter((rule) => rule !== "")
    .join(", ");

const signs = ({ schema }: Check): string | undefined => {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (minimum !== undefined && maximum !== undefined) return `${numberText(minimum)} … ${numberText(maximum)}`;
  const parts = [
    ["≥", minimum],
    [">", exclusiveMinimum],
    ["≤", maximum],
    ["<", exclusiveMaximum],
  ] as const;
  const known = parts
    .filter(([, bound]) => bound !== undefined)
    .map(([sign, bound]) => `${sign} ${numberText(bound!)}`);
  return known.length > 0 ? known.join(", ") : undefined;
};

const cell = (value: string | number): string =>
  (typeof value === "number" ? numberText(value) : value).replaceAll("|", "\\|");

/** A table in Markdown: the headings, then one line per row. */
export const markdownTable = (headings: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [headings, headings.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`).join("\n");

const code = (text: string): string => `\`${text}\``;
const unitText = (unit: string): string => (unit === "1" ? "" : unit);

export const fieldMarkdown = (model: Pick<Declaration, "fields">): string =>
  markdownTable(
    ["Parameter", "Default", "Unit", "Rule", "Meaning"],
    fieldTable(model).map((row) => [code(row.name), row.default, unitText(row.unit), row.rule, row.description]),
  );

export const presetMarkdown = (model: Pick<Declaration, "fields"> & Pick<Model, "presets">): string => {
  const rows = presetTable(model);
  // Parameters that no preset changes have no column.
  const names = Object.keys(model.fields).filter((name) => rows.some(({ parameters }) => name in parameters));
  const cells = rows.map(({ name, parameters, description }) => [
    code(name),
    ...names.map((key) => numberText(Number((parameters[key] ?? model.fields[key]!.default).toPrecision(4)))),
    description,
  ]);
  return markdownTable(["Preset", ...names.map(code), "Behaviour and source"], cells);
};

export const stateMarkdown = (model: Pick<Declaration, "state">): string =>
  markdownTable(
    ["State variable", "Type", "Start", "Unit", "Meaning"],
    stateTable(model).map((row) => [code(row.name), row.type, row.start, unitText(row.unit), row.description]),
  );

export const observableMarkdown = (model: Declaration): string =>
  markdownTable(
    ["Record", "Unit", "Meaning"],
    Object.entries(model.observables).map(([name, { unit, description }]) => [code(name), unitText(unit), description]),
  );

export const portMarkdown = (model: Declaration): string =>
  markdownTable(
    ["Port", "Direction", "Payload", "Unit", "Meaning"],
    portTable(model).map((row) => [code(row.name), row.direction, row.payload, unitText(row.unit), row.description]),
  );
