import { brokenRule, type Field, finite } from "../config/field.ts";
import { drawValues } from "../config/initializer.ts";
import { suggestName } from "../config/nearest-name.ts";
import {
  checkDt,
  checkSeed,
  type FieldSetting,
  hasShape,
  indexText,
  isSeries,
  isShapedArray,
  type ParsedConfig,
  type Precision,
} from "../config/parse.ts";
import { Place, Site } from "../config/place.ts";
import { rangeProblem } from "../config/range.ts";
import type { Series } from "../config/sampling.ts";
import { indicesOf, type Shape, sameShape, shapeText, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
import { keyOf } from "../math/threefry.ts";
import type { Built, BuiltComponent, Component, Declaration, Model, PlacedOptions, Surveyed } from "./component.ts";
import { evaluateFixed } from "./fixed.ts";
import { PLACES, placesIn } from "./places.ts";
import { PortSpecs } from "./ports.ts";

export const DEFAULT_DT = 1;
export const DEFAULT_SEED = 1;

/** Options with their defaults. */
type PlacedSite = Required<Omit<PlacedOptions, "precision">> & { readonly precision: Precision | undefined };

/** Determines the shape, draws and checks the values, and allocates the state. */
export const buildComponent = <M extends Model>(
  component: Component<M>,
  inputSpecs: Readonly<Record<string, PortSpecs>> = {},
  options: PlacedOptions = {},
): BuiltComponent<M> => surveyComponent(component, inputSpecs, options).build();

/** Everything that is known before values are drawn, and the build that draws them. */
export interface Survey<S extends Surveyed, B> {
  readonly surveyed: S;
  /** Draws the values, once. @throws ConfigError if a drawn value is out of range */
  build(): B;
}

/**
 * Determines the shape and checks every value that need not be drawn.
 * @throws like `build` of a component, except for errors of drawn values
 */
export const surveyComponent = <M extends Model>(
  component: Component<M>,
  inputSpecs: Readonly<Record<string, PortSpecs>> = {},
  options: PlacedOptions = {},
): Survey<Surveyed<M>, BuiltComponent<M>> & { readonly warnings: readonly string[] } => {
  const { model, config } = component;
  const site = siteOf(model, config, options);
  const units = findShape(component, inputSpecs, site.place);
  const { surveyed, build } = surveyValues(model, config, units, site);
  return {
    surveyed,
    // Drawn values are not known yet.
    warnings: unusual(site.path, model, knownFields(config)),
    build: once(() => {
      const built = build();
      const outputSpecs = Object.fromEntries(
        Object.entries(model.outputs).map(([name, { payload }]) => [name, new PortSpecs({ payload, shape: units })]),
      );
      return { ...built, outputSpecs, warnings: unusual(site.path, model, built.fields) };
    }),
  };
};

/** Computes a value at the first call and returns it at every call. */
const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
};

/**
 * Draws the values of a synapse or a drive for the units of a population. Its own seed takes precedence over the seed
 * in the options.
 *
 * @param population name of the population in messages, such as "the population it acts on"
 */
export const buildOn = <M extends Declaration>(
  model: M,
  config: ParsedConfig,
  units: Shape,
  population: string,
  options: PlacedOptions,
): Built<M> => surveyOn(model, config, units, population, options).build();

/** Like `buildOn`, but draws no values. */
export const surveyOn = <M extends Declaration>(
  model: M,
  config: ParsedConfig,
  units: Shape,
  population: string,
  options: PlacedOptions,
): Survey<Surveyed<M>, Built<M>> => {
  const own = config.seed === undefined ? {} : { seed: config.seed };
  const site = siteOf(model, config, { ...options, ...own });
  checkShapes(shapesOf(config), { from: population, shape: units }, site.place);
  return surveyValues(model, config, units, site);
};

/**
 * Refuses a range that breaks the rule of its field, if the value of the first unit shows it. This value does not depend
 * on other units.
 * @throws ConfigError like the draw of all values
 */
const refuseRanges = (model: Declaration, config: ParsedConfig, units: Shape, site: PlacedSite): void => {
  const issues = Object.entries(model.fields).flatMap(([name, field]) => {
    const setting = config.settings[name]!;
    if (config.skipValidation || typeof setting !== "object" || !("uniform" in setting)) return [];
    const { min, max } = setting.uniform;
    if (brokenRule(field, min) === undefined && brokenRule(field, max) === undefined) return [];
    const first = drawValues(
      setting,
      keyOf(site.seed, `${site.path}.${name}`),
      units.map(() => 1),
    );
    return drawnIssue(site.place.at(name), field, first, units) ?? [];
  });
  if (issues.length > 0) throw new ConfigError(issues);
};

/** Values that need not be drawn. */
export const knownFields = ({ settings }: ParsedConfig): Record<string, number | Float64Array> => {
  const known: Record<string, number | Float64Array> = {};
  for (const [name, setting] of Object.entries(settings)) {
    if (typeof setting === "number") known[name] = setting;
    else if (isShapedArray(setting)) known[name] = setting.data;
    else if ("constant" in setting) known[name] = setting.constant;
  }
  return known;
};

