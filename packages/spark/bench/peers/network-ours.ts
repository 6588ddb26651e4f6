/*
 * This library as a peer: the example networks in a separate process, like any other peer. Spikes of all units are
 * recorded, and each run starts from the initial state.
 */
import {
  BackendError,
  type Brain,
  type BrainRunOptions,
  type BrainSimulation,
  ConfigError,
  compile,
  type SpikeRecording,
} from "spark-snn";
import "spark-snn/node";
import { brunel } from "../../../../examples/brunel/network.ts";
import { cuba, initial as cubaStart } from "../../../../examples/cuba/network.ts";
import { microcircuit } from "../../../../examples/microcircuit/network.ts";
import { adaptiveNetwork } from "./adaptive.ts";
import { clocks, lines, peakMemory, send, serve, since } from "./lines.ts";
import type { NetworkJob } from "./network-job.ts";
import { adex, cobahh, cobahhStart, izhikevich } from "./neurons.ts";

interface Network {
  readonly brain: Brain;
  /** Populations whose spikes are recorded and counted. */
  readonly counted: readonly string[];
  readonly initial?: object;
  readonly inputs?: object;
}

const networkOf = ({ network, size }: NetworkJob): Network => {
  const counted = ["excitatory", "inhibitory"];
  switch (network) {
    case "cuba":
      return { brain: cuba(size), counted, initial: cubaStart };
    case "brunel":
      return { brain: brunel({ size }), counted };
    case "microcircuit": {
      const { brain, inputs, initial } = microcircuit(size);
      return { brain, counted: Object.keys(initial), initial, inputs };
    }
    case "adaptive":
      return { brain: adaptiveNetwork(size), counted: ["pool"] };
    case "cobahh":
      return { brain: cobahh(size), counted, initial: cobahhStart };
    case "adex":
      return { ...adex(size, "exponentialEuler"), counted: ["cells"] };
    case "adex-euler":
      return { ...adex(size, "euler"), counted: ["cells"] };
    case "izhikevich":
      return { ...izhikevich(size), counted: ["cells"] };
  }
};

/** Hz */
interface Counted {
  readonly units: number;
  readonly outSpikes: SpikeRecording;
}
const rateOf = ({ units, outSpikes }: Counted, duration: number): number => outSpikes.count / units / (duration / 1000);

const setup: Record<string, number> = {};
let last = 0;
const lap = (name: string): void => {
  const now = performance.now();
  setup[name] = (now - last) / 1000;
  last = now;
};

const measure = async (job: NetworkJob, baseMemory: number): Promise<void> => {
  const { brain, counted, initial, inputs } = networkOf(job);
  const { duration, dt, dtype, seed, threads, runtime = "wasm" } = job;
  const options = { dt, dtype, seed, backend: runtime, ...(threads > 1 && { threads }), ...(initial && { initial }) };
  const simulation: BrainSimulation = await compile(brain, options as object);
  if (simulation.backend !== runtime) throw new Error(`asked for ${runtime}, got ${simulation.backend}`);
  const record = Object.fromEntries(counted.map((name) => [name, { outSpikes: true }]));
  const asked = { record, duration, memory: 8 * 2 ** 30, ...(inputs && { inputs }) } as BrainRunOptions;
  // Draws and stores the synapses.
  await simulation.run({ ...asked, duration: dt });
  lap("build and first step");
  const once = async () => {
    simulation.reset();
    const begin = clocks();
    const run = await simulation.run(asked);
    const { seconds, cpu } = since(begin);
    const populations = run as unknown as Record<string, Counted>;
    return { seconds, cpu, rates: counted.map((name) => rateOf(populations[name]!, duration)) };
  };
  await once();
  lap("first run");
  send("ready", { setup, versions: { node: process.versions.node } });
  await serve(once);
  send("end", { peakMemory: peakMemory(), baseMemory });
  simulation.dispose();
};

const job: NetworkJob = JSON.parse((await lines.next()).value);
lap("import");
try {
  await measure(job, peakMemory());
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof BackendError)) throw error;
  send("unavailable", { sentence: error.message.replaceAll("\n", " ") });
}
process.exit(0);
