import { brokenRule, type Field, finite } from "../config/field.ts";
import { drawValues } from "../config/initializer.ts";
import { suggestName } from "../config/nearest-name.ts";
import { dtIssues, type FieldSetting, indexText, isShapedArray, seedIssues } from "../config/parse.ts";
import { type Shape, sameShape, shapeText, sizeOf } from "../config/shape.ts";
import { ConfigError, type Issue, ShapeError } from "../errors/errors.ts";
import { keyOf } from "../math/threefry.ts";
import type { BuildOptions, BuiltComponent, Component, Model } from "./component.ts";
import { evaluateFixed } from "./fixed.ts";
import { PortSpecs } from "./ports.ts";

export const DEFAULT_DT = 1;
export const DEFAULT_SEED = 1;

/** Finds the shape, draws the values, checks them and allocates the state. */
export const buildComponent = <M extends Model>(
  component: Component<M>,
  inputSpecs: Readonly<Record<string, PortSpecs>> = {},
  options: BuildOptions = {},
): BuiltComponent<M> => {
  const { model, config } = component;
  const dt = options.dt ?? config.dt ?? DEFAULT_DT;
  const seed = options.seed ?? config.seed ?? DEFAULT_SEED;
  const wrong = [...dtIssues(dt, `${model.name}.dt`), ...seedIssues(seed, `${model.name}.seed`)];
  if (wrong.length > 0) throw new ConfigError(wrong);
  const units = findShape(component, inputSpecs);
  const fields = drawFields(component, units, seed);
  const state: Record<string, Float64Array | Int32Array> = {};
  for (const [name, { dtype }] of Object.entries(model.state)) {
    state[name] = dtype === "float" ? new Float64Array(sizeOf(units)) : new Int32Array(sizeOf(units));
  }
  const reset = (): void => {
    for (const [name, variable] of Object.entries(model.state)) {
      const value = evaluateFixed(variable.initial, fields, dt);
      refuseUnbounded(`${model.name}.${name}`, value, units);
      if (typeof value === "number") state[name]!.fill(value);
      else state[name]!.set(value);
    }
  };
  reset();
  const outputSpecs = Object.fromEntries(
    Object.entries(model.outputs).map(([name, { payload }]) => [name, new PortSpecs({ payload, shape: units })]),
  );
  return { model, units, dt, seed, fields, state, outputSpecs, warnings: unusual(model, fields), reset };
};

/** The shape of `units`, else that of the inputs, else that of arrays among the fields, else one unit. */
const findShape = (component: Component, inputSpecs: Readonly<Record<string, PortSpecs>>): Shape => {
  const { model, config } = component;
  const found: { from: string; shape: Shape; flat: boolean }[] = [];
  if (config.units) found.push({ from: "units", shape: config.units, flat: false });
  for (const [port, given] of Object.entries(inputSpecs)) {
    const specs = new PortSpecs(given);
    const declared = Object.hasOwn(model.inputs, port) ? model.inputs[port] : undefined;
    if (!declared) {
      throw new ConfigError({
        path: `${model.name}.${port}`,
        message: `is no input port. ${suggestName(port, Object.keys(model.inputs))}`,
      });
    }
    if (specs.payload !== declared.payload) {
      throw new ConfigError({
        path: `${model.name}.${port}`,
        message: `takes a ${declared.payload} (${declared.unit}); received a ${specs.payload}. Wire a port of that payload.`,
      });
    }
    found.push({ from: `input ${port}`, shape: specs.shape, flat: false });
  }
  for (const [name, setting] of Object.entries(config.settings)) {
    if (typeof setting === "number" || !isShapedArray(setting)) continue;
    found.push({ from: name, shape: setting.shape, flat: setting.flat });
  }
  const [first] = [...found.filter(({ flat }) => !flat), ...found];
  if (!first) return [1];
  for (const other of found) {
    const fits = other.flat ? sizeOf(other.shape) === sizeOf(first.shape) : sameShape(other.shape, first.shape);
    if (!fits) {
      throw new ShapeError(
        `${model.name}.${other.from} has shape ${shapeText(other.shape)}, but ${first.from} has shape ${shapeText(first.shape)}. Give both the same shape.`,
      );
    }
  }
  return first.shape;
};

const drawFields = (component: Component, units: Shape, seed: number): Record<string, number | Float64Array> => {
  const { model, config } = component;
  const issues: Issue[] = [];
  const fields: Record<string, number | Float64Array> = {};
  for (const [name, field] of Object.entries(model.fields)) {
    const setting = config.settings[name]!;
    fields[name] = settle(setting, () => keyOf(seed, `${model.name}.${name}`), units);
    const drawn = fields[name];
    if (typeof drawn === "number" || isShapedArray(setting)) continue;
    const checked = config.skipValidation ? { ...field, checks: [finite] } : field;
    const issue = drawnIssue(`${model.name}.${name}`, checked, drawn, units);
    if (issue) issues.push(issue);
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return fields;
};

const settle = (setting: FieldSetting, key: () => ReturnType<typeof keyOf>, units: Shape): number | Float64Array => {
  if (typeof setting === "number") return setting;
  if (isShapedArray(setting)) return setting.data.slice();
  return "constant" in setting ? setting.constant : drawValues(setting, key(), units);
};

const drawnIssue = (path: string, field: Field, drawn: Float64Array, units: Shape): Issue | undefined => {
  const unfilled = drawn.findIndex(Number.isNaN);
  if (unfilled >= 0) {
    return {
      path,
      message: `found no value between min and max in 10000 draws for unit ${indexText(unfilled, units)}. Widen the bounds.`,
    };
  }
  const bad = drawn.findIndex((value) => brokenRule(field, value) !== undefined);
  if (bad < 0) return undefined;
  return {
    path: `${path}${indexText(bad, units)}`,
    message: `${brokenRule(field, drawn[bad]!)} as drawn for that unit. Change the initializer's range or add a min.`,
  };
};

/** A start that divides by zero would make every later value NaN. */
const refuseUnbounded = (path: string, value: number | Float64Array, units: Shape): void => {
  const values = typeof value === "number" ? [value] : value;
  const bad = values.findIndex((v) => !Number.isFinite(v));
  if (bad < 0) return;
  const where = typeof value === "number" ? "" : indexText(bad, units);
  throw new ConfigError({
    path: `${path}${where}`,
    message: `must start from a finite number; received ${values[bad]}. Change the fields that it starts from.`,
  });
};

/** A reset at or above the threshold makes a unit fire at every step that it can. */
const unusual = (model: Model, fields: Readonly<Record<string, number | Float64Array>>): string[] => {
  const { potentialReset, threshold } = fields;
  if (potentialReset === undefined || threshold === undefined) return [];
  const at = (value: number | Float64Array, k: number): number => (typeof value === "number" ? value : value[k]!);
  const length = Math.max(
    ...[potentialReset, threshold].map((value) => (typeof value === "number" ? 1 : value.length)),
  );
  let count = 0;
  for (let k = 0; k < length; k++) if (at(potentialReset, k) >= at(threshold, k)) count++;
  if (count === 0) return [];
  const who = length === 1 ? "Every unit" : `${count} of ${length} units`;
  return [`${model.name}: potentialReset is not below threshold. ${who} will spike at every step that it can.`];
};
