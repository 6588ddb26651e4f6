import { compileComponent } from "../src/compile/compile.ts";
import { arrivalsName } from "../src/compile/receptors.ts";
import type { Bundle, NetworkProgram, PopulationProgram, Shard, ShardUnits } from "../src/program/network.ts";
import { paddedTo } from "../src/program/program.ts";
import { StrictRefractoryLeakySoma } from "../src/somas/index.ts";
import { ExponentialSynapse } from "../src/synapses/index.ts";

/**
 * A network with the size and activity of a published one, connected at random and without effect on its own activity.
 */
export interface Synthetic {
  readonly name: string;
  readonly units: readonly number[];
  /** Number of currents per unit. Each synapse targets one of them. */
  readonly receptors: number;
  /** Hz; every unit spikes regularly with its own phase. */
  readonly rate: number;
  readonly synapsesPerSource: number;
  /** Mean and standard deviation in steps. */
  readonly delay: readonly [mean: number, spread: number];
  readonly weights: Bundle["weights"];
  readonly shards: number;
  readonly steps: number;
}

export const synthetics: readonly Synthetic[] = [
  {
    name: "cuba",
    units: [3200, 800],
    receptors: 2,
    rate: 5.5,
    synapsesPerSource: 80,
    delay: [1, 0],
    weights: "source",
    shards: 1,
    steps: 50_000,
  },
  {
    name: "brunel",
    units: [10_000, 2500],
    receptors: 1,
    rate: 32,
    synapsesPerSource: 1250,
    delay: [15, 0],
    weights: "source",
    shards: 1,
    steps: 10_000,
  },
  {
    name: "microcircuit",
    units: [20_683, 5834, 21_915, 5479, 4850, 1065, 14_395, 2948],
    receptors: 1,
    rate: 3.2,
    synapsesPerSource: 3870,
    delay: [15, 7.5],
    weights: "synapse",
    shards: 2,
    steps: 1000,
  },
];

const DT = 0.1;
/** ms; long, so that a rate of some Hz needs a current well above the rheobase. */
const TAU = 100;
const REFRACTORY = 2;

/** Pseudorandom 32-bit words, fast enough for hundreds of millions of synapses. */
const randomWords = (seed: number): (() => number) => {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
};

/** Potential above rest that a constant current must reach for the rate, mV; the threshold is at 10 mV. */
const drive = (rate: number): number => 10 / (1 - Math.exp(-(1000 / rate - REFRACTORY) / TAU));

export const programOf = (synthetic: Synthetic, precision: "f32" | "f64"): NetworkProgram => {
  let slots = 0;
  let firstSource = 0;
  const populations = synthetic.units.map((units, p): PopulationProgram => {
    const fields = { potentialRest: 0, potentialReset: 0, threshold: 10, potentialTau: TAU, resistance: 1 };
    const built = StrictRefractoryLeakySoma({ units: [units], cooldown: REFRACTORY - DT, ...fields }).build(
      {},
      { dt: DT },
    );
    const receptors = Array.from({ length: synthetic.receptors }, (_, k) => {
      const { model, fields, state } = ExponentialSynapse({ tau: 5 + 5 * k }).build([units], { dt: DT });
      return { name: `r${k}`, model, fields, start: state, seed: 1, port: "current", wired: true, drives: [] };
    });
    const options = { precision, receptors, path: `p${p}` };
    const program = compileComponent(built, { ...options, inputs: { current: [{ kind: "scalar" }] } });
    const find = (name: string): number => program.buffers.findIndex((buffer) => buffer.name === name);
    const own = receptors.map(({ name }) => {
      const slot = { buffer: find(arrivalsName(`p${p}`, name)), firstSlot: slots };
      slots += paddedTo(units, 32);
      return slot;
    });
    firstSource += units;
    return { name: `p${p}`, program, firstSource: firstSource - units, receptors: own };
  });
  const shards = shardsOf(synthetic, populations);
  const bundles = synthetic.units.map((units, p) => bundleOf(synthetic, p, units, shards, populations));
  const longestDelay = Math.max(...bundles.map(({ delays }) => delays.at(-1)!));
  return { name: synthetic.name, precision, populations, slots, shards, bundles, longestDelay };
};

