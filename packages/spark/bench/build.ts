import { parseArgs } from "node:util";
import { microcircuit } from "../../../examples/microcircuit/network.ts";
import { openBuilder } from "../src/backend/wasm/build/builder.ts";
import { openAlone } from "../src/backend/wasm/engine.ts";
import { sizeOf } from "../src/config/shape.ts";
import { buildSynapses } from "../src/connectivity/build.ts";
import { Draws } from "../src/connectivity/draws.ts";
import type { BundleInput } from "../src/layout/bundle.ts";
import { layOutBundles } from "../src/layout/bundles.ts";
import { shardsOf } from "../src/layout/shards.ts";
import { ABORTED } from "../src/run/abort.ts";
import { finishInTurns } from "../src/run/work.ts";

/*
 * tsx packages/spark/bench/build.ts [--scale=1] [--turns=1] [THREADS …]: measures how long it takes to draw and store the synapses
 * of the cortical microcircuit: batch by batch ("plain"), then with the builder on each number of threads. Compare processor
 * times if other programs run at the same time.
 */
const { values: given, positionals } = parseArgs({
  allowPositionals: true,
  options: { scale: { type: "string", default: "1" }, turns: { type: "string", default: "1" } },
});
const threads = positionals.length > 0 ? positionals.map(Number) : [1, 2];

const { brain } = microcircuit(Number(given.scale));
const { populations, projections } = brain.wiring;
const sizes = populations.map(({ component }) => sizeOf(component.config.units as number[]));
const starts = sizes.map((_, p) => sizes.slice(0, p).reduce((sum, units) => sum + Math.ceil(units / 32) * 32, 0));
const draws = new Draws(openAlone().drawer);

const inputs = projections.map(({ name, source, target, rule, weight, delay, places }): BundleInput => {
  const wiring = {
    name,
    rule,
    weights: weight,
    delays: delay ?? 0.1,
    source: { units: sizes[source]! },
    target: { units: sizes[target]! },
    recurrent: source === target,
    seed: 0,
    dt: 0.1,
  };
  return { synapses: buildSynapses(wiring, draws, places), source, target, firstSlot: starts[target]! };
});

interface Cost {
  readonly wall: number;
  readonly processor: number;
}

const costOf = async (work: () => Promise<void>): Promise<Cost> => {
  const before = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / 1e3, processor: (user + system) / 1e6 };
};

const build = async (count: number, plain: boolean): Promise<void> => {
  const shards = shardsOf(
    sizes.map((units, p) => {
      const incoming = inputs.reduce((sum, { target, synapses }) => sum + (target === p ? synapses.expected : 0), 0);
      return { units, receptors: [{ firstSlot: starts[p]! }], incoming };
    }),
    count,
  );
  const builder = plain ? undefined : await openBuilder(Number.POSITIVE_INFINITY, count);
  const laid = await finishInTurns(layOutBundles(inputs, shards, builder), () => false);
  if (laid === ABORTED) return;
  for (const bundle of laid.bundles) {
    const parts = bundle.shards.map(({ synapses }) => ({
      targets: new Uint16Array(synapses),
      weights: new Float32Array(synapses),
    }));
    await finishInTurns(bundle.filling(parts), () => false);
  }
  builder?.dispose();
};

const synapses = inputs.reduce((sum, input) => sum + input.synapses.expected, 0);
console.log(`${synapses} synapses`);
for (let turn = 0; turn < Number(given.turns); turn++) {
  const plain = await costOf(() => build(1, true));
  const line = (name: string, { wall, processor }: Cost): void => {
    const ratios = `${(plain.wall / wall).toFixed(2)} and ${(plain.processor / processor).toFixed(2)}`;
    console.log(`${name}: ${wall.toFixed(2)} s, processor ${processor.toFixed(2)} s; ratio of plain to this ${ratios}`);
  };
  line("plain", plain);
  for (const count of threads) line(`builder, ${count} threads`, await costOf(() => build(count, false)));
}
