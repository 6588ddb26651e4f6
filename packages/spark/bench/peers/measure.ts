import { availableParallelism, cpus, freemem } from "node:os";
import { type Candidate, candidates, type Environments } from "./candidates.ts";
import { defaultsOf, type Job, type Ready } from "./job.ts";
import { PeerProcess } from "./process.ts";

/** One square of the benchmark: every candidate does the same work in it, in turns. */
export interface Cell {
  readonly mode: "time" | "step";
  readonly model: "refractory" | "adaptive";
  readonly units: number;
  readonly threads: number;
}

export interface Measurement {
  readonly candidate: string;
  readonly cell: Cell;
  readonly steps: number;
  /** Of every repetition: seconds, and seconds of processor time where the peer can tell. */
  readonly seconds: readonly number[];
  readonly cpu: readonly (number | undefined)[];
  /** Cores that other work took during each repetition, where the peer tells its own processor time. */
  readonly others: readonly (number | undefined)[];
  /** Seconds of each part of the set-up. */
  readonly setup: Readonly<Record<string, number>>;
  readonly peakMemory: number | undefined;
  readonly baseMemory: number | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly note?: string | undefined;
}
/** What was not measured, and why. */
export interface Skipped {
  readonly candidate: string;
  readonly cell: Cell;
  readonly reason: string;
}
export type Outcome = Measurement | Skipped;
export const isMeasured = (outcome: Outcome): outcome is Measurement => "seconds" in outcome;

export interface MeasureOptions {
  readonly rounds: number;
  /** Seconds that a run aims at. */
  readonly seconds: number;
  /** Seconds that a run may take by estimate, and that a peer may take for its set-up. */
  readonly limit: number;
}

export const dt = 0.1;
/** pA: 30 mV above rest, where the threshold is 20 mV above it. */
export const drive = 300;
const seed = 1;
/** A run has at least so many steps, and a multiple of it, so that what a run costs beside its steps stays small. */
const LEAST_STEPS = 20;

/** Steps of a run that lasts about `seconds`, or the sentence that says why the candidate is not run in this cell. */
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
  // A call of its own for each step costs tens of microseconds in the peers and less than one here.
  const wished =
    mode === "step" ? seconds / (candidate.family === "ours" ? 1e-6 : 5e-5) : (seconds * threads) / stepTime;
  return Math.min(5_000_000, Math.max(1, Math.round(wished / LEAST_STEPS)) * LEAST_STEPS);
};

interface Session {
  readonly candidate: Candidate;
  readonly process: PeerProcess;
  readonly ready: Ready;
  readonly steps: number;
  readonly seconds: number[];
  readonly cpu: (number | undefined)[];
  readonly others: (number | undefined)[];
}

export const takesPart = (candidate: Candidate, { mode, model, threads }: Cell): boolean =>
  candidate.modes.includes(mode) && candidate.models.includes(model) && (threads === 1 || candidate.threaded);

/** Starts a candidate and waits for its set-up. */
const open = async (
  candidate: Candidate,
  cell: Cell,
  options: MeasureOptions,
  environments: Environments,
): Promise<Session | string> => {
  const steps = planSteps(candidate, cell, options, freemem());
  if (typeof steps === "string") return steps;
  const command = await environments.command(candidate.family);
  if ("missing" in command) return command.missing;
  const process = new PeerProcess(command);
  try {
    const answer = await process.ask(JSON.stringify(jobOf(candidate, cell, steps)), options.limit * 4);
    if (answer.event === "ready") return { candidate, process, ready: answer, steps, seconds: [], cpu: [], others: [] };
    process.stop();
    return answer.event === "unavailable" ? answer.sentence : `It answered the job with "${answer.event}".`;
  } catch (error) {
    process.stop();
    return `It failed in its set-up: ${(error as Error).message}.`;
  }
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

/** Processor seconds of the whole machine since it started. */
const busySeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

/** One repetition; a peer that fails in it is out, with its reason. */
const repeat = async (session: Session, limit: number): Promise<string | undefined> => {
  try {
    const busy = busySeconds();
    const begin = performance.now();
    const answer = await session.process.ask("run", limit * 4);
    const wall = (performance.now() - begin) / 1000;
    const worked = busySeconds() - busy;
    if (answer.event !== "run") return `It answered a run with "${answer.event}".`;
    session.seconds.push(answer.seconds);
    session.cpu.push(answer.cpu);
    session.others.push(answer.cpu === undefined ? undefined : Math.max(0, worked - answer.cpu) / wall);
    return undefined;
  } catch (error) {
    return `It failed in a run: ${(error as Error).message}.`;
  }
};

const close = async (session: Session, cell: Cell): Promise<Measurement> => {
  const end = await session.process.ask("end", 60).catch(() => undefined);
  session.process.stop();
  const memory = end?.event === "end" ? end : undefined;
  return {
    candidate: session.candidate.name,
    cell,
    steps: session.steps,
    seconds: session.seconds,
    cpu: session.cpu,
    others: session.others,
    setup: session.ready.setup,
    peakMemory: memory?.peakMemory,
    baseMemory: memory?.baseMemory,
    versions: session.ready.versions,
    note: session.ready.note,
  };
};

/** Measures a cell: set-ups one after the other, then repetitions in turns, the first place moving on each round. */
export const measureCell = async (
  cell: Cell,
  chosen: readonly Candidate[],
  options: MeasureOptions,
  environments: Environments,
): Promise<Outcome[]> => {
  const skipped: Skipped[] = [];
  let sessions: Session[] = [];
  try {
    for (const candidate of chosen.filter((entry) => takesPart(entry, cell))) {
      const session = await open(candidate, cell, options, environments);
      if (typeof session === "string") skipped.push({ candidate: candidate.name, cell, reason: session });
      else sessions.push(session);
    }
    for (let round = 0; round < options.rounds; round++) {
      const turn = sessions.length === 0 ? 0 : round % sessions.length;
      for (const session of [...sessions.slice(turn), ...sessions.slice(0, turn)]) {
        const reason = await repeat(session, options.limit);
        if (reason === undefined) continue;
        session.process.stop();
        sessions = sessions.filter((other) => other !== session);
        skipped.push({ candidate: session.candidate.name, cell, reason });
      }
    }
    const measured: Measurement[] = [];
    for (const session of sessions) measured.push(await close(session, cell));
    return [...measured, ...skipped];
  } finally {
    for (const session of sessions) session.process.stop();
  }
};

/** All cells of some sizes and models, with one thread and with all, and the calls of a single step. */
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

/** The candidates of the families that were asked for. */
export const candidatesOf = (families: readonly string[]): Candidate[] =>
  candidates.filter(({ family }) => families.includes(family));
