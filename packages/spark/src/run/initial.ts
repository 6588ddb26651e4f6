import { drawValues, type Initializer, initializerIssues } from "../config/initializer.ts";
import { type FieldInput, indexText } from "../config/parse.ts";
import { describe, isTypedArray, type NestedArray, readArray, sameShape, shapeText, sizeOf } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { type Issue, ShapeError } from "../errors/errors.ts";
import { keyOf } from "../math/threefry.ts";
import type { BuiltComponent } from "../model/component.ts";

/** Start values of states by name: a number, one a unit, or an initializer. `potential` is absolute, mV. */
export type InitialOptions<S extends string = string> = { readonly [K in S]?: FieldInput };

/**
 * Writes start values into the state of a built component, or adds to `issues` what is wrong with them. `where` is
 * where they stand.
 * @throws ShapeError for arrays of another shape.
 */
export const applyInitial = (component: BuiltComponent, initial: unknown, issues: Issue[], where = "initial"): void => {
  if (initial === undefined) return;
  const { model, state } = component;
  if (typeof initial !== "object" || initial === null || Array.isArray(initial)) {
    issues.push({
      path: where,
      message: `takes an object such as { potential: -65 }; received ${describe(initial)}. Name the states.`,
    });
    return;
  }
  const values: Record<string, Float64Array> = {};
  const known = Object.keys(model.state);
  unknownKeys(where, initial, known, issues);
  for (const [name, value] of Object.entries(initial)) {
    if (!known.includes(name) || value === undefined) continue;
    const read = readValues(component, name, value as FieldInput, issues, where);
    if (read) values[name] = read;
  }
  for (const [name, own] of Object.entries(values)) {
    state[name]!.set(own);
    const rest = component.fields["potentialRest"];
    if (name !== "potential" || rest === undefined) continue;
    // The state is relative to rest.
    own.forEach((value, k) => {
      state[name]![k] = value - (typeof rest === "number" ? rest : rest[k]!);
    });
  }
};

const readValues = (
  component: BuiltComponent,
  name: string,
  value: FieldInput,
  issues: Issue[],
  where: string,
): Float64Array | undefined => {
  const { units, model, seed } = component;
  const path = `${where}.${name}`;
  const values = spread(path, value, component, () => keyOf(seed, `${component.path}.initial.${name}`), issues);
  const { dtype, unit } = model.state[name]!;
  const isWhole = dtype === "int";
  const bad = values?.findIndex((v) => (isWhole ? (v | 0) !== v : !Number.isFinite(v))) ?? -1;
  if (!values || bad < 0) return values;
  const place = typeof value === "number" ? "" : indexText(bad, units);
  const wanted = isWhole ? "a whole number of 32 bits" : "a finite number";
  const received = `${values[bad]}${unit === "1" ? "" : ` ${unit}`}`;
  issues.push({
    path: `${path}${place}`,
    message: `must be ${wanted}; received ${received}. Give such a start value.`,
  });
  return undefined;
};

/** One value a unit, of whatever form was given. */
const spread = (
  path: string,
  value: FieldInput,
  { units }: BuiltComponent,
  key: () => ReturnType<typeof keyOf>,
  issues: Issue[],
): Float64Array | undefined => {
  if (typeof value === "number") return new Float64Array(sizeOf(units)).fill(value);
  if (Array.isArray(value) || isTypedArray(value)) {
    const array = readArray(value as NestedArray, path);
    if ("message" in array) {
      issues.push(array);
      return undefined;
    }
    if (array.flat ? array.data.length === sizeOf(units) : sameShape(array.shape, units)) return array.data;
    throw new ShapeError(
      `${path} has shape ${shapeText(array.shape)}, but the population has shape ${shapeText(units)}. Give one value a unit.`,
    );
  }
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) {
    const wrong = initializerIssues(value, path);
    issues.push(...wrong);
    return wrong.length > 0 ? undefined : drawValues(value as Initializer, key(), units);
  }
  issues.push({
    path,
    message: `must be a number, an array or an initializer; received ${describe(value)}. Give one of these.`,
  });
  return undefined;
};
