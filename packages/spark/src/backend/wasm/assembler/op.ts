import { signed32, signed64 } from "./bytes.ts";
import {
  type EffectOpcode,
  type OpcodeImmediate,
  type OpcodeName,
  type OpcodeOperands,
  type OpcodeResult,
  type OpcodeRow,
  opcodes,
  type ValueOpcode,
  type ValueType,
} from "./opcodes.ts";
import {
  type AnyValue,
  type Immediate,
  type Instruction,
  isValue,
  NOTHING,
  refuseValue,
  requireValue,
  Value,
  type ValuesOf,
} from "./value.ts";

/** Where a memory access goes, beside its address operand. */
export interface MemoryImmediate {
  /** Bytes added to the address, 0 … 2^32 − 1; default 0. The sum does not wrap: beyond the memory it traps. */
  readonly offset?: number;
  /**
   * A promise about the address, in bytes: a power of two up to the natural alignment, which is the default.
   * A broken promise costs time, never correctness, except for atomic accesses, which trap.
   */
  readonly align?: number;
}

interface ImmediateArguments {
  none: readonly [];
  zero: readonly [];
  memory: readonly [memory?: MemoryImmediate];
  atomic: readonly [memory?: MemoryImmediate];
  memoryLane: readonly [lane: number, memory?: MemoryImmediate];
  lane: readonly [lane: number];
  shuffle: readonly [lanes: readonly number[]];
  i32: readonly [value: number];
  i64: readonly [value: bigint];
  f32: readonly [value: number];
  f64: readonly [value: number];
  v128: readonly [bytes: Uint8Array];
}

/** What an instruction takes: its operands in order, then its immediates. */
export type OpcodeArguments<Name extends OpcodeName> = Name extends OpcodeName
  ? readonly [...ValuesOf<OpcodeOperands<Name>>, ...ImmediateArguments[OpcodeImmediate<Name>]]
  : never;

const rows: Readonly<Record<OpcodeName, OpcodeRow>> = opcodes;

/**
 * Applies an instruction that has a result: `op("f32x4.add", a, b)`, `op("f32x4.extract_lane", v, 3)`,
 * `op("v128.load", address, { offset: 16 })`. Operands come first, then a lane, then the memory immediate.
 * @throws TypeError for an operand of another type; RangeError for a wrong lane, offset, alignment or constant
 */
export function op<Name extends ValueOpcode>(name: Name, ...args: OpcodeArguments<Name>): Value<OpcodeResult<Name>> {
  const row = rowOf(name);
  if (row[2] === null) throw new TypeError(`op takes no "${name}", which leaves no value. Use f.emit.`);
  const operands = operandsOf(name, row, args);
  return new Value(row[2] as OpcodeResult<Name>, row[0], operands, immediateOf(name, row, args));
}

/**
 * The statement form of an instruction without a result; `f.emit` appends it.
 * @throws as `op`
 */
export function effect<Name extends EffectOpcode>(name: Name, ...args: OpcodeArguments<Name>): Instruction {
  const row = rowOf(name);
  if (row[2] !== null) throw new TypeError(`emit takes no "${name}", which leaves a value. Use op and f.drop.`);
  return { code: row[0], operands: operandsOf(name, row, args), immediate: immediateOf(name, row, args) };
}

/** `condition ? whenTrue : whenFalse` for an i32 condition, without a branch: both sides are computed. */
export function select<Type extends ValueType>(
  condition: Value<"i32">,
  whenTrue: Value<Type>,
  whenFalse: Value<NoInfer<Type>>,
): Value<Type> {
  requireValue(condition, "i32", "select's condition");
  requireValue(whenFalse, whenTrue.type, "select's third argument");
  return new Value(whenTrue.type, 0x1b, [whenTrue, whenFalse, condition], NOTHING);
}

function rowOf(name: OpcodeName): OpcodeRow {
  if (Object.hasOwn(rows, name)) return rows[name];
  throw new TypeError(`op knows no instruction "${name}". Use a name of the table in opcodes.ts.`);
}

function operandsOf(name: OpcodeName, row: OpcodeRow, args: readonly unknown[]): readonly AnyValue[] {
  const types = row[1];
  for (let place = 0; place < types.length; place++) {
    const type = types[place]!;
    if (!isValue(args[place], type)) refuseValue(args[place], type, `${name} operand ${place}`);
  }
  return (args.length === types.length ? args : args.slice(0, types.length)) as AnyValue[];
}