/** Units in order, divided into ranges of equal length. */
const shardsOf = ({ shards }: Synthetic, populations: readonly PopulationProgram[]): Shard[] => {
  const total = populations.reduce((sum, { program }) => sum + program.units, 0);
  return Array.from({ length: shards }, (_, shard): Shard => {
    const units = populations.flatMap(({ program, firstSource }, population): ShardUnits[] => {
      const cut = (k: number): number => {
        const place = (total * k) / shards - firstSource;
        return place >= program.units ? program.units : Math.max(0, Math.round(place / 64) * 64);
      };
      const first = cut(shard);
      const end = Math.min(program.units, cut(shard + 1));
      return end > first ? [{ population, first, end }] : [];
    });
    const spans = units.flatMap(({ population, first, end }) =>
      populations[population]!.receptors.map(({ firstSlot }) => [firstSlot + first, firstSlot + end] as const),
    );
    const firstSlot = Math.min(...spans.map(([first]) => first));
    const wide = Math.max(...spans.map(([, end]) => end)) - firstSlot > 65536;
    return { thread: 0, units, firstSlot, wide };
  });
};

const bundleOf = (
  { delay: [mean, spread], synapsesPerSource, weights, shards: count }: Synthetic,
  population: number,
  sources: number,
  shards: readonly Shard[],
  populations: readonly PopulationProgram[],
): Bundle => {
  const longest = spread === 0 ? mean : Math.round(mean + 4 * spread);
  const delays = Int32Array.from({ length: spread === 0 ? 1 : longest }, (_, k) => (spread === 0 ? mean : k + 1));
  const shares = [...delays].map((d) => (spread === 0 ? 1 : Math.exp(-(((d - mean) / spread) ** 2) / 2)));
  const sum = shares.reduce((a, b) => a + b, 0);
  const random = randomWords(population * 7919 + 1);
  const parts = shards.map(() => {
    const offsets = new Uint32Array(sources * delays.length + 1);
    for (let k = 0; k < offsets.length - 1; k++) {
      const expected = (synapsesPerSource / count) * (shares[k % delays.length]! / sum);
      offsets[k + 1] = offsets[k]! + Math.floor(expected + random() / 2 ** 32);
    }
    return { offsets, synapses: offsets.at(-1)! };
  });
  return {
    population,
    sources,
    delays,
    weights,
    shards: parts,
    fill: (written) => {
      written.forEach(({ targets, weights: values }, shard) => {
        values.fill(1e-9);
        const { units, firstSlot } = shards[shard]!;
        const total = units.reduce((all, { first, end }) => all + end - first, 0);
        const slots = new Uint32Array(total * populations[0]!.receptors.length);
        let place = 0;
        for (const run of units) {
          for (const receptor of populations[run.population]!.receptors) {
            for (let unit = run.first; unit < run.end; unit++) slots[place++] = receptor.firstSlot + unit - firstSlot;
          }
        }
        for (let k = 0; k < targets.length; k++) targets[k] = slots[random() % place]!;
      });
    },
  };
};

/** Starts every unit of a population at a different distance from the threshold, and sets the current. */
export const startPopulation = (
  { program }: PopulationProgram,
  view: (buffer: number) => { [place: number]: number },
  rate: number,
): void => {
  const random = randomWords(program.units);
  const held = drive(rate);
  program.buffers.forEach(({ name, role, length }, k) => {
    if (role === "input" && length === 1) view(k)[0] = held;
    if (!name.endsWith(".potential")) return;
    const potentials = view(k);
    for (let unit = 0; unit < program.units; unit++) {
      const age = (random() / 2 ** 32) * (1000 / rate) - REFRACTORY;
      potentials[unit] = held * (1 - Math.exp(-Math.max(0, age) / TAU));
    }
  });
};
