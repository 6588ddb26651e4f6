import { expect, test } from "vitest";
import { bufferOf, dueRows, fillInputs, type Schedule } from "../../../test/conformance/both.test-support.ts";
import type { Machine, View } from "../../program/machine.ts";
import { type Program, wordsOf } from "../../program/program.ts";
import { interpreter } from "../interpreter/interpreter.ts";
import { nativeAvailable } from "./native.ts";

const found = nativeAvailable();
if (!found.available) console.log(`Tests of the native backend are left out. ${found.reason}`);

/** A test that needs a C compiler and koffi. */
export const nativeTest: typeof test = test.runIf(found.available) as unknown as typeof test;

const UNTOUCHED = -1234567;

const expectSameView = (program: Program, buffer: number, a: View, b: View, from: number, to: number): void => {
  for (let k = from; k < to; k++) {
    if (Object.is(a[k], b[k])) continue;
    const { name } = program.buffers[buffer]!;
    expect.fail(
      `${name}[${k}] of ${program.units} ${program.precision} units: ${a[k]} in the interpreter, ${b[k]} here`,
    );
  }
};

const expectSame = (a: Machine, b: Machine, rows: number, due: readonly number[]): void => {
  const { program } = a;
  program.buffers.forEach(({ role, type }, k) => {
    const same = (from: number, to: number): void => expectSameView(program, k, a.view(k), b.view(k), from, to);
    if (role === "state") same(0, program.units);
    else if (role === "record" && type === "bits") same(0, wordsOf(program.padded) * rows);
    else if (role === "record") {
      const place = program.records.findIndex((record) => record.buffer === k);
      const { width, list } = program.records[place]!;
      for (let row = 0; row < due[place]!; row++)
        same(row * width, row * width + (list === undefined ? program.units : width));
      expect(
        b
          .view(k)
          .subarray(due[place]! * width)
          .every((value) => value === UNTOUCHED),
      ).toBe(true);
    }
  });
};

/** Runs a program in the interpreter and in other machines, and expects the same bits of all that can be seen. */
export const expectBits = (
  program: Program,
  chunks: readonly number[],
  others: readonly Machine[],
  options: { readonly seed?: number; readonly scale?: number; readonly schedules?: readonly Schedule[] } = {},
): Machine => {
  const reference = interpreter.create(program);
  const schedules = options.schedules ?? [];
  let step = 0;
  for (const rows of chunks) {
    for (const machine of [reference, ...others]) {
      fillInputs(machine, (options.seed ?? 1) + step, options.scale);
      for (const record of program.records) machine.view(record.buffer).fill(UNTOUCHED);
      machine.view(program.schedule).set(schedules.flatMap(({ first, every, last }) => [first, every, last]));
      machine.advance(step, rows);
    }
    for (const machine of others) {
      expectSame(
        reference,
        machine,
        rows,
        program.records.map((_, k) => dueRows(schedules[k]!, rows)),
      );
    }
    step += rows;
  }
  for (const machine of others) machine.dispose();
  return reference;
};

/** Spikes in the rows of the last chunk. */
export const countSpikes = (machine: Machine, rows: number): number => {
  const bits = machine.view(bufferOf(machine.program, "outSpikes"));
  let count = 0;
  for (let k = 0; k < wordsOf(machine.program.padded) * rows; k++) {
    for (let word = bits[k]!; word !== 0; word &= word - 1) count++;
  }
  return count;
};
