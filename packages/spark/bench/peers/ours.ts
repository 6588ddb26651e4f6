/*
 * This library as a peer: through its public names, in a separate process like any other peer. The arguments are the
 * files to import (the core and the Node part), so that the built package is measured if it exists.
 */
import type * as Library from "../../src/entries/core.ts";
import type { Job } from "./job.ts";
import { lines, peakMemory, send, serve } from "./lines.ts";

const job: Job = JSON.parse((await lines.next()).value);
const setup: Record<string, number> = {};
let last = performance.now();
const lap = (name: string): void => {
  const now = performance.now();
  setup[name] = (now - last) / 1000;
  last = now;
};

const [core, node] = process.argv.slice(2);
const library: typeof Library = await import(core!);
// Native code is in the Node part.
if (job.runtime === "native") await import(node!);
lap("import");
const baseMemory = peakMemory();
const { AdaptiveLeakySoma, compile, RefractoryLeakySoma } = library;

const units = [job.units];
const soma = job.model === "adaptive" ? AdaptiveLeakySoma({ units }) : RefractoryLeakySoma({ units });
const { dt, dtype, seed, runtime = "wasm", threads } = job;
// Versions of the library without some threads or backends refuse them; their message is the answer.
const options = { dt, dtype, seed, backend: runtime, ...(threads > 1 && { threads }) } as Library.CompileOptions;
const current = Number(job.current);
const duration = job.steps * dt;

const open = async (): Promise<Library.Simulation> => {
  const simulation = await compile(soma, options);
  if (simulation.backend === runtime) return simulation;
  throw new Error(`asked for ${runtime}, got ${simulation.backend}`);
};

try {
  const simulation = await open();
  const input = new Float32Array(job.units).fill(current);
  const once = async (steps: number): Promise<undefined> => {
    if (job.mode === "step") for (let k = 0; k < steps; k++) simulation.step({ current: input });
    else await simulation.run({ duration: steps === job.steps ? duration : steps * dt, inputs: { current } });
  };
  await once(1);
  lap("compile and first step");
  await once(job.steps);
  lap("first run");
  send("ready", { setup, versions: { node: process.versions.node } });
  await serve(() => once(job.steps));
  send("end", { peakMemory: peakMemory(), baseMemory });
  simulation.dispose();
} catch (error) {
  if (!(error instanceof library.ConfigError || error instanceof library.BackendError)) throw error;
  send("unavailable", { sentence: error.message.replaceAll("\n", " ") });
}
process.exit(0);
