import { availableParallelism, freemem } from "node:os";
import { type Candidate, candidates, type Environments } from "./candidates.ts";
import { defaultsOf, type Job } from "./job.ts";
import { closeSession, openSession, type Repetitions, type Session, takeTurns } from "./session.ts";

/** One cell of the benchmark. All candidates do the same work in it, taking turns. */
export interface Cell {
  readonly mode: "time" | "step";
  readonly model: "refractory" | "adaptive";
  readonly units: number;
  readonly threads: number;
}

export interface Measurement extends Repetitions {
  readonly candidate: string;
  readonly cell: Cell;
  readonly steps: number;
  /** Seconds of each part of the set-up. */
  readonly setup: Readonly<Record<string, number>>;
  readonly peakMemory: number | undefined;
  readonly baseMemory: number | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly note?: string | undefined;
}
/** A measurement that was omitted, and the reason. */
export interface Skipped {
  readonly candidate: string;
  readonly cell: Cell;
  readonly reason: string;
}
export type Outcome = Measurement | Skipped;
export const isMeasured = (outcome: Outcome): outcome is Measurement => "seconds" in outcome;

export interface MeasureOptions {
  readonly rounds: number;
  /** Target duration of a run, s. */
  readonly seconds: number;
  /** Limit of the estimated duration of a run, and of the set-up of a peer, s. */
  readonly limit: number;
}

export const dt = 0.1;
/** pA: 30 mV above rest; the threshold is 20 mV above rest. */
export const drive = 300;
const seed = 1;
/** A run has at least this many steps, and a multiple of it, so that its fixed costs stay small. */
const LEAST_STEPS = 20;

/**
 * Steps of a run that lasts about `seconds`, or a sentence that explains why the candidate does not run in this cell.
 */
export const planSteps = (
  candidate: Candidate,
  cell: Cell,
  { seconds, limit }: Pick<MeasureOptions, "seconds" | "limit">,
  free: number,
): number | string => {
  const { units, threads, mode } = cell;
  const stepTime = candidate.overhead + units / (candidate.rate * 1e9);
  const least = stepTime * LEAST_STEPS;
  if (least > limit)
    return `A run of ${LEAST_STEPS} steps would take about ${Math.round(least)} s, more than ${limit} s.`;
  const memory = units * candidate.unitMemory;
  if (memory > free * 0.7) {
    return `It would need about ${(memory / 2 ** 30).toFixed(0)} GiB of memory; ${(free / 2 ** 30).toFixed(0)} GiB are free.`;
  }
  // A separate call for each step costs tens of microseconds in the peers and less than one here.
  const wished =
    mode === "step" ? seconds / (candidate.family === "ours" ? 1e-6 : 5e-5) : (seconds * threads) / stepTime;
  return Math.min(5_000_000, Math.max(1, Math.round(wished / LEAST_STEPS)) * LEAST_STEPS);
};

interface Running {
  readonly candidate: Candidate;
  readonly steps: number;
  readonly session: Session;
}

export const takesPart = (candidate: Candidate, { mode, model, threads }: Cell): boolean =>
  candidate.modes.includes(mode) && candidate.models.includes(model) && (threads === 1 || candidate.threaded);

/** Starts a candidate and waits for its set-up. */
const open = async (
  candidate: Candidate,
  cell: Cell,
  options: MeasureOptions,
  environments: Environments,
): Promise<Running | string> => {
  const steps = planSteps(candidate, cell, options, freemem());
  if (typeof steps === "string") return steps;
  const command = await environments.command(candidate.family);
  if ("missing" in command) return command.missing;
  const session = await openSession(command, jobOf(candidate, cell, steps), options.limit * 4);
  return typeof session === "string" ? session : { candidate, steps, session };
};

export const jobOf = (candidate: Candidate, cell: Cell, steps: number): Job => ({
  mode: cell.mode,
  model: cell.model,
  units: cell.units,
  threads: cell.threads,
  steps,
  dt,
  dtype: candidate.dtype,
  seed,
  current: drive,
  parameters: defaultsOf(cell.model),
  ...(candidate.runtime && { runtime: candidate.runtime }),
});

const close = async ({ candidate, steps, session }: Running, cell: Cell): Promise<Measurement> => {
  const { seconds, cpu, others, ready } = session;
  const { setup, versions, note } = ready;
  const { peakMemory, baseMemory } = await closeSession(session);
  return {
    candidate: candidate.name,
    cell,
    steps,
    seconds,
    cpu,
    others,
    setup,
    peakMemory,
    baseMemory,
    versions,
    note,
  };
};

/** Measures a cell: set-ups one after the other, then repetitions in turns. */
export const measureCell = async (
  cell: Cell,
  chosen: readonly Candidate[],
  options: MeasureOptions,
  environments: Environments,
): Promise<Outcome[]> => {
  const skipped: Skipped[] = [];
  const running: Running[] = [];
  const leave = (candidate: Candidate, reason: string): void => {
    skipped.push({ candidate: candidate.name, cell, reason });
  };
  try {
    for (const candidate of chosen.filter((entry) => takesPart(entry, cell))) {
      const opened = await open(candidate, cell, options, environments);
      if (typeof opened === "string") leave(candidate, opened);
      else running.push(opened);
    }
    const { rounds, limit } = options;
    const present = await takeTurns(running, { rounds, limit: limit * 4 }, ({ candidate }, reason) =>
      leave(candidate, reason),
    );
    const measured: Measurement[] = [];
    for (const one of present) measured.push(await close(one, cell));
    return [...measured, ...skipped];
  } finally {
    for (const { session } of running) session.process.stop();
  }
};

/** All cells of some sizes and models, with one thread and with all, and the calls of single steps. */
export const cellsOf = (choice: {
  readonly sizes: readonly number[];
  readonly models: readonly ("refractory" | "adaptive")[];
  readonly threads: readonly ("one" | "all")[];
}): Cell[] => {
  const all = availableParallelism();
  const counts = choice.threads
    .map((count) => (count === "one" ? 1 : all))
    .filter((n, k, list) => list.indexOf(n) === k);
  const cells = counts.flatMap((threads) =>
    choice.models.flatMap((model) => choice.sizes.map((units): Cell => ({ mode: "time", model, units, threads }))),
  );
  return choice.sizes.includes(1000) && choice.models.includes("refractory") && counts.includes(1)
    ? [...cells, { mode: "step", model: "refractory", units: 1000, threads: 1 }]
    : cells;
};

/** The candidates of the requested families. */
export const candidatesOf = (families: readonly string[]): Candidate[] =>
  candidates.filter(({ family }) => families.includes(family));
