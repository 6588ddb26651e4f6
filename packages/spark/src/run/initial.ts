import { drawValues, type Initializer, initializerIssues } from "../config/initializer.ts";
import { type FieldInput, indexText } from "../config/parse.ts";
import { describe, isTypedArray, type NestedArray, readArray, sameShape, shapeText, sizeOf } from "../config/shape.ts";
import { unknownKeys } from "../config/unknown-keys.ts";
import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
import { keyOf } from "../math/threefry.ts";
import type { BuiltComponent, Model, Surveyed } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";

/** Initial values of state variables: a number, one per unit, or an initializer. `potential` is absolute, mV. */
export type InitialOptions<S extends string = string> = { readonly [K in S]?: FieldInput };

/** Writes initial values into the state of a component. @throws ConfigError if a drawn value is invalid */
export type ApplyInitial = (component: BuiltComponent) => void;

/**
 * Reads the initial values of a population. Adds problems to `issues`; `where` is the path of the option. No value is
 * drawn before the returned function is called.
 * @throws ShapeError for arrays of another shape
 */
export const readInitial = (
  component: Surveyed<Model>,
  initial: unknown,
  issues: Issue[],
  where = "initial",
): ApplyInitial => {
  const { model } = component;
  if (initial === undefined) return () => {};
  if (typeof initial !== "object" || initial === null || Array.isArray(initial)) {
    issues.push({
      path: where,
      message: `takes an object such as { potential: -65 }; received ${describe(initial)}. Use state variables as keys.`,
    });
    return () => {};
  }
  const writes: ApplyInitial[] = [];
  const known = Object.keys(model.state);
  unknownKeys(where, initial, known, issues);
  for (const [name, value] of Object.entries(initial)) {
    if (!known.includes(name) || value === undefined) continue;
    const write = readState(component, name, value as FieldInput, issues, `${where}.${name}`);
    if (write) writes.push(write);
  }
  return (built) => {
    for (const write of writes) write(built);
  };
};

/** Reads the initial values of one state variable. */
const readState = (
  component: Surveyed<Model>,
  name: string,
  value: FieldInput,
  issues: Issue[],
  path: string,
): ApplyInitial | undefined => {
  if (!isInitializer(value)) {
    const values = spread(path, value, component, issues);
    const wrong = values && wrongStart(component, name, values, typeof value === "number", path);
    if (wrong) issues.push(wrong);
    return values && !wrong ? (built) => setState(built, name, values) : undefined;
  }
  const found = initializerIssues(value, path);
  issues.push(...found);
  if (found.length > 0) return undefined;
  return (built) => {
    const { units, seed } = component;
    const values = drawValues(value, keyOf(seed, `${component.path}.initial.${name}`), units);
    const wrong = wrongStart(component, name, values, false, path);
    if (wrong) throw new ConfigError(wrong);
    setState(built, name, values);
  };
};

const setState = ({ model, state, fields, dt }: BuiltComponent, name: string, values: Float64Array): void => {
  const own = state[name]!;
  own.set(values);
  const { from } = model.state[name]!;
  if (!from) return;
  const origin = evaluateFixed(from, fields, dt);
  values.forEach((value, k) => {
    own[k] = value - (typeof origin === "number" ? origin : origin[k]!);
  });
};

const wrongStart = (
  { model, units }: Surveyed<Model>,
  name: string,
  values: Float64Array,
  alike: boolean,
  path: string,
): Issue | undefined => {
  const { dtype, unit } = model.state[name]!;
  const isWhole = dtype === "int";
  const bad = values.findIndex((v) => (isWhole ? (v | 0) !== v : !Number.isFinite(v)));
  if (bad < 0) return undefined;
  const place = alike ? "" : indexText(bad, units);
  const wanted = isWhole ? "a whole number of 32 bits" : "a finite number";
  const received = `${values[bad]}${unit === "1" ? "" : ` ${unit}`}`;
  return { path: `${path}${place}`, message: `must be ${wanted}; received ${received}. Give a valid initial value.` };
};

const isInitializer = (value: FieldInput): value is Initializer =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);

/** Expands a number or an array to one value per unit. */
const spread = (
  path: string,
  value: FieldInput,
  { units }: Surveyed<Model>,
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
      `${path} has shape ${shapeText(array.shape)}, but the population has shape ${shapeText(units)}. Give one value per unit.`,
    );
  }
  issues.push({
    path,
    message: `must be a number, an array or an initializer; received ${describe(value)}. Give one of these.`,
  });
  return undefined;
};
