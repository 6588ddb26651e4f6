import type { MachinePopulation } from "../program/machine.ts";
import { wordsOf } from "../program/program.ts";
import { countBits, unitMask } from "./bits.ts";
import { placesOf } from "./collectors.ts";
import type { ConditionPlan, TriggerPlan } from "./plan.ts";
import { Reducer } from "./reducer.ts";
import type { Saved } from "./rows.ts";
import type { Sight, Watched } from "./sight.ts";

/** Names of the triggers that the caller started: for the first step of a chunk, or for all its steps. */
export interface Started {
  readonly once: ReadonlySet<string>;
  readonly held: ReadonlySet<string>;
}

/** Decides in which steps of a chunk a condition holds. */
interface Condition {
  /** Schedules what the condition reads in the next chunk. */
  expect?(rows: number): void;
  /** Clears `holds[row]` for each row in which the condition does not hold. */
  decide(holds: Uint8Array, firstStep: number, rows: number): void;
  /** Forgets the steps before. */
  clear(): void;
  save(): readonly number[];
  load(saved: ArrayLike<number>): void;
}

type Of<K extends ConditionPlan["kind"]> = Extract<ConditionPlan, { readonly kind: K }>;

/** What values have to be, and where they are in a row of `width` values. */
type Bounds = Pick<Of<"variable">, "above" | "below" | "reduce"> & {
  readonly places: ArrayLike<number> | undefined;
  readonly width: number;
  readonly count: number;
};

/** A condition on values of each step. */
const valueCondition = (
  { above = Number.NEGATIVE_INFINITY, below = Number.POSITIVE_INFINITY, reduce, places, width, count }: Bounds,
  valuesOf: (firstStep: number, rows: number) => ArrayLike<number>,
): Condition => {
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
    decide: (holds, firstStep, rows) => {
      const values = valuesOf(firstStep, rows);
      for (let row = 0; row < rows; row++) if (holds[row] === 1 && !holdsIn(values, row * width)) holds[row] = 0;
    },
    clear: () => {},
    save: () => [],
    load: () => {},
  };
};

/** A condition on a variable, which a probe records in every step. */
const variableCondition = (plan: Of<"variable">, { population, first }: Watched): Condition => {
  const { places, width } = placesOf(plan.trace, population.program);
  const count = places?.length ?? population.program.units;
  const at = first + plan.probe;
  return {
    ...valueCondition({ ...plan, places, width, count }, () => population.record(at)),
    expect: (rows) => population.schedule.set([0, 1, rows - 1], 3 * at),
  };
};

/** A condition on the values of a read-out. */
const readoutCondition = (plan: Of<"readout">, { readout }: Sight): Condition => {
  const { width, valuesOf } = readout(plan.readout);
  const { columns } = plan;
  return valueCondition({ ...plan, places: columns, width, count: columns?.length ?? width }, valuesOf);
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
    decide: (holds, _firstStep, rows) => {
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

const conditionOf = (plan: ConditionPlan, sight: Sight): Condition => {
  if (plan.kind === "readout") return readoutCondition(plan, sight);
  const watched = plan.population === undefined ? sight.own! : sight.populations[plan.population]!;
  return plan.kind === "spikes" ? spikeCondition(plan, watched.population) : variableCondition(plan, watched);
};

/** Decides around which steps a record keeps its rows. */
export class Gate {
  readonly plan: TriggerPlan;
  readonly #conditions: readonly Condition[];
  readonly #started: Started;
  #holds = new Uint8Array();
  /** First step of a chunk that is still to be decided. */
  #undecided: { readonly firstStep: number; readonly rows: number } | undefined;

  constructor(plan: TriggerPlan, sight: Sight, started: Started) {
    this.plan = plan;
    this.#started = started;
    this.#conditions = plan.when.map((condition) => conditionOf(condition, sight));
  }

  /** Announces the next chunk. */
  expect(firstStep: number, rows: number): void {
    this.#undecided = { firstStep, rows };
    for (const condition of this.#conditions) condition.expect?.(rows);
  }

  /** For each row of the chunk: 1 if all conditions hold. Call it after the chunk is computed. */
  get holds(): Uint8Array {
    const { firstStep, rows } = this.#undecided ?? { firstStep: 0, rows: 0 };
    this.#undecided = undefined;
    if (rows === 0) return this.#holds;
    if (this.#holds.length < rows) this.#holds = new Uint8Array(rows);
    const holds = this.#holds;
    const { name } = this.plan;
    holds.fill(name === undefined || this.#started.held.has(name) ? 1 : 0, 0, rows);
    if (name !== undefined && this.#started.once.has(name)) holds[0] = 1;
    for (const condition of this.#conditions) condition.decide(holds, firstStep, rows);
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
