import type { Weights } from "../../program/network.ts";
import type { Entry } from "../values.ts";

/** The weights that a session can return to: those before its first write, and the writes in its log. */
export class WeightHistory {
  readonly #first = new Map<number, Weights>();

  /** Keeps the weights of a projection before its first write. */
  note(projection: number, read: () => Weights): void {
    if (!this.#first.has(projection)) this.#first.set(projection, read());
  }

  /** The weights of a projection after some changes of the session. */
  after(projection: number, changes: readonly Entry[]): Weights {
    const weights = this.#first.get(projection)!.slice();
    for (const change of changes) {
      if (!("weights" in change) || change.projection !== projection) continue;
      const { weights: values, numbers } = change;
      if (numbers) {
        for (let k = 0; k < numbers.length; k++)
          weights[numbers[k]!] = typeof values === "number" ? values : values[k]!;
      } else if (typeof values === "number") weights.fill(values);
      else weights.set(values);
    }
    return weights;
  }
}
