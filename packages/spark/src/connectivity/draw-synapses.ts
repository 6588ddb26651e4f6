import type { Drawer } from "../program/machine.ts";
import { buildSynapses } from "./build.ts";
import { Draws } from "./draws.ts";
import type { End } from "./ends.ts";
import type { Rule } from "./rule.ts";
import type { Synapses } from "./synapses.ts";
import type { SynapseValues } from "./values.ts";
import { placesIn, readWiring, type Wiring } from "./wiring.ts";

/** A single projection, without a network. */
export interface DrawSynapsesOptions {
  readonly rule: Rule;
  readonly source: End;
  /** Target population. Default: the source population. */
  readonly target?: End;
  /** Weights, pA; mV for synapses that make the membrane jump. Default 1. */
  readonly weights?: SynapseValues;
  /** Delays, ms. Default: one step. */
  readonly delays?: SynapseValues;
  readonly seed: number;
  /** Time step, ms. */
  readonly dt: number;
  /** Name of the projection, part of the keys of its draws. Default "projection". */
  readonly name?: string;
}

/** The synapses of one projection, which do not depend on the drawer. @throws ConfigError with all problems */
export const drawSynapsesWith = (drawer: Drawer, options: DrawSynapsesOptions): Synapses => {
  const { rule, source, target = source, weights = 1, seed, dt, name = "projection" } = options;
  const { delays = dt } = options;
  const recurrent = options.target === undefined;
  const wiring: Wiring = { name, rule, weights, delays, source, target, recurrent, seed, dt };
  const places = placesIn(name);
  return buildSynapses(readWiring(wiring, places), new Draws(drawer), places);
};
