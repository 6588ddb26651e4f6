import type { FieldEntry } from "./catalogue.ts";
import { isObject, type Json, type JsonObject, type Key, valueAt } from "./json.ts";
import { labelOf } from "./names.ts";
import { enteredValue, shownNumber, shownUnit } from "./units.ts";

/* Fields of forms: where their value is, its unit and limits, and how it is written and read. */

/** A column of a table is a name, or a number that counts from 0. */
export type FieldKind = "number" | "integer" | "flag" | "choice" | "text" | "lines" | "shape" | "column";

export interface FormField {
  readonly name: string;
  readonly keys: readonly Key[];
  readonly label: string;
  /** "1" for a pure number. */
  readonly unit: string;
  readonly description: string;
  readonly kind: FieldKind;
  /** The value that holds where the document gives none. */
  readonly default: Json | undefined;
  /** Whether the document must give it, so that it cannot be reset. */
  readonly required: boolean;
  /** "> 0", "≥ 0", "0 … 1". */
  readonly rule?: string;
  readonly choices?: readonly string[];
  /** Whether it may have one value per unit. */
  readonly lists: boolean;
  /** Whether its values may be drawn from a distribution. */
  readonly draws: boolean;
}

/** The field of a parameter of a model. `weight` is the unit of the projection of a plasticity rule. */
export const modelField = (
  { name, default: standard, unit, rule, description }: FieldEntry,
  keys: readonly Key[],
  options: { readonly draws: boolean; readonly weight?: string },
): FormField => ({
  name,
  keys: [...keys, name],
  label: labelOf(name),
  unit: options.weight === undefined ? unit : unit.replace(/^weight$/, options.weight),
  description,
  kind: "number",
  default: standard,
  required: false,
  rule,
  lists: options.draws,
  draws: options.draws,
});

export type ValueShape = "number" | "distribution" | "list" | "other" | "missing";

export interface FieldState {
  /** The value of the document. */
  readonly value: Json | undefined;
  /** The value that holds: that of the document, or the default. */
  readonly effective: Json | undefined;
  /** Whether the document differs from the default. */
  readonly changed: boolean;
  readonly shape: ValueShape;
}

const distributions: readonly string[] = ["uniform", "normal", "logNormal", "sparseUniform", "normalizedSparseUniform"];

/** The name of the distribution of a value, or undefined. */
export const distributionOf = (value: Json | undefined): string | undefined =>
  isObject(value) ? Object.keys(value).find((key) => distributions.includes(key)) : undefined;

const shapeOf = (value: Json | undefined): ValueShape => {
  if (value === undefined) return "missing";
  if (Array.isArray(value)) return "list";
  if (distributionOf(value) !== undefined) return "distribution";
  return isObject(value) || value === null ? "other" : "number";
};

export const fieldState = (document: JsonObject, field: FormField): FieldState => {
  const value = valueAt(document, field.keys);
  const effective = value ?? field.default;
  return {
    value,
    effective,
    changed: !field.required && value !== undefined && JSON.stringify(value) !== JSON.stringify(field.default),
    shape: shapeOf(effective),
  };
};

/** The text of a shape of units: "28 × 28". */
export const shownShape = (value: Json | undefined): string =>
  Array.isArray(value) ? value.join(" × ") : value === undefined ? "" : String(value);

/** Reads "800", "28x28", "28 × 28" or "4, 128". */
export const enteredShape = (text: string): { readonly value: readonly number[] } | { readonly problem: string } => {
  const parts = text
    .trim()
    .split(/\s*[×x*,;]\s*|\s+(?=\d)(?!\d{3}(?!\d))/i)
    .map((part) => part.replace(/\s/g, ""));
  const sizes = parts.map(Number);
  const isValid = sizes.length > 0 && parts.every((part) => /^\d+$/.test(part)) && sizes.every((size) => size >= 1);
  return isValid
    ? { value: sizes }
    : { problem: `"${text.trim()}" is not a number of units. Write 800, or 28 × 28 for a grid.` };
};

/** Whether a number breaks the rule of its field, as a sentence. */
const ruleProblem = (value: number, { rule = "", unit, kind }: FormField): string | undefined => {
  if (kind === "integer" && !Number.isInteger(value)) return "Enter a whole number.";
  const [, sign, limit = ""] = /^([>≥])\s*(-?[\d.]+)/.exec(rule) ?? [];
  const of = `${limit} ${shownUnit(unit)}`.trim();
  if (sign === ">" && !(value > Number(limit))) return `Must be greater than ${of}.`;
  if (sign === "≥" && !(value >= Number(limit))) return `Must be at least ${of}.`;
  const [, low, high] = /^(-?[\d.]+) … (-?[\d.]+)/.exec(rule) ?? [];
  if (low !== undefined && (value < Number(low) || value > Number(high))) return `Must be from ${low} to ${high}.`;
  return undefined;
};

