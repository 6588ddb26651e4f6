import type { Work } from "../program/work.ts";
import { ABORTED } from "./abort.ts";
import { PAUSE_INTERVAL, pause } from "./pause.ts";

/**
 * Does work part by part and pauses in between, so that timers, messages and events can run and change what `stopped`
 * returns. Returns ABORTED, without doing the rest, once `stopped` returns true.
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
