import { parseArgs } from "node:util";
import { createNativeNetwork } from "../src/backend/native/native.ts";
import { createNetwork } from "../src/backend/wasm/network/network.ts";
import type { NetworkMachine } from "../src/program/machine.ts";
import type { NetworkProgram } from "../src/program/network.ts";
import { wordsOf } from "../src/program/program.ts";
import { programOf, type Synthetic, startPopulation, synthetics } from "./synthetic.ts";

/*
 * tsx packages/spark/bench/networks.ts [--f64] [--turns=N] [--native=THREADS] [name …]: measures networks with the
 * sizes and rates of published ones, in WebAssembly or in native code. They are connected at random, but the work of
 * the processor is that of the real networks.
 */
const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "3" },
    native: { type: "string", default: "0" },
    f64: { type: "boolean", default: false },
  },
});
const precision = given.f64 ? "f64" : "f32";
const turns = Number(given.turns);
const threads = Number(given.native);
const CHUNK = 500;

const networkOf = (synthetic: Synthetic): NetworkProgram => {
  const network = programOf({ ...synthetic, shards: Math.max(synthetic.shards, threads) }, precision);
  if (threads === 0) return network;
  return { ...network, shards: network.shards.map((shard, k) => ({ ...shard, thread: k % threads })) };
};

const create = (network: NetworkProgram): NetworkMachine =>
  threads === 0 ? createNetwork(network) : createNativeNetwork(network, { threads });

const seconds = (): number => performance.now() / 1000;

/** Number of spikes in the last chunk. */
const spikesOf = (machine: NetworkMachine, rows: number): number =>
  machine.populations.reduce((sum, { program }, p) => {
    const bits = machine.populations[p]!.view(machine.network.populations[p]!.spikes);
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
  const machine = create(network);
  const built = seconds() - begin;
  network.populations.forEach((population, p) => {
    startPopulation(population, (buffer) => machine.populations[p]!.view(buffer), synthetic.rate);
  });
  let step = 0;
  const times: number[] = [];
  let spikes = 0;
  for (let turn = 0; turn < turns; turn++) {
    let time = 0;
    spikes = 0;
    for (let done = 0; done < synthetic.steps; done += CHUNK) {
      const start = seconds();
      await machine.advance(step, CHUNK);
      time += seconds() - start;
      step += CHUNK;
      spikes += spikesOf(machine, CHUNK);
    }
    times.push(time);
  }
  const best = Math.min(...times);
  const events = (spikes * synapses) / synthetic.units.reduce((a, b) => a + b, 0);
  const units = synthetic.units.reduce((a, b) => a + b, 0);
  console.log(
    `${synthetic.name} ${precision}, ${threads === 0 ? "wasm" : `native on ${threads}`}: ${synapses} synapses, built in ${built.toFixed(2)} s; ${synthetic.steps} steps in ${best.toFixed(3)} s ` +
      `(turns ${times.map((time) => time.toFixed(3)).join(" ")}), ${((best / synthetic.steps / units) * 1e9).toFixed(2)} ns per unit and step, ` +
      `${(events / 1e6).toFixed(1)} M synaptic events, ${((best / events) * 1e9).toFixed(2)} ns per event`,
  );
  machine.dispose();
};

for (const synthetic of synthetics) if (named.length === 0 || named.includes(synthetic.name)) await measure(synthetic);
