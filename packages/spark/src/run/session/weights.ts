import type { SelectedSynapses, SynapseSelection } from "../../layout/weights.ts";
import type { Weights } from "../../program/network.ts";
import type { Driver } from "./driver.ts";
import type { SessionWeights } from "./model.ts";

/** The weights of a projection in an open session. `ask` makes a call that gives a promise. */
export class OpenWeights implements SessionWeights {
  readonly #driver: Driver;
  readonly #projection: number;
  readonly #ask: <T>(call: () => Promise<T>) => Promise<T>;

  constructor(driver: Driver, projection: number, ask: <T>(call: () => Promise<T>) => Promise<T>) {
    this.#driver = driver;
    this.#projection = projection;
    this.#ask = ask;
  }

  get synapses(): number {
    return this.#driver.steered.calls.keeper.countOf(this.#projection);
  }

  read(numbers?: ArrayLike<number>): Promise<Weights> {
    const { keeper } = this.#driver.steered.calls;
    return this.#ask(async () => {
      if (numbers !== undefined) keeper.checkNumbers(this.#projection, numbers);
      let read: Weights | undefined;
      await this.#driver.order(() => {
        read = keeper.read(this.#projection, numbers);
      });
      return read!;
    });
  }

  write(values: number | ArrayLike<number>, numbers?: ArrayLike<number>): Promise<void> {
    const { calls, inside } = this.#driver.steered;
    this.#driver.requireOpen();
    calls.keeper.check(this.#projection, values, numbers, inside.settings.precision === "f32");
    const projection = this.#projection;
    // The write may wait for the end of a chunk, and the log keeps it.
    const weights = typeof values === "number" ? values : Float64Array.from(values);
    const written = { projection, weights, ...(numbers && { numbers: Float64Array.from(numbers) }) };
    return this.#ask(() => this.#driver.weigh(written));
  }

  select(selection: SynapseSelection = {}): SelectedSynapses {
    this.#driver.requireOpen();
    return this.#driver.steered.calls.keeper.select(this.#projection, selection);
  }
}
