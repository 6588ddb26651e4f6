import { isShapedArray } from "../config/parse.ts";
import { Place } from "../config/place.ts";
import { describe, isTypedArray, type NumericArray, shapeText, sizeOf } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import { buildComponent, DEFAULT_DT } from "../model/build.ts";
import type { Component, ComponentType, Model } from "../model/component.ts";
import { type CompileOptions, checkComponent } from "../run/options.ts";

/** The soma that a protocol examines: a component, or a model for its defaults. */
export type Examined = Component | ComponentType;

/** Run options of a protocol, as in `simulate`. */
export type ProtocolOptions = CompileOptions<Component> & {
  /** Stops the protocol soon after the signal is aborted; the protocol then gives no result. */
  readonly signal?: AbortSignal;
};
export const protocolKeys: readonly string[] = ["dt", "dtype", "seed", "backend", "worker", "signal"];

/** The options to pass to a run. Absent ones stay absent. */
export const runOptions = ({ dt, dtype, seed, backend, worker, signal }: ProtocolOptions): ProtocolOptions => ({
  ...(dt !== undefined && { dt }),
  ...(dtype !== undefined && { dtype }),
  ...(seed !== undefined && { seed }),
  ...(backend !== undefined && { backend }),
  ...(worker !== undefined && { worker }),
  ...(signal !== undefined && { signal }),
});

/** The component of a protocol. @throws ConfigError if it is none */
export const componentOf = (where: string, examined: Examined): Component => {
  const type: ComponentType | undefined =
    typeof examined === "function" && "model" in examined ? (examined as ComponentType) : undefined;
  const component: Component = type ? type() : (examined as Component);
  checkComponent(new Place([where]), component);
  return component;
};

type Setting = Component["config"]["settings"][string];

/** Whether all units have the same value. */
const isShared = (setting: Setting): boolean =>
  typeof setting === "number" || (!isShapedArray(setting) && "constant" in setting);

/** Whether a component has several units, or parameters that may differ between units. */
export const isPopulation = ({ config }: Component): boolean =>
  (config.units !== undefined && sizeOf(config.units) !== 1) || !Object.values(config.settings).every(isShared);

/**
 * The component of a protocol: its units are equal except for their currents.
 * @throws ConfigError if it is not a component. Adds issues for a population, and for fields that differ between units.
 */
export const examinedComponent = (where: string, examined: Examined, issues: Issue[]): Component => {
  const component = componentOf(where, examined);
  const { model, config } = component;
  if (config.units && sizeOf(config.units) !== 1) {
    issues.push({
      path: `${model.name}.units`,
      message: `must be omitted, because ${where} gives each unit its own current; received ${shapeText(config.units)}. Remove it.`,
    });
  }
  for (const [name, setting] of Object.entries(config.settings)) {
    if (isShared(setting)) continue;
    const received = isShapedArray(setting)
      ? `an array of shape ${shapeText(setting.shape)}`
      : `the initializer ${Object.keys(setting as object)[0]}`;
    issues.push({
      path: `${model.name}.${name}`,
      message: `must be one number, because ${where} gives each unit its own current; received ${received}. Examine one unit at a time.`,
    });
  }
  return component;
};

/** Time step in the runs of a protocol, ms. */
export const stepOf = (component: Component, { dt }: ProtocolOptions): number =>
  dt ?? component.config.dt ?? DEFAULT_DT;

/** The same component with another number of units. */
export const withUnits = (component: Component, count: number): Component => {
  const units = [count];
  const wide: Component<Model> = {
    model: component.model,
    config: { ...component.config, units },
    units,
    build: (inputSpecs, options) => buildComponent(wide, inputSpecs, options),
  };
  return wide;
};

/** Reads a list of currents, pA. Adds an issue for the first value that is not a finite number. */
export const readCurrents = (path: string, given: unknown, issues: Issue[]): Float64Array => {
  if (!Array.isArray(given) && !isTypedArray(given)) {
    const message = `must be an array of currents in pA; received ${describe(given)}. Give at least one.`;
    issues.push({ path, message });
    return new Float64Array();
  }
  const list: ArrayLike<unknown> = given as readonly unknown[] | NumericArray;
  if (list.length === 0) {
    issues.push({ path, message: "must contain at least one current; received an empty array. Give at least one." });
  }
  for (let k = 0; k < list.length; k++) {
    if (Number.isFinite(list[k])) continue;
    const message = `must be a finite number; received ${describe(list[k])}${typeof list[k] === "number" ? " pA" : ""}. Give a current.`;
    issues.push({ path: `${path}[${k}]`, message });
    return new Float64Array();
  }
  return Float64Array.from(list as ArrayLike<number>);
};
