import { ByteWriter } from "./bytes.ts";
import { effect, type OpcodeArguments } from "./op.ts";
import type { EffectOpcode, ValueType } from "./opcodes.ts";
import { shareLocals } from "./sharing.ts";
import {
  type AnyValue,
  type Immediate,
  type Instruction,
  isValue,
  Local,
  NOTHING,
  type Reference,
  refuseValue,
  requireValue,
  Value,
  type ValuesOf,
} from "./value.ts";

/** Engines refuse a larger function body; a tree that shares values without locals gets there by doubling. */
const LARGEST_BODY = 7_654_321;
/** Locals from which on those that are used at different times share places: engines accept 50 000 and slow down before. */
const MOST_OWN = 2000;
const NO_RESULT: readonly number[] = [0x40];

const LOCAL_GET = 0x20;
const LOCAL_SET = 0x21;
const LOCAL_TEE = 0x22;
const RETURN = 0x0f;
const UNREACHABLE = 0x00;

const TYPE_CODES: Readonly<Record<ValueType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b };
const VALUE_TYPES = Object.keys(TYPE_CODES) as readonly ValueType[];

/** The byte that stands for a type in the binary. */
export function typeCode(type: ValueType): number {
  return TYPE_CODES[type];
}

/** A function of the module, imported or defined: what `call` takes. */
export interface FunctionReference<
  Params extends readonly ValueType[] = readonly ValueType[],
  Results extends readonly ValueType[] = readonly ValueType[],
> extends Reference {
  readonly params: Params;
  readonly results: Results;
}

/** A place to branch to; valid inside the callback that receives it. */
export interface Label {
  readonly owner: object;
  readonly depth: number;
  open: boolean;
}

/** The result of calling a function that has exactly one; functions without a result are called by `f.call`. */
export function call<Params extends readonly ValueType[], Result extends ValueType>(
  target: FunctionReference<Params, readonly [Result]>,
  ...args: ValuesOf<NoInfer<Params>>
): Value<Result> {
  requireArguments(target, args, 1);
  return new Value(target.results[0], 0x10, args, target);
}

/**
 * The body of one function. Statements are emitted in the order of the calls, into the innermost open block; values
 * are trees that get emitted where a statement uses them.
 */
export class FunctionBuilder<
  Params extends readonly ValueType[] = readonly ValueType[],
  Results extends readonly ValueType[] = readonly ValueType[],
