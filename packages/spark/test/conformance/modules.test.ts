import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { emitModule, layOut } from "../../src/backend/wasm/emit.ts";
import { type Binding, compileComponent } from "../../src/compile/compile.ts";
import type { Program } from "../../src/compile/program.ts";
import type { Component } from "../../src/model/component.ts";
import { LeakySoma, somas } from "../../src/somas/index.ts";

const emit = (program: Program): Uint8Array => emitModule(program, layOut(program).offsets, 1);

/** The module as text, after binaryen found it valid. */
const textOf = (bytes: Uint8Array): string => {
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.SIMD128 | binaryen.Features.MutableGlobals | binaryen.Features.NontrappingFPToInt);
  try {
    expect(module.validate()).toBe(1);
    return module.emitText();
  } finally {
    module.dispose();
  }
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
      test(`of ${name} in ${precision}, alone and with every input and record`, () => {
        for (const units of [1, 16, 33]) {
          for (const full of [false, true]) {
            const built = create({ units: [units] }).build({}, { dt: 0.1 });
            const names = full ? Object.keys(built.model.observables) : [];
            const records = names.flatMap((observable) => [{ name: observable }, { name: observable, units: [0] }]);
            const inputs = { current: full ? all : [], inSpikes: full ? all : [] };
            textOf(emit(compileComponent(built, { precision, rows: 4, inputs, spikes: full, records })));
          }
        }
      });
    }
  }
});