/** Reads the text of a field as a value of the document. */
export const enteredField = (
  text: string,
  field: FormField,
): { readonly value: Json | undefined } | { readonly problem: string } => {
  if (field.kind === "text") return { value: text.trim() === "" && !field.required ? undefined : text };
  if (field.kind === "column") {
    const column = text.trim();
    if (column === "" && field.required) return { problem: "Enter the name of a column, or its number from 0." };
    return { value: column === "" ? undefined : /^\d+$/.test(column) ? Number(column) : column };
  }
  if (field.kind === "lines") return { value: text.split("\n") };
  if (field.kind === "shape") return enteredShape(text);
  if (text.trim() === "" && !field.required) return { value: undefined };
  if (field.lists && /[;\s]/.test(text.trim()) && /^[-−+\d.,eE;\s[\]]+$/.test(text)) {
    const list = enteredList(text, field.unit);
    if ("value" in list && list.value.length > 1) return list;
  }
  const entered = enteredValue(text, field.unit);
  if ("problem" in entered) return entered;
  const problem = ruleProblem(entered.value, field);
  return problem === undefined ? entered : { problem };
};

/** Reads a list of values, one per unit, separated by spaces, semicolons, lines, or commas with spaces. */
export const enteredList = (
  text: string,
  unit: string,
): { readonly value: readonly number[] } | { readonly problem: string } => {
  const parts = text
    .replace(/[[\]]/g, " ")
    .split(/[;\n\t]+|,\s+|\s+/)
    .filter((part) => part !== "");
  // "1,2,3" has no spaces: these are three numbers rather than one with two decimal commas.
  const single = parts.length === 1 && (parts[0]!.match(/,/g) ?? []).length > 1 ? parts[0]!.split(",") : parts;
  const values: number[] = [];
  for (const [k, part] of single.entries()) {
    const entered = enteredValue(part, unit);
    if ("problem" in entered) return { problem: `Value ${k + 1}: ${entered.problem}` };
    values.push(entered.value);
  }
  return values.length === 0 ? { problem: "Enter at least one number." } : { value: values };
};

/** The text of a value in its field. */
export const shownField = (value: Json | undefined, field: FormField): string => {
  if (value === undefined) return "";
  if (field.kind === "shape") return shownShape(value);
  if (typeof value === "number") return shownNumber(value);
  if (Array.isArray(value) && value.every((one) => typeof one === "number")) {
    return (value as readonly number[]).map(shownNumber).join("; ");
  }
  if (Array.isArray(value) && field.kind === "lines") return value.join("\n");
  return typeof value === "string" ? value : JSON.stringify(value);
};

export interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** 1, 2, or 5 times a power of ten, at least the value. */
const nice = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  const digit = value / power;
  return Number(((digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10) * power).toPrecision(12));
};

/** A range for a slider that holds the default and the value, within the rule of the field. */
export const sliderRange = (field: FormField, value: number | undefined): Range | undefined => {
  if (field.kind !== "number" && field.kind !== "integer") return undefined;
  const [, low, high] = /^(-?[\d.]+) … (-?[\d.]+)/.exec(field.rule ?? "") ?? [];
  if (low !== undefined && high !== undefined) {
    const span = Number(high) - Number(low);
    return { min: Number(low), max: Number(high), step: span / 100 };
  }
  const standard = typeof field.default === "number" ? field.default : undefined;
  const centre = standard ?? value;
  if (centre === undefined) return undefined;
  const bounded = /^[>≥]\s*0$/.test(field.rule ?? "");
  const isPotential = field.unit === "mV";
  const reach = isPotential && !bounded ? 50 : nice(Math.max(Math.abs(centre) * 2.5, 1e-9));
  if (centre === 0 && !isPotential) {
    const top = nice(Math.max(Math.abs(value ?? 0), unitScale(field.unit)));
    const bottom = bounded ? 0 : -top;
    return { min: bottom, max: top, step: stepFor(field, top - bottom) };
  }
  const min = bounded ? 0 : isPotential ? centre - reach : centre > 0 ? 0 : -reach;
  const max = isPotential && !bounded ? centre + reach : centre > 0 || bounded ? reach : 0;
  const step = stepFor(field, max - min);
  const held = value ?? centre;
  return {
    min: held < min ? Math.floor(held / step) * step : min,
    max: held > max ? nice(Math.abs(held)) * Math.sign(held || 1) : max,
    step,
  };
};

/** A value that has an effect, for parameters whose default is 0. */
const unitScale = (unit: string): number => ({ pA: 100, mV: 20, ms: 100, nS: 10, Hz: 50 })[unit] ?? 1;

const stepFor = (field: FormField, span: number): number => (field.kind === "integer" ? 1 : nice(span / 500));

/** A form of a value, such as a distribution, and the value that it starts with. */
export const asDistribution = (name: string, around: number): Json => {
  const spread = Number((Math.abs(around) * 0.1 || 1).toPrecision(3));
  const fit = (value: number): number => Number(value.toPrecision(6));
  if (name === "uniform") return { uniform: { min: fit(around - spread), max: fit(around + spread) } };
  // A positive value stays positive, as weights of inhibitory units and time constants must.
  if (name === "normal") return { normal: { mean: around, std: spread, ...(around > 0 && { min: 0 }) } };
  if (name === "logNormal") return { logNormal: { median: Math.abs(around) || 1, sigma: 0.3 } };
  return { [name]: { scale: around || 1, density: 0.5 } };
};
