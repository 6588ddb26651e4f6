import type { ValueType } from "./opcodes.ts";

/** Something that has its place in the binary decided when the module is written: a local, a function or a global. */
export interface Reference {
  /** The function or module that declared it; a use elsewhere is refused. */
  readonly owner: object;
  /** What error messages call it. */
  readonly label: string;
  /** Its index, set by the encoder. */
  index: number;
}

/** What follows the opcode: unsigned integers, ready bytes, or a reference that is still to get its index. */
export type Immediate = readonly number[] | Uint8Array | Reference;

/** An instruction with the values that it consumes: the node of a tree. */
export interface Instruction {
  /** As in the opcode table: the byte, or prefix · 256 + opcode. */
  readonly code: number;
  readonly operands: readonly AnyValue[];
  readonly immediate: Immediate;
}

/** The immediate of an instruction that has none. */
export const NOTHING: readonly number[] = [];

/**
 * A value that the code will compute: a pure tree of instructions, made by `op`, `f.get`, `call` and the constants.
 * Treat it as opaque. It is emitted where a statement uses it, and once for every use: to share the result between
 * two uses, store it in a local (`f.let`, `f.tee`).
 */
export class Value<Type extends ValueType> implements Instruction {
  readonly type: Type;
  readonly code: number;
  readonly operands: readonly AnyValue[];
  readonly immediate: Immediate;

  constructor(type: Type, code: number, operands: readonly AnyValue[], immediate: Immediate) {
    this.type = type;
    this.code = code;
    this.operands = operands;
    this.immediate = immediate;
  }
}

/** A value of any type. */
export type AnyValue = Value<ValueType>;

/** The values that a list of types asks for: `ValuesOf<["i32", "f32"]>` is `[Value<"i32">, Value<"f32">]`. */
export type ValuesOf<Types extends readonly ValueType[]> = { readonly [Place in keyof Types]: Value<Types[Place]> };

/** A variable of one function: a parameter or a local. Made by the function's builder, used through it. */
export class Local<Type extends ValueType> implements Reference {
  readonly type: Type;
  readonly owner: object;
  readonly label: string;
  index: number;

  constructor(type: Type, owner: object, label: string, index: number) {
    this.type = type;
    this.owner = owner;
    this.label = label;
    this.index = index;
  }
}

/**
 * Refuses what is not a value of the wanted type, also where the compiler was silenced.
 * @throws TypeError naming the place, the wanted type and the received one
 */
export function requireValue(value: unknown, type: ValueType, where: string): void {
  if (!isValue(value, type)) refuseValue(value, type, where);
}

/** Whether this is a value of the type. */
export function isValue(value: unknown, type: ValueType): boolean {
  return value instanceof Value && value.type === type;
}

/** The refusal of `requireValue`, apart so that the hot path need not word a place that is right. */
export function refuseValue(value: unknown, type: ValueType, where: string): never {
  const received = value instanceof Value ? `a value of type ${value.type}` : describe(value);
  throw new TypeError(`${where} must be a value of type ${type}; received ${received}. Convert it first.`);
}

/** What an error message calls something that is not the value it should be. */
export function describe(value: unknown): string {
  if (value instanceof Local) return `${value.label} itself (read it with f.get)`;
  if (value === undefined) return "nothing";
  return typeof value === "object" ? "an object that is no value" : `${typeof value} ${String(value)}`;
}
