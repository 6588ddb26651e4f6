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

/** The function of a population's compiled text: it writes the addresses of those that advance the population. */
export interface ProgramLibrary {
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

export type Loaded = ReturnType<Koffi["load"]>;

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
export const programLibrary: (text: string, options?: CompilerOptions) => ProgramLibrary = libraries((library) => ({
  parts: library.func("spark_parts", "void", ["void *"]) as ProgramLibrary["parts"],
}));

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
