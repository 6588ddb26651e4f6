import binaryen from "binaryen";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { networkOf, randomRecipe } from "../../../test/conformance/networks.test-support.ts";
import { declare, recipes, unlessCountless } from "../../../test/conformance/random-soma.test-support.ts";
import { type Binding, compileComponent } from "../../compile/compile.ts";
import type { Component } from "../../model/component.ts";
import type { Program } from "../../program/program.ts";
import { LeakySoma, somas } from "../../somas/index.ts";
import { layOutNetwork } from "./network/layout.ts";
import { emitNetwork } from "./network/module.ts";
import { emitStep } from "./step/module.ts";

const emit = (program: Program): Uint8Array => emitStep(program, false);

/** The module as text, after binaryen found it valid; `tidy` puts values where they are used. */
const textOf = (bytes: Uint8Array, tidy = false): string => {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.NontrappingFPToInt);
  try {
    expect(module.validate()).toBe(1);
    if (tidy) module.runPasses(["simplify-locals", "vacuum"]);
    return module.emitText();
  } finally {
    module.dispose();
  }
};

type Tree = string | readonly Tree[];

const parse = (text: string): Tree => {
  const open: Tree[][] = [[]];
  for (const [token] of text.matchAll(/"[^"]*"|[()]|[^\s()"]+/g)) {
    if (token === "(") open.push([]);
    else if (token === ")") open.at(-2)!.push(open.pop()!);
    else open.at(-1)!.push(token);
  }
  return open[0]![0]!;
};

/** One line for a statement; a local is its number alone, and a value that is kept stands behind its local. */
const lineOf = (tree: Tree): string => {
  if (typeof tree === "string") return tree;
  const [name, ...rest] = tree.map(lineOf);
  if (name === "local.get" || name?.endsWith(".const")) return rest[0]!;
  if (name === "local.set") return `${rest[0]} = ${rest[1]}`;
  if (name === "local.tee") return `{${rest[0]} = ${rest[1]}}`;
  return `(${[name, ...rest].join(" ")})`;
};

const listsNamed = (tree: Tree, name: string): (readonly Tree[])[] =>
  typeof tree === "string"
    ? []
    : [...(tree[0] === name ? [tree] : []), ...tree.flatMap((part) => listsNamed(part, name))];

/** What is kept before the loops, the work on the first four of sixteen units, and the end of their round. */
const kernelOf = (text: string): string => {
  const tree = listsNamed(parse(text), "func").find((list) => list[1] === "$run" && list.length > 2)!;
  const constants = listsNamed(tree, "local.set").filter(
    ([, , value]) => (value as readonly Tree[])[0] === "f32x4.splat",
  );
  const round = listsNamed(tree, "loop").at(-1)!.slice(2);
  const quarter = (round.length - 2) / 4;
  return [...constants, ...round.slice(0, quarter), "…", ...round.slice(-2)].map(lineOf).join("\n");
};

const all: readonly Binding[] = [
  { kind: "scalar" },
  { kind: "unit" },
  { kind: "row" },
  { kind: "rowUnit" },
  { kind: "rowBit", signed: false },
  { kind: "rowBit", signed: true },
];

describe("binaryen finds the module valid", () => {
  for (const [name, create] of Object.entries(somas) as [string, (config: object) => Component][]) {
    for (const precision of ["f32", "f64"] as const) {
      test(`of ${name} in ${precision}, alone and with every input`, () => {
        for (const units of [1, 16, 33]) {
          for (const full of [false, true]) {
            const built = create({ units: [units] }).build({}, { dt: 0.1 });
            const inputs = { current: full ? all : [], inSpikes: full ? all : [] };
            textOf(emit(compileComponent(built, { precision, inputs })));
          }
        }
      });
    }
  }
});

test("binaryen finds the modules of random somas valid", () => {
  fc.assert(
    fc.property(recipes, fc.constantFrom("f32", "f64"), fc.boolean(), (recipe, precision, perUnit) => {
      const program = unlessCountless(() => {
        const built = declare(recipe)({ units: [5], ...(perUnit && { f: [1, 2, 3, 4, 5] }) }).build({}, { dt: 0.5 });
        return compileComponent(built, { precision, inputs: {} });
      });
      textOf(emit(program));
    }),
    { numRuns: 15 },
  );
});

test("binaryen finds the modules of random networks valid", () => {
  for (let seed = 0; seed < 12; seed++) {
    const network = networkOf(randomRecipe(seed));
    textOf(emitNetwork(network, layOutNetwork(network)));
  }
});

test("the kernel of LeakySoma reads as its equations, with each constant kept outside the loops", () => {
  const built = LeakySoma({ units: [64] }).build({}, { dt: 0.1 });
  const inputs = { current: [{ kind: "unit" }] } as const;
  const program = compileComponent(built, { precision: "f32", inputs });
  // Without what is rare the kernel stands there once, without fading nothing else does.
  const { nodes, stores } = program.step;
  const bytes = emit({ ...program, step: { nodes, stores }, fade: { nodes: [], stores: [] }, observables: [] });
  expect(kernelOf(textOf(bytes, true))).toMatchInlineSnapshot(`
    "$13 = (f32x4.splat 20)
    $14 = (f32x4.splat 0.004987520631402731)
    $15 = (f32x4.splat 0.10000000149011612)
    $16 = (f32x4.splat 10)
    $23 = (f32x4.lt $13 {$22 = (f32x4.add {$18 = (v128.load offset=64 (i32.add $2 (i32.shl $8 2)))} (f32x4.mul $14 (f32x4.sub (f32x4.mul $15 (v128.load offset=320 (i32.add $2 (i32.shl $8 2)))) $18)))})
    (v128.store offset=64 (i32.add $2 (i32.shl $8 2)) (v128.bitselect $16 $22 $23))
    …
    (i32.store16 (i32.add $11 (i32.shr_u $8 3)) (i8x16.bitmask (i8x16.narrow_i16x8_s (i16x8.narrow_i32x4_s $23 $31) (i16x8.narrow_i32x4_s $39 $47))))
    (br_if $label (i32.lt_u {$8 = (i32.add $8 16)} $4))"
  `);
});
