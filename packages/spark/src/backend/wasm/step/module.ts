import { BackendError } from "../../../errors/errors.ts";
import type { Program } from "../../../program/program.ts";
import { isSame } from "../../../program/same.ts";
import { type ModuleBuilder, moduleBuilder } from "../assembler/module.ts";
import { emitRun } from "./run.ts";
import { emitScan } from "./scan.ts";

/** Maximal number of pages of a memory. */
export const MOST_PAGES = 65536;

/** A module that imports a memory of any size. Threads need a shared one. */
export const moduleOn = (shared: boolean): ModuleBuilder => {
  const m = moduleBuilder();
  m.importMemory("spark", "memory", shared ? { min: 0, max: MOST_PAGES, shared } : { min: 0 });
  return m;
};

/**
 * Compiles a module of `owner`, such as "LeakySoma".
 * @throws BackendError if it exceeds a limit of the engine, such as the largest size of a function
 */
export const moduleFrom = (emit: () => Uint8Array<ArrayBuffer>, owner: string): WebAssembly.Module => {
  try {
    return new WebAssembly.Module(emit());
  } catch (error) {
    const reason = (error as Error).message;
    throw new BackendError(
      `The equations of ${owner} are too large for WebAssembly (${reason}). Use fewer synapses, inputs or state variables, or backend: "native".`,
    );
  }
};

const modules = new WeakMap<Program, Map<string, WebAssembly.Module>>();

/** Adds the functions that advance the units of a program. */
export interface StepEmitter {
  /** Key that distinguishes different code for the same program. */
  readonly key: string;
  readonly emit: (m: ModuleBuilder, program: Program) => void;
}

const uncoupled: StepEmitter = { key: "", emit: emitRun };

/** Emits the module of a program: a function that advances its units, by default `run`, and `scan` for its spikes. */
export const emitStep = (program: Program, shared: boolean, { emit } = uncoupled): Uint8Array<ArrayBuffer> => {
  const m = moduleOn(shared);
  emit(m, program);
  if (program.spikes !== undefined) emitScan(m, program);
  return m.bytes();
};

/** The population, whose name begins the names of its buffers, and its model. */
const nameOf = ({ name, buffers, spikes }: Program): string => {
  const [population] = (spikes === undefined ? "" : buffers[spikes]!.name).split(".outSpikes");
  return population === "" || population === "soma" ? name : `${population} (${name})`;
};

/** What the code of a program depends on: everything but its names and the start values of its buffers. */
const codeOf = ({ buffers, name: _, ...program }: Program) => ({
  ...program,
  buffers: buffers.map(({ name: _, initial: __, ...buffer }) => buffer),
});

/** Number of programs whose modules are kept for programs with the same code, such as in sweeps. */
const KEPT = 16;
const recent: { readonly code: ReturnType<typeof codeOf>; readonly own: Map<string, WebAssembly.Module> }[] = [];

/** The modules of a program by key, shared by all programs with the same code. */
const modulesOf = (program: Program): Map<string, WebAssembly.Module> => {
  const known = modules.get(program);
  if (known) return known;
  const code = codeOf(program);
  const same = recent.findIndex((other) => isSame(other.code, code));
  const [entry] = same < 0 ? [{ code, own: new Map<string, WebAssembly.Module>() }] : recent.splice(same, 1);
  recent.unshift(entry!);
  recent.length = Math.min(recent.length, KEPT);
  modules.set(program, entry!.own);
  return entry!.own;
};

/** The module of a program, compiled on the first call. */
export const stepModule = (program: Program, shared: boolean, emitter = uncoupled): WebAssembly.Module => {
  const own = modulesOf(program);
  const key = `${shared} ${emitter.key}`;
  const module = own.get(key) ?? moduleFrom(() => emitStep(program, shared, emitter), nameOf(program));
  own.set(key, module);
  return module;
};
