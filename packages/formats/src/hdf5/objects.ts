import type { Numbers } from "./values.ts";

/** The value of an attribute. */
export type AttributeValue = string | number | readonly string[] | Numbers;

/** What groups and datasets have in common. */
export interface Hdf5Object {
  /** Path in the file, such as "/node/nodes". */
  readonly path: string;
  attributeNames(): readonly string[];
  /** The value of an attribute; undefined if there is none of the name. @throws FileError if it is no number or text */
  attribute(name: string): AttributeValue | undefined;
}

export interface Hdf5Group extends Hdf5Object {
  readonly kind: "group";
  /** Names of the groups and datasets in it, in the order of the file. */
  names(): readonly string[];
  /** A group or dataset; undefined if there is none of the name. `name` may be a path below the group. */
  get(name: string): Hdf5Group | Hdf5Dataset | undefined;
  /** @throws FileError if there is no group of the name */
  group(name: string): Hdf5Group;
  /** @throws FileError if there is no dataset of the name */
  dataset(name: string): Hdf5Dataset;
}

/** Ranges of the first axes: first index, and the index after the last. The other axes are whole. */
export type Slice = readonly (readonly [start: number, stop: number])[];

export interface Hdf5Dataset extends Hdf5Object {
  readonly kind: "dataset";
  /** Lengths of the axes; [] for a single value. */
  readonly shape: readonly number[];
  /** Number of values. */
  readonly length: number;
  readonly values: "numbers" | "strings" | "other";
  /** The values in row-major order. @throws FileError if they are no numbers, damaged, or larger than the limit */
  numbers(slice?: Slice): Numbers;
  /** The values in row-major order. @throws FileError if they are no strings, damaged, or larger than the limit */
  strings(): readonly string[];
  /** The only value. @throws FileError if there are more */
  number(): number;
  /** The only value. @throws FileError if there are more */
  text(): string;
}

export interface Hdf5File {
  readonly root: Hdf5Group;
  /** Releases the file. Its groups and datasets cannot be used after that. */
  close(): void;
}

export interface Hdf5ReadOptions {
  /**
   * Most bytes that one read may return. A small file can declare any size, because values that were never written take
   * no space. Default 512 MiB.
   */
  readonly limit?: number;
}
