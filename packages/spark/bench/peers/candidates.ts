import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EnvironmentName, type PeerName, type Prepared, prepareEnvironment } from "./environments.ts";
import type { Job, ModelName } from "./job.ts";
import type { Command } from "./process.ts";
import type { Python } from "./python.ts";

/** One way to do the work. */
export interface Candidate {
  readonly name: string;
  /** Family of the candidate: selected with --peers, and a group in the tables. */
  readonly family: "ours" | PeerName | "c";
  readonly dtype: Job["dtype"];
  readonly runtime?: string;
  readonly modes: readonly Job["mode"][];
  /** Whether it can run more than one thread. */
  readonly threaded: boolean;
  readonly models: readonly ModelName[];
  /** How it runs and what it computes, for the table. */
  readonly about: string;
  /** Estimates for planning run lengths: 10⁹ neuron-steps per second, and further seconds per step. */
  readonly rate: number;
  readonly overhead: number;
  /** Estimated memory per unit, bytes. */
  readonly unitMemory: number;
}

const timed: readonly Job["mode"][] = ["time"];
const both: readonly ModelName[] = ["refractory", "adaptive"];

const ours = (runtime: string, dtype: Job["dtype"], rate: number): Candidate => ({
  name: `this library, ${runtime}, ${dtype}`,
  family: "ours",
  dtype,
  runtime,
  modes: dtype === "f32" ? ["time", "step"] : timed,
  threaded: true,
  models: both,
  about: "exact over a step, ignores input while refractory; compile() once, then run()",
  rate,
  overhead: 1e-7,
  unitMemory: 64,
});

const spark = (family: "spark-0.1" | "spark-1.2", version: string): Candidate => ({
  name: `Spark ${version}, f32`,
  family,
  dtype: "f32",
  modes: ["time", "step", "train"],
  threaded: true,
  models: both,
  about:
    "exact over a step, ignores input while refractory; split and merge under one jit with lax.scan, f32 instead of the default f16",
  rate: 1.5,
  overhead: 1e-6,
  unitMemory: 96,
});

export const candidates: readonly Candidate[] = [
  ours("wasm", "f32", 2),
  ours("native", "f32", 5),
  ours("wasm", "f64", 1),
  ours("native", "f64", 2.5),
  {
    name: "hand-written C, f32",
    family: "c",
    dtype: "f32",
    modes: timed,
    threaded: false,
    models: both,
    about: "soma.c of this harness, with vector types, -O3 -march=native, one pass over all units per step",
    rate: 5,
    overhead: 1e-7,
    unitMemory: 16,
  },
  spark("spark-0.1", "0.1.0"),
  spark("spark-1.2", "1.2.2"),
  {
    name: "Brian2 C++ standalone, f64",
    family: "brian2",
    runtime: "standalone",
    dtype: "f64",
    modes: ["time", "train"],
    threaded: true,
    models: both,
    about:
      "exact integration, ignores input while refractory (in its equations); default flags: -O3 -march=native -ffast-math",
    rate: 0.5,
    overhead: 1e-6,
    unitMemory: 64,
  },
  {
    name: "Brian2 Cython, f64",
    family: "brian2",
    runtime: "cython",
    dtype: "f64",
    modes: ["time", "train"],
    threaded: false,
    models: both,
    about: "like standalone, but with each operation called from Python; the preparation of a run is excluded",
    rate: 0.2,
    overhead: 3e-5,
    unitMemory: 128,
  },
  {
    name: "NEST, f64",
    family: "nest",
    dtype: "f64",
    modes: ["time", "train"],
    threaded: true,
    models: ["refractory", "strict"],
    about:
      "iaf_psc_delta: exact integration, stays at the reset while refractory; Prepare once, then Run; min_delay 1 ms",
    rate: 0.04,
    overhead: 1e-6,
    unitMemory: 5500,
  },
];

const here = fileURLToPath(new URL(".", import.meta.url));
const root = fileURLToPath(new URL("../../../../", import.meta.url));
const source = fileURLToPath(new URL("../../src/", import.meta.url));
const built = fileURLToPath(new URL("../../dist/", import.meta.url));

/**
 * The core and the Node part: from the built package if it is newer than every source file, otherwise from its source.
 */
export const findLibrary = (): readonly string[] => {
  const files = ["core.js", "node.js"].map((name) => join(built, name));
  if (files.every((file) => existsSync(file))) {
    const age = Math.min(...files.map((file) => statSync(file).mtimeMs));
    const sources = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
    if (sources.every((file) => statSync(join(source, file)).mtimeMs <= age)) return files;
  }
  return ["core.ts", "node.ts"].map((name) => join(source, name));
};

const scripts: Readonly<Record<PeerName, string>> = {
  "spark-0.1": "run_spark.py",
  "spark-1.2": "run_spark.py",
  brian2: "run_brian2.py",
  nest: "run_nest.py",
  pyspike: "distances.py",
};

/** A script of a peer as a command of its environment's Python. */
export const pythonCommand = (name: PeerName, python: string): Command => ({
  program: python,
  args: [join(here, "python", scripts[name])],
  folder: root,
});

const networkScripts: Readonly<Partial<Record<PeerName, string>>> = {
  "spark-1.2": "network_spark.py",
  brian2: "network_brian2.py",
  nest: "network_nest.py",
};

/** The program of a peer that runs networks, or a sentence that explains why there is none. */
export const networkCommand = async (
  environments: Environments,
  family: Candidate["family"],
): Promise<Command | { readonly missing: string }> => {
  if (family === "ours") {
    return { program: process.execPath, args: ["--import", "tsx", join(here, "network-ours.ts")], folder: root };
  }
  const script = family === "c" ? undefined : networkScripts[family];
  if (family === "c" || !script) return { missing: `There is no program of networks for ${family}.` };
  const prepared = await environments.prepare(family);
  if ("missing" in prepared) return prepared;
  return { program: prepared.python, args: [join(here, "python", script)], folder: root };
};

/** Creates each environment at most once in a run of the harness. */
export class Environments {
  readonly #python: Python | undefined;
  readonly #mayInstall: boolean;
  readonly #known = new Map<EnvironmentName, Promise<Prepared>>();

  constructor(python: Python | undefined, mayInstall: boolean) {
    this.#python = python;
    this.#mayInstall = mayInstall;
  }

  prepare(name: EnvironmentName): Promise<Prepared> {
    const known = this.#known.get(name) ?? prepareEnvironment(name, this.#python, this.#mayInstall);
    this.#known.set(name, known);
    return known;
  }

  /** The command of a peer, or a sentence that explains why there is none. */
  async command(family: Candidate["family"]): Promise<Command | { readonly missing: string }> {
    if (family === "ours" || family === "c") {
      const file = family === "ours" ? [join(here, "ours.ts"), ...findLibrary()] : [join(here, "handwritten.ts")];
      return { program: process.execPath, args: ["--import", "tsx", ...file], folder: root };
    }
    const prepared = await this.prepare(family);
    return "missing" in prepared ? prepared : pythonCommand(family, prepared.python);
  }
}
