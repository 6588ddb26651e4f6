import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import type koffi from "koffi";
import { BackendError } from "../../errors/errors.ts";
import { addLibrary, closeStore, findLibrary, keepLog, openStore } from "./cache.ts";
import {
  type Compiler,
  type CompilerOptions,
  compilerFlags,
  compileText,
  findCompiler,
  keyOfText,
} from "./compiler.ts";

/** The functions of a compiled text. Addresses are 64-bit numbers; 0 and null are none. */
export interface Library {
  readonly open: (threads: number) => bigint | null;
  readonly close: (pool: bigint | null) => void;
  readonly advance: (pool: bigint | null, call: bigint, firstStep: number, rows: number) => void;
  /** Finds spikes among bits, from a word to another; gives the word at which it stopped. */
  readonly scan: (
    bits: bigint,
    words: number,
    word: number,
    end: number,
    firstStep: number,
    found: bigint,
    room: number,
  ) => number;
  /** Writes the addresses of the functions that advance rows of units, for another library to call. */
  readonly parts: (addresses: bigint) => void;
}

type Koffi = typeof koffi;
let koffiModule: Koffi | string | undefined;

/** The package that calls C functions, or a sentence that says why it is missing. */
export const findKoffi = (): Koffi | string => {
  try {
    koffiModule ??= createRequire(import.meta.url)("koffi") as Koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    koffiModule = `The package koffi, which calls compiled code, cannot be loaded (${reason}). Install it with npm install koffi.`;
  }
  return koffiModule;
};

/** Address of the first byte of a buffer. */
export const addressOf = (buffer: ArrayBuffer): bigint => requireKoffi().address(buffer);

const requireKoffi = (): Koffi => {
  const found = findKoffi();
  if (typeof found === "string") throw new BackendError(`backend "native" cannot run here. ${found}`);
  return found;
};

const compilers = new Map<string, Compiler>();
/** Asked once a process: a compiler that answered keeps answering. */
export const compilerFor = (options: CompilerOptions): Compiler | string => {
  const { CC = "", PATH = "" } = options.environment ?? process.env;
  const key = `${CC}\n${PATH}`;
  const found = compilers.get(key) ?? findCompiler(options);
  if (typeof found !== "string") compilers.set(key, found);
  return found;
};

type Loaded = ReturnType<Koffi["load"]>;

const bindProgram = (library: Loaded): Library => {
  const int64 = "int64_t";
  return {
    open: library.func("spark_open", "void *", ["int32_t"]) as Library["open"],
    close: library.func("spark_close", "void", ["void *"]) as Library["close"],
    advance: library.func("spark_advance", "void", ["void *", "void *", "int32_t", "int32_t"]) as Library["advance"],
    scan: library.func("spark_scan", int64, [
      "void *",
      int64,
      int64,
      int64,
      "double",
      "void *",
      int64,
    ]) as Library["scan"],
    parts: library.func("spark_parts", "void", ["void *"]) as Library["parts"],
  };
};

/** Gives the library of a text with its functions, which `bind` finds: the one that this process has, one from the cache, or a new one. */
export const libraries = <L>(bind: (library: Loaded) => L): ((text: string, options?: CompilerOptions) => L) => {
  const known = new Map<string, L>();
  return (text, options = {}) => {
    requireKoffi();
    const compiler = compilerFor(options);
    if (typeof compiler === "string") throw new BackendError(`backend "native" cannot run here. ${compiler}`);
    const key = keyOfText(text, compiler, compilerFlags(options));
    const found = known.get(key);
    if (found) return found;
    const store = openStore(options.environment);
    const make = (path: string): void => compileText(compiler, text, path, options, (log) => keepLog(store, key, log));
    let failed = true;
    try {
      const library = bind(
        loadSound(
          () => findLibrary(store, key),
          () => addLibrary(store, key, make),
        ),
      );
      known.set(key, library);
      failed = false;
      return library;
    } finally {
      // A log must outlast the error that names it.
      if (!failed) closeStore(store);
    }
  };
};

/**
 * The library of a program's text.
 * @throws BackendError when there is no compiler, no koffi, no folder to write to, or the compiler fails.
 */
export const libraryOf: (text: string, options?: CompilerOptions) => Library = libraries(bindProgram);

/** Loads what is found; where that fails, what is made. */
const loadSound = (find: () => string | undefined, make: () => string): Loaded => {
  const found = find();
  if (found !== undefined) {
    try {
      return requireKoffi().load(found);
    } catch {
      rmSync(found, { force: true });
    }
  }
  const made = make();
  try {
    return requireKoffi().load(made);
  } catch (error) {
    rmSync(made, { force: true });
    throw new BackendError(
      `C compiler made a file that cannot be loaded (${error instanceof Error ? error.message : String(error)}). Name another compiler in the variable CC, or use backend: "wasm".`,
    );
  }
};
