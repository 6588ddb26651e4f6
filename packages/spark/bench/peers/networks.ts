import { availableParallelism } from "node:os";
import { type Candidate, type Environments, networkCommand } from "./candidates.ts";
import { commonNumbers, type NetworkJob, type NetworkName } from "./network-job.ts";
import { closeSession, openSession, type Repetitions, type Session, takeTurns } from "./session.ts";

/** One way to run a network. */
export interface NetworkCandidate {
  readonly name: string;
  readonly family: Exclude<Candidate["family"], "c" | "spark-0.1" | "pyspike">;
  readonly dtype: NetworkJob["dtype"];
  readonly threads: number;
  readonly runtime?: string;
}

/** At most this many times the time of a peer, or this many seconds. */
export interface Goal {
  readonly own: string;
  readonly against?: string;
  readonly most: number;
}

/** A network, the settings of its runs, and its goals. */
export interface NetworkCase {
  readonly key: string;
  readonly title: string;
  /** Whether the page of neurons shows the case, instead of that of networks. */
  readonly neurons?: boolean;
  readonly network: NetworkName;
  readonly size: number;
  /** Duration of a run, ms. */
  readonly duration: number;
  /** ms */
  readonly dt: number;
  /** Largest relative difference of the mean rate of a population between this library and a peer. */
  readonly bound: number;
  /** Largest number of repetitions. */
  readonly rounds?: number;
  readonly candidates: readonly NetworkCandidate[];
  readonly goals: readonly Goal[];
}

export const threadsName = (threads: number): string => (threads === 1 ? "one thread" : `${threads} threads`);
const ours = (runtime: string, dtype: NetworkJob["dtype"], threads = 1): NetworkCandidate => ({
  name: `this library, ${runtime}, ${dtype}, ${threadsName(threads)}`,
  family: "ours",
  dtype,
  threads,
  runtime,
});
const brian2: NetworkCandidate = {
  name: "Brian2 C++ standalone, f64, one thread",
  family: "brian2",
  dtype: "f64",
  threads: 1,
};
const nest = (threads: number): NetworkCandidate => ({
  name: `NEST, f64, ${threadsName(threads)}`,
  family: "nest",
  dtype: "f64",
  threads,
});
const spark: NetworkCandidate = {
  name: "Spark 1.2.2, f32, one thread",
  family: "spark-1.2",
  dtype: "f32",
  threads: 1,
};
const native = ours("native", "f32");
const wasm = ours("wasm", "f32");
const single = [native, wasm, ours("native", "f64")];

export const networkCases: readonly NetworkCase[] = [
  {
    key: "cuba",
    title: "CUBA, 4000 units, 5 s",
    network: "cuba",
    size: 4000,
    duration: 5000,
    dt: 0.1,
    bound: 0.12,
    candidates: [...single, brian2, nest(1)],
    goals: [
      { own: native.name, against: brian2.name, most: 0.5 },
      { own: wasm.name, against: brian2.name, most: 1 },
    ],
  },
  {
    key: "cuba-large",
    title: "CUBA, 40 000 units, 2 s",
    network: "cuba",
    size: 40_000,
    duration: 2000,
    dt: 0.1,
    bound: 0.1,
    candidates: [...single, brian2],
    goals: [{ own: native.name, against: brian2.name, most: 0.4 }],
  },
  {
    key: "brunel",
    title: "Brunel, 12 500 units, 1 s",
    network: "brunel",
    size: 1,
    duration: 1000,
    dt: 0.1,
    bound: 0.05,
    candidates: [...single, brian2, nest(1), nest(2)],
    goals: [
      { own: native.name, most: 1.5 },
      { own: wasm.name, most: 2.5 },
    ],
  },
  {
    key: "microcircuit",
    title: "Microcircuit at 0.1, 1 s",
    network: "microcircuit",
    size: 0.1,
    duration: 1000,
    dt: 0.1,
    bound: 0.15,
    candidates: [native, wasm, ours("native", "f32", 2), ours("wasm", "f32", 2), nest(2)],
    goals: [
      { own: ours("native", "f32", 2).name, most: 0.4 },
      { own: wasm.name, most: 1 },
    ],
  },
  {
    key: "adaptive",
    title: "1000 recurrent adaptive units, 10 s of 1 ms steps",
    network: "adaptive",
    size: 1000,
    duration: 10_000,
    dt: 1,
    bound: 0.1,
    candidates: [native, wasm, spark],
    goals: [
      { own: native.name, against: spark.name, most: 1 / 50 },
      { own: wasm.name, against: spark.name, most: 1 / 50 },
    ],
  },
  {
    key: "cobahh",
    title: "COBAHH, 4000 units, 1 s",
    neurons: true,
    network: "cobahh",
    size: 4000,
    duration: 1000,
    dt: 0.1,
    bound: 0.25,
    candidates: [...single, brian2, nest(1)],
    goals: [
      { own: native.name, against: brian2.name, most: 0.2 },
      { own: wasm.name, against: brian2.name, most: 0.6 },
    ],
  },
  ...(
    [
      ["adex", "adaptive exponential units, exponential Euler", 200, 0.01],
      ["adex-euler", "adaptive exponential units, Euler", 200, 0.01],
      ["izhikevich", "units of Izhikevich, Euler", 1000, 0.05],
    ] as const
  ).map(
    ([network, name, duration, bound]): NetworkCase => ({
      key: network,
      title: `100 000 ${name}, ${duration === 1000 ? "1 s" : "200 ms"}`,
      neurons: true,
      network,
      size: 100_000,
      duration,
      dt: 0.1,
      bound,
      candidates: [...single, ours("wasm", "f64"), brian2],
      goals: [
        { own: native.name, against: brian2.name, most: 1 / 5 },
        { own: wasm.name, against: brian2.name, most: 1 / 2 },
      ],
    }),
  ),
  {
    key: "microcircuit-full",
    title: "Microcircuit at full scale, 1 s",
    network: "microcircuit",
    size: 1,
    duration: 1000,
    dt: 0.1,
    bound: 0.15,
    rounds: 1,
    candidates: [ours("native", "f32", 2), nest(2)],
    goals: [{ own: ours("native", "f32", 2).name, most: 4 }],
  },
];

