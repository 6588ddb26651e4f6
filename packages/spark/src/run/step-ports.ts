import { counted } from "../config/counted.ts";
import {
  describe,
  isTypedArray,
  type NumericArray,
  type Shape,
  sameShape,
  shapeText,
  sizeOf,
} from "../config/shape.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import { firstProblem, hasFiniteSum, numberProblem } from "../inputs/values.ts";
import type { BuiltComponent, Model } from "../model/component.ts";
import { groupShape, placesIn } from "../model/places.ts";
import { CurrentArray, type Port, SpikeArray } from "../model/ports.ts";
import type { MachinePopulation } from "../program/machine.ts";
import type { Driven } from "./programs.ts";

/** Up to this number of values, a loop copies faster than a call of `set` or `fill`. */
const FEW = 16;

/** The spikes that a population gets from outside in single steps. */
export class SpikePort {
  readonly #shape: Shape;
  readonly #bits: Uint32Array;
  /** Undefined if spikes have no sign. */
  readonly #inhibitory: Uint32Array | undefined;
  readonly #path: string;

  /** `views`: the buffers of the port. `path`: of the population in messages. */
  constructor(shape: Shape, [bits, inhibitory]: readonly Uint32Array[], path: string) {
    this.#shape = shape;
    this.#bits = bits!;
    this.#inhibitory = inhibitory;
    this.#path = path;
  }

  /** @throws ConfigError, ShapeError */
  check(spikes: SpikeArray): void {
    checkSpikes(spikes, this.#shape, this.#path);
    if (this.#inhibitory || !spikes.inhibitory?.some((word) => word !== 0)) return;
    const message =
      "accepts only unsigned spikes; received inhibitory ones. Declare the population that spikes as inhibitory.";
    throw new ConfigError({ path: `${this.#path}.inSpikes`, message });
  }

  set(spikes: SpikeArray | undefined): void {
    const bits = this.#bits;
    const inhibitory = this.#inhibitory;
    // Word by word, because a subarray would allocate memory in every step.
    for (let w = 0; w < bits.length; w++) {
      bits[w] = spikes?.bits[w] ?? 0;
      if (inhibitory) inhibitory[w] = spikes?.inhibitory?.[w] ?? 0;
    }
  }
}

const checkSpikes = (spikes: SpikeArray, units: Shape, path: string): void => {
  if (!(spikes instanceof SpikeArray)) {
    const message = `must be a SpikeArray; received ${describe(spikes)}. Create one with SpikeArray.fromIndices.`;
    throw new ConfigError({ path: `${path}.inSpikes`, message });
  }
  checkShape(spikes.shape, units, path, ".inSpikes");
};

/** A flat list fits any shape with as many units. @throws ShapeError */
const checkShape = (shape: Shape, units: Shape, path: string, port = ""): void => {
  if (shape.length === 1 ? shape[0] === sizeOf(units) : sameShape(shape, units)) return;
  throw new ShapeError(
    `${path}${port} has shape ${shapeText(shape)}, but the population has shape ${shapeText(units)}. Give one value per unit.`,
  );
};

export type Values = Float32Array | Float64Array;

/** A port for values in the messages of steps. */
export interface PortSite {
  /** Shape of the values. */
  readonly shape: Shape;
  readonly unit: string;
  readonly path: string;
}

/** The values of a port in single steps: one per unit, or one for all units along the last axis. */
export class ValuePort {
  /** They stay until others are given. */
  readonly values: Values;
  readonly #site: PortSite;
  readonly #view: Values;
  readonly #count: number;
  readonly #places: number;

  /** `view`: the buffer of the port. `places`: number of units that share a value. */
  constructor(view: Values, site: PortSite, places = 1) {
    this.#site = site;
    this.#view = view;
    this.#places = places;
    this.#count = sizeOf(site.shape);
    this.values =
      places === 1 ? view.subarray(0, this.#count) : new (view.constructor as Float64ArrayConstructor)(this.#count);
    // Nothing flows until something is given.
    view.fill(0);
  }

  /** Whether units share values. */
  get shared(): boolean {
    return this.#places > 1;
  }

  /** Sets the values of the next steps, unless there are none. */
  give(given: number | NumericArray | undefined): void {
    if (given !== undefined) this.set(given);
  }

  /** Copies shared values to the units. Call it before each step. */
  spread(): void {
    const places = this.#places;
    for (let k = 0; k < this.#count; k++) this.#view.fill(this.values[k]!, k * places, (k + 1) * places);
  }

  /** @throws ConfigError, ShapeError */
  set(given: number | NumericArray | CurrentArray): void {
    const { unit, shape, path } = this.#site;
    const target = this.values;
    const precision = target instanceof Float32Array ? "f32" : "f64";
    if (typeof given === "number") {
      const problem = numberProblem(given, unit, precision);
      if (problem !== undefined) this.#refuse("", problem);
      if (target.length > FEW) target.fill(given);
      else for (let k = 0; k < target.length; k++) target[k] = given;
      return;
    }
    const values = given instanceof CurrentArray ? given.values : given;
    if (values === target) return;
    // Most values are Float32Arrays, and this check is faster than the general one.
    if (!(values instanceof Float32Array || isTypedArray(values))) {
      const wanted = unit === "pA" ? "a number, a typed array or a CurrentArray" : "a number or a typed array";
      const remedy = `Give one value per unit${unit === "1" ? "" : `, in ${unit}`}.`;
      this.#refuse("", `must be ${wanted}; received ${describe(values)}. ${remedy}`);
    }
    if (given instanceof CurrentArray) checkShape(given.shape, shape, path);
    if (values.length !== this.#count) {
      throw new ShapeError(
        `${path} must contain ${counted(this.#count, "value")}; received ${values.length}. ${this.#places === 1 ? "Give one value per unit." : "Give one value for all units along the last axis."}`,
      );
    }
    if (!hasFiniteSum(values) || (precision === "f32" && !(values instanceof Float32Array))) {
      const problem = firstProblem(values, precision, unit);
      if (problem) this.#refuse(`[${problem.at}]`, problem.message);
    }
    if (values.length > FEW) target.set(values);
    else for (let k = 0; k < values.length; k++) target[k] = values[k]!;
  }

  #refuse(at: string, message: string): never {
    throw new ConfigError({ path: `${this.#site.path}${at}`, message });
  }
}

/** The signals that a component declares, by name. */
export const signalsOf = (inputs: Model["inputs"]): [string, Port][] =>
  Object.entries(inputs).filter(([, { payload }]) => payload === "SignalArray");

/** The ports of the signals of a population in single steps. `inputs`: the buffers of each port. */
export const signalPorts = (
  { units, model }: Pick<BuiltComponent, "units" | "model">,
  population: MachinePopulation,
  inputs: Driven["inputs"],
  path: string,
): ReadonlyMap<string, ValuePort> =>
  new Map(
    signalsOf(model.inputs).map(([name, { unit, shared }]) => {
      const view = population.view(inputs[name]![0]![0]!) as Values;
      const site = { shape: shared ? groupShape(units) : units, unit, path: `${path}.${name}` };
      return [name, new ValuePort(view, site, shared ? placesIn(units) : 1)];
    }),
  );

/** The values of signals that stay from step to step, by names in snapshots. */
export const heldSignals = (name: string, signals: ReadonlyMap<string, ValuePort>): (readonly [string, Values])[] =>
  [...signals].map(([port, { values }]) => [`${name}.${port}`, values]);
