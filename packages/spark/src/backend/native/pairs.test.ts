import { expect } from "vitest";
import { expectMachineBits } from "../../../test/conformance/both.test-support.ts";
import { compileComponent } from "../../compile/compile.ts";
import { constant } from "../../expr/expr.ts";
import { add, lt, pairedBits, quantity, randomBits, select, toFloat, unitIndex } from "../../expr/verbs.ts";
import { float, int } from "../../model/scope.ts";
import { soma } from "../../model/soma.ts";
import { createNative, nativeTest } from "./native.test-support.ts";
import { printProgram } from "./print.ts";

/** Keeps what it draws, by two purposes in pairs and by one each step. */
const Drawing = soma(
  "Drawing",
  {},
  {
    about: "Draws.",
    state: () => ({
      own: int(0, "Drawn for each unit in pairs."),
      shared: int(0, "Drawn for every two units."),
      single: int(0, "Drawn each step."),
      count: float(0, "1", "Steps with a small number."),
    }),
    step: (x) => ({
      spikes: lt(pairedBits("own"), constant("int", -(2 ** 30))),
      potential: quantity(0, "mV"),
      own: pairedBits("own"),
      shared: pairedBits("shared", select(lt(unitIndex, 35), constant("int", 1), constant("int", 2))),
      single: randomBits("own"),
      count: add(x.count, toFloat(select(lt(pairedBits("own"), 0), constant("int", 1), constant("int", 0)))),
    }),
  },
);

const programOf = (units: number, precision: "f32" | "f64") =>
  compileComponent(Drawing({ units: [units] }).build({}, { dt: 0.1, seed: 4 }), {
    precision,
    inputs: { current: [] },
  });

for (const flags of [[], ["-DNARROW"], ["-DNARROW", "-DPLAIN"]]) {
  nativeTest(
    `draws in pairs give the interpreter's bits from any step on, compiled with ${flags.join(" ") || "what the processor has"}`,
    async () => {
      for (const precision of ["f32", "f64"] as const) {
        const program = programOf(70, precision);
        const course = {
          chunks: [3, 1, 1, 20, 2, 7, 17],
          records: [{ name: "own", units: [0, 3, 69] }, { name: "count" }],
          dues: [
            { first: 0, every: 1, last: 19 },
            { first: 1, every: 3, last: 19 },
          ],
        };
        for (const threads of [1, 3]) {
          const machine = createNative({ ...program, block: 32 }, { threads, leastWork: 0, flags });
          const outcomes = await expectMachineBits(machine, program, course);
          expect(Math.max(...outcomes.at(-1)!.values.get("soma.count")!)).toBeGreaterThan(25);
        }
      }
    },
    240_000,
  );
}

nativeTest("a chunk that begins anywhere else draws what belongs there", () => {
  const program = programOf(33, "f32");
  const place = program.buffers.findIndex(({ name }) => name.endsWith(".own"));
  const at = (steps: readonly number[]): number[] => {
    const machine = createNative(program, {});
    for (const step of steps) machine.advance(step, 1);
    const drawn = [...machine.populations[0]!.view(place)];
    machine.dispose();
    return drawn;
  };
  for (const step of [1, 6, 7, 2 ** 31 + 1, 2 ** 32 - 1]) {
    expect(at([step])).toEqual(at([4, 5, 11, 8, step]));
    expect(at([step])).not.toEqual(at([step - 1]));
  }
});

nativeTest("only choices between the words of one draw are kept for a step", () => {
  const { text } = printProgram(programOf(70, "f32"));
  expect(text.match(/int32_t \*p\d+;/g)).toHaveLength(2);
});
