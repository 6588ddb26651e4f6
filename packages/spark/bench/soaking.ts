import {
  brain,
  type CompileOptions,
  compile,
  DeltaSynapse,
  DopamineStdp,
  InhibitoryStdp,
  LeakySoma,
  neuron,
  PairStdp,
  PoissonSource,
  ShortTermPlasticity,
  uniform,
  WeightNormalization,
} from "../src/entries/index.ts";

/*
 * A network that learns for a long time, as a program uses it: runs, single steps, rewards, bounds that change, weights that
 * are read and written, and snapshots. Its memory must not grow, and neither its rates nor its bits may drift.
 */

/** Rate to which the inhibitory synapses bring their targets, Hz. */
const RATE = 8;
const dt = 0.5;
const cellsOf = (units: number) => LeakySoma({ units: [units], potentialTau: 20 });

const network = brain({
  populations: {
    input: PoissonSource({ units: [200], rate: 20 }),
    cells: cellsOf(100),
    inhibition: neuron({ soma: cellsOf(25), inhibitory: true }),
  },
  projections: {
    learned: {
      from: "input",
      to: "cells",
      connect: { allToAll: {} },
      weight: uniform({ min: 0.1, max: 0.5 }),
      delay: uniform({ min: 0.5, max: 4 }),
      synapse: DeltaSynapse(),
      plasticity: [
        PairStdp({ weightMax: uniform({ min: 0.8, max: 1.2 }), rate: 0.01, depressionExponent: 1 }),
        WeightNormalization({ total: 60, interval: 200 }),
      ],
    },
    rewarded: {
      from: "cells",
      to: "inhibition",
      connect: { pairwiseBernoulli: { probability: 0.3 } },
      weight: 2,
      synapse: DeltaSynapse(),
      plasticity: DopamineStdp({ weightMax: 4, potentiation: 0.01, depression: 0.012 }),
    },
    facilitated: {
      from: "input",
      to: "inhibition",
      connect: { pairwiseBernoulli: { probability: 0.3 } },
      weight: 1,
      synapse: DeltaSynapse(),
      plasticity: ShortTermPlasticity({ facilitationTau: 200 }),
    },
    balanced: {
      from: "inhibition",
      to: "cells",
      connect: { allToAll: {} },
      weight: 0.5,
      synapse: DeltaSynapse(),
      plasticity: InhibitoryStdp({ rate: 0.01, rateTarget: RATE }),
    },
  },
});
type Soaked = Awaited<ReturnType<typeof open>>;
export type SoakBackend = NonNullable<CompileOptions<typeof network>["backend"]>;
const open = (backend: SoakBackend) => compile(network, { dt, seed: 5, backend });
const projections = ["learned", "rewarded", "facilitated", "balanced"] as const;

/** Biological time of a round, ms. */
const ROUND = 1000;
const STEPS = 50;

/** One round of everything that a program does. Returns the rate of the cells, Hz. */
const round = async (simulation: Soaked, number: number): Promise<number> => {
  const { cells } = await simulation.run({
    duration: ROUND,
    inputs: { cells: { current: 180 }, inhibition: { current: 150 } },
    record: { cells: { outSpikes: true }, weights: { learned: { every: 500, reduce: "mean" } } },
    changes: [
      { at: simulation.time + 100, set: { "rewarded.plasticity.reward": 0.1 } },
      { at: simulation.time + 110, set: { "rewarded.plasticity.reward": 0 } },
    ],
  });
  for (let step = 0; step < STEPS; step++) simulation.step({ cells: { current: 180 } });
  simulation.set("balanced.plasticity.rate", number % 2 === 0 ? 0.01 : 0.008);
  const weights = simulation.weights("facilitated");
  weights.write(weights.read().map((weight) => Math.min(2, weight)));
  simulation.forgetChanges();
  return (cells.outSpikes.count / 100 / ROUND) * 1000;
};

/** Bytes of a process after a collection of garbage. */
export interface SoakMemory {
  readonly heap: number;
  readonly external: number;
  readonly resident: number;
}

const memoryNow = (): SoakMemory => {
  const collect = (globalThis as { readonly gc?: () => void }).gc;
  collect?.();
  collect?.();
  const { heapUsed: heap, external, rss: resident } = process.memoryUsage();
  return { heap, external, resident };
};

