import type { Work } from "../program/work.ts";
import { ABORTED } from "./abort.ts";
import { pause } from "./pause.ts";

/** Seconds between the moments at which others get their turn. */
const PAUSE_INTERVAL = 0.01;

/**
 * Does some work part by part and gives way to timers, messages and events in between, so that what `stopped` looks at
 * can change. Gives ABORTED, with the rest left undone, as soon as it says so.
 */
export const finishInTurns = async <T>(work: Work<T>, stopped: () => boolean): Promise<T | typeof ABORTED> => {
  let paused = performance.now();
  while (!stopped()) {
    const { done, value } = work.next();
    if (done) return value as T;
    if (value) await value;
    if (performance.now() - paused < PAUSE_INTERVAL * 1000) continue;
    await pause();
    paused = performance.now();
  }
  return ABORTED;
};
