import type { Program } from "../../../program/program.ts";
import { moduleBuilder } from "../assembler/module.ts";
import type { SlotOffsets } from "./region.ts";
import { emitRow } from "./row.ts";
import { emitRun } from "./run.ts";
import { emitScan } from "./scan.ts";

/** The most pages that a memory can have. */
export const MOST_PAGES = 65536;

/**
 * The bytes of a module with the functions of a program: `run` for populations that no synapses couple, `row` where the
 * slots of receptors lie outside the population's region; and `scan` where there are spikes. It fits any memory.
 */
export const emitStep = (program: Program, shared: boolean, slots?: SlotOffsets): Uint8Array<ArrayBuffer> => {
  const m = moduleBuilder();
  m.importMemory("spark", "memory", shared ? { min: 0, max: MOST_PAGES, shared } : { min: 0 });
  if (slots) emitRow(m, program, slots);
  else emitRun(m, program);
  if (program.spikes !== undefined) emitScan(m, program);
  return m.bytes();
};

const modules = new WeakMap<Program, Map<string, WebAssembly.Module>>();

/** The module of a program, compiled the first time that it is asked for. */
export const stepModule = (program: Program, shared: boolean, slots?: SlotOffsets): WebAssembly.Module => {
  const own = modules.get(program) ?? new Map<string, WebAssembly.Module>();
  modules.set(program, own);
  const key = `${shared} ${slots ? [...slots].join(" ") : ""}`;
  const module = own.get(key) ?? new WebAssembly.Module(emitStep(program, shared, slots));
  own.set(key, module);
  return module;
};
