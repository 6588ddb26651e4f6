import { Place } from "../config/place.ts";
import { type NumericArray, sizeOf } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import type { Feed } from "../inputs/contract.ts";
import type { BuiltComponent, Model } from "../model/component.ts";
import { type CurrentArray, PotentialArray, SpikeArray } from "../model/ports.ts";
import type { MachinePopulation } from "../program/machine.ts";
import type { ProgramTrace } from "../record/plan.ts";
import type { Stepping } from "./frontend.ts";
import type { Driven } from "./programs.ts";
import { heldSignals, SpikePort, signalPorts, signalsOf, ValuePort, type Values } from "./step-ports.ts";

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

/** The inputs of single steps of a population: a current if it has a membrane, its signals, and spikes if it gets any. */
export const stepFeedsOf = ({ inputs }: Pick<Model, "inputs">, spikes: boolean): Record<string, Feed[]> => {
  const signed = inputs["inSpikes"]?.unsigned !== true;
  return {
    ...(Object.hasOwn(inputs, "current") && stepFeeds),
    ...Object.fromEntries(signalsOf(inputs).map(([name]) => [name, [{ binding: { kind: "unit" } }]])),
    ...(spikes && { inSpikes: [{ binding: { kind: "rowBit", signed } }] }),
  };
};

/** The records of single steps: the membrane potential, if there is one. */
export const stepTraces = ({ model }: Pick<BuiltComponent, "model">): ProgramTrace[] =>
  Object.hasOwn(model.observables, "potential")
    ? [{ name: "potential", units: undefined, every: 1, reduce: undefined, over: "units" }]
    : [];

/** The views of a machine for single steps. A step allocates no memory. */
export class Stepper implements Stepping {
  readonly outputs: StepOutputs;
  /** Current of each unit, pA. Write to it before a step without a current. */
  readonly current: Float32Array | Float64Array;
  readonly #values: ValuePort;
  /** Its spikes from outside; undefined until the first. */
  readonly port: SpikePort | undefined;
  /** The signals that the soma declares, by name. */
  readonly signals: ReadonlyMap<string, ValuePort>;
  readonly #shared: readonly ValuePort[];
  readonly #known: readonly string[];

  /** `inputs`: the buffers of each port. `path`: of the inputs in messages. */
  constructor(
    component: Pick<BuiltComponent, "units" | "model">,
    population: MachinePopulation,
    inputs: Driven["inputs"],
    path = "step",
  ) {
    const { units: shape } = component;
    population.schedule.set([0, 1, 0]);
    const potential = population.record(0).subarray(0, sizeOf(shape));
    this.outputs = {
      outSpikes: new SpikeArray(population.view(population.program.spikes!) as Uint32Array, shape),
      potential: new PotentialArray(potential as Float32Array, shape),
    };
    const current = population.view(inputs["current"]![0]![0]!) as Values;
    this.#values = new ValuePort(current, { shape, unit: "pA", path: `${path}.current` });
    this.current = this.#values.values;
    const views = inputs["inSpikes"]?.[0]?.map((buffer) => population.view(buffer) as Uint32Array);
    this.port = views && new SpikePort(shape, views, path);
    this.signals = signalPorts(component, population, inputs, path);
    this.#shared = [...this.signals.values()].filter(({ shared }) => shared);
    this.#known = ["current", "inSpikes", ...this.signals.keys()];
  }

  get takesSpikes(): boolean {
    return this.port !== undefined;
  }

  /** The values that stay from step to step, by names in snapshots: its own for currents, "name.signal" for signals. */
  heldAs(name: string): (readonly [string, Values])[] {
    return [[name, this.current], ...heldSignals(name, this.signals)];
  }

  /** Sets the inputs of the next step. */
  take(inputs: StepInputs): void {
    const { current, inSpikes } = inputs;
    for (const key in inputs) {
      if (key === "current" || key === "inSpikes") continue;
      const port = this.signals.get(key);
      if (!port) requireKnown(new Place(["step"]), inputs, this.#known);
      port?.give((inputs as Readonly<Record<string, number | NumericArray>>)[key]);
    }
    if (inSpikes !== undefined) this.port!.check(inSpikes);
    if (current !== undefined) this.#values.set(current);
    this.port?.set(inSpikes);
    for (let k = 0; k < this.#shared.length; k++) this.#shared[k]!.spread();
  }
}