function immediateOf(name: OpcodeName, row: OpcodeRow, args: readonly unknown[]): Immediate {
  const count = row[1].length;
  const kind = row[3] ?? "none";
  const size = row[4] ?? 0;
  const first = args[count];
  const expected = count + IMMEDIATE_COUNTS[kind];
  if (args.length > expected) {
    throw new TypeError(`${name} takes at most ${expected} arguments; received ${args.length}. Remove the others.`);
  }
  switch (kind) {
    case "none":
      return NOTHING;
    case "zero":
      return size === 1 ? [0] : [0, 0];
    case "memory":
    case "atomic":
      return memoryOf(name, size, first, kind === "atomic");
    case "memoryLane": {
      const lane = laneOf(name, first, 16 / size);
      return [...memoryOf(name, size, args[count + 1], false), lane];
    }
    case "lane":
      return [laneOf(name, first, size)];
    case "shuffle":
      return shuffleOf(name, first, size);
    default:
      return constantOf(name, kind, first);
  }
}

const IMMEDIATE_COUNTS: Readonly<Record<keyof ImmediateArguments, number>> = {
  none: 0,
  zero: 0,
  memory: 1,
  atomic: 1,
  memoryLane: 2,
  lane: 1,
  shuffle: 1,
  i32: 1,
  i64: 1,
  f32: 1,
  f64: 1,
  v128: 1,
};

function memoryOf(name: OpcodeName, size: number, given: unknown, exact: boolean): readonly number[] {
  if (given === undefined) return [31 - Math.clz32(size), 0];
  for (const key of Object.keys(given as object)) {
    if (key !== "offset" && key !== "align") {
      throw new TypeError(`${name} has no memory immediate "${key}". Use offset and align.`);
    }
  }
  const { offset = 0, align = size } = given as MemoryImmediate;
  if (!Number.isInteger(offset) || offset < 0 || offset > 0xffff_ffff) {
    throw new RangeError(
      `${name} offset must be an integer from 0 to 2^32 - 1 bytes; received ${offset}. Add it to the address.`,
    );
  }
  const power = 31 - Math.clz32(align);
  if (align !== 2 ** power || align > size || (exact && align !== size)) {
    const rule = exact ? `must be ${size} bytes` : `must be a power of two from 1 to ${size} bytes`;
    throw new RangeError(`${name} align ${rule}; received ${align}. Leave it out for the natural alignment.`);
  }
  return [power, offset];
}

function laneOf(name: OpcodeName, lane: unknown, count: number): number {
  if (typeof lane === "number" && Number.isInteger(lane) && lane >= 0 && lane < count) return lane;
  throw new RangeError(
    `${name} lane must be an integer from 0 to ${count - 1}; received ${String(lane)}. Name a lane of the vector.`,
  );
}

function shuffleOf(name: OpcodeName, lanes: unknown, count: number): readonly number[] {
  if (!Array.isArray(lanes) || lanes.length !== 16) {
    const received = Array.isArray(lanes) ? `${lanes.length} lanes` : String(lanes);
    throw new RangeError(`${name} takes 16 lanes; received ${received}. Give one for each byte of the result.`);
  }
  return lanes.map((lane) => laneOf(name, lane, count));
}

function constantOf(name: OpcodeName, type: ValueType, value: unknown): Uint8Array {
  switch (type) {
    case "i32":
      if (typeof value === "number" && Number.isInteger(value) && value >= -0x8000_0000 && value <= 0xffff_ffff) {
        return signed32(value);
      }
      throw new RangeError(
        `${name} takes an integer from -2^31 to 2^32 - 1; received ${String(value)}. Use i64 or f64 for others.`,
      );
    case "i64":
      if (typeof value === "bigint" && value >= -(2n ** 63n) && value < 2n ** 64n) {
        return signed64(BigInt.asIntN(64, value));
      }
      throw new RangeError(
        `${name} takes a bigint from -2^63 to 2^64 - 1; received ${String(value)}. Use f64 for others.`,
      );
    case "v128":
      if (value instanceof Uint8Array && value.length === 16) return value.slice();
      throw new TypeError(
        `${name} takes a Uint8Array of 16 bytes; received ${String(value)}. Use f32x4, i32x4 and the like.`,
      );
    default:
      if (typeof value !== "number") {
        throw new TypeError(`${name} takes a number; received ${typeof value} ${String(value)}. Convert it.`);
      }
      return type === "f32" ? float32Bytes(value) : float64Bytes(value);
  }
}

/** The little-endian bytes of a number rounded to single precision; NaN is always the canonical one. */
export function float32Bytes(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(4));
  if (Number.isNaN(value)) view.setUint32(0, 0x7fc0_0000, true);
  else view.setFloat32(0, value, true);
  return new Uint8Array(view.buffer);
}

/** The little-endian bytes of a double; NaN is always the canonical one. */
export function float64Bytes(value: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(8));
  if (Number.isNaN(value)) view.setUint32(4, 0x7ff8_0000, true);
  else view.setFloat64(0, value, true);
  return new Uint8Array(view.buffer);
}