export interface SoakSample extends SoakMemory {
  readonly seconds: number;
  /** Processor time of a round, ms. */
  readonly time: number;
  /** Mean rate of the cells, Hz. */
  readonly rate: number;
  /** Mean weight of each projection. */
  readonly means: readonly number[];
}

const weightsOf = (simulation: Soaked) => projections.map((name) => simulation.weights(name).read());
const meanOf = (values: ArrayLike<number>): number =>
  Array.prototype.reduce.call(values, (sum, value) => (sum as number) + (value as number) / values.length, 0) as number;

export interface Soak {
  readonly rounds: number;
  readonly samples: readonly SoakSample[];
  /** Whether the last round, repeated on the other backend from a snapshot, gave the same bits. */
  readonly repeats: boolean;
  /** Whether all weights stayed finite, and those that learn within their bounds. */
  readonly bounded: boolean;
}

export interface SoakOptions {
  readonly backend: SoakBackend;
  /** Backend that repeats the last round. */
  readonly other: SoakBackend;
  readonly seconds: number;
  /** Number of samples. */
  readonly samples: number;
  readonly onSample?: (sample: SoakSample) => void;
}

/** Learns for some time. */
export const soak = async ({ backend, other, seconds, samples: wanted, onSample }: SoakOptions): Promise<Soak> => {
  const simulation = await open(backend);
  const samples: SoakSample[] = [];
  const start = performance.now();
  let number = 0;
  while (samples.length < wanted) {
    const first = number;
    const rates: number[] = [];
    const { user } = process.cpuUsage();
    do rates.push(await round(simulation, number++));
    while ((performance.now() - start) / 1000 < ((samples.length + 1) * seconds) / wanted);
    const time = (process.cpuUsage().user - user) / 1000 / (number - first);
    // A snapshot of itself changes nothing.
    simulation.restore(simulation.snapshot());
    const means = weightsOf(simulation).map(meanOf);
    samples.push({ ...memoryNow(), seconds: (performance.now() - start) / 1000, time, rate: meanOf(rates), means });
    onSample?.(samples.at(-1)!);
  }
  const snapshot = simulation.snapshot();
  const again = await open(other);
  again.restore(snapshot);
  await round(simulation, number);
  await round(again, number);
  const [own, repeated] = [weightsOf(simulation), weightsOf(again)];
  const bounds = simulation.get("learned.plasticity.PairStdp.weightMax") as Float64Array;
  const repeats = own.every((list, p) => list.every((weight, k) => weight === repeated[p]![k]));
  const bounded =
    own.every((list) => list.every(Number.isFinite)) &&
    // Normalisation may raise a weight above the bound of the rule before it, by a tenth here.
    own[0]!.every((weight, k) => weight >= 0 && weight <= 1.1 * bounds[k]!) &&
    own[1]!.every((weight) => weight >= 0 && weight <= 4);
  simulation.dispose();
  again.dispose();
  return { rounds: number, samples, repeats, bounded };
};

/** What grew or drifted from the first to the last third after the first quarter, as sentences. */
export const soakProblems = ({ samples, repeats, bounded }: Soak): string[] => {
  const warm = samples.slice(Math.floor(samples.length / 4));
  const third = Math.max(1, Math.floor(warm.length / 3));
  const mean = (part: readonly SoakSample[], of: (sample: SoakSample) => number): number => meanOf(part.map(of));
  const ends = (of: (sample: SoakSample) => number) => [mean(warm.slice(0, third), of), mean(warm.slice(-third), of)];
  const problems: string[] = [];
  for (const [name, limit] of [
    ["heap", 2e6],
    ["external", 1e6],
    ["resident", 30e6],
  ] as const) {
    const [before = 0, after = 0] = ends((sample) => sample[name]);
    if (after - before > limit) problems.push(`The ${name} memory grew by ${((after - before) / 1e6).toFixed(1)} MB.`);
  }
  const [before = 0, after = 0] = ends(({ rate }) => rate);
  if (Math.abs(after - before) > 0.15 * before) {
    problems.push(`The rate drifted from ${before.toFixed(2)} to ${after.toFixed(2)} Hz.`);
  }
  if (!repeats) problems.push("The other backend gave other bits from the last snapshot.");
  if (!bounded) problems.push("A weight left its bounds.");
  return problems;
};
