import { expect } from "vitest";
import { openInterpreter } from "../../src/backend/interpreter/engine.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import type { Engine, Machine, MachinePopulation, Setup, View } from "../../src/program/machine.ts";
import { alone, type NetworkProgram } from "../../src/program/network.ts";
import { type Due, probeOf } from "../../src/program/probe.ts";
import { type Program, wordsOf } from "../../src/program/program.ts";

/** An observable to watch, in all units or in some. */
export interface Watched {
  readonly name: string;
  /** Ascending. */
  readonly units?: readonly number[];
}

/** The network with its shards shared among the threads of an engine. */
export const sharedAmong = (network: NetworkProgram, threads: number): NetworkProgram => ({
  ...network,
  shards: network.shards.map((shard, k) => ({ ...shard, thread: k % threads })),
});

/** A population alone, in shards of 64 units where there are threads. */
export const aloneAmong = (program: Program, threads: number): NetworkProgram => {
  const network = alone(program);
  if (threads === 1) return network;
  const starts = Array.from({ length: Math.ceil(program.units / 64) }, (_, k) => 64 * k);
  const shards = starts.map((first) => ({
    ...network.shards[0]!,
    units: [{ population: 0, first, end: Math.min(program.units, first + 64) }],
  }));
  return sharedAmong({ ...network, shards }, threads);
};

export interface AloneOptions {
  /** Steps of the longest chunk. */
  readonly rows: number;
  readonly records?: readonly Watched[];
}

export const setupOf = (
  programs: readonly Program[],
  rows: number,
  records: readonly (readonly Watched[])[],
): Setup => ({
  rows,
  populations: programs.map((program, p) => ({
    program,
    probes: (records[p] ?? []).map(({ name, units }) => probeOf(program, name, rows, units)),
  })),
});

/** A machine that holds a population alone, ready to run. */
export const attachAlone = async (engine: Engine, program: Program, options: AloneOptions): Promise<Machine> => {
  const machine = await engine.create(aloneAmong(program, engine.threads));
  await machine.attach(setupOf([program], options.rows, [options.records ?? []]));
  return machine;
};

/** A population alone on the interpreter, which advances before it returns. */
export const interpret = (program: Program, { rows, records = [] }: AloneOptions): Machine => {
  const machine = openInterpreter().create(alone(program)) as Machine;
  void machine.attach(setupOf([program], rows, [records]));
  return machine;
};

/** Place of a buffer of the population "soma" among those of the program. */
export const bufferOf = (program: Program, name: string): number => {
  const place = program.buffers.findIndex((buffer) => buffer.name === `soma.${name}`);
  if (place < 0) throw new Error(`no buffer ${name} among ${program.buffers.map((buffer) => buffer.name).join(", ")}`);
  return place;
};

/** The population of a machine that holds no other. */
export const onlyOf = (machine: Machine): MachinePopulation => machine.populations[0]!;

export const viewNamed = (machine: Machine, name: string): View => {
  const population = onlyOf(machine);
  return population.view(bufferOf(population.program, name));
};

/** The values of a state, brought from where the machine keeps them. */
export const pullState = async (machine: Machine, population: number, buffer: number): Promise<View> => {
  await machine.pull?.(population, buffer);
  const present = machine.populations[population]!;
  return present.view(buffer).subarray(0, present.program.units);
};

/** The values of a state of a population alone, by its name. */
export const stateNamed = (machine: Machine, name: string): Promise<View> =>
  pullState(machine, 0, bufferOf(onlyOf(machine).program, name));

export const isSet = (bits: View, place: number): boolean => ((bits[place >>> 5]! >>> (place & 31)) & 1) === 1;

/** Whether a unit spiked in a row of the last chunk. */
export const spiked = (machine: Machine, row: number, unit: number): boolean => {
  const { program } = onlyOf(machine);
  return isSet(onlyOf(machine).view(program.spikes!), 32 * row * wordsOf(program.padded) + unit);
};

