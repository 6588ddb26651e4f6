import type { View } from "../../../program/machine.ts";
import type { NetworkProgram, SignalLine } from "../../../program/network.ts";
import { addressOf } from "../library.ts";
import { allocate, type Block, writeWords } from "../memory.ts";
import type { NativeRule } from "../rules/rule.ts";
import { lineStruct } from "./structs.ts";

/** The state and input buffers of populations, by name. */
export type FindBuffer = (population: number, buffer: string) => View;

/** The signals of a network for compiled code. A signal into a rule has a line for each shard. */
export class Lines {
  readonly count: number;
  readonly #lines: readonly { readonly line: SignalLine; readonly shard: number }[];
  readonly #block: Block;
  readonly #units: readonly Int32Array[];
  readonly #factors: Float64Array;

  constructor({ name, signals = [], shards }: NetworkProgram) {
    this.#lines = signals.flatMap((line) =>
      "rule" in line.target ? shards.map((_, shard) => ({ line, shard })) : [{ line, shard: 0 }],
    );
    this.count = this.#lines.length;
    this.#block = allocate(this.count * lineStruct.bytes, name);
    this.#units = this.#lines.map(({ line }) => Int32Array.from(line.units));
    this.#factors = Float64Array.from(this.#lines.flatMap(({ line: { scale, offset } }) => [scale, offset]));
  }

  get address(): bigint {
    return this.#block.address;
  }

  /** Writes the addresses of the buffers, which other programs move. */
  connect(find: FindBuffer, rules: readonly NativeRule[]): void {
    this.#lines.forEach(({ line, shard }, k) => {
      const { population, buffer, units, sums, adds, target, length, first } = line;
      const targets =
        "rule" in target ? rules[target.rule]!.memory[target.buffer]![shard]! : find(target.population, target.buffer);
      const words = lineStruct.words({
        values: placeOf(find(population, buffer)),
        units: placeOf(this.#units[k]!),
        count: units.length,
        sums: Number(sums),
        adjacent: Number(units.every((unit, k) => unit === units[0]! + k)),
        factors: placeOf(this.#factors) + BigInt(16 * k),
        adds: Number(adds),
        targets: placeOf(targets) + BigInt(first * targets.BYTES_PER_ELEMENT),
        length,
      });
      writeWords(this.#block, k * lineStruct.bytes, words);
    });
  }
}

const placeOf = (view: View): bigint => addressOf(view.buffer as ArrayBuffer) + BigInt(view.byteOffset);
