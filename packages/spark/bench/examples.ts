import { parseArgs } from "node:util";
import "spark-snn/node";
import { type Brain, compile } from "spark-snn";
import { brunel } from "../../../examples/brunel/network.ts";
import { cuba, initial as cubaInitial } from "../../../examples/cuba/network.ts";
import { microcircuit } from "../../../examples/microcircuit/network.ts";

/*
 * tsx packages/spark/bench/examples.ts [--turns=N] [--turn=MS] [--native=THREADS] [--scale=S] [--f64] [name …]:
 * measures the time of a turn of the example networks, with all spikes recorded, in WebAssembly or in native code, and
 * reports the minimum of several turns. `scale` is the scale of the microcircuit. On a busy machine, many short turns
 * are more reliable than a few long ones.
 */
const { values: given, positionals: named } = parseArgs({
  allowPositionals: true,
  options: {
    turns: { type: "string", default: "3" },
    turn: { type: "string", default: "1000" },
    native: { type: "string", default: "0" },
    scale: { type: "string", default: "1" },
    f64: { type: "boolean", default: false },
  },
});
const turns = Number(given.turns);
const threads = Number(given.native);
const scale = Number(given.scale);
const dtype = given.f64 ? "f64" : "f32";
/** Time step of the examples, ms. */
const DT = 0.1;
/** Duration of a turn, and of the run before the first turn, ms. */
const turn = Number(given.turn);
const SETTLED = 200;
const spikes = { outSpikes: true } as const;

interface Example {
  readonly brain: Brain;
  readonly initial?: object;
  readonly inputs?: object;
}

const examples: Readonly<Record<string, () => Example>> = {
  cuba: () => ({ brain: cuba(), initial: cubaInitial }),
  cuba40000: () => ({ brain: cuba(40_000), initial: cubaInitial }),
  brunel: () => ({ brain: brunel() }),
  microcircuit: () => microcircuit(scale),
};

const medianOf = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const measure = async (name: string, { brain, initial = {}, inputs = {} }: Example): Promise<void> => {
  const backend = threads === 0 ? ({ backend: "wasm" } as const) : ({ backend: "native", threads } as const);
  const simulation = await compile(brain, { dt: DT, dtype, ...backend, initial });
  const record = Object.fromEntries(Object.keys(brain.populations).map((population) => [population, spikes]));
  const first = await simulation.run({ duration: SETTLED, inputs, record });
  const times: number[] = [];
  for (let k = 0; k < turns; k++) {
    const { wallTime } = await simulation.run({ duration: turn, inputs, record });
    times.push(wallTime);
  }
  const memory = process.memoryUsage().rss;
  simulation.dispose();
  console.log(
    `${name} ${dtype}, ${threads === 0 ? "wasm" : `native on ${threads}`}: ${first.units} units, ${first.synapses} synapses, built in ${first.buildTime.toFixed(1)} s; ` +
      `${turn} ms in ${Math.min(...times).toFixed(3)} s (${turns < 20 ? `turns ${times.map((time) => time.toFixed(3)).join(" ")}` : `median of ${turns} turns ${medianOf(times).toFixed(3)}`}), ${(memory / 1e9).toFixed(2)} GB`,
  );
};

for (const [name, make] of Object.entries(examples))
  if (named.length === 0 || named.includes(name)) await measure(name, make());
