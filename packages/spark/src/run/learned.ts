import type { StoredProjection } from "../layout/bundle.ts";
import { gatherSynapses, type StoredBundle, scatterSynapses } from "../layout/weights.ts";
import type { Machine, RuleMemory, View } from "../program/machine.ts";
import type { RuleBuffer, RuleProgram } from "../program/rule.ts";
import { finish } from "../program/work.ts";

/**
 * State variables of the plasticity rules: by projection, and by names such as "pre.trace". They are in the order of the
 * source units and their delays, of the target units, or of the synapses.
 */
export type Learned = Readonly<Record<string, Readonly<Record<string, View>>>>;

/** A bundle of a machine. */
export const bundleIn = (machine: Machine, bundle: number): StoredBundle => {
  const { bundles, shards } = machine.network;
  return { bundle: bundles[bundle]!, shards, parts: machine.parts(bundle) };
};

/** A state variable of a rule in a machine. Buffer 0 contains the weights, which are kept as such. */
interface Stored extends RuleBuffer {
  readonly rule: RuleProgram;
  readonly views: RuleMemory[number];
  readonly projection: StoredProjection;
}

const storedIn = function* (machine: Machine, projections: readonly StoredProjection[]): Generator<Stored> {
  for (const [k, rule] of (machine.network.rules ?? []).entries()) {
    const memory = machine.ruleMemory!(k);
    const projection = projections.find(({ bundle }) => bundle === rule.bundle)!;
    for (const [b, buffer] of rule.buffers.entries()) {
      if (b > 0 && !buffer.fixed && buffer.of === undefined) yield { ...buffer, rule, views: memory[b]!, projection };
    }
  }
};

/** Copies the state of all rules. */
export const readLearned = (machine: Machine, projections: readonly StoredProjection[]): Learned => {
  const learned: Record<string, Record<string, View>> = {};
  for (const { name, space, rule, views, projection } of storedIn(machine, projections)) {
    const [first] = views as readonly [View];
    learned[rule.name] ??= {};
    if (space !== "synapse") {
      learned[rule.name]![name] = first.slice();
      continue;
    }
    const values = new (first.constructor as new (length: number) => View)(projection.synapses);
    finish(gatherSynapses(projection, bundleIn(machine, rule.bundle), views, values));
    learned[rule.name]![name] = values;
  }
  return learned;
};

/** Writes the state of rules. Variables that are missing keep their values. */
export const writeLearned = (machine: Machine, projections: readonly StoredProjection[], learned: Learned): void => {
  for (const { name, space, rule, views, projection } of storedIn(machine, projections)) {
    const values = learned[rule.name]?.[name];
    if (!values) continue;
    if (space === "synapse") finish(scatterSynapses(projection, bundleIn(machine, rule.bundle), views, values));
    else for (const view of views) view.set(values);
  }
};
