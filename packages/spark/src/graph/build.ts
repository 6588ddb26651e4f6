import { sizeOf } from "../config/shape.ts";
import type { Positions } from "../connectivity/rule.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { BuiltComponent, Model } from "../model/component.ts";
import type { SourceInstance } from "../model/source.ts";
import type { SynapseModel } from "../model/synapse.ts";
import type { Brain } from "./brain.ts";
import type { WiredPopulation, Wiring } from "./wiring.ts";

/** A synapse model at a population, with its values. */
export interface BuiltReceptor {
  readonly name: string;
  readonly model: SynapseModel;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  readonly start: Readonly<Record<string, Float64Array | Int32Array>>;
  readonly seed: number;
  /** Whether projections end here. */
  readonly wired: boolean;
  readonly drives: readonly { readonly name: string; readonly source: SourceInstance }[];
}

export interface BuiltPopulation {
  readonly name: string;
  readonly component: BuiltComponent<Model>;
  readonly receptors: readonly BuiltReceptor[];
  /** One value a unit where the population is mixed. */
  readonly inhibitory: boolean | readonly boolean[];
}

/** The populations of a brain with their values; synapses are drawn later, where they are to lie. */
export interface BuiltBrain {
  readonly name: string;
  readonly wiring: Wiring;
  readonly dt: number;
  readonly seed: number;
  readonly populations: readonly BuiltPopulation[];
  readonly positions: Readonly<Record<string, Positions>>;
  readonly warnings: readonly string[];
}

/**
 * Builds every population of a brain.
 * @throws ConfigError with every problem, ShapeError as a single component's build does, each with its path.
 */
export const buildBrain = (
  { name, wiring, positions }: Brain,
  { dt, seed }: { readonly dt: number; readonly seed: number },
): BuiltBrain => {
  const issues: Issue[] = [];
  const populations: BuiltPopulation[] = [];
  wiring.populations.forEach((population, place) => {
    const path = `brain.populations.${population.name}`;
    const built = collected(issues, () => buildPopulation(population, place, wiring, { path, dt, seed }));
    if (!built) return;
    populations.push(built);
    const { inhibitory } = built;
    const units = sizeOf(built.component.units);
    if (typeof inhibitory !== "boolean" && inhibitory.length !== units) {
      const message = `must hold ${units} values, one a unit; received ${inhibitory.length}. Give one a unit.`;
      issues.push(population.place.at("inhibitory").issue(message));
    }
  });
  if (issues.length > 0) throw new ConfigError(issues);
  const warnings = populations.flatMap(({ name: own, component }) =>
    component.warnings.map((warning) => `${own}: ${warning}`),
  );
  return { name, wiring, positions, dt, seed, populations, warnings };
};

interface Site {
  /** Keys the draws of the population. */
  readonly path: string;
  readonly dt: number;
  readonly seed: number;
}

const buildPopulation = (
  { name, component, receptors, inhibitory, place: written }: WiredPopulation,
  place: number,
  wiring: Wiring,
  { path, dt, seed }: Site,
): BuiltPopulation => {
  const built = component.build({}, { dt, seed: component.config.seed ?? seed, path, place: written.path });
  const parts = receptors.map((receptor, k): BuiltReceptor => {
    const site = {
      dt,
      seed: receptor.synapse.config.seed ?? seed,
      path: `${path}.${receptor.name}`,
      place: receptor.place.path,
    };
    const { model, fields, state } = receptor.synapse.build(built.units, site);
    const ends = ({ target, receptor: at }: { readonly target: number; readonly receptor: number }): boolean =>
      target === place && at === k;
    const drives = wiring.drives.filter(ends).map((wired) => ({
      name: wired.name,
      source: wired.drive.build(built.units, model.weightUnit, {
        dt,
        seed,
        path: `brain.drives.${wired.name}`,
        place: wired.place.path,
      }),
    }));
    const start = { start: state, seed: site.seed };
    return { name: receptor.name, model, fields, ...start, wired: wiring.projections.some(ends), drives };
  });
  return { name, component: built, receptors: parts, inhibitory };
};

/** Builds one part; what is wrong with its config is collected, so that all parts are checked. */
const collected = <T>(issues: Issue[], build: () => T): T | undefined => {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
};
