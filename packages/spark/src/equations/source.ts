import { ModelError } from "../errors/errors.ts";
import type { Expr } from "../expr/expr.ts";
import type { Model } from "../model/component.ts";
import type { SynapseModel } from "../model/synapse.ts";
import { requireModel } from "../tell/described.ts";
import { Structures } from "./same.ts";
import { type EquationsSource, somaFromEquations, sourceOf } from "./soma.ts";
import { synapseFromEquations } from "./synapse.ts";
import { type WrittenEquations, write, writeSynapse } from "./write.ts";

/**
 * The equations of a soma or a synapse as text and options for `soma.equations` or `synapse.equations`: of a model
 * declared by a text, that text; of a model declared in code, a text that writes out its step. `equations` reads it as the
 * same graph.
 * @throws ConfigError unless it gets a model, such as LeakySoma.model
 * @throws ModelError if a text cannot express the model, with the reason
 */
export const equationsSource = (model: Model | SynapseModel): EquationsSource => {
  requireModel("equationsSource", model);
  const known = sourceOf(model);
  if (known) return known;
  const written = textOf(model);
  const read = readBack(model, written);
  const difference = differenceOf(model, read);
  if (difference !== undefined) {
    throw new ModelError(
      `${model.name} cannot be written as text: ${difference} would differ. Keep the model in code.`,
    );
  }
  return written;
};

/** @throws ModelError that names the model */
const textOf = (model: Model | SynapseModel): WrittenEquations => {
  try {
    return isSynapse(model) ? writeSynapse(model) : write(model);
  } catch (error) {
    throw error instanceof ModelError ? new ModelError(`${model.name} ${error.message}`) : error;
  }
};

const isSynapse = (model: Model | SynapseModel): model is SynapseModel => model.kind === "synapse";

const readBack = (model: Model | SynapseModel, { equations, ...options }: EquationsSource): Model | SynapseModel => {
  const { name } = model;
  try {
    return isSynapse(model)
      ? synapseFromEquations(name, equations, options).model
      : somaFromEquations(name, equations, options).model;
  } catch (error) {
    throw new ModelError(`${name} cannot be written as text. Keep the model in code.\n${(error as Error).message}`, {
      cause: error,
    });
  }
};

/** The first part of two models that differs in its meaning; undefined if none does. Descriptions may differ. */
export const differenceOf = (a: Model | SynapseModel, b: Model | SynapseModel): string | undefined => {
  const structures = new Structures();
  const [first, second] = [a, b].map((model) => partsOf(model, structures));
  return Object.keys({ ...first, ...second }).find((key) => first![key] !== second![key]);
};

/** Every part of a model that decides what it computes and which values it takes, as text. */
const partsOf = (model: Model | SynapseModel, structures: Structures): Record<string, string> => {
  const number = (expr: Expr | undefined): string => (expr ? `${structures.numberOf(expr)}` : "");
  const parts: Record<string, string> = isSynapse(model)
    ? {
        "the unit of its weights": model.weightUnit,
        [`its ${model.output.port}`]: number(model.output.value),
        "its observables": Object.entries(model.observables)
          .map(([key, { expr, unit }]) => `${key} ${unit} ${number(expr)}`)
          .join(),
      }
    : { spikes: number(model.spikes) };
  const list = (name: string, keys: readonly string[]): void => {
    parts[`the order of its ${name}`] = keys.join();
  };
  list("parameters", Object.keys(model.fields));
  list("state variables", Object.keys(model.state));
  list("inputs", Object.keys(model.inputs));
  for (const [key, field] of Object.entries(model.fields)) {
    const checks = field.checks.map(({ requirement, schema }) => [requirement, schema]);
    parts[`the parameter ${key}`] = JSON.stringify([String(field.default), field.unit, checks]);
  }
  for (const [key, { dtype, unit, initial, from }] of Object.entries(model.state)) {
    parts[`the state variable ${key}`] = JSON.stringify([dtype, unit, number(initial), number(from)]);
    parts[`the equation of ${key}`] = number(model.next[key]);
  }
  for (const [key, { description, ...port }] of Object.entries(model.inputs)) {
    parts[`the input ${key}`] = JSON.stringify(port);
  }
  const roles = isSynapse(model) ? {} : (model.roles ?? {});
  parts["the roles of its parts"] = JSON.stringify(Object.entries(roles).sort());
  return parts;
};
