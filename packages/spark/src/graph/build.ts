import { counted } from "../config/counted.ts";
import type { Precision } from "../config/parse.ts";
import { type Shape, sizeOf } from "../config/shape.ts";
import type { Positions } from "../connectivity/positions.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import { isDrawn, knownFields, surveyComponent, surveyOn } from "../model/build.ts";
import type { Built, BuiltComponent, Model, Surveyed } from "../model/component.ts";
import { targetPort } from "../model/ports.ts";
import type { SourceInstance, SourceModel } from "../model/source.ts";
import type { SynapseModel } from "../model/synapse.ts";
import type { Varying } from "../model/varying.ts";
import type { Brain } from "./brain.ts";
import { directionIssues } from "./conductances.ts";
import { inletsOf, outletsOf } from "./signal.ts";
import type { WiredPopulation, Wiring } from "./wiring.ts";

/** A receptor with its values. */
export interface BuiltReceptor {
  readonly name: string;
  readonly model: SynapseModel;
  readonly fields: Readonly<Record<string, number | Float64Array>>;
  /**
   * Whether the value of an expression may be set during a simulation; `fields` then contains the present values. Absent
   * until a field is set.
   */
  live?: ((expr: Expr) => boolean) | undefined;
  readonly start: Readonly<Record<string, Float64Array | Int32Array>>;
  readonly seed: number;
  /** Input of the soma that it acts on. */
  readonly port: string;
  /** Whether projections end here. */
  readonly wired: boolean;
  readonly drives: readonly { readonly name: string; readonly source: SourceInstance }[];
}

export interface BuiltPopulation {
  readonly name: string;
  readonly component: BuiltComponent<Model>;
  readonly receptors: readonly BuiltReceptor[];
  /** One value per unit if the population is mixed. */
  readonly inhibitory: boolean | readonly boolean[];
  /** Values that signals read, and ports that they drive; absent for a single component. */
  readonly outlets?: ReturnType<typeof outletsOf>;
  readonly inlets?: readonly string[];
}

/** A population before its values are drawn. */
export interface SurveyedPopulation {
  readonly name: string;
  readonly component: Surveyed<Model>;
  readonly receptors: readonly SurveyedReceptor[];
  readonly inhibitory: boolean | readonly boolean[];
  /** Sentences about allowed but unusual values, except drawn ones. */
  readonly warnings: readonly string[];
  /** Ports that signals drive; absent for a single component. */
  readonly inlets?: readonly string[];
}

export interface SurveyedDrive {
  readonly name: string;
  readonly varying: Varying | undefined;
  /** Undefined if the equations depend on drawn values. */
  readonly model?: SourceModel;
}

export interface SurveyedReceptor extends Pick<BuiltReceptor, "name" | "model" | "port" | "wired"> {
  /** Undefined if they must be drawn. */
  readonly fields: BuiltReceptor["fields"] | undefined;
  readonly drives: readonly SurveyedDrive[];
}

/** What the populations of a network share. `precision`: values must be within its range. */
interface Site extends Pick<BuiltBrain, "dt" | "seed"> {
  readonly precision?: Precision;
}

/** The populations of a network with their values. Synapses are drawn later, when they are stored. */
export interface BuiltBrain {
  readonly name: string;
  readonly wiring: Wiring;
  readonly dt: number;
  readonly seed: number;
  readonly populations: readonly BuiltPopulation[];
  readonly positions: Readonly<Record<string, Positions>>;
  readonly warnings: readonly string[];
}

/** The populations of a network before their values are drawn. */
export interface SurveyedBrain extends Omit<BuiltBrain, "populations" | "warnings"> {
  readonly populations: readonly SurveyedPopulation[];
  /** Draws all values, once. @throws ConfigError with all problems that only drawing reveals */
  build(): BuiltBrain;
}

/**
 * Builds every population of a network.
 * @throws ConfigError with all problems; ShapeError like the build of a single component, with the path
 */
export const buildBrain = (brain: Brain, site: Site): BuiltBrain => surveyBrain(brain, site).build();

/**
 * Determines the shape of every population and checks all values except drawn ones.
 * @throws the errors of `buildBrain`, except those that only drawing reveals
 */
