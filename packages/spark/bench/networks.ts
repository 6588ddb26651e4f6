import { parseArgs } from "node:util";
import { native } from "../src/backend/native/native.ts";
import { wasm } from "../src/backend/wasm/wasm.ts";
import type { Machine } from "../src/program/machine.ts";
import type { NetworkProgram } from "../src/program/network.ts";
import { wordsOf } from "../src/program/program.ts";
import { attachNetwork } from "./attach.ts";
import { programOf, type Synthetic, startPopulation, synthetics } from "./synthetic.ts";

/*
 * tsx packages/spark/bench/networks.ts [--f64] [--turns=N] [--native] [--threads=N] [name …]: measures networks
 * with the sizes and rates of published ones, in WebAssembly or in native code. They are connected at random, but the
 * work of the processor is that of the real networks.
 */
const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "3" },
    threads: { type: "string", default: "1" },
    native: { type: "boolean", default: false },
    f64: { type: "boolean", default: false },
  },
});
const precision = given.f64 ? "f64" : "f32";
const turns = Number(given.turns);
const threads = Number(given.threads);
const backend = given.native ? native() : wasm();
const CHUNK = 500;

const networkOf = (synthetic: Synthetic): NetworkProgram => {
  const network = programOf({ ...synthetic, shards: Math.max(synthetic.shards, threads) }, precision);
  return { ...network, shards: network.shards.map((shard, k) => ({ ...shard, thread: k % threads })) };
};

const seconds = (): number => performance.now() / 1000;

/** Number of spikes in the last chunk. */
const spikesOf = (machine: Machine, rows: number): number =>
  machine.populations.reduce((sum, { program }, p) => {
    const bits = machine.populations[p]!.view(program.spikes!);
    let count = 0;
    for (let k = 0; k < rows * wordsOf(program.padded); k++) {
      for (let word = bits[k]!; word !== 0; word &= word - 1) count++;
    }
    return sum + count;
  }, 0);

const measure = async (synthetic: Synthetic): Promise<void> => {
  const network = networkOf(synthetic);
  const synapses = network.bundles.reduce(
    (sum, { shards }) => sum + shards.reduce((all, shard) => all + shard.synapses, 0),
    0,
  );
  const begin = seconds();
  const { machine, end } = await attachNetwork(backend, network, CHUNK, { threads });
  const built = seconds() - begin;
  network.populations.forEach((population, p) => {
    startPopulation(population, (buffer) => machine.populations[p]!.view(buffer), synthetic.rate);
  });
  let step = 0;
  const times: number[] = [];
  const used: number[] = [];
  let spikes = 0;
  for (let turn = 0; turn < turns; turn++) {
    let time = 0;
    const before = process.cpuUsage().user;
    spikes = 0;
    for (let done = 0; done < synthetic.steps; done += CHUNK) {
      const start = seconds();
      await machine.advance(step, CHUNK);
      time += seconds() - start;
      step += CHUNK;
      spikes += spikesOf(machine, CHUNK);
    }
    times.push(time);
    used.push((process.cpuUsage().user - before) / 1e6);
  }
  const best = Math.min(...times);
  const events = (spikes * synapses) / synthetic.units.reduce((a, b) => a + b, 0);
  const units = synthetic.units.reduce((a, b) => a + b, 0);
  console.log(
    `${synthetic.name} ${precision}, ${backend.name} on ${threads}: ${synapses} synapses, built in ${built.toFixed(2)} s; ${synthetic.steps} steps in ${best.toFixed(3)} s ` +
      `(turns ${times.map((time) => time.toFixed(3)).join(" ")}; processor time ${Math.min(...used).toFixed(3)} s), ${((best / synthetic.steps / units) * 1e9).toFixed(2)} ns per unit and step, ` +
      `${(events / 1e6).toFixed(1)} M synaptic events, ${((best / events) * 1e9).toFixed(2)} ns per event`,
  );
  end();
};

for (const synthetic of synthetics) if (named.length === 0 || named.includes(synthetic.name)) await measure(synthetic);
