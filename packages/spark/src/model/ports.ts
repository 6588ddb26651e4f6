import { describe, type NumericArray, type Shape, shapeIssue, sizeOf } from "../config/shape.ts";
import { ConfigError, ShapeError } from "../errors/errors.ts";

/** What flows through a port. Jumps never leave the machine, so that there is no class of their name. */
export type PayloadName = "SpikeArray" | "CurrentArray" | "PotentialArray" | "JumpArray" | "SignalArray";

/** A port as a component declares it. */
export interface Port {
  readonly payload: PayloadName;
  readonly unit: string;
  readonly description: string;
  /** True where synapses alone can be wired to it, and no input of a run. */
  readonly synaptic?: boolean;
  /** True where a spike has no sign, so that none may be inhibitory. */
  readonly unsigned?: boolean;
  /** For spikes from outside: the port that each adds one unit to. */
  readonly into?: string;
  /** For currents and jumps: the state whose absolute value synapses on this port know as the potential. */
  readonly potential?: string;
}

/** A port that a soma declares: what flows in, by the name that its equations use. */
export type InputPort = Port & { readonly payload: "CurrentArray" | "JumpArray" | "SignalArray" };

interface PortOptions {
  /** State variable in mV that synapses on this port see; "potential" when left out. */
  readonly potential?: string;
}

/** Declares an input of a soma: a current, pA. */
export const current = (description: string, { potential = "potential" }: PortOptions = {}): InputPort => ({
  payload: "CurrentArray",
  unit: "pA",
  description,
  potential,
});

/** Declares an input of a soma: sudden changes of a potential, mV, by delta synapses. */
export const jump = (description: string, { potential = "potential" }: PortOptions = {}): InputPort => ({
  payload: "JumpArray",
  unit: "mV",
  description,
  synaptic: true,
  potential,
});

/** Declares an input of a soma: a quantity in a unit of its own, such as the concentration of a modulator. */
export const signal = (unit: string, description: string): InputPort => ({ payload: "SignalArray", unit, description });

/** The payload of what a synapse gives. */
const payloads = { current: "CurrentArray", jump: "JumpArray" } as const;

/**
 * The port of a soma that a synapse acts on: the one that it names, else the first one that takes what it gives. Gives
 * undefined where the soma has none.
 */
export const targetPort = (
  inputs: Readonly<Record<string, Port>>,
  output: "current" | "jump",
  named?: string,
): string | undefined => {
  const fits = (name: string): boolean => inputs[name]?.payload === payloads[output];
  return named === undefined ? Object.keys(inputs).find(fits) : fits(named) ? named : undefined;
};

/** The ports that inputs of a run can be wired to. */
export const runInputs = (inputs: Readonly<Record<string, Port>>): Record<string, Port> =>
  Object.fromEntries(Object.entries(inputs).filter(([, { synaptic }]) => !synaptic));

/** What is wired to a port: the payload and the shape of the population behind it. */
export class PortSpecs {
  readonly payload: PayloadName;
  readonly shape: Shape;

  /** @throws ConfigError when the payload is unknown or the shape is no list of positive whole numbers. */
  constructor(options: { readonly payload: PayloadName; readonly shape: Shape }) {
    const names: readonly string[] = ["SpikeArray", "CurrentArray", "PotentialArray", "JumpArray", "SignalArray"];
    const issues = [];
    if (!names.includes(options.payload)) {
      issues.push({
        path: "PortSpecs.payload",
        message: `must be one of ${names.join(", ")}; received ${describe(options.payload)}. Name the payload.`,
      });
    }
    const shape = shapeIssue(options.shape, "PortSpecs.shape");
    if (shape) issues.push(shape);
    if (issues.length > 0) throw new ConfigError(issues);
    this.payload = options.payload;
    this.shape = options.shape;
  }
}

const checkLength = (name: string, length: number, shape: Shape): void => {
  if (length !== sizeOf(shape)) {
    throw new ShapeError(
      `${name}.values must hold ${sizeOf(shape)} values for shape [${shape.join(", ")}]; received ${length}. Give one value a unit.`,
    );
  }
};

/** Currents of a population, pA, one a unit in row-major order. */
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

/** Absolute membrane potentials of a population, mV, one a unit in row-major order. */
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
 * Spikes of a population in one step: one bit a unit, and one bit a unit that marks inhibitory sources. A spike counts
 * +1, or −1 where its source is inhibitory.
 */
export class SpikeArray {
  readonly payload = "SpikeArray";
  /** Bit u % 32 of word u / 32 is set where unit u spikes. */
  readonly bits: Uint32Array;
  /** The same layout: set where unit u is inhibitory. Absent when none is. */
  readonly inhibitory: Uint32Array | undefined;
  readonly shape: Shape;

  constructor(bits: Uint32Array, shape: Shape, inhibitory?: Uint32Array) {
    const words = Math.ceil(sizeOf(shape) / 32);
    for (const [name, array] of [["bits", bits] as const, ["inhibitory", inhibitory] as const]) {
      if (array && array.length < words) {
        throw new ShapeError(
          `SpikeArray.${name} must hold ${words} words of 32 bits for shape [${shape.join(", ")}]; received ${array.length}. Give one bit a unit.`,
        );
      }
    }
    this.bits = bits;
    this.inhibitory = inhibitory;
    this.shape = shape;
  }

  /** From the indices of the units that spike. */
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
