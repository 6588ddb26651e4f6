import { numberParts, slotsOf } from "../compile/network.ts";
import { compileRule, dendriticSteps } from "../compile/rule.ts";
import { isConductance } from "../config/conductance.ts";
import type { Precision } from "../config/parse.ts";
import { sizeOf } from "../config/shape.ts";
import { Draws } from "../connectivity/draws.ts";
import type { Synapses } from "../connectivity/synapses.ts";
import type { ParameterValues } from "../connectivity/values.ts";
import { weightIssues } from "../connectivity/weight-issues.ts";
import { parameterPlace, type ReadWiring } from "../connectivity/wiring.ts";
import { ConfigError, type Issue } from "../errors/errors.ts";
import { type BuiltBrain, type BuiltPopulation, collected, type SurveyedBrain } from "../graph/build.ts";
import { drivenParameters } from "../graph/signal.ts";
import type { WiredProjection } from "../graph/wiring.ts";
import type { BundleInput } from "../layout/bundle.ts";
import { layOutBundles } from "../layout/bundles.ts";
import { shardsOf } from "../layout/shards.ts";
import { extremeProblem } from "../model/by-synapse.ts";
import type { SynapticFields } from "../model/rule-config.ts";
import { rulesIn } from "../model/rule-model.ts";
import type { Drawer } from "../program/machine.ts";
import type { BundlePart } from "../program/network.ts";
import type { Program } from "../program/program.ts";
import type { SynapseBuilder } from "../program/recipe.ts";
import type { RuleProgram } from "../program/rule.ts";
import type { Work } from "../program/work.ts";
import type { LaidNetwork } from "./frontend.ts";
import { signalLines } from "./signals.ts";

/** Prepares every projection; no synapse is drawn yet. @throws ConfigError that lists every problem */
export const drawProjections = (built: SurveyedBrain, precision: Precision, drawer: Drawer): Synapses[] => {
  const issues: Issue[] = [];
  const draws = new Draws(drawer);
  const end = (place: number): ReadWiring["source"] => {
    const { name, component } = built.populations[place]!;
    const positions = built.positions[name];
    return { units: sizeOf(component.units), ...(positions && { positions }) };
  };
  const drawn = built.wiring.projections.flatMap((wired) => {
    const { name, source, target, receptor, rule, weight, delay, dendriticDelay, place, places, draw, synaptic } =
      wired;
    const wiring: ReadWiring = {
      name: `brain.projections.${name}`,
      rule,
      weights: weight,
      delays: delay ?? built.dt,
      source: end(source),
      target: end(target),
      recurrent: source === target,
      ...(Object.keys(synaptic).length > 0 && { parameters: valuesIn(synaptic) }),
      seed: built.seed,
      dt: built.dt,
    };
    const synapses = collected(issues, () => draw(wiring, draws, places));
    if (!synapses) return [];
    const shortest = synapses.delays[0] ?? 1;
    if (dendriticDelay !== undefined && dendriticSteps(dendriticDelay, built.dt) > shortest) {
      const least = Number((shortest * built.dt).toPrecision(12));
      const message = `must be at most the shortest delay of the synapses, ${least} ms; received ${dendriticDelay} ms. It is a part of the delay: give longer delays, or less.`;
      issues.push(place.at("dendriticDelay").issue(message));
    }
    issues.push(...parameterIssues(wired, synapses));
    const { weightUnit: unit } = built.populations[target]!.receptors[receptor]!.model;
    const inhibitory = built.populations[source]!.inhibitory !== false;
    issues.push(...weightIssues(synapses, { unit, precision, conductance: isConductance(unit), inhibitory }));
    return [synapses];
  });
  if (issues.length > 0) throw new ConfigError(issues);
  return drawn;
};

const valuesIn = (synaptic: SynapticFields): NonNullable<ReadWiring["parameters"]> =>
  Object.fromEntries(
    Object.entries(synaptic).map(([name, own]) => [
      name,
      ("bySynapse" in own ? own.bySynapse : own) as ParameterValues,
    ]),
  );

