import { expect, test } from "vitest";
import { doubles } from "../../math/doubles.ts";
import { threefry } from "../../math/threefry.ts";
import type { Machine, MachinePopulation, View } from "../../program/machine.ts";
import { alone, type NetworkProgram } from "../../program/network.ts";
import type { Due, Probe } from "../../program/probe.ts";
import { probeOf } from "../../program/probe.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import { InterpreterMachine } from "../interpreter/machine.ts";
import type { NativeMachine } from "./machine.ts";
import { type NativeOptions, native, nativeAvailable } from "./native.ts";

const found = nativeAvailable();
if (!found.available) console.log(`Tests of the native backend are left out. ${found.reason}`);

/** A test that needs a C compiler and koffi. */
export const nativeTest: typeof test = test.runIf(found.available) as unknown as typeof test;

/** A machine with an engine of its own, which closes with it. */
export const createNetwork = (network: NetworkProgram, options: NativeOptions = {}): NativeMachine => {
  const engine = native(options).open({ threads: 1, worker: false, networks: true });
  const machine = engine.create(network);
  const dispose = machine.dispose.bind(machine);
  machine.dispose = () => {
    dispose();
    engine.close();
  };
  return machine;
};

/** The same for a population alone, ready for chunks of 16 steps without probes. */
export const createNative = (program: Program, options: NativeOptions = {}): NativeMachine => {
  const machine = createNetwork(alone(program), options);
  machine.attach({ rows: 16, populations: [{ program, probes: [] }] });
  return machine;
};

/** A probe with the rows of each chunk after which it is due. */
export interface Watch {
  readonly name: string;
  readonly units?: readonly number[];
  readonly due: Due;
}

const ALWAYS: Due = { first: 0, every: 1, last: 1e6 };

export const everyObservable = ({ observables }: Program, due: (k: number) => Due = () => ALWAYS): Watch[] =>
  observables.map(({ name }, k) => ({ name, due: due(k) }));

const UNTOUCHED = -1234567;

/** Numbers of mixed size and sign, and whole words for bits; the same ones for every machine. */
const fillInputs = (population: MachinePopulation, seed: number, scale: number): void => {
  population.program.buffers.forEach((buffer, k) => {
    if (buffer.role !== "input") return;
    const view = population.view(k);
    for (let place = 0; place < view.length; place++) {
      const [a, b] = threefry(doubles, { first: seed, second: k }, place, 0);
      const number = view.length === 1 ? 1 + a / 2 ** 32 : (a / 2 ** 31 + 0.5) * (b & 3 ? 1 : 0);
      view[place] = buffer.type === "bits" ? a : scale * number;
    }
  });
};

/** Rows of a chunk after which a probe is due. */
const dueRows = ({ first, every, last }: Due, rows: number): number => {
  let count = 0;
  for (let row = first; row < rows && row <= last; row += every) count++;
  return count;
};

interface Compared {
  readonly reference: MachinePopulation;
  readonly other: MachinePopulation;
  readonly probes: readonly Probe[];
  readonly watched: readonly Watch[];
}

const expectSame = ({ reference, other, probes, watched }: Compared, rows: number): void => {
  const { program } = reference;
  const { units, precision } = program;
  const same = (name: string, a: View, b: View, from: number, to: number): void => {
    for (let k = from; k < to; k++) {
      if (Object.is(a[k], b[k])) continue;
      expect.fail(`${name}[${k}] of ${units} ${precision} units: ${a[k]} in the interpreter, ${b[k]} here`);
    }
  };
  program.buffers.forEach(({ role, name }, k) => {
    if (role === "state") same(name, reference.view(k), other.view(k), 0, units);
    if (role === "spikes") same(name, reference.view(k), other.view(k), 0, wordsOf(program.padded) * rows);
  });
  probes.forEach(({ width, list }, n) => {
    const { name, due } = watched[n]!;
    const count = dueRows(due, rows);
    const [a, b] = [reference.record(n), other.record(n)];
    for (let row = 0; row < count; row++) same(name, a, b, row * width, row * width + (list ? width : units));
    expect(b.subarray(count * width).every((value) => value === UNTOUCHED)).toBe(true);
  });
};

export interface Course {
  readonly seed?: number;
  readonly scale?: number;
  /** What is watched, for each population. */
  readonly watched?: readonly (readonly Watch[])[];
  /** Called between chunks, for the reference and for each machine. */
  readonly between?: (machine: Machine, step: number) => void;
}

/** Runs machines beside the interpreter, chunk by chunk with new inputs, and expects the same bits of all that can be seen. */
export const expectNetworkBits = (
  network: NetworkProgram,
  chunks: readonly number[],
  others: readonly Machine[],
  { seed = 1, scale = 400, watched = [], between }: Course = {},
): InterpreterMachine => {
  const reference = new InterpreterMachine(network);
  const rows = Math.max(...chunks);
  const populations = network.populations.map(({ program }, p) => ({
    program,
    probes: (watched[p] ?? []).map(({ name, units }) => probeOf(program, name, rows, units)),
  }));
  for (const machine of [reference, ...others]) void machine.attach({ rows, populations });
  let step = 0;
  for (const count of chunks) {
    for (const machine of [reference, ...others]) {
      between?.(machine, step);
      machine.populations.forEach((population, p) => {
        fillInputs(population, seed + step + p, scale);
        const own = watched[p] ?? [];
        own.forEach((_, n) => void population.record(n).fill(UNTOUCHED));
        population.schedule.set(own.flatMap(({ due: { first, every, last } }) => [first, every, last]));
      });
      void machine.advance(step, count);
    }
    step += count;
    for (const machine of others) {
      network.populations.forEach((_, p) => {
        const compared = { reference: reference.populations[p]!, other: machine.populations[p]! };
        expectSame({ ...compared, probes: populations[p]!.probes, watched: watched[p] ?? [] }, count);
      });
      expect(machine.spikesBefore(step)).toEqual(reference.spikesBefore(step));
    }
  }
  for (const machine of others) machine.dispose();
  return reference;
};

/** The same for a population alone. */
export const expectBits = (
  program: Program,
  chunks: readonly number[],
  others: readonly Machine[],
  { watched = [], ...course }: Omit<Course, "watched"> & { readonly watched?: readonly Watch[] } = {},
): MachinePopulation =>
  expectNetworkBits(alone(program), chunks, others, { ...course, watched: [watched] }).populations[0]!;

/** Spikes in the rows of the last chunk. */
export const countSpikes = (population: MachinePopulation, rows: number): number => {
  const { program } = population;
  const bits = population.view(program.spikes!);
  let count = 0;
  for (let k = 0; k < wordsOf(program.padded) * rows; k++) {
    for (let word = bits[k]!; word !== 0; word &= word - 1) count++;
  }
  return count;
};
