import { MemoryError } from "../errors/errors.ts";
import type { BundlePart, BundleShard, DenseRow, Shard } from "../program/network.ts";
import type { Work } from "../program/work.ts";
import type { BundleInput, Tell } from "./bundle.ts";
import { ROW_UNITS } from "./layout.ts";

/** Largest number of cells of the table of counts per source unit, target and delay. */
const MOST_CELLS = 2 ** 32;
const MOST_ROWS = 255;

/** The row of each shard, which covers its units of the target population. */
export const denseRows = ({ target, firstSlot }: BundleInput, shards: readonly Shard[]): DenseRow[] =>
  shards.map((shard) => {
    const run = shard.units.find(({ population }) => population === target);
    if (!run) return { first: 0, length: 0 };
    const length = Math.ceil((run.end - run.first) / ROW_UNITS) * ROW_UNITS;
    return { first: firstSlot + run.first - shard.firstSlot, length };
  });

/** Counts synapses per source unit, target and delay. */
export class Cells {
  readonly #counts: Uint8Array;
  readonly #width: number;
  readonly #targets: number;

  constructor([{ synapses }]: Inputs, delays: number) {
    const cells = synapses.sources * synapses.targets * delays;
    const refuse = (): never => {
      const sizes = `${synapses.sources} source units, ${synapses.targets} targets and ${delays} delays`;
      throw new MemoryError(
        `${synapses.name} has ${sizes}, too many for rows of weights. Use layout: "sparse", or fewer delays.`,
      );
    };
    if (cells > MOST_CELLS) refuse();
    this.#width = delays;
    this.#targets = synapses.targets;
    try {
      this.#counts = new Uint8Array(cells);
    } catch {
      this.#counts = refuse();
    }
  }

  /** Counts a synapse. Returns the number of earlier ones with the same source unit, target and delay. */
  add(source: number, place: number, target: number): number {
    return this.#counts[(source * this.#width + place) * this.#targets + target]!++;
  }

  /** Largest number of synapses of one target in a range. */
  most(source: number, place: number, first: number, end: number): number {
    const start = (source * this.#width + place) * this.#targets;
    let most = 0;
    for (let k = start + first; k < start + end; k++) if (this.#counts[k]! > most) most = this.#counts[k]!;
    return most;
  }
}

export type Inputs = readonly [BundleInput, ...BundleInput[]];

/** Weights in rows per shard, source unit and delay: as many rows as a target has synapses. */
export const countRows = function* (
  inputs: Inputs,
  shards: readonly Shard[],
  places: Int32Array,
  delays: number,
  tell: Tell,
): Work<Uint32Array> {
  const [{ synapses: first, target }] = inputs;
  const cells = new Cells(inputs, delays);
  for (const { synapses } of inputs) {
    const batches = synapses.batches({ weights: false });
    let next = batches.next();
    for (; !next.done; next = batches.next()) {
      const { length, sources, targets, delays: steps } = next.value;
      for (let k = 0; k < length; k++) {
        const before = cells.add(sources[k]!, places[steps[k]!]!, targets[k]!);
        if (before >= MOST_ROWS) throw tooMany(synapses.name);
      }
      yield;
    }
    tell(synapses, next.value);
  }
  const counts = new Uint32Array(shards.length * first.sources * delays);
  denseRows(inputs[0], shards).forEach(({ length }, s) => {
    const run = shards[s]!.units.find(({ population }) => population === target);
    if (!run) return;
    for (let source = 0; source < first.sources; source++) {
      for (let place = 0; place < delays; place++) {
        const rows = cells.most(source, place, run.first, run.end);
        counts[(s * first.sources + source) * delays + place] = rows * length;
      }
    }
  });
  return counts;
};

const tooMany = (name: string): MemoryError =>
  new MemoryError(
    `${name} must have at most ${MOST_ROWS} synapses of one delay between a source unit and a target to lie in rows. Use layout: "sparse".`,
  );

/** Draws the synapses again and writes the weights to rows. The second synapse of a pair goes to a second row. */
export const fillRows = function* (
  inputs: Inputs,
  shards: readonly Shard[],
  places: Int32Array,
  delays: number,
  parts: readonly BundleShard[],
  arrays: readonly BundlePart[],
  stretches: ArrayLike<number>,
): Work<void> {
  const cells = new Cells(inputs, delays);
  const [{ target: population }] = inputs;
  const firsts = shards.map(({ units }) => units.find((run) => run.population === population)?.first ?? 0);
  for (const { synapses, signs } of inputs) {
    for (const { length, sources, targets, delays: steps, weights } of synapses.batches({ weights: true })) {
      for (let k = 0; k < length; k++) {
        const source = sources[k]!;
        const target = targets[k]!;
        const place = places[steps[k]!]!;
        const shard = stretches[target >>> 6]!;
        const { offsets, row } = parts[shard]!;
        const before = cells.add(source, place, target) * row!.length;
        const at = offsets[source * delays + place]! + before + target - firsts[shard]!;
        arrays[shard]!.weights[at] = signs ? weights[k]! * signs[source]! : weights[k]!;
      }
      yield;
    }
  }
};
