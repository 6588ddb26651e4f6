/** ms for which rounds are watched, and for which threads are left alone at first and at most. */
const WINDOW = 10;
const SHORTEST = 20;
const LONGEST = 320;

/**
 * Tells from the time that rounds take whether sharing pays. A processor that is busy with something else delays the
 * thread that works there, and all others wait for it: then the calling thread goes on alone, and tries again later.
 */
export class Payoff {
  #taken = 0;
  #alone = 0;
  #pause = SHORTEST;
  #until = 0;

  /** Whether threads are worth being called, at a moment in ms. */
  pays(now: number): boolean {
    return now >= this.#until;
  }

  /** Takes note of a round that ended at a moment: how long it took, and how long it would have on one thread. */
  note(now: number, taken: number, alone: number): void {
    this.#taken += taken;
    this.#alone += alone;
    if (this.#taken < WINDOW) return;
    const pays = this.#taken < this.#alone;
    if (!pays) this.#until = now + this.#pause;
    this.#pause = pays ? SHORTEST : Math.min(LONGEST, 2 * this.#pause);
    this.#taken = 0;
    this.#alone = 0;
  }
}
