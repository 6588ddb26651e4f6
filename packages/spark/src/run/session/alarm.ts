/** Lets one loop wait for time or for calls. */
export class Alarm {
  #waiting: (() => void) | undefined;

  /** Ends the wait. */
  ring(): void {
    this.#waiting?.();
  }

  /** Waits for `ring`, or until some milliseconds have passed. */
  wait(limit?: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = limit === undefined ? undefined : setTimeout(() => this.ring(), limit);
      this.#waiting = () => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve();
      };
    });
  }
}
