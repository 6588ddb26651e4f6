import { encodeNpz, type NpySource } from "spark-snn";

/** Name of the file with long lists, next to the document. */
export const DATA = "network.npz";
/** Smaller files are not compressed: that takes longer than all other work of an import, and weights hardly shrink. */
const COMPRESSED = 2 ** 20;
/** Longest list that stands in the document itself. */
const LONGEST = 32;

/** Collects long lists for a file. */
export class DataFile {
  readonly #arrays: Record<string, NpySource> = {};

  /** Values of a parameter: one number, a list, or a reference to the file. */
  values(name: string, list: Float64Array, shape: readonly number[]): unknown {
    if (list.every((value) => value === list[0])) return list[0];
    if (list.length <= LONGEST) return nested(Array.from(list), shape);
    return { npz: DATA, array: this.#add(name, list, shape) };
  }

  /** Lists of synapses. */
  synapses(name: string, lists: Readonly<Record<string, Int32Array | Float64Array>>): unknown {
    const entries = Object.entries(lists);
    if (entries.every(([, list]) => list.length <= LONGEST)) {
      return Object.fromEntries(entries.map(([key, list]) => [key, Array.from(list)]));
    }
    return { npz: DATA, ...Object.fromEntries(entries.map(([key, list]) => [key, this.#add(`${name}.${key}`, list)])) };
  }

  files(): Readonly<Record<string, Uint8Array>> {
    const arrays = Object.values(this.#arrays);
    if (arrays.length === 0) return {};
    const size = arrays.reduce((sum, { data }) => sum + data.byteLength, 0);
    return { [DATA]: encodeNpz(this.#arrays, { compress: size >= COMPRESSED }) };
  }

  #add(name: string, data: NpySource["data"], shape: readonly number[] = [data.length]): string {
    this.#arrays[name] = { data, shape };
    return name;
  }
}

/** A flat list as lists in lists. */
const nested = (list: readonly unknown[], shape: readonly number[]): readonly unknown[] =>
  shape.slice(1).reduceRight<readonly unknown[]>((rows, length) => {
    const parts: unknown[] = [];
    for (let at = 0; at < rows.length; at += length) parts.push(rows.slice(at, at + length));
    return parts;
  }, list);
