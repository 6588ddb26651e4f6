import { expect, test } from "vitest";
import { moduleBuilder } from "./module.ts";
import { op } from "./op.ts";
import { type MemoryOpcode, type OpcodeRow, opcodes, type ValueType } from "./opcodes.ts";
import type { AnyValue } from "./value.ts";

/** What an instruction does to memory, and its result: every address and value is an unsigned bigint of its width. */
type Meaning = (memory: Model, args: readonly bigint[], lane: number) => bigint | undefined;

/** A memory by its definition: bytes, lowest first. */
class Model {
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  read(address: bigint, size: number): bigint {
    let value = 0n;
    for (let byte = size - 1; byte >= 0; byte--) value = (value << 8n) | BigInt(this.bytes[Number(address) + byte]!);
    return value;
  }

  write(address: bigint, size: number, value: bigint): undefined {
    for (let byte = 0; byte < size; byte++)
      this.bytes[Number(address) + byte] = Number((value >> BigInt(8 * byte)) & 0xffn);
  }
}

const load =
  (size: number): Meaning =>
  (memory, [at]) =>
    memory.read(at!, size);

const store =
  (size: number): Meaning =>
  (memory, [at, value]) =>
    memory.write(at!, size, value!);

const loadSplat =
  (size: number): Meaning =>
  (memory, [at]) => {
    let vector = 0n;
    for (let place = 0; place < 16 / size; place++) vector |= memory.read(at!, size) << BigInt(8 * size * place);
    return vector;
  };

const loadLane =
  (size: number): Meaning =>
  (memory, [at, vector], lane) => {
    const place = BigInt(8 * size * lane);
    const ones = ((1n << BigInt(8 * size)) - 1n) << place;
    return (vector! & ~ones) | (memory.read(at!, size) << place);
  };

const storeLane =
  (size: number): Meaning =>
  (memory, [at, vector], lane) =>
    memory.write(at!, size, vector! >> BigInt(8 * size * lane));

const meanings = {
  "i32.load": load(4),
  "i64.load": load(8),
  "f32.load": load(4),
  "f64.load": load(8),
  "i32.load16_u": load(2),
  "i32.store": store(4),
  "i64.store": store(8),
  "f32.store": store(4),
  "f64.store": store(8),
  "i32.store16": store(2),
  "v128.load": load(16),
  "v128.load32_splat": loadSplat(4),
  "v128.load64_splat": loadSplat(8),
  "v128.load32_zero": load(4),
  "v128.load64_zero": load(8),
  "v128.store": store(16),
  "v128.load32_lane": loadLane(4),
  "v128.load64_lane": loadLane(8),
  "v128.store32_lane": storeLane(4),
  "v128.store64_lane": storeLane(8),
} satisfies Record<MemoryOpcode, Meaning>;

const names = Object.keys(meanings) as MemoryOpcode[];
const BYTES = 256;
const PARAMETERS = 1024;
const RESULT = 2048;
const WIDTHS: Readonly<Record<ValueType, number>> = { i32: 4, i64: 8, f32: 4, f64: 8, v128: 16 };

interface Access {
  readonly lane: number;
  readonly offset: number;
}

type AnyOp = (name: string, ...args: unknown[]) => AnyValue;

/** A function that takes its operands from memory at 1024 and leaves its result at 2048, so that all bits count. */
function assemble(name: MemoryOpcode, access: Access): Uint8Array<ArrayBuffer> {
  const [, operands, result, kind = "none"] = opcodes[name] as OpcodeRow;
  const m = moduleBuilder();
  m.importMemory("env", "memory", { min: 1, max: 2, shared: true });
  m.func({ name, params: [], results: [], export: "run" }, (f) => {
    const anyOp = op as AnyOp;
    const emit = f.emit.bind(f) as (name: string, ...args: unknown[]) => void;
    const args: unknown[] = operands.map((type, place) =>
      anyOp(`${type}.load`, op("i32.const", PARAMETERS + 16 * place)),
    );
    const place = { offset: access.offset };
    if (kind === "memoryLane") args.push(access.lane);
    args.push(place);
    if (result === null) emit(name, ...args);
    else emit(`${result}.store`, op("i32.const", RESULT), anyOp(name, ...args));
  });
  return m.bytes();
}

