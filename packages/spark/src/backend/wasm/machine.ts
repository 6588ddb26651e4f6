import type { Machine, MachinePopulation, Setup } from "../../program/machine.ts";
import type { NetworkProgram } from "../../program/network.ts";
import type { UnitList } from "../../program/probe.ts";
import type { Program } from "../../program/program.ts";
import { afterDispose } from "../lifecycle.ts";
import { requireBytes, requireVectors, Space } from "./memory.ts";
import { Populations, regionBytes, type Scan } from "./populations.ts";
import { scannerOf } from "./scanner.ts";
import { stepModule } from "./step/module.ts";
import { SCAN_BYTES } from "./step/scan.ts";
import type { Load } from "./threads/team.ts";
import { Unwired } from "./unwired.ts";

type Run = (firstStep: number, rows: number, base: number, first: number, end: number, part: number) => void;
type Task = readonly [population: number, base: number, first: number, end: number, part: number];

/** The call that advances a block of units. */
interface Block {
  readonly run: Run;
  readonly base: number;
  readonly first: number;
  readonly end: number;
  readonly part: number;
}

/**
 * Populations without synapses, in WebAssembly with 128-bit vectors: four units at a time in single precision. A block
 * of units computes all steps of a chunk while it is in the cache.
 */
export class WasmMachine extends Unwired implements Machine {
  readonly network: NetworkProgram;
  readonly #shared: boolean;
  readonly #found: number;
  readonly #populations: Populations;
  #space: Space | undefined;
  #blocks: readonly Block[] = [];
  #scans: readonly (Scan | undefined)[] = [];
  /** Steps of the longest chunk; no chunk is as short after `dispose`. */
  #rows = 0;
  /** Work for threads. */
  protected work: Load | undefined;

  /** Threads need `shared` memory. */
  constructor(network: NetworkProgram, shared = false) {
    super();
    requireVectors();
    this.network = network;
    this.#shared = shared;
    const programs = network.populations.map(({ program }) => program);
    requireBytes(network.name, regionBytes(programs));
    // Address 0 means none.
    this.#found = 64;
    const start = this.#found + (programs.some(({ spikes }) => spikes !== undefined) ? SCAN_BYTES : 0);
    const grounds = programs.map(() => ({ parts: blockParts }));
    this.#populations = new Populations(grounds, start, (p) => this.#scans[p]);
  }

  get populations(): readonly MachinePopulation[] {
    return this.#populations.all;
  }

  attach(setup: Setup): void {
    this.#open("attach");
    const before = this.#space?.memory;
    const change = this.#populations.attach(setup, (bytes) => {
      this.#space ??= new Space(this.network.name, bytes, this.#shared);
      this.#space.ensure(bytes);
      return this.#space.memory.buffer;
    });
    this.#rows = setup.rows;
    const { memory } = this.#space!;
    if (change !== "programs" && memory === before) return;
    const modules = setup.populations.map(({ program }) => stepModule(program, this.#shared));
    const all = modules.map((module) => new WebAssembly.Instance(module, { spark: { memory } }).exports);
    this.#scans = all.map((exports) => scannerOf(exports["scan"], memory, this.#found));
    const tasks = this.#populations.placed.flatMap(({ program, base }, p) => tasksOf(program, p, base));
    this.#blocks = tasks.map(([population, base, first, end, part]) => {
      return { run: all[population]!["run"] as Run, base, first, end, part };
    });
    this.work = {
      modules: modules.map((module, p) => ({ name: `${p}.`, module })),
      memory,
      jobs: [{ names: modules.map((_, p) => `${p}.run`), tasks }],
    };
  }

  advance(firstStep: number, rows: number): void | Promise<void> {
    this.advanceHere(firstStep, rows);
  }

  /** Advances on the calling thread. */
  protected advanceHere(firstStep: number, rows: number): void {
    this.requireRows(rows);
    for (let k = 0; k < this.#blocks.length; k++) {
      const { run, base, first, end, part } = this.#blocks[k]!;
      run(firstStep | 0, rows, base, first, end, part);
    }
  }

  stepNow(step: number): void {
    this.advanceHere(step, 1);
  }

  protected requireRows(rows: number): void {
    if (rows <= this.#rows) return;
    this.#open("advance");
    this.#populations.require(rows);
  }

  dispose(): void {
    this.#rows = Number.NEGATIVE_INFINITY;
    this.#blocks = [];
  }

  recycle(): void {
    if (this.#disposed) return;
    this.dispose();
    this.#space?.recycle();
  }

  get #disposed(): boolean {
    return this.#rows < 0;
  }

  #open(call: string): void {
    if (this.#disposed) throw afterDispose(call);
  }
}

/** The blocks of units of a population. */
export const tasksOf = ({ units, block }: Program, population: number, base: number): Task[] => {
  const tasks: Task[] = [];
  for (let first = 0, part = 0; first < units; first += block, part++) {
    tasks.push([population, base, first, Math.min(first + block, units), part]);
  }
  return tasks;
};

/** Start and end of the part of a list in each block. */
export const blockParts = (_: Program, { ends }: UnitList): number[] =>
  ends.flatMap((end, k) => [ends[k - 1] ?? 0, end]);
