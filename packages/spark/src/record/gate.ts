import type { MachinePopulation } from "../program/machine.ts";
import { wordsOf } from "../program/program.ts";
import { countBits, unitMask } from "./bits.ts";
import { placesOf } from "./collectors.ts";
import type { ConditionPlan, ProgramTrace, TriggerPlan } from "./plan.ts";
import { Reducer } from "./reducer.ts";
import type { Saved } from "./rows.ts";

/** Names of the triggers that the caller started: for the first step of a chunk, or for all its steps. */
export interface Started {
  readonly once: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
}

/** Decides in which steps of a chunk a condition holds. */
interface Condition {
  /** Clears `holds[row]` for each row in which the condition does not hold. */
  decide(holds: Uint8Array, rows: number): void;
  /** Forgets the steps before. */
  clear(): void;
  save(): readonly number[];
  load(saved: ArrayLike<number>): void;
}

type Of<K extends ConditionPlan["kind"]> = Extract<ConditionPlan, { readonly kind: K }>;

/** A condition on a variable, whose values the probe with the index `at` records in every step. */
const variableCondition = (
  { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY, reduce }: Of<"variable">,
  trace: ProgramTrace,
  at: number,
  population: MachinePopulation,
): Condition => {
  const { places, width } = placesOf(trace, population.program);
  const count = places?.length ?? population.program.units;
  const reducer = reduce && new Reducer(reduce, 1);
  const reduced = new Float64Array(1);
  const isWithin = (value: number): boolean => value > above && value < below;
  const holdsIn = (values: ArrayLike<number>, start: number): boolean => {
    for (let k = 0; k < count; k++) {
      const value = values[start + (places ? places[k]! : k)]!;
      if (reducer) reducer.add(0, value);
      else if (isWithin(value)) return true;
    }
    reducer?.write(reduced, 0);
    return reducer !== undefined && isWithin(reduced[0]!);
  };
  return {
    decide: (holds, rows) => {
      const values = population.record(at);
      for (let row = 0; row < rows; row++) if (holds[row] === 1 && !holdsIn(values, row * width)) holds[row] = 0;
    },
    clear: () => {},
    save: () => [],
    load: () => {},
  };
};

/** A condition on the number of spikes in the last steps. `atMost` needs to know all of them. */
const spikeCondition = (
  { units, atLeast = 0, atMost = Number.POSITIVE_INFINITY, within }: Of<"spikes">,
  population: MachinePopulation,
): Condition => {
  const words = wordsOf(population.program.padded);
  const mask = units && unitMask(units, words);
  /** Counts of the last steps, as a ring: that of a step is at its number modulo `within`. */
  let counts = new Float64Array(within);
  let known = 0;
  let sum = 0;
  const countIn = (bits: Uint32Array, start: number): number => {
    let count = 0;
    for (let w = 0; w < words; w++) {
      const word = bits[start + w]!;
      if (word !== 0) count += countBits(mask ? word & mask[w]! : word);
    }
    return count;
  };
  return {
    decide: (holds, rows) => {
      const bits = population.view(population.program.spikes!) as Uint32Array;
      for (let row = 0; row < rows; row++) {
        const count = countIn(bits, row * words);
        const place = known % within;
        sum += count - counts[place]!;
        counts[place] = count;
        known++;
        if (sum < atLeast || sum > atMost || (known < within && atMost !== Number.POSITIVE_INFINITY)) holds[row] = 0;
      }
    },
    clear: () => {
      counts.fill(0);
      known = 0;
      sum = 0;
    },
    save: () => [known, sum, ...counts],
    load: (saved) => {
      [known, sum] = saved as unknown as [number, number];
      counts = Float64Array.from(saved).slice(2);
    },
  };
};

/** Decides around which steps a record keeps its rows. */
export class Gate {
  readonly plan: TriggerPlan;
  readonly #conditions: readonly Condition[];
  readonly #started: Started;
  #holds = new Uint8Array();
  /** First step of a chunk that is still to be decided. */
  #undecided: { readonly firstStep: number; readonly rows: number } | undefined;

  /** `first`: number of probes before those of the `traces` that conditions read. */
  constructor(
    plan: TriggerPlan,
    traces: readonly ProgramTrace[],
    first: number,
    population: MachinePopulation,
    started: Started,
  ) {
    this.plan = plan;
    this.#started = started;
    this.#conditions = plan.when.map((condition) =>
      condition.kind === "spikes"
        ? spikeCondition(condition, population)
        : variableCondition(condition, traces[condition.probe]!, first + condition.probe, population),
    );
  }

  /** Announces the next chunk. */
  expect(firstStep: number, rows: number): void {
    this.#undecided = { firstStep, rows };
  }

  /** For each row of the chunk: 1 if all conditions hold. Call it after the chunk is computed. */
  get holds(): Uint8Array {
    const { rows } = this.#undecided ?? { rows: 0 };
    this.#undecided = undefined;
    if (rows === 0) return this.#holds;
    if (this.#holds.length < rows) this.#holds = new Uint8Array(rows);
    const holds = this.#holds;
    const { name } = this.plan;
    holds.fill(name === undefined || this.#started.held.has(name) ? 1 : 0, 0, rows);
    if (name !== undefined && this.#started.once.has(name)) holds[0] = 1;
    for (const condition of this.#conditions) condition.decide(holds, rows);
    return holds;
  }

  clear(): void {
    this.#undecided = undefined;
    for (const condition of this.#conditions) condition.clear();
  }

  save(): Saved {
    return Object.fromEntries(this.#conditions.map((condition, k) => [`condition${k}`, condition.save()]));
  }

  load(saved: Saved): void {
    for (const [k, condition] of this.#conditions.entries()) condition.load(saved[`condition${k}`]!);
  }
}
