import { requireRange, signed32, signed64 } from "./bytes.ts";
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
}

interface ImmediateArguments {
  none: readonly [];
  memory: readonly [memory?: MemoryImmediate];
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
 * @throws TypeError for an operand of another type; RangeError for a wrong lane, offset or constant
 */
export function op<Name extends ValueOpcode>(name: Name, ...args: OpcodeArguments<Name>): Value<OpcodeResult<Name>> {
  const row = rows[name];
  const operands = operandsOf(name, row, args);
  return new Value(row[2] as OpcodeResult<Name>, row[0], operands, immediateOf(name, row, args));
}

/**
 * The statement form of an instruction without a result; `f.emit` appends it.
 * @throws as `op`
 */
export function effect<Name extends EffectOpcode>(name: Name, ...args: OpcodeArguments<Name>): Instruction {
  const row = rows[name];
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
  switch (kind) {
    case "none":
      return NOTHING;
    case "memory":
      return memoryOf(name, size, first);
    case "memoryLane": {
      const lane = laneOf(name, first, 16 / size);
      return [...memoryOf(name, size, args[count + 1]), lane];
    }
    case "lane":
      return [laneOf(name, first, size)];
    case "shuffle":
      return shuffleOf(name, first, size);
    default:
      return constantOf(name, kind, first);
  }
}

/** The alignment is always the natural one: an address that is not only costs time. */
function memoryOf(name: OpcodeName, size: number, given: unknown): readonly number[] {
  const { offset = 0 } = (given ?? {}) as MemoryImmediate;
  requireRange(`${name} offset`, offset, 0, 0xffff_ffff);
  return [31 - Math.clz32(size), offset];
}

function laneOf(name: OpcodeName, lane: unknown, count: number): number {
  requireRange(`${name} lane`, lane, 0, count - 1);
  return lane as number;
}

function shuffleOf(name: OpcodeName, lanes: unknown, count: number): readonly number[] {
  const given = lanes as readonly unknown[];
  requireRange(`${name} number of lanes`, given.length, 16, 16);
  return given.map((lane) => laneOf(name, lane, count));
}

function constantOf(name: OpcodeName, type: ValueType, value: unknown): Uint8Array {
  switch (type) {
    case "i32":
      requireRange(name, value, -0x8000_0000, 0xffff_ffff);
      return signed32(value as number);
    case "i64":
      return signed64(longOf(name, value as bigint));
    case "v128":
      requireRange(`${name} number of bytes`, (value as Uint8Array).length, 16, 16);
      return (value as Uint8Array).slice();
    default:
      return type === "f32" ? float32Bytes(value as number) : float64Bytes(value as number);
  }
}

function longOf(name: OpcodeName, value: bigint): bigint {
  const bits = BigInt.asIntN(64, value);
  if (bits === value || BigInt.asUintN(64, value) === value) return bits;
  throw new RangeError(`${name} must be an integer from -2^63 to 2^64 - 1; received ${value}.`);
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