/** Whether any value of a config must be drawn. */
export const isDrawn = ({ settings }: ParsedConfig): boolean =>
  Object.values(settings).some(
    (setting) =>
      typeof setting !== "number" && !isSeries(setting) && !isShapedArray(setting) && !("constant" in setting),
  );

/** If nothing must be drawn, builds at once, which checks all values; otherwise the build waits. */
const surveyValues = <M extends Declaration>(
  model: M,
  config: ParsedConfig,
  units: Shape,
  site: PlacedSite,
): Survey<Surveyed<M>, Built<M>> => {
  const build = once(() => buildValues(model, config, units, site));
  if (!isDrawn(config)) return { surveyed: build(), build };
  const surveyed = { model, units, ...site };
  refuseRanges(model, config, units, site);
  // Rules need values, and drawn values are not known yet.
  const varying = model.finish?.({ ...surveyed, fields: {} }, { ...config, skipValidation: true });
  return { surveyed: { ...surveyed, varying }, build };
};

/** Everything that the options omit: dt and seed from the config, otherwise the defaults. */
const siteOf = ({ name }: Declaration, config: ParsedConfig, options: PlacedOptions): PlacedSite => {
  const { path = name, place = new Place([path]), precision } = options;
  const dt = options.dt ?? config.dt ?? DEFAULT_DT;
  const seed = options.seed ?? config.seed ?? DEFAULT_SEED;
  const site = new Site(place, [], undefined);
  checkDt(dt, site.at("dt"));
  checkSeed(seed, site.at("seed"));
  if (site.issues.length > 0) throw new ConfigError(site.issues);
  return { dt, seed, path, place, precision };
};

/** Draws and checks the values for a known shape, and sets the state to its start. */
const buildValues = <M extends Declaration>(
  model: M,
  config: ParsedConfig,
  units: Shape,
  site: PlacedSite,
): Built<M> => {
  const { dt, seed, path, place } = site;
  const fields = drawFields(model, config, units, site);
  const initial: Record<string, number | Float64Array> = {};
  for (const [name, variable] of Object.entries(model.state)) {
    initial[name] = evaluateFixed(variable.initial, fields, { dt, place });
    refuseUnbounded(place.at(name), initial[name], units);
  }
  const built = { model, path, place, units, dt, seed, fields };
  return { ...built, varying: model.finish?.(built, config), ...stateOf(model, initial, sizeOf(units)) };
};

/**
 * State variables whose arrays are allocated on first access. Ten million units that start from one number need none.
 */
const stateOf = (
  model: Declaration,
  initial: Readonly<Record<string, number | Float64Array>>,
  size: number,
): Pick<Built<Declaration>, "state" | "start" | "reset"> => {
  const arrays: Record<string, Float64Array | Int32Array> = {};
  const state = {};
  const start = {};
  const put = (name: string): void => {
    const value = initial[name]!;
    if (typeof value === "number") arrays[name]?.fill(value);
    else arrays[name]?.set(value);
  };
  for (const [name, { dtype }] of Object.entries(model.state)) {
    const array = (): Float64Array | Int32Array => {
      if (arrays[name]) return arrays[name];
      arrays[name] = dtype === "float" ? new Float64Array(size) : new Int32Array(size);
      put(name);
      return arrays[name];
    };
    Object.defineProperty(state, name, { enumerable: true, get: array });
    Object.defineProperty(start, name, { enumerable: true, get: () => arrays[name] ?? initial[name] });
  }
  return { state, start, reset: () => Object.keys(model.state).forEach(put) };
};

/** The shape of `units`, otherwise of the inputs, otherwise of arrays among the fields, otherwise one unit. */
const findShape = (component: Component, inputSpecs: Readonly<Record<string, PortSpecs>>, place: Place): Shape => {
  const { model, config } = component;
  const found: FoundShape[] = [];
  if (config.units) found.push({ from: "units", shape: config.units, flat: false });
  for (const [port, given] of Object.entries(inputSpecs)) {
    const specs = new PortSpecs(given);
    const declared = Object.hasOwn(model.inputs, port) ? model.inputs[port] : undefined;
    if (!declared) {
      throw new ConfigError(
        place.at(port).issue(`is not an input port. ${suggestName(port, Object.keys(model.inputs))}`),
      );
    }
    if (specs.payload !== declared.payload) {
      const { payload, unit } = declared;
      throw new ConfigError(
        place
          .at(port)
          .issue(`takes a ${payload} (${unit}); received a ${specs.payload}. Connect a port with that payload.`),
      );
    }
    found.push({ from: `input ${port}`, shape: specs.shape, flat: false });
  }
  found.push(...shapesOf(config));
  const [first] = [...found.filter(({ flat }) => !flat), ...found];
  if (!first) return [1];
  checkShapes(found, first, place);
  return first.shape;
};

interface FoundShape {
  readonly from: string;
  readonly shape: Shape;
  /** True for a flat array, which fits every shape of its length. */
  readonly flat: boolean;
}