/** Runs the instruction and its meaning on the same memory; says what differs. */
function disagreement(name: MemoryOpcode, access: Access, args: readonly bigint[]): string[] {
  const operands: readonly ValueType[] = opcodes[name][1];
  const result: ValueType | null = opcodes[name][2];
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
  const actual = new Model(new Uint8Array(memory.buffer));
  const content = Uint8Array.from({ length: BYTES }, (_, byte) => (byte * 151 + 37) & 0xff);
  actual.bytes.set(content);
  const cut = operands.map((type, place) => BigInt.asUintN(8 * WIDTHS[type], args[place]!));
  operands.forEach((type, place) => void actual.write(BigInt(PARAMETERS + 16 * place), WIDTHS[type], cut[place]!));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(assemble(name, access)), { env: { memory } });
  (instance.exports.run as () => void)();

  const model = new Model(content);
  const effective = cut.map((value, place) => (place === 0 ? value + BigInt(access.offset) : value));
  const expected = meanings[name](model, effective, access.lane);
  const received = result === null ? undefined : actual.read(BigInt(RESULT), WIDTHS[result]);
  const where = `${name} ${JSON.stringify(access)} of ${cut.join(", ")}`;
  const wrong = received === expected ? [] : [`${where} → ${received}, not ${expected}`];
  if (actual.bytes.slice(0, BYTES).join() !== model.bytes.join()) wrong.push(`${where} leaves other bytes`);
  return wrong;
}

const WORD = 0xfedc_ba98_7654_3210_8899_aabb_ccdd_ee5an;

/** Addresses, values and ways of access, aligned and not. */
function cases(name: MemoryOpcode): readonly (readonly [Access, readonly bigint[]])[] {
  const [, , , kind = "none", size = 0] = opcodes[name] as OpcodeRow;
  const lanes = kind === "memoryLane" ? Array.from({ length: 16 / size }, (_, lane) => lane) : [0];
  const addresses = [0n, 3n, 64n, 101n];
  const stored = new Model(Uint8Array.from({ length: BYTES }, (_, byte) => (byte * 151 + 37) & 0xff));
  return lanes.flatMap((lane) =>
    [0, 16, 128].flatMap((offset) =>
      addresses.flatMap((address) => {
        const access = { lane, offset };
        // The second operand is also what memory holds there, so that a comparison can succeed.
        const held = stored.read(address + BigInt(offset), size);
        return [
          [access, [address, WORD, 0n]],
          [access, [address, held, WORD]],
          [access, [address, held | (1n << 31n) | (1n << 40n), WORD]],
        ] as const;
      }),
    ),
  );
}

test.each(names)(
  "%s does to memory what its meaning says, at several addresses and offsets, aligned or not",
  (name) => {
    const wrong = cases(name).flatMap(([access, args]) => disagreement(name, access, args));
    expect(wrong.slice(0, 5)).toEqual([]);
  },
);

test("every memory instruction of the table is executed", () => {
  const touching = Object.keys(opcodes).filter((name) => /load|store|memory|atomic/.test(name));
  expect(names.toSorted()).toEqual(touching.toSorted());
});

test("an access beyond the memory traps, also by its offset alone", () => {
  const run = (address: number, offset: number) => () => {
    const m = moduleBuilder();
    m.memory({ min: 1, max: 1, shared: true });
    m.func({ name: "run", params: [], results: ["i32"], export: true }, (f) => {
      f.return(op("i32.load", op("i32.const", address), { offset }));
    });
    return (new WebAssembly.Instance(new WebAssembly.Module(m.bytes())).exports.run as () => number)();
  };
  expect(run(65532, 0)()).toBe(0);
  expect(run(65533, 0)).toThrow(WebAssembly.RuntimeError);
  expect(run(0, 0xffff_ffff)).toThrow(WebAssembly.RuntimeError);
  expect(run(-4, 4)).toThrow(WebAssembly.RuntimeError);
});
