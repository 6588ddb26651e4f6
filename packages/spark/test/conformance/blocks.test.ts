import fc from "fast-check";
import { expect, test } from "vitest";
import { wasm } from "../../src/backend/wasm/wasm.ts";
import { compileComponent } from "../../src/compile/compile.ts";
import { listByBlock } from "../../src/compile/population.ts";
import { bufferOf, expectSameBits, fillInputs } from "./both.test-support.ts";
import { UNITS, wide } from "./wide-soma.test-support.ts";

test("records of lists that fall in several blocks, or leave blocks out, are the same in both backends", () => {
  const lists = fc.uniqueArray(fc.nat(UNITS - 1), { maxLength: 40, size: "max" });
  fc.assert(
    fc.property(lists, fc.constantFrom("f32", "f64"), (list, precision) => {
      const units = [...list].sort((a, b) => a - b);
      const program = compileComponent(wide(), {
        precision,
        rows: 5,
        inputs: { current: [{ kind: "rowUnit" }], inSpikes: [{ kind: "rowBit", signed: true }] },
        spikes: true,
        records: [{ name: "potential", units }, { name: "potential" }],
      });
      expect(program.block).toBe(256);
      const schedules = [
        { first: 0, every: 1, last: 4 },
        { first: 1, every: 3, last: 4 },
      ];
      const [machine] = expectSameBits(program, [5, 2], { schedules, scale: 30 });
      const [some, all] = program.records.map((record) => machine.view(record.buffer));
      const { ends, width } = program.records[0]!;
      // The second record's first row is the first one's second row; values stand in the order of the list.
      const places = listByBlock(units, program.block, program.padded);
      expect(places.ends).toEqual(ends);
      expect(places.units.map((_, place) => some![width + place])).toEqual(places.units.map((unit) => all![unit]));
    }),
    { numRuns: 6 },
  );
});

test("a block's part of a list is padded to fours by its last unit, and units keep their order", () => {
  expect(listByBlock([1, 255, 256, 599], 256, 608)).toEqual({
    units: [1, 255, 255, 255, 256, 256, 256, 256, 599, 599, 599, 599],
    ends: [4, 8, 12],
  });
  expect(listByBlock([], 256, 512)).toEqual({ units: [], ends: [0, 0] });
  expect(listByBlock([300, 301, 302, 303], 256, 512)).toEqual({ units: [300, 301, 302, 303], ends: [0, 4] });
});

test("the size of blocks and of chunks changes no bit", () => {
  const run = (block: number, chunks: readonly number[]) => {
    const program = {
      ...compileComponent(wide(), {
        precision: "f32",
        rows: 12,
        inputs: { current: [{ kind: "unit" }] },
        spikes: true,
        records: [],
      }),
      block,
    };
    const machine = wasm.create(program);
    fillInputs(machine, 1, 30);
    let step = 0;
    for (const rows of chunks) {
      machine.advance(step, rows);
      step += rows;
    }
    return machine.view(bufferOf(program, "potential")).slice(0, UNITS);
  };
  const whole = run(65536, [12]);
  for (const block of [32, 64, 256, 608]) expect(run(block, [12])).toEqual(whole);
  for (const chunks of [[1, 11], [1, 2, 3, 6], [4, 4, 4], new Array(12).fill(1)])
    expect(run(256, chunks)).toEqual(whole);
});

test("a unit's noise is its own, however many units there are", () => {
  const run = (units: number) => {
    const program = compileComponent(wide(units), {
      precision: "f64",
      rows: 6,
      inputs: {},
      spikes: false,
      records: [],
    });
    const machine = wasm.create(program);
    machine.advance(0, 6);
    return machine.view(bufferOf(program, "potential")).slice(0, Math.min(units, 20));
  };
  const many = run(UNITS);
  expect(new Set(many).size).toBe(20);
  expect(run(20)).toEqual(many);
  expect(run(37)).toEqual(many);
});