export const surveyBrain = (
  { name, wiring, positions }: Brain,
  { dt, seed, precision = "f64" }: Site,
): SurveyedBrain => {
  const issues: Issue[] = [];
  const surveys: PopulationSurvey[] = [];
  wiring.populations.forEach((population, place) => {
    const path = `brain.populations.${population.name}`;
    const survey = collected(issues, () => surveyPopulation(population, place, wiring, { path, dt, seed, precision }));
    if (!survey) return;
    surveys.push(survey);
    const { inhibitory } = population;
    const units = sizeOf(survey.surveyed.component.units);
    if (typeof inhibitory !== "boolean" && inhibitory.length !== units) {
      const message = `must contain ${counted(units, "value")}, one per unit; received ${inhibitory.length}. Give one per unit.`;
      issues.push(population.place.at("inhibitory").issue(message));
    }
  });
  if (issues.length === 0) {
    const known = wiring.populations.map(({ component: { model, config }, receptors }) => ({
      model,
      fields: knownFields(config),
      receptors: receptors.map(({ synapse }) => ({ model: synapse.model, fields: knownFields(synapse.config) })),
    }));
    issues.push(...directionIssues(wiring, known));
  }
  if (issues.length > 0) throw new ConfigError(issues);
  const common = { name, wiring, positions, dt, seed };
  let built: BuiltBrain | undefined;
  return {
    ...common,
    populations: surveys.map(({ surveyed }) => surveyed),
    build: () => {
      built ??= { ...common, ...buildAll(surveys, wiring) };
      return built;
    },
  };
};

interface PopulationSurvey {
  readonly surveyed: SurveyedPopulation;
  build(): BuiltPopulation;
}

const buildAll = (
  surveys: readonly PopulationSurvey[],
  wiring: Wiring,
): Pick<BuiltBrain, "populations" | "warnings"> => {
  const issues: Issue[] = [];
  const populations = surveys.flatMap(({ build }) => collected(issues, build) ?? []);
  if (issues.length === 0) {
    const directed = populations.map(({ component, receptors }) => ({ ...component, receptors }));
    issues.push(...directionIssues(wiring, directed));
  }
  if (issues.length > 0) throw new ConfigError(issues);
  const warnings = populations.flatMap(({ component }) => component.warnings);
  return { populations, warnings };
};

const surveyPopulation = (
  { name, component, receptors, inhibitory, place: written }: WiredPopulation,
  place: number,
  wiring: Wiring,
  { path, seed, ...site }: Site & { readonly path: string },
): PopulationSurvey => {
  const own = surveyComponent(component, {}, { ...site, seed: component.config.seed ?? seed, path, place: written });
  const { units } = own.surveyed;
  const parts = receptors.map(({ name: receptor, synapse, place: at }, k) => {
    const options = { ...site, seed: synapse.config.seed ?? seed, path: `${path}.${receptor}`, place: at };
    const survey = surveyOn(synapse.model, synapse.config, units, "the population it acts on", options);
    const ends = ({ target, receptor: at }: { readonly target: number; readonly receptor: number }): boolean =>
      target === place && at === k;
    const drives = wiring.drives
      .filter(ends)
      .map((wired) => surveyDrive(wired, units, synapse.model.weightUnit, { ...site, seed }));
    const wired = wiring.projections.some(ends);
    const port = targetPort(component.model.inputs, synapse.model.output.port, synapse.port)!;
    const build = (): BuiltReceptor => {
      const { model, fields, state } = survey.build();
      const built = drives.map((drive) => ({ name: drive.name, source: drive.build() }));
      return { name: receptor, model, fields, start: state, seed: options.seed, port, wired, drives: built };
    };
    const { fields } = survey.surveyed as Partial<Built>;
    return { surveyed: { name: receptor, model: synapse.model, fields, port, wired, drives }, build };
  });
  const surveyed = {
    name,
    component: own.surveyed,
    receptors: parts.map((part) => part.surveyed),
    inhibitory,
    warnings: own.warnings,
    inlets: inletsOf(wiring.signals, place),
  };
  const signals = { outlets: outletsOf(wiring.signals, place, site.dt), inlets: surveyed.inlets };
  return {
    surveyed,
    build: () => ({
      name,
      component: own.build(),
      receptors: parts.map(({ build }) => build()),
      inhibitory,
      ...signals,
    }),
  };
};

const surveyDrive = (
  { name, drive, place }: Wiring["drives"][number],
  units: Shape,
  weightUnit: string,
  shared: Site,
): SurveyedDrive & { build(): SourceInstance } => {
  const site = { ...shared, path: `brain.drives.${name}`, place };
  const build = (): SourceInstance => drive.build(units, weightUnit, site);
  if (isDrawn(drive.config)) {
    const { surveyed } = surveyOn(drive.model, drive.config, units, "the population it drives", site);
    return { name, varying: surveyed.varying, build };
  }
  const source = build();
  return { name, varying: source.varying, model: source.model, build: () => source };
};

/** Builds one part. Collects its problems, so that all parts are checked. */
export const collected = <T>(issues: Issue[], build: () => T): T | undefined => {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    issues.push(...error.issues);
    return undefined;
  }
};
