import { counted } from "../config/counted.ts";
import { Place } from "../config/place.ts";
import {
  describe,
  isTypedArray,
  type NumericArray,
  type Shape,
  sameShape,
  shapeText,
  sizeOf,
} from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";
import type { Feed } from "../inputs/contract.ts";
import { firstProblem, hasFiniteSum, numberProblem } from "../inputs/values.ts";
import type { BuiltComponent, Model } from "../model/component.ts";
import { CurrentArray, PotentialArray, SpikeArray } from "../model/ports.ts";
import type { MachinePopulation } from "../program/machine.ts";
import type { ProgramTrace } from "../record/plan.ts";
import type { Stepping } from "./frontend.ts";
import type { Driven } from "./programs.ts";

/** Inputs of one step; both ports are optional. */
export interface StepInputs {
  /** Current, pA: one number, one per unit, or a payload. */
  readonly current?: number | NumericArray | CurrentArray;
  readonly inSpikes?: SpikeArray;
}

/** Outputs of one step. Every step returns the same objects and changes their contents. */
export interface StepOutputs {
  readonly outSpikes: SpikeArray;
  readonly potential: PotentialArray;
}

/** The input of single steps: a current per unit. */
const stepFeeds: Record<string, Feed[]> = { current: [{ binding: { kind: "unit" } }] };

/** The inputs of single steps of a population: a current if it has a membrane, and spikes if it gets any. */
export const stepFeedsOf = ({ inputs }: Pick<Model, "inputs">, spikes: boolean): Record<string, Feed[]> => {
  const signed = inputs["inSpikes"]?.unsigned !== true;
  return {
    ...(Object.hasOwn(inputs, "current") && stepFeeds),
    ...(spikes && { inSpikes: [{ binding: { kind: "rowBit", signed } }] }),
  };
};

/** The records of single steps: the membrane potential, if there is one. */
export const stepTraces = ({ model }: Pick<BuiltComponent, "model">): ProgramTrace[] =>
  Object.hasOwn(model.observables, "potential")
    ? [{ name: "potential", units: undefined, every: 1, reduce: undefined, over: "units" }]
    : [];

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
  checkShape(spikes.shape, units, path, "inSpikes");
};

/** A flat list fits any shape with as many units. @throws ShapeError */
const checkShape = (shape: Shape, units: Shape, path: string, port: string): void => {
  if (shape.length === 1 ? shape[0] === sizeOf(units) : sameShape(shape, units)) return;
  throw new ShapeError(
    `${path}.${port} has shape ${shapeText(shape)}, but the population has shape ${shapeText(units)}. Give one value per unit.`,
  );
};

/** The views of a machine for single steps. A step allocates no memory. */
export class Stepper implements Stepping {
  readonly outputs: StepOutputs;
  /** Current of each unit, pA. Write to it before a step without a current. */
  readonly current: Float32Array | Float64Array;
  readonly #path: string;
  readonly #shape: Shape;
  readonly #units: number;
  /** Its spikes from outside; undefined until the first. */
  readonly port: SpikePort | undefined;

  /** `inputs`: the buffers of each port. `path`: of the inputs in messages. */
  constructor(
    { units: shape }: Pick<BuiltComponent, "units">,
    population: MachinePopulation,
    inputs: Driven["inputs"],
    path = "step",
  ) {
    this.#path = path;
    this.#shape = shape;
    this.#units = sizeOf(shape);
    population.schedule.set([0, 1, 0]);
    const potential = population.record(0).subarray(0, this.#units);
    this.outputs = {
      outSpikes: new SpikeArray(population.view(population.program.spikes!) as Uint32Array, shape),
      potential: new PotentialArray(potential as Float32Array, shape),
    };
    this.current = population.view(inputs["current"]![0]![0]!).subarray(0, this.#units) as Float32Array | Float64Array;
    const views = inputs["inSpikes"]?.[0]?.map((buffer) => population.view(buffer) as Uint32Array);
    this.port = views && new SpikePort(shape, views, path);
    // No current flows until one is given.
    this.current.fill(0);
  }

  get takesSpikes(): boolean {
    return this.port !== undefined;
  }

  /** Sets the inputs of the next step. */
  take(inputs: StepInputs): void {
    const { current, inSpikes } = inputs;
    for (const key in inputs) {
      if (key !== "current" && key !== "inSpikes") requireKnown(new Place(["step"]), inputs, ["current", "inSpikes"]);
    }
    if (inSpikes !== undefined) this.port!.check(inSpikes);
    if (current !== undefined) this.#setCurrent(current);
    this.port?.set(inSpikes);
  }

  #setCurrent(current: NonNullable<StepInputs["current"]>): void {
    const target = this.current;
    const precision = target instanceof Float32Array ? "f32" : "f64";
    if (typeof current === "number") {
      const problem = numberProblem(current, "pA", precision);
      if (problem !== undefined) this.#refuse("current", problem);
      if (target.length > FEW) target.fill(current);
      else for (let k = 0; k < target.length; k++) target[k] = current;
      return;
    }
    const values = current instanceof CurrentArray ? current.values : current;
    if (values === target) return;
    // Most currents are Float32Arrays, and this check is faster than the general one.
    if (!(values instanceof Float32Array || isTypedArray(values))) {
      const wanted = "must be a number, a typed array or a CurrentArray";
      this.#refuse("current", `${wanted}; received ${describe(values)}. Give one value per unit, in pA.`);
    }
    if (current instanceof CurrentArray) checkShape(current.shape, this.#shape, this.#path, "current");
    if (values.length !== this.#units) {
      throw new ShapeError(
        `${this.#path}.current must contain ${counted(this.#units, "value")}; received ${values.length}. Give one value per unit.`,
      );
    }
    if (!hasFiniteSum(values) || (precision === "f32" && !(values instanceof Float32Array))) {
      const problem = firstProblem(values, precision, "pA");
      if (problem) this.#refuse(`current[${problem.at}]`, problem.message);
    }
    if (values.length > FEW) target.set(values);
    else for (let k = 0; k < values.length; k++) target[k] = values[k]!;
  }

  #refuse(place: string, message: string): never {
    throw new ConfigError({ path: `${this.#path}.${place}`, message });
  }
}
