import binaryen from "binaryen";
import { expect, test } from "vitest";
import { f32, f64, i32, i64, i64x2 } from "./constants.ts";
import { moduleBuilder } from "./module.ts";
import { op } from "./op.ts";
import {
  type ConstantOpcode,
  type ImmediateKind,
  type MemoryOpcode,
  type OpcodeName,
  type OpcodeRow,
  opcodes,
  type ScalarOpcode,
  type ValueType,
  type VectorOpcode,
} from "./opcodes.ts";
import type { AnyValue } from "./value.ts";

const names = Object.keys(opcodes) as OpcodeName[];

const operand: Readonly<Record<ValueType, AnyValue>> = {
  i32: i32(0),
  i64: i64(0n),
  f32: f32(0),
  f64: f64(0),
  v128: i64x2(0n, 0n),
};

const immediates: Readonly<Record<ImmediateKind, readonly unknown[]>> = {
  none: [],
  memory: [{ offset: 8 }],
  memoryLane: [1, { offset: 8 }],
  lane: [1],
  shuffle: [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 31]],
  i32: [-7],
  i64: [-7n],
  f32: [0.5],
  f64: [0.5],
  v128: [new Uint8Array(16).fill(3)],
};

function assemble(name: OpcodeName): Uint8Array<ArrayBuffer> {
  const [, operands, result, kind = "none"]: OpcodeRow = opcodes[name];
  const args = [...operands.map((type) => operand[type]), ...immediates[kind]];
  const m = moduleBuilder();
  m.importMemory("env", "memory", { min: 1, max: 1, shared: true });
  m.func({ name: "apply", params: [], results: [], export: true }, (f) => {
    if (result === null) (f.emit.bind(f) as (name: string, ...args: unknown[]) => void)(name, ...args);
    else f.drop((op as (name: string, ...args: unknown[]) => AnyValue)(name, ...args));
  });
  return m.bytes();
}

test.each(names)("%s validates here and in binaryen, which knows it by the same name", (name) => {
  const bytes = assemble(name);
  expect(WebAssembly.validate(bytes)).toBe(true);
  const module = binaryen.readBinary(bytes);
  module.setFeatures(binaryen.Features.All);
  try {
    expect(module.validate()).toBe(1);
    expect(module.emitText()).toContain(`(${name}`);
  } finally {
    module.dispose();
  }
});

test("no two instructions share a code", () => {
  const codes = names.map((name) => opcodes[name][0]);
  expect(new Set(codes).size).toBe(names.length);
});

test("every instruction is scalar, vector, memory or constant, and so is executed by one of those tests", () => {
  type Forgotten = Exclude<OpcodeName, ScalarOpcode | VectorOpcode | MemoryOpcode | ConstantOpcode>;
  const forgotten: Forgotten[] = [];
  expect(forgotten satisfies never[]).toEqual([]);
});