/** How many spikes there are in the first rows of the last chunk. */
export const countSpikes = (machine: Machine, rows: number): number => {
  let count = 0;
  for (const population of machine.populations) {
    const { spikes, padded } = population.program;
    if (spikes === undefined) continue;
    const bits = population.view(spikes);
    for (let k = 0; k < rows * wordsOf(padded); k++) for (let word = bits[k]!; word !== 0; word &= word - 1) count++;
  }
  return count;
};

/** Makes each probe of a population due in the next chunk. */
export const plan = ({ schedule }: MachinePopulation, dues: readonly Due[]): void =>
  schedule.set(dues.flatMap(({ first, every, last }) => [first, every, last]));

/** Rows of a chunk after which a probe is due. */
export const dueRows = ({ first, every, last }: Due, rows: number): number => {
  let count = 0;
  for (let row = first; row < rows && row <= last; row += every) count++;
  return count;
};

/** Numbers of mixed size and sign, and whole words for bits; the same ones for every machine. */
export const fillInputs = (population: MachinePopulation, seed: number, scale = 400): void => {
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

/** What happens to a machine, chunk after chunk. */
export interface Course {
  /** Steps of each chunk. */
  readonly chunks: readonly number[];
  /** Number of the first step; 0 when omitted. */
  readonly from?: number;
  /** Writes the inputs of one population before a chunk. */
  readonly feed: (population: MachinePopulation, place: number, firstStep: number, rows: number) => void;
  /** When the probes of one population are due in a chunk. */
  readonly dues: (place: number, rows: number) => readonly Due[];
}

/** All that one chunk leaves behind: states, spikes, records and spikes under way, by names. */
export interface Outcome {
  readonly values: ReadonlyMap<string, View>;
  readonly spikes: number;
}

/** A number that no kernel of these tests computes. It shows what a machine wrote. */
const UNTOUCHED = -1234567;

/** The due rows of a record, without padding. */
const recordOf = (population: MachinePopulation, setup: Setup, p: number, k: number, due: Due, rows: number): View => {
  const probe = setup.populations[p]!.probes[k]!;
  const { program } = population;
  const record = population.record(k);
  const end = dueRows(due, rows) * probe.width;
  const { name } = program.observables[probe.observable]!;
  expect(
    record.subarray(end).every((value) => value === UNTOUCHED),
    `nothing of ${name} is written beyond its due rows`,
  ).toBe(true);
  const units = probe.list?.units;
  // A list repeats a unit as padding; how often depends on the blocks of the program.
  const isUsed = (place: number): boolean =>
    units ? place === 0 || units[place] !== units[place - 1] : place < program.units;
  return record.slice(0, end).filter((_, place) => isUsed(place % probe.width));
};

const outcomeOf = async (
  machine: Machine,
  setup: Setup,
  course: Course,
  end: number,
  rows: number,
): Promise<Outcome> => {
  const values = new Map<string, View>();
  for (const [p, population] of machine.populations.entries()) {
    const { program } = population;
    const { name } = machine.network.populations[p]!;
    for (const [k, buffer] of program.buffers.entries()) {
      if (buffer.role === "state") values.set(buffer.name, (await pullState(machine, p, k)).slice());
      if (buffer.role === "spikes")
        values.set(buffer.name, population.view(k).slice(0, rows * wordsOf(program.padded)));
    }
    for (const [k, due] of course.dues(p, rows).entries()) {
      values.set(`record ${k} of ${name}`, recordOf(population, setup, p, k, due, rows));
    }
  }
  for (const { step, sources } of machine.spikesBefore(end))
    values.set(`spikes under way of step ${step}`, sources.slice());
  return { values, spikes: countSpikes(machine, rows) };
};

/** Advances a machine, with what is attached to it, and gives what each chunk leaves behind. */
export const outcomesOf = async (machine: Machine, setup: Setup, course: Course): Promise<Outcome[]> => {
  const outcomes: Outcome[] = [];
  let step = course.from ?? 0;
  for (const rows of course.chunks) {
    for (const [p, population] of machine.populations.entries()) {
      course.feed(population, p, step, rows);
      setup.populations[p]!.probes.forEach((_, k) => void population.record(k).fill(UNTOUCHED));
      plan(population, course.dues(p, rows));
    }
    await machine.advance(step, rows);
    step += rows;
    outcomes.push(await outcomeOf(machine, setup, course, step, rows));
  }
  return outcomes;
};

/** Expects the same bits; NaN equals NaN. */
export const expectSameOutcomes = (found: readonly Outcome[], meant: readonly Outcome[], what: string): void => {
  expect(found.length, what).toBe(meant.length);
  meant.forEach(({ values }, chunk) => {
    const own = found[chunk]!.values;
    expect([...own.keys()], `${what}: names after chunk ${chunk}`).toEqual([...values.keys()]);
    for (const [name, wanted] of values) {
      const given = own.get(name)!;
      const place = wanted.findIndex((value, k) => !Object.is(value, given[k]));
      if (place < 0 && given.length === wanted.length) continue;
      expect.fail(
        `${what}: ${name}[${place}] of ${wanted.length} is ${given[place]} of ${given.length} after chunk ${chunk}; the interpreter gives ${wanted[place]}`,
      );
    }
  });
};

/** How a population alone is run, with new inputs in each chunk. */
export interface AloneCourse {
  readonly chunks: readonly number[];
  readonly records?: readonly Watched[];
  readonly dues?: readonly Due[];
  readonly seed?: number;
  readonly scale?: number;
}

const courseOf = ({ chunks, dues = [], seed = 1, scale }: AloneCourse): Course => ({
  chunks,
  feed: (population, _, firstStep) => fillInputs(population, seed + firstStep, scale),
  dues: () => dues,
});

/** What the interpreter gives of a program, so that each program is interpreted once for all backends. */
const interpreted = new WeakMap<Program, Map<string, Promise<Outcome[]>>>();

const meaningOf = (program: Program, setup: Setup, given: AloneCourse): Promise<Outcome[]> => {
  const known = interpreted.get(program) ?? new Map<string, Promise<Outcome[]>>();
  interpreted.set(program, known);
  const key = JSON.stringify(given);
  const machine = (): Machine =>
    interpret(program, { rows: setup.rows, ...(given.records && { records: given.records }) });
  const meant = known.get(key) ?? outcomesOf(machine(), setup, courseOf(given));
  known.set(key, meant);
  return meant;
};

/**
 * Runs a population alone on a machine, which is then disposed, and expects the interpreter's bits of all that each
 * chunk leaves behind. The program of the machine may be cut into other blocks.
 */
export const expectMachineBits = async (
  machine: Machine,
  program: Program,
  course: AloneCourse,
): Promise<readonly Outcome[]> => {
  const rows = Math.max(...course.chunks);
  const setupFor = (own: Program): Setup => setupOf([own], rows, [course.records ?? []]);
  const setup = setupFor(machine.network.populations[0]!.program);
  await machine.attach(setup);
  const found = await outcomesOf(machine, setup, courseOf(course));
  machine.dispose();
  const meant = await meaningOf(program, setupFor(program), course);
  expectSameOutcomes(found, meant, `${program.units} ${program.precision} units`);
  return found;
};

/** The same on an engine. */
export const expectBits = async (engine: Engine, program: Program, course: AloneCourse): Promise<readonly Outcome[]> =>
  expectMachineBits(await engine.create(aloneAmong(program, engine.threads)), program, course);

/** A population alone on a machine, ready for chunks of some rows without probes. */
export const standAlone = async (
  create: (network: NetworkProgram) => Machine,
  program: Program,
  rows: number,
): Promise<Machine> => {
  const machine = create(alone(program));
  await machine.attach(setupOf([program], rows, []));
  return machine;
};

export const spikesOf = (outcomes: readonly Outcome[]): number => outcomes.reduce((sum, { spikes }) => sum + spikes, 0);
