import { counted } from "../config/counted.ts";
import { Place, Site } from "../config/place.ts";
import { describe, type NumericArray, type Shape, shapeMisfit, sizeOf } from "../config/shape.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";

/** Payload of a port. Jumps exist only inside compiled code, so there is no class JumpArray. */
export type PayloadName = "SpikeArray" | "CurrentArray" | "PotentialArray" | "JumpArray" | "SignalArray";

/** A port in the declaration of a component. */
export interface Port {
  readonly payload: PayloadName;
  readonly unit: string;
  readonly description: string;
  /** True if only synapses can connect to the port, not an input of a run. */
  readonly synaptic?: boolean;
  /** True if spikes have no sign here, so inhibitory spikes are refused. */
  readonly unsigned?: boolean;
  /** For spikes from outside: the port to which each adds one unit of current. */
  readonly into?: string;
  /** For currents and jumps: the state variable whose absolute value synapses on this port use as the potential. */
  readonly potential?: string;
  /** Name of the compartment under which a neuron may list the synapses on this port. */
  readonly compartment?: string;
  /** True if all units along the last axis of the population share a value. */
  readonly shared?: boolean;
}

/** An input that a soma declares; its equations use it by name. */
export type InputPort = Port & { readonly payload: "CurrentArray" | "JumpArray" | "SignalArray" };

export interface PortOptions {
  /** State variable in mV that synapses on this port use as the potential. Default: "potential". */
  readonly potential?: string;
  /**
   * Name of a compartment, such as "dendrite". A neuron may list the synapses on it under this name:
   * `synapses: { dendrite: { excitatory: ExponentialSynapse() } }`, for projections to "cells.dendrite.excitatory".
   */
  readonly compartment?: string;
}

/** Declares an input of a soma: a current, pA. */
export const current = (
  description: string,
  options?: PortOptions,
): InputPort & { readonly payload: "CurrentArray" } => ({
  payload: "CurrentArray",
  unit: "pA",
  description,
  potential: options?.potential ?? "potential",
  ...(options?.compartment !== undefined && { compartment: options.compartment }),
});

/** Declares an input of a soma: jumps of a potential by delta synapses, mV. */
export const jump = (description: string, options?: PortOptions): InputPort & { readonly payload: "JumpArray" } => ({
  payload: "JumpArray",
  unit: "mV",
  description,
  synaptic: true,
  potential: options?.potential ?? "potential",
  ...(options?.compartment !== undefined && { compartment: options.compartment }),
});

export interface SignalOptions {
  /**
   * True if all units along the last axis of the population share a value: a signal for units of the shape [4, 128] then
   * has 4 values. Default: false, one value per unit.
   */
  readonly shared?: boolean;
}

/**
 * Declares an input of a soma or a spike source: a quantity in the given unit, such as the concentration of a modulator
 * or a sensor of a robot.
 */
export const signal = (
  unit: string,
  description: string,
  options?: SignalOptions,
): InputPort & { readonly payload: "SignalArray" } => ({
  payload: "SignalArray",
  unit,
  description,
  ...(options?.shared === true && { shared: true }),
});

/** Payload for each output of a synapse. */
const payloads = { current: "CurrentArray", jump: "JumpArray" } as const;

/**
 * The port of a soma that a synapse acts on: the one that it names, otherwise the first with the right payload. Returns
 * undefined if there is none.
 */
export const targetPort = (
  inputs: Readonly<Record<string, Port>>,
  output: "current" | "jump",
  named?: string,
): string | undefined => {
  const fits = (name: string): boolean => inputs[name]?.payload === payloads[output];
  return named === undefined ? Object.keys(inputs).find(fits) : fits(named) ? named : undefined;
};

/** The ports that inputs of a run can use. */
export const runInputs = (inputs: Readonly<Record<string, Port>>): Record<string, Port> =>
  Object.fromEntries(Object.entries(inputs).filter(([, { synaptic }]) => !synaptic));

/** Specification of a connection to a port: the payload, and the shape of the population behind it. */
export class PortSpecs {
  readonly payload: PayloadName;
  readonly shape: Shape;