> {
  /** The parameters, as locals that can also be set. */
  readonly params: { readonly [Place in keyof Params]: Local<Params[Place]> };
  readonly #name: string;
  readonly #results: Results;
  readonly #locals: Local<ValueType>[] = [];
  readonly #statements: Instruction[] = [];
  #depth = 0;

  constructor(name: string, params: Params, results: Results) {
    this.#name = name;
    this.#results = results;
    const locals = params.map((type, place) => new Local(type, this, `parameter ${place} of ${name}`, place));
    this.params = locals as unknown as typeof this.params;
  }

  /** A new local, zero when the function is entered (not each time round a loop). */
  local<Type extends ValueType>(type: Type): Local<Type> {
    const local = new Local(type, this, `local ${this.#locals.length} of ${this.#name}`, -1);
    this.#locals.push(local);
    return local;
  }

  /** A new local that holds the value from here on: the way to use a result twice and compute it once. */
  let<Type extends ValueType>(value: Value<Type>): Local<Type> {
    const local = this.local(value.type);
    this.set(local, value);
    return local;
  }

  /** What a local holds at the moment of use. */
  get<Type extends ValueType>(local: Local<Type>): Value<Type> {
    requireOwn(this, this.#name, local);
    return new Value(local.type, LOCAL_GET, [], local);
  }

  /** Stores a value in a local. */
  set<Type extends ValueType>(local: Local<Type>, value: Value<NoInfer<Type>>): void {
    requireOwn(this, this.#name, local);
    if (!isValue(value, local.type)) refuseValue(value, local.type, `${this.#name} set of ${local.label}`);
    this.#append(LOCAL_SET, [value], local);
  }

  /** Stores a value in a local at the moment of use, and is that value. */
  tee<Type extends ValueType>(local: Local<Type>, value: Value<NoInfer<Type>>): Value<Type> {
    requireOwn(this, this.#name, local);
    if (!isValue(value, local.type)) refuseValue(value, local.type, `${this.#name} tee of ${local.label}`);
    return new Value(local.type, LOCAL_TEE, [value], local);
  }

  /** Appends an instruction without a result: `f.emit("v128.store", address, value, { offset: 16 })`. */
  emit<Name extends EffectOpcode>(name: Name, ...args: OpcodeArguments<Name>): void {
    this.#statements.push(effect(name, ...args));
  }

  /** Computes a value for its effect and forgets it. */
  drop(value: AnyValue): void {
    this.#append(0x1a, [value], NOTHING);
  }

  /** Calls a function that has no result. */
  call<Target extends readonly ValueType[]>(
    target: FunctionReference<Target, readonly []>,
    ...args: ValuesOf<NoInfer<Target>>
  ): void {
    requireArguments(target, args, 0);
    this.#append(0x10, args, target);
  }

  /** A block; branching to its label leaves it. */
  block(build: (leave: Label) => void): void {
    this.#append(0x02, [], NO_RESULT);
    this.#nest(build);
    this.#append(0x0b, [], NOTHING);
  }

  /** A loop; branching to its label starts the next round, reaching its end leaves it. */
  loop(build: (again: Label) => void): void {
    this.#append(0x03, [], NO_RESULT);
    this.#nest(build);
    this.#append(0x0b, [], NOTHING);
  }

  /** Runs one of two branches; branching to the label leaves the branch. */
  if(condition: Value<"i32">, whenTrue: (leave: Label) => void, whenFalse?: (leave: Label) => void): void {
    requireValue(condition, "i32", `${this.#name} if condition`);
    this.#append(0x04, [condition], NO_RESULT);
    this.#nest(whenTrue);
    if (whenFalse) {
      this.#append(0x05, [], NOTHING);
      this.#nest(whenFalse);
    }
    this.#append(0x0b, [], NOTHING);
  }

  /** Goes to a label of an enclosing block, loop or if. */
  branch(label: Label): void {
    this.#append(0x0c, [], [this.#distance(label)]);
  }

  /** Goes to a label where the condition is not 0. */
  branchIf(label: Label, condition: Value<"i32">): void {
    requireValue(condition, "i32", `${this.#name} branchIf condition`);
    this.#append(0x0d, [condition], [this.#distance(label)]);
  }

  /** Leaves the function with its results. */
  return(...values: ValuesOf<Results>): void {
    requireValues(values, this.#results, `${this.#name} result`);
    this.#append(RETURN, values, NOTHING);
  }

  /** Traps; also says that a place is never reached. */
  unreachable(): void {
    this.#append(UNREACHABLE, [], NOTHING);
  }

  /** The body as it stands in the code section, without its length. For the module builder, which owns functions. */
  encode(module: object): ByteWriter {
    const writer = new ByteWriter();
    this.#encodeLocals(writer);
    for (const statement of this.#statements) this.#encodeTree(writer, statement, module);
    writer.byte(0x0b);
    return writer;
  }

  /** Refuses a body that can reach its end without the promised results. For the module builder. */
  close(): void {
    const last = this.#statements.at(-1)?.code;
    if (this.#results.length === 0 || last === RETURN || last === UNREACHABLE) return;
    throw new TypeError(
      `${this.#name} ends without its ${this.#results.length} results. End it with f.return or f.unreachable.`,
    );
  }

  #append(code: number, operands: readonly AnyValue[], immediate: Immediate): void {
    this.#statements.push({ code, operands, immediate });
  }

  #nest(build: (label: Label) => void): void {
    const label: Label = { owner: this, depth: this.#depth, open: true };
    this.#depth++;
    build(label);
    this.#depth--;
    label.open = false;
  }

  #distance(label: Label): number {
    if (label.owner === this && label.open) return this.#depth - 1 - label.depth;
    throw new TypeError(
      `${this.#name} branches to a label that does not enclose the branch. Use it inside its own callback.`,
    );
  }

  #encodeLocals(writer: ByteWriter): void {
    const groups = VALUE_TYPES.map((type) => {
      const locals = this.#locals.filter((local) => local.type === type);
      if (locals.length > MOST_OWN) return { type, locals, count: shareLocals(this.#statements, locals) };
      locals.forEach((local, place) => {
        local.index = place;
      });
      return { type, locals, count: locals.length };
    });
    const used = groups.filter(({ count }) => count > 0);
    let first = this.params.length;
    writer.unsigned(used.length);
    for (const { type, locals, count } of used) {
      for (const local of locals) local.index += first;
      first += count;
      writer.unsigned(count);
      writer.byte(typeCode(type));
    }
  }

  /** Operands before the instruction that takes them, with an explicit stack so that no tree is too deep. */
  #encodeTree(writer: ByteWriter, root: Instruction, module: object): void {
    // A node whose operands are under way lies below a null.
    const pending: (Instruction | null)[] = [root];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const node = next ?? pending.pop()!;
      if (next === null || node.operands.length === 0) {
        this.#encodeOne(writer, node, module);
        continue;
      }
      pending.push(node, null);
      for (let place = node.operands.length - 1; place >= 0; place--) pending.push(node.operands[place]!);
    }
  }

  #encodeOne(writer: ByteWriter, { code, immediate }: Instruction, module: object): void {
    if (writer.length > LARGEST_BODY) {
      throw new RangeError(
        `${this.#name} is larger than ${LARGEST_BODY} bytes. Keep values that are used twice in locals.`,
      );
    }
    if (code > 0xff) {
      writer.byte(code >> 8);
      writer.unsigned(code & 0xff);
    } else {
      writer.byte(code);
    }
    if (immediate instanceof Uint8Array) writer.bytes(immediate);
    else if ("index" in immediate) writer.unsigned(this.#indexOf(immediate, module));
    else for (const value of immediate) writer.unsigned(value);
  }

  #indexOf(reference: Reference, module: object): number {
    if (reference.owner === this || reference.owner === module) return reference.index;
    throw new TypeError(
      `${this.#name} cannot use ${reference.label}: another function or module declared it. Declare it here.`,
    );
  }
}

function requireOwn(owner: object, name: string, local: Local<ValueType>): void {
  if (local.owner === owner) return;
  throw new TypeError(`${name} cannot use ${local.label}. Pass its value as a parameter.`);
}

function requireArguments(target: FunctionReference, args: readonly unknown[], results: number): void {
  if (target.results.length !== results) {
    throw new TypeError(`${target.label} has ${target.results.length} results; ${results} are used.`);
  }
  requireValues(args, target.params, `call of ${target.label} argument`);
}

function requireValues(values: readonly unknown[], types: readonly ValueType[], what: string): void {
  if (values.length !== types.length) {
    throw new TypeError(`${what}s must be ${types.length}; received ${values.length}.`);
  }
  types.forEach((type, place) => {
    requireValue(values[place], type, `${what} ${place}`);
  });
}
