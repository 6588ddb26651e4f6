import { wasm } from "../../backend/wasm/wasm.ts";
import { signIssues } from "../../connectivity/bundles.ts";
import { ConfigError, type Issue } from "../../errors/errors.ts";
import type { Brain } from "../../graph/brain.ts";
import type { BuiltBrain } from "../../graph/build.ts";
import { applyInitial } from "../initial.ts";
import { byName } from "./by-name.ts";
import { drawProjections } from "./plan.ts";

/** What populations say of the whole brain: they must agree. @throws ConfigError where they do not. */
export const commonOf = ({ wiring }: Brain): { readonly dt?: number; readonly dtype?: "f32" | "f64" } => {
  const common: { dt?: number; dtype?: "f32" | "f64" } = {};
  const issues: Issue[] = [];
  for (const key of ["dt", "dtype"] as const) {
    const given = wiring.populations.filter(({ component }) => component.config[key] !== undefined);
    const first = given[0];
    const other = given.find(({ component }) => component.config[key] !== given[0]!.component.config[key]);
    if (first && other) {
      const message = `is ${other.component.config[key]}, but that of ${first.name} is ${first.component.config[key]}. Give all populations the same.`;
      issues.push(other.place.at(key).issue(message));
    }
    if (first) Object.assign(common, { [key]: first.component.config[key] });
  }
  if (issues.length > 0) throw new ConfigError(issues);
  return common;
};

/**
 * Writes start values, given by population, into the states of a built brain; what is wrong with them becomes issues.
 * @throws ShapeError for arrays of another shape.
 */
export const applyInitials = (built: BuiltBrain, given: unknown, issues: Issue[]): void => {
  const names = built.populations.map(({ name }) => name);
  const initial = byName("initial", given, names, issues);
  for (const { name, component } of built.populations) {
    applyInitial(component, initial[name], issues, `initial.${name}`);
  }
};

/**
 * Checks the projections of a brain and gives for each how many synapses it has, or is expected to have where only
 * drawing tells. Nothing is drawn.
 * @throws ConfigError with every problem.
 */
export const expectedSynapses = (built: BuiltBrain): Record<string, number> => {
  const { wiring, populations } = built;
  const synapses = drawProjections(built, wasm);
  const issues = wiring.projections.flatMap(({ source }, k) =>
    populations[source]!.inhibitory === false ? [] : signIssues(synapses[k]!),
  );
  if (issues.length > 0) throw new ConfigError(issues);
  return Object.fromEntries(wiring.projections.map(({ name }, k) => [name, synapses[k]!.expected]));
};