  /** @throws ConfigError if the payload is unknown or the shape is not a list of positive integers. */
  constructor(options: { readonly payload: PayloadName; readonly shape: Shape }) {
    const names: readonly string[] = ["SpikeArray", "CurrentArray", "PotentialArray", "JumpArray", "SignalArray"];
    const site = new Site(new Place(["PortSpecs"]), [], undefined);
    if (!names.includes(options.payload)) {
      const received = describe(options.payload);
      site.at("payload").refuse(`must be one of ${names.join(", ")}; received ${received}. Name the payload.`);
    }
    site.at("shape").refusePart(shapeMisfit(options.shape));
    if (site.issues.length > 0) throw new ConfigError(site.issues);
    this.payload = options.payload;
    this.shape = options.shape;
  }
}

const checkLength = (name: string, length: number, shape: Shape): void => {
  if (length !== sizeOf(shape)) {
    throw new ShapeError(
      `${name}.values must contain ${counted(sizeOf(shape), "value")} for shape [${shape.join(", ")}]; received ${length}. Give one value per unit.`,
    );
  }
};

/** Currents of a population, pA, one per unit in row-major order. */
export class CurrentArray {
  readonly payload = "CurrentArray";
  readonly values: NumericArray;
  readonly shape: Shape;

  constructor(values: NumericArray, shape: Shape = [values.length]) {
    checkLength("CurrentArray", values.length, shape);
    this.values = values;
    this.shape = shape;
  }
}

/** Absolute membrane potentials of a population, mV, one per unit in row-major order. */
export class PotentialArray {
  readonly payload = "PotentialArray";
  readonly values: NumericArray;
  readonly shape: Shape;

  constructor(values: NumericArray, shape: Shape = [values.length]) {
    checkLength("PotentialArray", values.length, shape);
    this.values = values;
    this.shape = shape;
  }
}

/**
 * Spikes of a population in one step: one bit per unit, and optionally one bit per unit that marks inhibitory units. A
 * spike counts +1, or −1 from an inhibitory unit.
 */
export class SpikeArray {
  readonly payload = "SpikeArray";
  /** Bit u % 32 of word ⌊u / 32⌋ is 1 if unit u spikes. */
  readonly bits: Uint32Array;
  /** The same layout: 1 if unit u is inhibitory. Absent if no unit is inhibitory. */
  readonly inhibitory: Uint32Array | undefined;
  readonly shape: Shape;

  constructor(bits: Uint32Array, shape: Shape, inhibitory?: Uint32Array) {
    const words = Math.ceil(sizeOf(shape) / 32);
    for (const [name, array] of [["bits", bits] as const, ["inhibitory", inhibitory] as const]) {
      if (array && array.length < words) {
        throw new ShapeError(
          `SpikeArray.${name} must contain ${words} words of 32 bits for shape [${shape.join(", ")}]; received ${array.length}. Give one bit per unit.`,
        );
      }
    }
    this.bits = bits;
    this.inhibitory = inhibitory;
    this.shape = shape;
  }

  /**
   * Creates an array from the indices of the units that spike.
   * @throws ShapeError if an index is out of range, or if `inhibitory` has another size
   */
  static fromIndices(indices: Iterable<number>, shape: Shape, inhibitory?: Uint32Array): SpikeArray {
    const size = sizeOf(shape);
    const bits = new Uint32Array(Math.ceil(size / 32));
    for (const unit of indices) {
      if (!Number.isInteger(unit) || unit < 0 || unit >= size) {
        throw new ShapeError(`SpikeArray.indices must be from 0 to ${size - 1}; received ${unit}. Count units from 0.`);
      }
      bits[unit >>> 5]! |= 1 << (unit & 31);
    }
    return new SpikeArray(bits, shape, inhibitory);
  }

  /** Whether a unit spikes. */
  has(unit: number): boolean {
    return ((this.bits[unit >>> 5] ?? 0) & (1 << (unit & 31))) !== 0;
  }

  /** Number of units that spike. */
  get count(): number {
    let total = 0;
    for (const word of this.bits) {
      let rest = word;
      while (rest !== 0) {
        rest &= rest - 1;
        total++;
      }
    }
    return total;
  }

  /** Indices of the units that spike, ascending. */
  indices(): number[] {
    const found: number[] = [];
    this.bits.forEach((word, w) => {
      for (let rest = word; rest !== 0; rest &= rest - 1) found.push(w * 32 + 31 - Math.clz32(rest & -rest));
    });
    return found;
  }
}