/** The default cases: all except the one that takes minutes and 12 GB in NEST. */
export const usualCases: readonly string[] = networkCases
  .map(({ key }) => key)
  .filter((key) => key !== "microcircuit-full");

/** The same in a tiny size that tests each peer's program in seconds. Its results are not compared. */
export const tiny = (whole: NetworkCase): NetworkCase => {
  const size = {
    cuba: 400,
    brunel: 0.1,
    microcircuit: 0.01,
    adaptive: 50,
    cobahh: 400,
    adex: 100,
    "adex-euler": 100,
    izhikevich: 100,
  }[whole.network];
  return {
    ...whole,
    title: `${whole.title}, in small`,
    size,
    duration: 50,
    bound: Number.POSITIVE_INFINITY,
    goals: [],
  };
};

export interface NetworkMeasurement extends Repetitions {
  readonly network: string;
  readonly candidate: string;
  /** Hz: mean rate of each population over all repetitions. */
  readonly rates: readonly number[];
  /** Seconds of each part of the set-up. */
  readonly setup: Readonly<Record<string, number>>;
  readonly peakMemory: number | undefined;
  readonly baseMemory: number | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly note?: string | undefined;
}
export interface NetworkSkipped {
  readonly network: string;
  readonly candidate: string;
  readonly reason: string;
}
export type NetworkOutcome = NetworkMeasurement | NetworkSkipped;
export const isRun = (outcome: NetworkOutcome): outcome is NetworkMeasurement => "seconds" in outcome;

export interface NetworkOptions {
  readonly peers: readonly string[];
  readonly rounds: number;
  /** Time limit of one run, s; a set-up may take four times as long. */
  readonly limit: number;
}

interface Running {
  readonly candidate: NetworkCandidate;
  readonly session: Session;
}

const jobOf = (whole: NetworkCase, { dtype, threads, runtime }: NetworkCandidate): NetworkJob => {
  const { network, size, duration, dt } = whole;
  return { ...commonNumbers, network, size, duration, dt, dtype, threads, seed: 1, ...(runtime && { runtime }) };
};

const meanRates = ({ rates }: Session): number[] =>
  (rates[0] ?? []).map((_, k) => rates.reduce((sum, row) => sum + row[k]!, 0) / rates.length);

const close = async (network: string, { candidate, session }: Running): Promise<NetworkMeasurement> => {
  const { seconds, cpu, others, ready } = session;
  const { setup, versions, note } = ready;
  const { peakMemory, baseMemory } = await closeSession(session);
  return {
    network,
    candidate: candidate.name,
    seconds,
    cpu,
    others,
    rates: meanRates(session),
    setup,
    peakMemory,
    baseMemory,
    versions,
    note,
  };
};

/** Runs a network in every simulator that has it: set-ups one after the other, then repetitions in turns. */
export const measureNetwork = async (
  whole: NetworkCase,
  { peers, rounds, limit }: NetworkOptions,
  environments: Environments,
): Promise<NetworkOutcome[]> => {
  const { key, candidates } = whole;
  const skipped: NetworkSkipped[] = [];
  const running: Running[] = [];
  const leave = (candidate: NetworkCandidate, reason: string): void => {
    skipped.push({ network: key, candidate: candidate.name, reason });
  };
  try {
    for (const candidate of candidates.filter(({ family }) => peers.includes(family))) {
      if (candidate.threads > availableParallelism()) {
        leave(candidate, `This machine has fewer than ${candidate.threads} cores.`);
        continue;
      }
      const command = await networkCommand(environments, candidate.family);
      const opened =
        "missing" in command ? command.missing : await openSession(command, jobOf(whole, candidate), limit * 4);
      if (typeof opened === "string") leave(candidate, opened);
      else running.push({ candidate, session: opened });
    }
    const turns = { rounds: Math.min(rounds, whole.rounds ?? rounds), limit };
    const present = await takeTurns(running, turns, ({ candidate }, reason) => leave(candidate, reason));
    const measured: NetworkMeasurement[] = [];
    for (const one of present) measured.push(await close(key, one));
    return [...measured, ...skipped];
  } finally {
    for (const { session } of running) session.process.stop();
  }
};

/** Largest relative difference of the mean rate of a population from the reference. */
export const farthestRate = (rates: readonly number[], reference: readonly number[]): number =>
  rates.length === reference.length
    ? Math.max(...reference.map((rate, k) => (rates[k] === rate ? 0 : Math.abs(rates[k]! - rate) / rate)))
    : Number.POSITIVE_INFINITY;
