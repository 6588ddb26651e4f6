import fc from "fast-check";
import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Engine } from "../../src/program/machine.ts";
import { listByBlock } from "../../src/program/probe.ts";
import type { Program } from "../../src/program/program.ts";
import { describeEach } from "./backends.test-support.ts";
import { attachAlone, expectBits, fillInputs, onlyOf, stateNamed } from "./both.test-support.ts";
import { UNITS, wide } from "./wide-soma.test-support.ts";

/** The potentials after some chunks. */
const potentials = async (engine: Engine, program: Program, chunks: readonly number[]): Promise<number[]> => {
  const machine = await attachAlone(engine, program, { rows: Math.max(...chunks) });
  fillInputs(onlyOf(machine), 1, 30);
  let step = 0;
  for (const rows of chunks) {
    await machine.advance(step, rows);
    step += rows;
  }
  const values = [...(await stateNamed(machine, "potential"))];
  machine.dispose();
  return values;
};

describeEach("runs a population in blocks", ({ listed, engine }) => {
  test("and records lists that fall in several blocks, or leave blocks out", async () => {
    const lists = fc.uniqueArray(fc.nat(UNITS - 1), { maxLength: 40, size: "max" });
    await fc.assert(
      fc.asyncProperty(lists, fc.constantFrom("f32", "f64"), async (list, precision) => {
        const units = [...list].sort((a, b) => a - b);
        const program = compileComponent(wide(), {
          precision,
          inputs: { current: [{ kind: "rowUnit" }], inSpikes: [{ kind: "rowBit", signed: true }] },
        });
        expect(program.block).toBe(256);
        const [first] = await expectBits(engine(), program, {
          chunks: [5, 2],
          records: [{ name: "potential", units }, { name: "potential" }],
          dues: [
            { first: 0, every: 1, last: 4 },
            { first: 1, every: 3, last: 4 },
          ],
          scale: 30,
        });
        // The second record's first row is the first one's second row; values stand in the order of the list.
        const [some, all] = [0, 1].map((k) => first!.values.get(`record ${k} of WideSoma`)!);
        expect([...some!.subarray(units.length, 2 * units.length)]).toEqual(units.map((unit) => all![unit]));
      }),
      { numRuns: Math.ceil(6 * listed.share) },
    );
  });

  test("whose size changes no bit, nor that of chunks", async () => {
    const program = compileComponent(wide(), { precision: "f32", inputs: { current: [{ kind: "unit" }] } });
    const run = (block: number, chunks: readonly number[]) => potentials(engine(), { ...program, block }, chunks);
    const whole = await run(65536, [12]);
    for (const block of [32, 64, 256, 608]) expect(await run(block, [12])).toEqual(whole);
    for (const chunks of [[1, 11], [1, 2, 3, 6], [4, 4, 4], new Array<number>(12).fill(1)]) {
      expect(await run(256, chunks)).toEqual(whole);
    }
  });

  test("with noise that is each unit's own, however many units there are", async () => {
    const run = async (units: number): Promise<number[]> => {
      const program = compileComponent(wide(units), { precision: "f64", inputs: {} });
      return (await potentials(engine(), program, [6])).slice(0, 20);
    };
    const many = await run(UNITS);
    expect(new Set(many).size).toBe(20);
    expect(await run(20)).toEqual(many);
    expect(await run(37)).toEqual(many);
  });
});

test("a block's part of a list is padded to fours by its last unit, and units keep their order", () => {
  const listed = (units: number[], block: number, padded: number): [number[], readonly number[]] => {
    const list = listByBlock(units, { block, padded });
    return [[...list.units], list.ends];
  };
  expect(listed([1, 255, 256, 599], 256, 608)).toEqual([
    [1, 255, 255, 255, 256, 256, 256, 256, 599, 599, 599, 599],
    [4, 8, 12],
  ]);
  expect(listed([], 256, 512)).toEqual([[], [0, 0]]);
  expect(listed([300, 301, 302, 303], 256, 512)).toEqual([
    [300, 301, 302, 303],
    [0, 4],
  ]);
});
