import { ended, Refusal } from "./refusals.ts";

interface Order {
  /** Whether it interrupts everything. */
  readonly halts: boolean;
  readonly run: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Calls of a session that wait until no run is in progress, in their order. */
export class Orders {
  #waiting: Order[] = [];
  #acting = false;

  get count(): number {
    return this.#waiting.length;
  }

  /** Whether a call waits that interrupts everything. */
  get halts(): boolean {
    return this.#waiting.some(({ halts }, k) => halts && (k > 0 || !this.#acting));
  }

  /** Adds a call. Nobody has to handle the rejection of its promise. */
  add(run: () => void | Promise<void>, halts: boolean): Promise<void> {
    const ordered = new Promise<void>((resolve, reject) => {
      const act = async (): Promise<void> => {
        try {
          await run();
          resolve();
        } catch (error) {
          reject(error instanceof Refusal ? error.reason : error);
          if (!(error instanceof Refusal)) throw error;
        }
      };
      this.#waiting.push({ halts, run: act, resolve, reject });
    });
    ordered.catch(() => {});
    return ordered;
  }

  /** Acts on the first call. @throws the error of a call, unless it is a refusal */
  async act(): Promise<void> {
    this.#acting = true;
    try {
      await this.#waiting[0]?.run();
      this.#waiting.shift();
    } finally {
      this.#acting = false;
    }
  }

  /** Ends the session for all calls that wait: with an error, if there is one. */
  close(failure?: { readonly error: unknown }): void {
    for (const { halts, resolve, reject } of this.#waiting.splice(0)) {
      if (failure) reject(failure.error);
      else if (halts) resolve();
      else reject(ended());
    }
  }
}
