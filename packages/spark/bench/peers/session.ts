import { cpus } from "node:os";
import type { Ended, Ready } from "./job.ts";
import { type Command, PeerProcess } from "./process.ts";

/** Costs of the repetitions of a peer. */
export interface Repetitions {
  /** Seconds of every repetition, and seconds of processor time if the peer reports them. */
  readonly seconds: readonly number[];
  readonly cpu: readonly (number | undefined)[];
  /** Cores used by other work during each repetition, if the peer reports its processor time. */
  readonly others: readonly (number | undefined)[];
}

/** A peer that is set up and waits for its turns. */
export interface Session {
  readonly process: PeerProcess;
  readonly ready: Ready;
  readonly seconds: number[];
  readonly cpu: (number | undefined)[];
  readonly others: (number | undefined)[];
  /** Hz: mean rate of each population of a network, for every repetition. */
  readonly rates: (readonly number[])[];
}

/** Starts a peer and waits for its set-up. Returns a sentence with the reason if this fails. */
export const openSession = async (command: Command, job: object, limit: number): Promise<Session | string> => {
  const process = new PeerProcess(command);
  try {
    const answer = await process.ask(JSON.stringify(job), limit);
    if (answer.event === "ready") return { process, ready: answer, seconds: [], cpu: [], others: [], rates: [] };
    process.stop();
    return answer.event === "unavailable" ? answer.sentence : `It answered the job with "${answer.event}".`;
  } catch (error) {
    process.stop();
    return `It failed in its set-up: ${(error as Error).message}.`;
  }
};

/** Processor seconds of the whole computer since it started. */
const busySeconds = (): number =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) / 1000;

/** Runs one repetition. Returns the reason if the peer fails. */
const repeat = async (session: Session, limit: number): Promise<string | undefined> => {
  try {
    const busy = busySeconds();
    const begin = performance.now();
    const answer = await session.process.ask("run", limit);
    const wall = (performance.now() - begin) / 1000;
    const worked = busySeconds() - busy;
    if (answer.event !== "run") return `It answered a run with "${answer.event}".`;
    session.seconds.push(answer.seconds);
    session.cpu.push(answer.cpu);
    session.others.push(answer.cpu === undefined ? undefined : Math.max(0, worked - answer.cpu) / wall);
    if (answer.rates) session.rates.push(answer.rates);
    return undefined;
  } catch (error) {
    return `It failed in a run: ${(error as Error).message}.`;
  }
};

/** An entry of a list whose sessions take turns. */
interface Turn {
  readonly session: Session;
}

/**
 * Runs repetitions in turns; the starting position moves on with each round. A peer that fails is ended and passed to
 * `lost` with its reason. Returns the others.
 */
export const takeTurns = async <T extends Turn>(
  turns: readonly T[],
  { rounds, limit }: { readonly rounds: number; readonly limit: number },
  lost: (turn: T, reason: string) => void,
): Promise<T[]> => {
  let present = [...turns];
  for (let round = 0; round < rounds; round++) {
    const first = present.length === 0 ? 0 : round % present.length;
    for (const turn of [...present.slice(first), ...present.slice(0, first)]) {
      const reason = await repeat(turn.session, limit);
      if (reason === undefined) continue;
      turn.session.process.stop();
      present = present.filter((other) => other !== turn);
      lost(turn, reason);
    }
  }
  return present;
};

/** Ends a peer; returns its memory use. */
export const closeSession = async (session: Session): Promise<Pick<Ended, "peakMemory" | "baseMemory">> => {
  const end = await session.process.ask("end", 60).catch(() => undefined);
  session.process.stop();
  return end?.event === "end" ? end : { peakMemory: undefined, baseMemory: undefined };
};
