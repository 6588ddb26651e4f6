import type { Fields } from "../config/field.ts";
import type { CommonConfig, FieldInput } from "../config/parse.ts";
import type { Component, Model } from "../model/component.ts";
import { soma as codeSoma, declareSoma } from "../model/soma.ts";
import { checkArguments, type EquationsSource, inText, keepSource, sourceOf, textNames } from "./arguments.ts";
import { collect } from "./declare.ts";
import type { EquationsOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { Problems } from "./problems.ts";
import { define } from "./step.ts";

export { type EquationsSource, sourceOf };

/** Values of the parameters by their names in the text, and the options of every component. */
export type EquationsConfig = {
  readonly [K in keyof CommonConfig]?: CommonConfig[K];
} & { readonly [name: string]: FieldInput | CommonConfig[keyof CommonConfig] };

/** Constructor of a soma that a text declares. */
export interface EquationsSoma {
  (config?: EquationsConfig): Component<Model<Fields, string, "soma">>;
  readonly model: Model<Fields, string, "soma">;
}

/**
 * Declares a soma by its equations as text, in the notation of papers and of Brian2.
 *
 * @param name PascalCase, such as AdEx
 * @param text differential equations, `spike:`, `reset:`, parameters with defaults and units
 * @throws ModelError with all problems of the text, each with its line and column; UnitError if all are about units
 */
export const somaFromEquations = (name: string, text: string, options: EquationsOptions = {}): EquationsSoma => {
  checkArguments("soma", name, text, options);
  const { type, problems } = readEquations(name, text, options);
  problems.refuse(name);
  return type!;
};

/** Reads a text. The result contains the soma, or the problems of the text. */
export const readEquations = (
  name: string,
  text: string,
  options: EquationsOptions,
): { readonly type?: EquationsSoma; readonly problems: Problems } => {
  const problems = new Problems(text);
  const parsed = parse(problems);
  const declarations = collect(problems, parsed, options.potential);
  const definition = define(declarations, options);
  if (problems.found.length > 0 || !definition) return { problems };
  const about = options.about ?? (parsed.heading === "" ? "Soma declared by its equations as text." : parsed.heading);
  const type = inText(name, declarations.potential!.name, () =>
    declareSoma(name, declarations.fields, { ...definition, about }, textNames),
  );
  keepSource(type.model, { equations: text, ...options });
  return { type: type as unknown as EquationsSoma, problems };
};

/** Declares somas: with typed expressions, or with `soma.equations` by their equations as text. */
export const soma: typeof codeSoma & { readonly equations: typeof somaFromEquations } = /* @__PURE__ */ Object.assign(
  ((name, fields, definition) => codeSoma(name, fields, definition)) as typeof codeSoma,
  { equations: somaFromEquations },
);
