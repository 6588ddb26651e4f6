import { expect, test } from "vitest";
import { compileComponent } from "../../src/compile/compile.ts";
import type { Component } from "../../src/model/component.ts";
import { somas } from "../../src/somas/index.ts";
import { backends, describeEach, once } from "./backends.test-support.ts";
import { expectBits, spikesOf } from "./both.test-support.ts";
import { UNITS, wide } from "./wide-soma.test-support.ts";

const kinds = (["f32", "f64"] as const).flatMap((precision) =>
  (Object.entries(somas) as [string, (config: object) => Component][]).map(([name, create]) => ({
    title: `for ${name} in ${precision}, with inputs and records of every unit`,
    made: once(() => {
      const built = create({ units: [300] }).build({}, { dt: 0.5 });
      const program = compileComponent(built, {
        precision,
        inputs: { current: [{ kind: "rowUnit" }, { kind: "row" }], inSpikes: [{ kind: "rowBit", signed: true }] },
      });
      // Ten blocks, the last of them in part.
      return { program: { ...program, block: 32 }, names: Object.keys(built.model.observables) };
    }),
  })),
);

describeEach(
  "gives the bits of the interpreter where units are shared",
  ({ listed, engine }) => {
    // One backend tries all cases, the others a quarter of them each, and not the same one.
    const place = backends.filter(({ options }) => options.threads !== 1).indexOf(listed);
    for (const { title, made } of kinds.filter((_, k) => place === 0 || (k + place) % 4 === 0)) {
      test(title, async () => {
        const { program, names } = made();
        const outcomes = await expectBits(engine(), program, {
          chunks: [16, 1, 9, 16],
          records: names.map((name) => ({ name })),
          dues: names.map((_, k) => ({ first: k, every: k + 1, last: 15 })),
          scale: 6000,
        });
        expect(spikesOf(outcomes)).toBeGreaterThan(20);
      });
    }

    for (const precision of ["f32", "f64"] as const) {
      test(`for noise and records of a list that falls in several blocks, in ${precision}`, async () => {
        const program = compileComponent(wide(), { precision, inputs: { current: [{ kind: "unit" }] } });
        expect(program.block).toBeLessThan(UNITS / 2);
        await expectBits(engine(), program, {
          chunks: [5, 2, 5],
          records: [{ name: "potential", units: [0, 1, 255, 256, 300, 598] }],
          dues: [{ first: 0, every: 2, last: 4 }],
          scale: 30,
        });
      });
    }
  },
  { others: true, needs: ["threads"] },
);
