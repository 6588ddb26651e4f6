import { wasm } from "../backend/wasm/wasm.ts";
import type { Backend } from "../program/machine.ts";
import { buildSynapses } from "./build.ts";
import { Draws } from "./draws.ts";
import type { End } from "./ends.ts";
import type { Rule } from "./rule.ts";
import type { Synapses } from "./synapses.ts";
import type { SynapseValues } from "./values.ts";
import { placesIn, readWiring, type Wiring } from "./wiring.ts";

/** A projection by itself, outside of a network. */
export interface DrawSynapsesOptions {
  readonly rule: Rule;
  readonly source: End;
  /** Default: the source population itself. */
  readonly target?: End;
  /** Default 1. */
  readonly weights?: SynapseValues;
  /** ms; default one step. */
  readonly delays?: SynapseValues;
  readonly seed: number;
  /** ms */
  readonly dt: number;
  /** Name of the projection, part of the keys of its draws. Default "projection". */
  readonly name?: string;
  /** What draws: default wasm. Every backend draws the same. */
  readonly backend?: Backend;
}

/**
 * The synapses of one projection, to look at. Nothing is kept: they are drawn each time they are asked for.
 * @throws ConfigError that names every problem
 */
export const drawSynapses = (options: DrawSynapsesOptions): Synapses => {
  const { rule, source, target = source, weights = 1, seed, dt, name = "projection" } = options;
  const { delays = dt, backend = wasm } = options;
  const recurrent = options.target === undefined;
  const wiring: Wiring = { name, rule, weights, delays, source, target, recurrent, seed, dt };
  const places = placesIn(name);
  return buildSynapses(readWiring(wiring, places), new Draws(backend), places);
};
