import { encodeNpy, encodeNpz, type NpySource } from "spark-snn";

/* The lists of an imported network, in NPZ files next to the document. */

/** Above this number of values, files are not compressed: that would take longer than the import. */
const COMPRESSED = 2_000_000;

/** A value for a document: a number, or the reference to a list in a file. */
export type Stored = number | { readonly npz: string; readonly array: string };

export class DataFiles {
  readonly #files = new Map<string, Record<string, NpySource>>();
  readonly #arrays: Record<string, Uint8Array> = {};

  /** Stores an array. Returns its name in the file. */
  add(file: string, name: string, data: NpySource["data"], shape: readonly number[] = [data.length]): string {
    const arrays = this.#files.get(file) ?? {};
    this.#files.set(file, arrays);
    arrays[name] = { data, shape };
    return name;
  }

  /** Stores an array as a file of its own. */
  addArray(file: string, data: NpySource["data"], shape: readonly number[]): void {
    this.#arrays[file] = encodeNpy({ data, shape });
  }

  /** One number if all values are the same, otherwise the reference to a stored list. */
  values(file: string, name: string, values: Float64Array): Stored {
    const [first] = values;
    if (first !== undefined && values.every((value) => value === first)) return first;
    return { npz: file, array: this.add(file, name, values) };
  }

  /** The files. The arrays of each are released when it is encoded. */
  encode(): Readonly<Record<string, Uint8Array>> {
    const encoded: Record<string, Uint8Array> = { ...this.#arrays };
    for (const [name, arrays] of this.#files) {
      const size = Object.values(arrays).reduce((sum, { data }) => sum + data.length, 0);
      encoded[name] = encodeNpz(arrays, { compress: size <= COMPRESSED });
      this.#files.delete(name);
    }
    return encoded;
  }
}

/** A column of numbers that stays one number as long as all its values are the same. */
export class Column {
  #length = 0;
  #first = 0;
  #values: Float64Array | undefined;

  push(value: number): void {
    if (this.#length === 0) this.#first = value;
    if (!this.#values && value !== this.#first) {
      this.#values = new Float64Array(Math.max(1024, 2 * this.#length)).fill(this.#first, 0, this.#length);
    }
    if (this.#values) {
      if (this.#length === this.#values.length) this.#values = grown(this.#values);
      this.#values[this.#length] = value;
    }
    this.#length++;
  }

  /** The value of all, or the list; undefined without values. */
  get value(): number | Float64Array | undefined {
    if (this.#length === 0) return undefined;
    return this.#values ? this.#values.subarray(0, this.#length) : this.#first;
  }
}

/** A growing list of the numbers of units, with as few bytes as the size of their population needs. */
export class UnitList {
  #length = 0;
  #values: Uint8Array | Uint16Array | Uint32Array;

  /** @param units size of the population */
  constructor(units: number) {
    this.#values = new (units <= 2 ** 8 ? Uint8Array : units <= 2 ** 16 ? Uint16Array : Uint32Array)(1024);
  }

  push(unit: number): void {
    if (this.#length === this.#values.length) this.#values = grown(this.#values);
    this.#values[this.#length++] = unit;
  }

  get length(): number {
    return this.#length;
  }

  get values(): Uint8Array | Uint16Array | Uint32Array {
    return this.#values.subarray(0, this.#length);
  }
}

const grown = <T extends Float64Array | Uint8Array | Uint16Array | Uint32Array>(values: T): T => {
  // Half as much again: at most a third of the memory is unused.
  const larger = new (values.constructor as new (length: number) => T)(Math.ceil(values.length * 1.5));
  larger.set(values);
  return larger;
};
