import { Place } from "../config/place.ts";
import { describe, type NumericArray } from "../config/shape.ts";
import { requireKnown } from "../config/unknown-keys.ts";
import { ConfigError } from "../errors/errors.ts";
import type { BuiltPopulation } from "../graph/build.ts";
import { runInputs, SpikeArray } from "../model/ports.ts";
import type { Machine, View } from "../program/machine.ts";
import type { Filtered } from "../readouts/filtered.ts";
import { planSteps } from "../readouts/plan.ts";
import { ReadoutReader } from "../readouts/reader.ts";
import type { Stepping } from "./frontend.ts";
import type { Driven, WiredFeed } from "./programs.ts";
import { heldSignals, SpikePort, signalPorts, signalsOf, type ValuePort } from "./step-ports.ts";
import { type StepInputs, Stepper, stepTraces } from "./stepper.ts";
import type { BrainStepInputs } from "./steps.ts";

/** The views of a network for single steps. */
export class NetworkStepper implements Stepping {
  readonly outputs: object;
  readonly #steppers: ReadonlyMap<string, Stepper>;
  /** Spikes into populations without a membrane. */
  readonly #sources: ReadonlyMap<string, SpikePort>;
  /** The signals of each source that declares some, by name. */
  readonly #signals: ReadonlyMap<string, ReadonlyMap<string, ValuePort>>;
  /** Signals with values that units share. */
  readonly #shared: readonly ValuePort[];
  readonly #populations: readonly BuiltPopulation[];
  /** All ports of spikes. */
  readonly #receiving: readonly { readonly name: string; readonly port: SpikePort }[];
  /** Feeds of fields that change in time, with the views that they fill. */
  readonly #changing: readonly { readonly feed: WiredFeed["feed"]; readonly views: readonly View[] }[];
  readonly #reader: ReadoutReader;
  readonly #values: Record<string, number | Float64Array> = {};

  constructor(
    populations: readonly BuiltPopulation[],
    machine: Machine,
    driven: readonly Driven[],
    filtered: readonly Filtered[],
  ) {
    const steppers = new Map<string, Stepper>();
    const sources = new Map<string, SpikePort>();
    const signals = new Map<string, ReadonlyMap<string, ValuePort>>();
    const outputs = populations.map(({ name, component }, k) => {
      const part = machine.populations[k]!;
      if (Object.hasOwn(component.model.inputs, "current")) {
        const stepper = new Stepper(component, part, driven[k]!.inputs, `step.${name}`);
        steppers.set(name, stepper);
        return [name, stepper.outputs] as const;
      }
      const own = signalPorts(component, part, driven[k]!.inputs, `step.${name}`);
      if (own.size > 0) signals.set(name, own);
      const views = driven[k]!.inputs["inSpikes"]?.[0]?.map((buffer) => part.view(buffer) as Uint32Array);
      if (views) sources.set(name, new SpikePort(component.units, views, `step.${name}`));
      const bits = part.view(part.program.spikes!) as Uint32Array;
      return [name, { outSpikes: new SpikeArray(bits, component.units) }] as const;
    });
    this.outputs = { ...Object.fromEntries(outputs), readouts: this.#values };
    // The records of steps come before those of read-outs.
    const recorded = populations.map(({ component }) => stepTraces(component).length);
    const reading = { filtered, plans: planSteps(filtered), recorded, rows: 1, streamed: false };
    this.#reader = new ReadoutReader(machine.populations, reading);
    this.#reader.schedule(1, 1);
    this.#steppers = steppers;
    this.#sources = sources;
    this.#signals = signals;
    this.#shared = [...signals.values()].flatMap((own) => [...own.values()]).filter(({ shared }) => shared);
    this.#populations = populations;
    const ports = [...steppers].flatMap(([name, { port }]) => (port ? [[name, port] as const] : []));
    this.#receiving = [...ports, ...sources].map(([name, port]) => ({ name, port }));
    this.#changing = driven.flatMap(({ feeds }, k) =>
      feeds
        .filter(({ feed }) => feed.fill)
        .map(({ feed, buffers }) => ({ feed, views: buffers.map((buffer) => machine.populations[k]!.view(buffer)) })),
    );
  }

  get currents(): ReadonlyMap<string, Stepper["current"]> {
    return new Map([
      ...[...this.#steppers].flatMap(([name, stepper]) => stepper.heldAs(name)),
      ...[...this.#signals].flatMap(([name, signals]) => heldSignals(name, signals)),
    ]);
  }

  /** Updates the read-outs after the given step, counted from 1. */
  read(step: number): void {
    this.#reader.take(step, 1);
    this.#reader.readAll(step, this.#values);
  }

  /** Sets the inputs of a step. `step` counts the steps before it. */
  take(inputs: BrainStepInputs, step: number): void {
    for (const { feed, views } of this.#changing) feed.fill!(views, step, 1);
    for (const name in inputs) {
      const given: StepInputs | undefined = inputs[name];
      if (given === undefined) continue;
      const stepper = this.#steppers.get(name);
      const source = this.#sources.get(name);
      const signals = this.#signals.get(name);
      if ((!stepper && !source && !signals) || typeof given !== "object" || given === null) {
        checkNames(this.#populations, inputs);
      }
      for (const key in given) {
        if (key === "inSpikes" || (stepper && (key === "current" || stepper.signals.has(key)))) continue;
        const port = signals?.get(key);
        if (!port) checkNames(this.#populations, inputs);
        else port.give((given as Readonly<Record<string, number | NumericArray>>)[key]);
      }
      if (source && given.inSpikes !== undefined) source.check(given.inSpikes);
      stepper?.take(given);
      source?.set(given.inSpikes);
    }
    for (let k = 0; k < this.#shared.length; k++) this.#shared[k]!.spread();
    // Without a loop over the entries of the maps, which would allocate memory in every step.
    for (let k = 0; k < this.#receiving.length; k++) {
      const { name, port } = this.#receiving[k]!;
      if (inputs[name] === undefined) port.set(undefined);
    }
  }
}

const refuseForm = (name: string, given: unknown): never => {
  const message = `takes an object such as { current: 250 }; received ${describe(given)}. Use port names as keys.`;
  throw new ConfigError(new Place(["step", name]).issue(message));
};

/** @throws ConfigError for an unknown population or port */
export const checkNames = (populations: readonly BuiltPopulation[], inputs: object): void => {
  const place = new Place(["step"]);
  requireKnown(
    place,
    inputs,
    populations.map(({ name }) => name),
  );
  for (const { name, component } of populations) {
    const given = (inputs as Readonly<Record<string, unknown>>)[name];
    if (given === undefined) continue;
    const { inputs: declared } = component.model;
    const ports = Object.keys(runInputs(declared));
    if (ports.length === 0) {
      const remedy = `For more spikes of its units, use inject("${name}", units).`;
      throw new ConfigError(place.at(name).issue(`has no input port: it is a ${component.model.name}. ${remedy}`));
    }
    if (typeof given !== "object" || given === null) refuseForm(name, given);
    const signals = signalsOf(declared).map(([port]) => port);
    requireKnown(
      place.at(name),
      given,
      ports.filter((port) => isStepped(port) || signals.includes(port)),
    );
  }
};

/** Whether steps have a port for currents or spikes. Others exist only in runs. */
const isStepped = (port: string): boolean => port === "current" || port === "inSpikes";
