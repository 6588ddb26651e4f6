import { expect } from "vitest";
import { doubles } from "../../math/doubles.ts";
import { threefry } from "../../math/threefry.ts";
import type { Machine, Setup, View } from "../../program/machine.ts";
import { alone, type NetworkProgram } from "../../program/network.ts";
import type { Due, Probe } from "../../program/probe.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import { InterpreterMachine } from "../interpreter/machine.ts";

/** A number that no kernel computes, to find what was written. */
const UNTOUCHED = -1234567;

/** When each probe of each population is due, in every chunk. */
export type Dues = readonly (readonly Due[])[];

/** Numbers of mixed size and sign, and whole words for bits; the same ones for every machine. */
export const fillInputs = (machine: Machine, seed: number, scale = 400): void => {
  machine.populations.forEach((population, p) => {
    population.program.buffers.forEach((buffer, k) => {
      if (buffer.role !== "input") return;
      const view = population.view(k);
      for (let place = 0; place < view.length; place++) {
        const [a, b] = threefry(doubles, { first: seed, second: k + 100 * p }, place, 0);
        const number = view.length === 1 ? 1 + a / 2 ** 32 : (a / 2 ** 31 + 0.5) * (b & 3 ? 1 : 0);
        view[place] = buffer.type === "bits" ? a : scale * number;
      }
    });
  });
};

const difference = (a: View, b: View, from: number, to: number): number => {
  for (let k = from; k < to; k++) if (!Object.is(a[k], b[k])) return k;
  return -1;
};

const expectSameView = (what: string, [a, b]: readonly [View, View], from: number, to: number): void => {
  const place = difference(a, b, from, to);
  if (place >= 0) expect.fail(`${what}[${place}] of ${a.length}: ${a[place]} is meant, ${b[place]} is given`);
};

const dueRows = ({ first, every, last }: Due, rows: number): number => {
  let count = 0;
  for (let row = first; row < rows && row <= last; row += every) count++;
  return count;
};

/** Expects the same states, spikes and due records. */
const expectSame = (machines: readonly [Machine, Machine], setup: Setup, rows: number, dues: Dues): void => {
  setup.populations.forEach(({ program, probes }, p) => {
    const [a, b] = machines.map((machine) => machine.populations[p]!) as [
      Machine["populations"][0],
      Machine["populations"][0],
    ];
    program.buffers.forEach(({ name, role }, k) => {
      const end = role === "spikes" ? rows * wordsOf(program.padded) : role === "state" ? program.units : 0;
      expectSameView(name, [a.view(k), b.view(k)], 0, end);
    });
    probes.forEach((probe, k) => {
      const name = `record ${k} of ${program.name}`;
      const views = [a.record(k), b.record(k)] as const;
      const count = dueRows(dues[p]![k]!, rows);
      expect(views[1].length).toBe(views[0].length);
      for (let row = 0; row < count; row++) {
        expectSameView(name, views, row * probe.width, row * probe.width + (probe.list ? probe.width : program.units));
      }
      for (const view of views) expect(view.subarray(count * probe.width).every((x) => x === UNTOUCHED)).toBe(true);
    });
  });
};

/** Runs chunks on both machines, with new inputs each, and expects the same bits after each. Gives the next step. */
export const expectSameChunks = async (
  machines: readonly [meant: Machine, given: Machine],
  setup: Setup,
  chunks: readonly number[],
  { from = 0, dues, seed = 1, scale }: { from?: number; dues: Dues; seed?: number; scale?: number },
): Promise<number> => {
  let step = from;
  for (const rows of chunks) {
    for (const machine of machines) {
      fillInputs(machine, seed + step, scale);
      setup.populations.forEach(({ program, probes }, p) => {
        const population = machine.populations[p]!;
        probes.forEach((_, k) => void population.record(k).fill(UNTOUCHED));
        population.schedule.set(dues[p]!.flatMap(({ first, every, last }) => [first, every, last]));
        program.buffers.forEach(({ role }, k) => {
          if (role === "input") void machine.push?.(p, k);
        });
      });
      await machine.advance(step, rows);
      for (const [p, { program }] of setup.populations.entries()) {
        for (const [k, { role }] of program.buffers.entries()) if (role === "state") await machine.pull?.(p, k);
      }
    }
    step += rows;
    expectSame(machines, setup, rows, dues);
    expect(machines[1].spikesBefore(step)).toEqual(machines[0].spikesBefore(step));
  }
  return step;
};

/** A probe of all units or of some, by the place of its observable. */
export const probeAt = (program: Program, observable: number, rows: number, list?: Probe["list"]): Probe =>
  list ? { observable, list, width: list.units.length, rows } : { observable, width: program.padded, rows };

/** A machine of a population alone, with a setup of its own program. */
export const attachAlone = async (
  create: (network: NetworkProgram) => Machine,
  program: Program,
  rows: number,
  probes: readonly Probe[] = [],
): Promise<Machine> => {
  const machine = create(alone(program));
  await machine.attach({ rows, populations: [{ program, probes }] });
  return machine;
};

/** Runs a population alone on a machine and on the interpreter, and expects the same bits after each chunk. */
export const expectSameAlone = async (
  create: (network: NetworkProgram) => Machine,
  program: Program,
  { rows, probes = [], chunks, dues = [], scale }: AloneCourse,
): Promise<Machine> => {
  const machines = [
    await attachAlone((network) => new InterpreterMachine(network), program, rows, probes),
    await attachAlone(create, program, rows, probes),
  ] as const;
  const setup = { rows, populations: [{ program, probes }] };
  await expectSameChunks(machines, setup, chunks, { dues: [dues], ...(scale !== undefined && { scale }) });
  return machines[1];
};

interface AloneCourse {
  readonly rows: number;
  readonly chunks: readonly number[];
  readonly probes?: readonly Probe[];
  readonly dues?: readonly Due[];
  readonly scale?: number;
}

/** Spikes in the first rows of the last chunk. */
export const countSpikes = (machine: Machine, rows: number): number => {
  let count = 0;
  for (const { program, view } of machine.populations.map((population) => ({
    program: population.program,
    view: population.view(population.program.spikes!),
  }))) {
    for (let k = 0; k < rows * wordsOf(program.padded); k++)
      for (let word = view[k]!; word !== 0; word &= word - 1) count++;
  }
  return count;
};
