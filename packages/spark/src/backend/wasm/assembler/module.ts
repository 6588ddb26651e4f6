/**
 * A typed assembler for WebAssembly modules. Values are trees made by free functions, so a lowering table reads
 * `add: (a, b) => op("f32x4.add", a, b)`; locals, labels and statements belong to a function's builder `f`.
 *
 *     const m = moduleBuilder();
 *     m.importMemory("env", "memory", { min: 1 });
 *     m.func({ name: "scale", params: ["i32", "i32", "f32"], results: [], export: true }, (f) => {
 *       const [at, end, factor] = f.params;                      // byte addresses; end - at is a multiple of 16
 *       const factors = f.let(op("f32x4.splat", f.get(factor))); // computed once, used in every round
 *       f.loop((again) => {
 *         f.emit("v128.store", f.get(at), op("f32x4.mul", op("v128.load", f.get(at)), f.get(factors)));
 *         f.branchIf(again, op("i32.lt_u", f.tee(at, op("i32.add", f.get(at), i32(16))), f.get(end)));
 *       });
 *     });
 *     const { instance } = await WebAssembly.instantiate(m.bytes(), { env: { memory } });
 *
 * A value that two statements use is emitted, and computed, twice: keep it in a local (`f.let`, `f.tee`) to share it.
 * What is wrong is refused where it is written, by the compiler or else with a TypeError or RangeError; a module that
 * `bytes` returns validates, given that every instruction that touches memory finds one declared.
 */
import { ByteWriter, requireRange } from "./bytes.ts";
import { FunctionBuilder, type FunctionReference, typeCode } from "./code.ts";
import type { ValueType } from "./opcodes.ts";

/** The size of a memory, in pages of 65536 bytes; a shared one must say its maximum. */
export interface MemoryLimits {
  readonly min: number;
  readonly max?: number;
  readonly shared?: boolean;
}

/** What a function is called, takes and gives; `export: true` exports it under its name. */
export interface FunctionSignature<Params extends readonly ValueType[], Results extends readonly ValueType[]> {
  readonly name: string;
  readonly params: Params;
  readonly results: Results;
  readonly export?: boolean | string;
}

interface Memory {
  readonly limits: MemoryLimits;
  readonly from?: readonly [module: string, name: string];
}

interface ImportedFunction extends FunctionReference {
  readonly from: readonly [module: string, name: string];
}

interface DefinedFunction extends FunctionReference {
  readonly builder: FunctionBuilder;
}

const LARGEST_MEMORY = 65536;
const FUNCTION_KIND = 0;
const MEMORY_KIND = 2;

/** Starts an empty module. */
export function moduleBuilder(): ModuleBuilder {
  return new ModuleBuilder();
}

/** Collects the parts of a module and writes it; made by `moduleBuilder`. */
export class ModuleBuilder {
  #memory: Memory | undefined;
  readonly #imports: ImportedFunction[] = [];
  readonly #functions: DefinedFunction[] = [];
  readonly #exports = new Map<string, { readonly kind: number; readonly target: { readonly index: number } }>();
  readonly #types = new Map<string, number>();

  /** Uses the memory that the host passes; a module has one memory, imported or its own. */
  importMemory(module: string, name: string, limits: MemoryLimits): void {
    this.#declareMemory({ limits, from: [module, name] });
  }

  /** Gives the module a memory of its own, exported under a name if one is given. */
  memory(limits: MemoryLimits, exportName?: string): void {
    this.#declareMemory({ limits });
    if (exportName !== undefined) this.#export(exportName, MEMORY_KIND, { index: 0 });
  }

  /** A function that the host passes. */
  importFunc<const Params extends readonly ValueType[], const Results extends readonly ValueType[]>(
    module: string,
    name: string,
    signature: { readonly params: Params; readonly results: Results },
  ): FunctionReference<Params, Results> {
    const { params, results } = signature;
    const label = `function ${module}.${name}`;
    const reference = { owner: this, label, index: -1, params, results, from: [module, name] as const };
    this.#imports.push(reference);
    return reference;
  }

  /** Defines a function; `build` emits its body. A function with results ends with `f.return` or `f.unreachable`. */
  func<const Params extends readonly ValueType[], const Results extends readonly ValueType[]>(
    signature: FunctionSignature<Params, Results>,
    build: (f: FunctionBuilder<Params, Results>) => void,
  ): FunctionReference<Params, Results> {
    const { name, params, results } = signature;
    const builder = new FunctionBuilder(name, params, results);
    build(builder);
    builder.close();
    const reference = { owner: this, label: `function ${name}`, index: -1, params, results };
    // Only the encoder reads the builder back, and it does not depend on the types of parameters.
    const defined: DefinedFunction = Object.assign(reference, { builder: builder as unknown as FunctionBuilder });
    this.#functions.push(defined);
    if (signature.export) this.#export(signature.export === true ? name : signature.export, FUNCTION_KIND, defined);
    return reference;
  }