/** Draws and distances can give values that a parameter must not have. */
const parameterIssues = ({ plasticity, places }: WiredProjection, { parameters }: Synapses): Issue[] =>
  Object.entries(parameters).flatMap(([name, { extremes }]): Issue[] => {
    const rules = rulesIn(plasticity!);
    const skips = rules.some(({ model, config }) => {
      const own = rules.length === 1 || name.startsWith(`${model.name}.`);
      return own && config.skipValidation;
    });
    const [problem] = extremes.flatMap((value) => extremeProblem(plasticity!.model.fields[name]!, value) ?? []);
    return problem === undefined || skips ? [] : [parameterPlace(name, places).issue(problem)];
  });

interface Planning {
  readonly builder: SynapseBuilder | undefined;
  /** Projections whose synapses have a weight each because it was changed. */
  readonly owned: ReadonlySet<number>;
}

/** Combines populations and synapses into a network program for a backend. This counts the synapses. */
export const planNetwork = function* (
  built: BuiltBrain,
  programs: readonly Program[],
  synapses: readonly Synapses[],
  threads: number,
  { builder, owned }: Planning,
): Work<LaidNetwork> {
  const { populations, slots } = numberParts(
    built.populations.map(({ name, receptors }, k) => ({ name, program: programs[k]!, receptors })),
  );
  const inputs = built.wiring.projections.map(({ source, target, receptor, layout, plasticity }, k): BundleInput => {
    const { model } = built.populations[target]!.receptors[receptor]!;
    const conductance = isConductance(model.weightUnit);
    // The reversal potential of a conductance gives its direction, not the sign of the weight.
    const signs = conductance ? undefined : signsOf(built.populations[source]!);
    return {
      synapses: synapses[k]!,
      source,
      target,
      firstSlot: slotsOf(built.populations[target]!.receptors, populations[target]!)[receptor]!,
      signs,
      conductance,
      layout,
      ownWeights: owned.has(k) || plasticity !== undefined,
      learns: plasticity !== undefined,
    };
  });
  const incoming = (place: number): number =>
    inputs.reduce((sum, input) => sum + (input.target === place ? input.synapses.expected : 0), 0);
  const shards = shardsOf(
    populations.map(({ program, receptors }, k) => ({ units: program.units, receptors, incoming: incoming(k) })),
    threads,
  );
  const laid = yield* layOutBundles(inputs, shards, builder);
  const { precision } = programs[0]!;
  const { longestDelay } = laid;
  const filling: Work<void>[] = [];
  const bundles = laid.bundles.map((bundle) => ({
    ...bundle,
    fill: (parts: readonly BundlePart[]) => void filling.push(bundle.filling(parts)),
  }));
  const rules = laid.projections.flatMap(({ input, bundle }, k): RuleProgram[] => {
    const { name, target, plasticity, ruleFields, synaptic } = built.wiring.projections[k]!;
    if (!plasticity || bundle === undefined) return [];
    const { firstSlot, signs } = input;
    const path = `${name}.plasticity`;
    const site = { dt: built.dt, precision, path, seed: built.seed, target: built.populations[target]! };
    const from = { driven: drivenParameters(built.wiring.signals, k), synaptic: Object.keys(synaptic) };
    const compiled = compileRule(plasticity.model, ruleFields!, site, from);
    return [{ name, bundle, target, firstSlot, ...(signs && { signs }), ...compiled }];
  });
  const signals = signalLines(built, rules);
  return {
    network: {
      name: built.name,
      precision,
      populations,
      slots,
      shards,
      bundles,
      longestDelay,
      ...(rules.length > 0 && { rules }),
      ...(signals.length > 0 && { signals }),
    },
    synapses: laid.synapses,
    warnings: laid.warnings,
    projections: laid.projections,
    *fill() {
      for (const work of filling) yield* work;
    },
  };
};

/** −1 for inhibitory units; undefined if there are none. Always the same array, so that bundles can compare it. */
const signsOf = (population: BuiltPopulation): Int8Array | undefined => {
  const { component, inhibitory } = population;
  if (inhibitory === false) return undefined;
  const known = signed.get(population);
  if (known) return known;
  const signs = new Int8Array(sizeOf(component.units)).fill(-1);
  if (inhibitory !== true) for (const [unit, value] of inhibitory.entries()) signs[unit] = value ? -1 : 1;
  signed.set(population, signs);
  return signs;
};
const signed = new WeakMap<BuiltPopulation, Int8Array>();
