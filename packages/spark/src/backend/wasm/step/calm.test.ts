import { describe, expect, test } from "vitest";
import { expectMachineBits } from "../../../../test/conformance/both.test-support.ts";
import { compileComponent } from "../../../compile/compile.ts";
import { alone } from "../../../program/network.ts";
import { AdaptiveLeakySoma, LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma } from "../../../somas/leaky.ts";
import { WasmMachine } from "../machine.ts";
import { calmOf } from "./calm.ts";

const ROWS = 120;
const programOf = (
  create: typeof RefractoryLeakySoma | typeof LeakySoma | typeof StrictRefractoryLeakySoma | typeof AdaptiveLeakySoma,
  precision: "f32" | "f64",
) => {
  const component = create({ units: [333], potentialTau: { uniform: { min: 2, max: 40 } } });
  return compileComponent(component.build({}, { dt: 0.5 }), {
    precision,
    inputs: { current: [{ kind: "unit" }] },
  });
};

describe("the calm form of a kernel", () => {
  test("leaves out what only spikes need", () => {
    const { step } = programOf(RefractoryLeakySoma, "f32");
    const { needed, same, test: looked } = calmOf(step)!;
    const left = step.nodes.filter((node, k) => needed.has(k) && !same.has(k) && !node.uniform).map(({ op }) => op);
    expect(left.sort()).toEqual(
      [
        "add",
        "intAdd",
        "intLess",
        "intMin",
        "less",
        "load",
        "load",
        "load",
        "load",
        "mul",
        "mul",
        "select",
        "sub",
      ].sort(),
    );
    expect(step.nodes[looked]!.op).toBe("less");
  });

  test("is not there where nothing is chosen by spikes", () => {
    const { step } = programOf(LeakySoma, "f32");
    expect(calmOf({ nodes: step.nodes, stores: step.stores })).toBeUndefined();
    const compared = step.nodes.findIndex(({ op }) => op === "less");
    const unchosen = step.nodes.map((node) => (node.op === "select" ? step.nodes[compared]! : node));
    expect(calmOf({ ...step, nodes: unchosen })).toBeUndefined();
  });

  // Few spikes, then many, then few: rounds in both forms, rows that try neither, and back.
  for (const create of [LeakySoma, RefractoryLeakySoma, StrictRefractoryLeakySoma, AdaptiveLeakySoma]) {
    for (const precision of ["f32", "f64"] as const) {
      test(`gives the bits of the whole kernel of ${create.model.name} in ${precision}, however many spike`, async () => {
        const counts: number[] = [];
        for (const scale of [260, 20_000, 260]) {
          const program = programOf(create, precision);
          const outcomes = await expectMachineBits(new WasmMachine(alone(program)), program, {
            chunks: [ROWS, ROWS, 1, 7, ROWS],
            records: [{ name: "potential" }],
            dues: [{ first: 3, every: 10, last: ROWS - 1 }],
            scale,
          });
          counts.push(outcomes.at(-1)!.spikes / (ROWS * 333));
        }
        expect(counts[0]).toBeLessThan(0.1);
        expect(counts[1]).toBeGreaterThan(counts[0]!);
      });
    }
  }
});
