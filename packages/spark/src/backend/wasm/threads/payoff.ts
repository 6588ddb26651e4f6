/** Duration of a measurement, and shortest and longest duration for which threads are not used. In ms. */
const WINDOW = 10;
const SHORTEST = 20;
const LONGEST = 320;

/**
 * Decides from the duration of rounds whether threads are worth using. If a processor is busy with something else, its
 * thread is delayed and all others wait for it. The calling thread then continues alone and tries again later.
 */
export class Payoff {
  #taken = 0;
  #alone = 0;
  #pause = SHORTEST;
  #until = 0;

  /** Whether to use threads at a time in ms. */
  pays(now: number): boolean {
    return now >= this.#until;
  }

  /** Records a round that ended at time `now`: how long it took, and how long it would take on one thread. In ms. */
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
