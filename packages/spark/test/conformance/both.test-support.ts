import { expect } from "vitest";
import { interpreter } from "../../src/backend/interpreter/interpreter.ts";
import { wasm } from "../../src/backend/wasm/wasm.ts";
import { doubles } from "../../src/math/doubles.ts";
import { threefry } from "../../src/math/threefry.ts";
import type { Machine, View } from "../../src/program/machine.ts";
import { type Program, wordsOf } from "../../src/program/program.ts";

/** When a record kernel runs within each chunk. */
export interface Schedule {
  readonly first: number;
  readonly every: number;
  readonly last: number;
}

/** Place of a buffer of the population "soma" among those of the program. */
export const bufferOf = (program: Program, name: string): number => {
  const place = program.buffers.findIndex((buffer) => buffer.name === `soma.${name}`);
  if (place < 0) throw new Error(`no buffer ${name} among ${program.buffers.map((buffer) => buffer.name).join(", ")}`);
  return place;
};

export const viewNamed = (machine: Machine, name: string): View => machine.view(bufferOf(machine.program, name));

/** Whether a unit spiked in a row of the last chunk. */
export const spiked = (machine: Machine, row: number, unit: number): boolean => {
  const bits = viewNamed(machine, "outSpikes");
  return ((bits[row * wordsOf(machine.program.padded) + (unit >>> 5)]! >>> (unit & 31)) & 1) === 1;
};

/** Numbers of mixed size and sign, and whole words for bits; the same ones for every machine. */
export const fillInputs = (machine: Machine, seed: number, scale = 400): void => {
  const { program } = machine;
  program.buffers.forEach((buffer, k) => {
    if (buffer.role !== "input" || k === program.schedule) return;
    const view = machine.view(k);
    for (let place = 0; place < view.length; place++) {
      const [a, b] = threefry(doubles, { first: seed, second: k }, place, 0);
      const number = view.length === 1 ? 1 + a / 2 ** 32 : (a / 2 ** 31 + 0.5) * (b & 3 ? 1 : 0);
      view[place] = buffer.type === "bits" ? a : scale * number;
    }
  });
};

/** A number that no kernel of these tests computes, to find what was written. */
const UNTOUCHED = -1234567;

/** The first place where two views differ in a bit; NaN equals NaN. */
const difference = (a: View, b: View, from: number, to: number): number => {
  for (let k = from; k < to; k++) if (!Object.is(a[k], b[k])) return k;
  return -1;
};

/** Rows of a chunk after which a record is due. */
export const dueRows = ({ first, every, last }: Schedule, rows: number): number => {
  let count = 0;
  for (let row = first; row < rows && row <= last; row += every) count++;
  return count;
};

const expectSame = (
  program: Program,
  [a, b]: readonly [Machine, Machine],
  rows: number,
  due: readonly number[],
): void => {
  const { units, padded } = program;
  const same = (buffer: number, from: number, to: number): void => {
    const x = a.view(buffer);
    const y = b.view(buffer);
    const place = difference(x, y, from, to);
    if (place < 0) return;
    expect.fail(
      `${program.buffers[buffer]!.name}[${place}] of ${units} ${program.precision} units: ${x[place]} in the interpreter, ${y[place]} in wasm`,
    );
  };
  program.buffers.forEach(({ name, role, type, length }, k) => {
    if (role === "state") same(k, 0, units);
    else if (role === "record" && type === "bits") same(k, 0, wordsOf(padded) * rows);
    else if (role === "record") {
      const place = program.records.findIndex((record) => record.buffer === k);
      const { width, list } = program.records[place]!;
      for (let row = 0; row < due[place]!; row++)
        same(k, row * width, row * width + (list === undefined ? units : width));
      for (const machine of [a, b]) {
        const beyond = machine.view(k).subarray(due[place]! * width);
        expect(
          beyond.every((value) => value === UNTOUCHED),
          `${name} beyond its due rows, of ${length}`,
        ).toBe(true);
      }
    }
  });
};

interface Course {
  readonly seed?: number;
  readonly scale?: number;
  readonly schedules?: readonly Schedule[];
}

/** What a machine gets before a chunk. */
const prepare = (machine: Machine, step: number, { seed = 1, scale, schedules = [] }: Course): void => {
  const { program } = machine;
  fillInputs(machine, seed + step, scale);
  for (const record of program.records) machine.view(record.buffer).fill(UNTOUCHED);
  machine.view(program.schedule).set(schedules.flatMap(({ first, every, last }) => [first, every, last]));
};

const dueIn = (program: Program, rows: number, { schedules = [] }: Course): number[] =>
  program.records.map((_, k) => dueRows(schedules[k]!, rows));

/**
 * Runs a program in both machines, chunk after chunk with new inputs, and expects the same bits of every state, spike
 * and record after each chunk.
 */
export const expectSameBits = (
  program: Program,
  chunks: readonly number[],
  course: Course = {},
): readonly [Machine, Machine] => {
  const machines = [interpreter.create(program), wasm.create(program)] as const;
  let step = 0;
  for (const rows of chunks) {
    for (const machine of machines) {
      prepare(machine, step, course);
      machine.advance(step, rows);
    }
    expectSame(program, machines, rows, dueIn(program, rows, course));
    step += rows;
  }
  return machines;
};

/** The same with a machine that may take its time. */
export const expectBitsOf = async (
  machine: Machine,
  chunks: readonly number[],
  course: Course = {},
): Promise<Machine> => {
  const { program } = machine;
  const reference = interpreter.create(program);
  let step = 0;
  for (const rows of chunks) {
    for (const each of [reference, machine]) {
      prepare(each, step, course);
      await each.advance(step, rows);
    }
    expectSame(program, [reference, machine], rows, dueIn(program, rows, course));
    step += rows;
  }
  return reference;
};
