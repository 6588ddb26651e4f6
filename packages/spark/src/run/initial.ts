import { withUnit } from "../config/field.ts";
import { checkInitializer, drawValues, type Initializer } from "../config/initializer.ts";
import type { FieldInput, Precision } from "../config/parse.ts";
import type { Site } from "../config/place.ts";
import { rangeProblem } from "../config/range.ts";
import {
  describe,
  indicesOf,
  isRecord,
  isTypedArray,
  type Misfit,
  type NestedArray,
  readArray,
  sameShape,
  shapeText,
  sizeOf,
} from "../config/shape.ts";
import { refuseUnknown } from "../config/unknown-keys.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { keyOf } from "../math/threefry.ts";
import type { BuiltComponent, Model, Surveyed } from "../model/component.ts";
import { evaluateFixed } from "../model/fixed.ts";

/** Initial values of state variables: a number, one per unit, or an initializer. `potential` is absolute, mV. */
export type InitialOptions<S extends string = string> = { readonly [K in S]?: FieldInput };

/** Where initial values are given, and the precision that must hold them. */
type InitialSite = Site<{ readonly precision: Precision }>;

/** Writes initial values into the state of a component. @throws ConfigError if a drawn value is invalid */
export type ApplyInitial = (component: BuiltComponent) => void;

/**
 * Reads the initial values of a population. No value is drawn before the returned function is called.
 * @throws ShapeError for arrays of another shape
 */
export const readInitial = (component: Surveyed<Model>, initial: unknown, site: InitialSite): ApplyInitial => {
  const { model } = component;
  if (initial === undefined) return () => {};
  if (!isRecord(initial)) {
    site.refuse(
      `takes an object such as { potential: -65 }; received ${describe(initial)}. Use state variables as keys.`,
    );
    return () => {};
  }
  const writes: ApplyInitial[] = [];
  const known = Object.keys(model.state);
  refuseUnknown(initial, known, site);
  for (const [name, value] of Object.entries(initial)) {
    if (!known.includes(name) || value === undefined) continue;
    const write = readState(component, name, value as FieldInput, site.at(name));
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
  site: InitialSite,
): ApplyInitial | undefined => {
  const { precision } = site.context;
  if (!isInitializer(value)) {
    const values = spread(value, component, site);
    if (!values) return undefined;
    const wrong = misfitOf(component, name, values, precision, typeof value === "number");
    return wrong ? site.refusePart(wrong) : (built) => setState(built, name, values);
  }
  if (!checkInitializer(value, site)) return undefined;
  return (built) => {
    const { units, seed } = component;
    const values = drawValues(value, keyOf(seed, `${component.path}.initial.${name}`), units);
    const wrong = misfitOf(component, name, values, precision, false);
    if (wrong) throw new ConfigError(site.place.at(...wrong.at).issue(wrong.message));
    setState(built, name, values);
  };
};

const setState = ({ model, state, fields, dt, place }: BuiltComponent, name: string, values: Float64Array): void => {
  const own = state[name]!;
  own.set(values);
  const { from } = model.state[name]!;
  if (!from) return;
  const origin = evaluateFixed(from, fields, { dt, place });
  values.forEach((value, k) => {
    own[k] = value - (typeof origin === "number" ? origin : origin[k]!);
  });
};

/** The first start value that a state cannot have; `alike` says that all units have the same. */
const misfitOf = (
  { model, units }: Surveyed<Model>,
  name: string,
  values: Float64Array,
  precision: Precision,
  alike: boolean,
): Misfit | undefined => {
  const { dtype, unit } = model.state[name]!;
  const isWhole = dtype === "int";
  const isSingle = !isWhole && precision === "f32";
  const bad = values.findIndex((v) => {
    if (isWhole) return (v | 0) !== v;
    return !Number.isFinite(v) || (isSingle && rangeProblem(v, unit) !== undefined);
  });
  if (bad < 0) return undefined;
  const value = values[bad]!;
  const wanted = isWhole ? "a whole number of 32 bits" : "a finite number";
  const message =
    isSingle && Number.isFinite(value)
      ? rangeProblem(value, unit)!
      : `must be ${wanted}; received ${withUnit(value, unit)}. Give a valid initial value.`;
  return { at: alike ? [] : indicesOf(bad, units), message };
};

const isInitializer = (value: FieldInput): value is Initializer => isRecord(value);

/** Expands a number or an array to one value per unit. */
const spread = (value: FieldInput, { units }: Surveyed<Model>, site: Site): Float64Array | undefined => {
  if (typeof value === "number") return new Float64Array(sizeOf(units)).fill(value);
  if (Array.isArray(value) || isTypedArray(value)) {
    const array = readArray(value as NestedArray);
    if ("message" in array) return site.refusePart(array);
    if (array.flat ? array.data.length === sizeOf(units) : sameShape(array.shape, units)) return array.data;
    const shapes = `has shape ${shapeText(array.shape)}, but the population has shape ${shapeText(units)}`;
    throw new ShapeError(site.place.issue(`${shapes}. Give one value per unit.`));
  }
  return site.refuse(`must be a number, an array or an initializer; received ${describe(value)}. Give one of these.`);
};
