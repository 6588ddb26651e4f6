import type { Fields } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import type { CommonConfig, FieldInput } from "../config/parse.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ModelError } from "../errors/errors.ts";
import type { Component, Model } from "../model/component.ts";
import type { Naming } from "../model/declare.ts";
import { soma as codeSoma, declareSoma } from "../model/soma.ts";
import { collect } from "./declare.ts";
import type { EquationsOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { Problems } from "./problems.ts";
import { define } from "./step.ts";

/** Values of the parameters by their names in the text, and the options of every component. */
export type EquationsConfig = {
  readonly [K in keyof CommonConfig]?: CommonConfig[K];
} & { readonly [name: string]: FieldInput | CommonConfig[keyof CommonConfig] };

/** Constructor of a soma that a text declares. */
export interface EquationsSoma {
  (config?: EquationsConfig): Component<Model<Fields, string, "soma">>;
  readonly model: Model<Fields, string, "soma">;
}

/** The text from which a model was declared. */
export interface EquationsSource extends EquationsOptions {
  readonly equations: string;
}

const sources = new WeakMap<Model, EquationsSource>();

/** The text from which a model was declared; undefined for models declared in code. */
export const sourceOf = (model: Model): EquationsSource | undefined => sources.get(model);

const textNames: Naming = { pattern: /^[A-Za-z][A-Za-z0-9_]*$/, form: "with letters, digits and _" };

/** Most characters of a text. */
const LONGEST = 100_000;

/**
 * Declares a soma by its equations as text, in the notation of papers and of Brian2.
 *
 * @param name PascalCase, such as AdEx
 * @param text differential equations, `spike:`, `reset:`, parameters with defaults and units
 * @throws ModelError with all problems of the text, each with its line and column; UnitError if all are about units
 */
export const somaFromEquations = (name: string, text: string, options: EquationsOptions = {}): EquationsSoma => {
  checkArguments(name, text, options);
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
  sources.set(type.model, { equations: text, ...options });
  return { type: type as unknown as EquationsSoma, problems };
};

/** Errors of the declaration that no place of the text explains, such as of methods, with the names of the text. */
const inText = <T>(name: string, potential: string, declare: () => T): T => {
  try {
    return declare();
  } catch (error) {
    if (error instanceof RangeError) throw new ModelError(`${name}: the equations are too long. Shorten them.`);
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.message.replaceAll(/\.potential\b/g, `.${potential}`), { cause: error });
  }
};

const optionNames = ["about", "potential", "method", "substeps"] as const;

const checkArguments = (name: unknown, text: unknown, options: unknown): void => {
  const where = "soma.equations";
  if (typeof name !== "string") {
    throw new ModelError(
      `${where} takes the name of the soma first; received ${describe(name)}. Write soma.equations("AdEx", text).`,
    );
  }
  if (typeof text !== "string") {
    throw new ModelError(
      `${where}("${name}") takes the equations as a text; received ${describe(text)}. Write them in backquotes.`,
    );
  }
  if (text.length > LONGEST) {
    throw new ModelError(
      `${where}("${name}") takes at most ${LONGEST} characters; received ${text.length}. Shorten the text.`,
    );
  }
  if (!isRecord(options)) {
    throw new ModelError(
      `${where}("${name}") takes options such as { method: "rk4" }; received ${describe(options)}. Give an object.`,
    );
  }
  for (const key of Object.keys(options)) {
    if ((optionNames as readonly string[]).includes(key)) continue;
    throw new ModelError(`${where}("${name}").${key} is not an option. ${suggestName(key, optionNames)}`);
  }
  for (const key of ["about", "potential"] as const) {
    const value = options[key];
    if (value === undefined || typeof value === "string") continue;
    throw new ModelError(
      `${where}("${name}").${key} must be a text; received ${describe(value)}. Give a text or leave it out.`,
    );
  }
};

/** Declares somas: with typed expressions, or with `soma.equations` by their equations as text. */
export const soma: typeof codeSoma & { readonly equations: typeof somaFromEquations } = /* @__PURE__ */ Object.assign(
  ((name, fields, definition) => codeSoma(name, fields, definition)) as typeof codeSoma,
  { equations: somaFromEquations },
);