  /** The module in the binary format; every call writes it anew. */
  bytes(): Uint8Array<ArrayBuffer> {
    const functions = [...this.#imports, ...this.#functions];
    functions.forEach((reference, index) => {
      reference.index = index;
    });
    const writer = new ByteWriter();
    for (const byte of [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]) writer.byte(byte);
    this.#types.clear();
    const typeIndexes = functions.map((reference) => this.#typeIndex(reference));
    writeSection(writer, 1, [...this.#types.keys()], writeType);
    this.#writeImports(writer, typeIndexes);
    writeSection(writer, 3, typeIndexes.slice(this.#imports.length), (section, index) => section.unsigned(index));
    const own = this.#memory && !this.#memory.from ? [this.#memory.limits] : [];
    writeSection(writer, 5, own, writeLimits);
    writeSection(writer, 7, [...this.#exports], (section, [name, { kind, target }]) => {
      section.text(name);
      section.byte(kind);
      section.unsigned(target.index);
    });
    writeSection(writer, 10, this.#functions, (section, { builder }) => section.sized(builder.encode(this)));
    this.#writeNames(writer, functions);
    return writer.finish();
  }

  #declareMemory(memory: Memory): void {
    if (this.#memory) {
      throw new RangeError("ModuleBuilder.memory is declared twice; a module has one.");
    }
    const { min, max, shared } = memory.limits;
    requireRange("ModuleBuilder.memory min in pages", min, 0, max ?? LARGEST_MEMORY);
    if (max !== undefined || shared) requireRange("ModuleBuilder.memory max in pages", max, min, LARGEST_MEMORY);
    this.#memory = memory;
  }

  #export(name: string, kind: number, target: { readonly index: number }): void {
    if (this.#exports.has(name)) throw new RangeError(`ModuleBuilder exports "${name}" twice.`);
    this.#exports.set(name, { kind, target });
  }

  #typeIndex({ params, results }: FunctionReference): number {
    const key = `${params.join(" ")}>${results.join(" ")}`;
    const known = this.#types.get(key);
    if (known !== undefined) return known;
    this.#types.set(key, this.#types.size);
    return this.#types.size - 1;
  }

  #writeImports(writer: ByteWriter, typeIndexes: readonly number[]): void {
    const writes = this.#imports.map((reference, place) => (section: ByteWriter) => {
      for (const name of reference.from) section.text(name);
      section.byte(FUNCTION_KIND);
      section.unsigned(typeIndexes[place]!);
    });
    const memory = this.#memory;
    if (memory?.from) {
      const from = memory.from;
      writes.push((section) => {
        for (const name of from) section.text(name);
        section.byte(MEMORY_KIND);
        writeLimits(section, memory.limits);
      });
    }
    writeSection(writer, 2, writes, (section, write) => write(section));
  }

  /** The custom section "name": profilers and stack traces show these. */
  #writeNames(writer: ByteWriter, functions: readonly FunctionReference[]): void {
    if (functions.length === 0) return;
    const names = new ByteWriter();
    names.unsigned(functions.length);
    for (const { index, label } of functions) {
      names.unsigned(index);
      names.text(label.slice("function ".length));
    }
    const section = new ByteWriter();
    section.text("name");
    section.byte(1);
    section.sized(names);
    writer.byte(0);
    writer.sized(section);
  }
}

function writeSection<Item>(
  writer: ByteWriter,
  id: number,
  items: readonly Item[],
  write: (section: ByteWriter, item: Item) => void,
): void {
  if (items.length === 0) return;
  const section = new ByteWriter();
  section.unsigned(items.length);
  for (const item of items) write(section, item);
  writer.byte(id);
  writer.sized(section);
}

function writeType(section: ByteWriter, key: string): void {
  section.byte(0x60);
  for (const list of key.split(">")) {
    const types = list === "" ? [] : (list.split(" ") as ValueType[]);
    section.unsigned(types.length);
    for (const type of types) section.byte(typeCode(type));
  }
}

function writeLimits(section: ByteWriter, { min, max, shared = false }: MemoryLimits): void {
  section.byte((max === undefined ? 0 : 1) | (shared ? 2 : 0));
  section.unsigned(min);
  if (max !== undefined) section.unsigned(max);
}
