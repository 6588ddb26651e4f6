import type { Drawer } from "../program/machine.ts";
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
}

/** The synapses of one projection. Every drawer draws the same. @throws ConfigError that names every problem */
export const drawSynapsesWith = (drawer: Drawer, options: DrawSynapsesOptions): Synapses => {
  const { rule, source, target = source, weights = 1, seed, dt, name = "projection" } = options;
  const { delays = dt } = options;
  const recurrent = options.target === undefined;
  const wiring: Wiring = { name, rule, weights, delays, source, target, recurrent, seed, dt };
  const places = placesIn(name);
  return buildSynapses(readWiring(wiring, places), new Draws(drawer), places);
};