/** The shapes of the arrays among the fields. */
export const shapesOf = (config: ParsedConfig): FoundShape[] =>
  Object.entries(config.settings).flatMap(([from, setting]) =>
    hasShape(setting) ? [{ from, shape: setting.shape, flat: setting.flat }] : [],
  );

/** @throws ShapeError if a shape differs from that of the units */
export const checkShapes = (
  found: readonly FoundShape[],
  units: Pick<FoundShape, "from" | "shape">,
  place: Place,
): void => {
  for (const { from, shape, flat } of found) {
    if (flat ? sizeOf(shape) === sizeOf(units.shape) : sameShape(shape, units.shape)) continue;
    const message = `has shape ${shapeText(shape)}, but ${units.from} has shape ${shapeText(units.shape)}. Give both the same shape.`;
    throw new ShapeError(place.at(from).issue(message));
  }
};

const drawFields = (
  model: Declaration,
  config: ParsedConfig,
  units: Shape,
  { seed, path, place, precision }: PlacedSite,
): Record<string, number | Float64Array> => {
  const issues: Issue[] = [];
  const fields: Record<string, number | Float64Array> = {};
  for (const [name, field] of Object.entries(model.fields)) {
    const setting = config.settings[name]!;
    if (isSeries(setting)) continue;
    const checked = config.skipValidation ? { ...field, checks: [finite] } : field;
    fields[name] = fieldValue(setting, checked, {
      key: () => keyOf(seed, `${path}.${name}`),
      units,
      place: place.at(name),
      precision,
      issues,
    });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  if (model.usesPlaces) fields[PLACES] = placesIn(units);
  return fields;
};

/** What the value of a field depends on. */
interface ValueSite {
  /** Key of its draws. */
  readonly key: () => ReturnType<typeof keyOf>;
  readonly units: Shape;
  readonly place: Place;
  readonly precision: Precision | undefined;
  readonly issues: Issue[];
}

/** The value of a field: one number for all units, or one per unit. Adds an issue for a drawn value out of range. */
export const fieldValue = (
  setting: Exclude<FieldSetting, Series>,
  field: Field,
  { key, units, place, precision, issues }: ValueSite,
): number | Float64Array => {
  const value = settle(setting, key, units);
  const beyond = precision === "f32" && rangeProblem(value, field.unit);
  if (beyond) issues.push(place.issue(beyond));
  if (typeof value === "number" || isShapedArray(setting)) return value;
  const issue = drawnIssue(place, field, value, units);
  if (issue) issues.push(issue);
  return value;
};

const settle = (
  setting: Exclude<FieldSetting, Series>,
  key: () => ReturnType<typeof keyOf>,
  units: Shape,
): number | Float64Array => {
  if (typeof setting === "number") return setting;
  if (isShapedArray(setting)) return setting.data.slice();
  return "constant" in setting ? setting.constant : drawValues(setting, key(), units);
};

const drawnIssue = (place: Place, field: Field, drawn: Float64Array, units: Shape): Issue | undefined => {
  const unfilled = drawn.findIndex(Number.isNaN);
  if (unfilled >= 0) {
    const unit = indexText(unfilled, units);
    return place.issue(`found no value between min and max in 10000 draws for unit ${unit}. Widen the bounds.`);
  }
  const bad = drawn.findIndex((value) => brokenRule(field, value) !== undefined);
  if (bad < 0) return undefined;
  const broken = brokenRule(field, drawn[bad]!)!;
  return place
    .at(...indicesOf(bad, units))
    .issue(`${broken} as drawn for that unit. Change the initializer's range or add a min.`);
};

/** A start value that divides by zero would make every later value NaN. */
const refuseUnbounded = (place: Place, value: number | Float64Array, units: Shape): void => {
  const values = typeof value === "number" ? [value] : value;
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return;
  const own = typeof value === "number" ? place : place.at(...indicesOf(bad, units));
  throw new ConfigError(
    own.issue(`must start from a finite number; received ${values[bad]}. Change the fields that it starts from.`),
  );
};

/** A reset at or above the threshold makes a unit spike in every step in which it can. */
const unusual = (path: string, { roles }: Model, fields: Readonly<Record<string, number | Float64Array>>): string[] => {
  const reset = fields[roles?.reset ?? ""];
  const threshold = fields[roles?.threshold ?? ""];
  if (reset === undefined || threshold === undefined) return [];
  const at = (value: number | Float64Array, k: number): number => (typeof value === "number" ? value : value[k]!);
  const length = Math.max(...[reset, threshold].map((value) => (typeof value === "number" ? 1 : value.length)));
  let count = 0;
  for (let k = 0; k < length; k++) if (at(reset, k) >= at(threshold, k)) count++;
  if (count === 0) return [];
  const who = length === 1 ? "every unit" : `${count} of ${length} units`;
  return [
    `${path}: ${roles!.reset} is not below ${roles!.threshold}. After a spike, ${who} will spike again as soon as possible.`,
  ];
};
