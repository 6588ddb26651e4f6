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

/** The exported function of a population's library. It writes the addresses of the functions that advance it. */
export interface ProgramLibrary {
  readonly parts: (addresses: bigint) => void;
}

type Koffi = typeof koffi;
let koffiModule: Koffi | string | undefined;

/** The package that calls C functions, or a sentence that says why it cannot be loaded. */
export const findKoffi = (): Koffi | string => {
  try {
    koffiModule ??= createRequire(import.meta.url)("koffi") as Koffi;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    koffiModule = `The package koffi, which calls compiled code, could not be loaded (${reason}). Run npm install koffi.`;
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
/** The compiler to use. A compiler that was found is remembered for the whole process. */
export const compilerFor = (options: CompilerOptions): Compiler | string => {
  const { CC = "", PATH = "" } = options.environment ?? process.env;
  const key = `${CC}\n${PATH}`;
  const found = compilers.get(key) ?? findCompiler(options);
  if (typeof found !== "string") compilers.set(key, found);
  return found;
};

export type Loaded = ReturnType<Koffi["load"]>;

/** Finds the bound library of a text: loaded by this process before, in the cache, or compiled now. */
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
      const library = loadSound(
        () => findLibrary(store, key),
        () => addLibrary(store, key, make),
        bind,
      );
      known.set(key, library);
      failed = false;
      return library;
    } finally {
      // After a failure the folder is kept, because it holds the log that the error names.
      if (!failed) closeStore(store);
    }
  };
};

/**
 * The library of a program's text.
 * @throws BackendError if there is no compiler, no koffi or no writable folder, or if the compiler fails
 */
export const programLibrary: (text: string, options?: CompilerOptions) => ProgramLibrary = libraries((library) => ({
  parts: library.func("spark_parts", "void", ["void *"]) as ProgramLibrary["parts"],
}));

/** Loads the cached file. If there is none, or loading fails, compiles and loads a new one. */
const loadSound = <L>(find: () => string | undefined, make: () => string, bind: (library: Loaded) => L): L => {
  const found = find();
  if (found !== undefined) {
    try {
      return bind(loadUnchanged(found));
    } catch (error) {
      rmSync(found, { force: true });
      if (error instanceof BackendError) throw error;
    }
  }
  const made = make();
  try {
    return bind(loadUnchanged(made));
  } catch (error) {
    rmSync(made, { force: true });
    if (error instanceof BackendError) throw error;
    throw new BackendError(
      `The C compiler produced a file that cannot be loaded (${error instanceof Error ? error.message : String(error)}). Set the environment variable CC to another compiler, or use backend: "wasm".`,
    );
  }
};

/** In memory, so that no compiler of JavaScript divides it beforehand. */
const smallest = Float64Array.of(2 ** -1022);

/** Whether this thread computes with subnormal numbers. */
const keepsSubnormals = (): boolean => smallest[0]! / 4 !== 0;

/**
 * Loads a library.
 * @throws BackendError if code that runs when it is loaded lets the thread flush subnormal numbers to zero
 */
const loadUnchanged = (path: string): Loaded => {
  const kept = keepsSubnormals();
  const library = requireKoffi().load(path);
  if (!kept || keepsSubnormals()) return library;
  restoreFloatingPoint();
  throw new BackendError(
    `The compiled library contains start-up code that flushes subnormal numbers to zero, which changes results. Remove flags such as -ffast-math and -mdaz-ftz from the environment variable CC, or use backend: "wasm".`,
  );
};

/** Sets the default floating-point environment: FE_DFL_ENV is −1 in the C libraries of Linux. */
const restoreFloatingPoint = (): void => {
  try {
    requireKoffi().load("libm.so.6").func("fesetenv", "int", ["intptr_t"])(-1);
  } catch {
    // The error tells that the state has changed.
  }
};
