import type { JsonObject } from "./json.ts";

/* The models of the library as data, from which the forms, the palette and the ports are made. */

export interface FieldEntry {
  readonly name: string;
  readonly default: number;
  /** "1" for a pure number. */
  readonly unit: string;
  /** For example "> 0". Empty if any finite number is valid. */
  readonly rule: string;
  readonly description: string;
}

export interface PortEntry {
  readonly name: string;
  readonly direction: "in" | "out";
  readonly payload: string;
  readonly unit: string;
  readonly description: string;
}

export interface StateEntry {
  readonly name: string;
  readonly type: "float" | "int" | "bool";
  readonly unit: string;
  readonly description: string;
}

export interface PresetEntry {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface ModelEntry {
  readonly name: string;
  /** One sentence. */
  readonly about: string;
  readonly fields: readonly FieldEntry[];
  readonly ports: readonly PortEntry[];
  readonly states: readonly StateEntry[];
  readonly presets: readonly PresetEntry[];
  /** The equations as plain text. */
  readonly equations: string;
  /** The keys of a document that declare the soma by its equations; undefined if a text cannot express it. */
  readonly source: ({ readonly equations: string } & JsonObject) | undefined;
}

/** All models of the library by kind and name, in the order of the library. */
export interface Catalogue {
  readonly somas: readonly ModelEntry[];
  readonly synapses: readonly ModelEntry[];
  readonly sources: readonly ModelEntry[];
  readonly plasticity: readonly ModelEntry[];
  /** JSON Schema of experiment documents. */
  readonly schema: JsonObject;
}
