import { suggestName } from "../config/nearest-name.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ModelError } from "../errors/errors.ts";
import type { Naming } from "../model/declare.ts";
import type { EquationsOptions } from "./options.ts";
import type { TextKind } from "./parse.ts";

/** The text from which a model was declared. */
export interface EquationsSource extends EquationsOptions {
  readonly equations: string;
}

const sources = new WeakMap<object, EquationsSource>();

/** The text from which a model was declared; undefined for models declared in code. */
export const sourceOf = (model: object): EquationsSource | undefined => sources.get(model);

export const keepSource = (model: object, source: EquationsSource): void => void sources.set(model, source);

export const textNames: Naming = { pattern: /^[A-Za-z][A-Za-z0-9_]*$/, form: "with letters, digits and _" };

/** Most characters of a text. */
const LONGEST = 100_000;

/** Errors of the declaration that no place of the text explains, such as of methods, with the names of the text. */
export const inText = <T>(name: string, potential: string, declare: () => T): T => {
  try {
    return declare();
  } catch (error) {
    if (error instanceof RangeError) throw new ModelError(`${name}: the equations are too long. Shorten them.`);
    if (!(error instanceof ModelError)) throw error;
    throw new ModelError(error.message.replaceAll(/\.potential\b/g, `.${potential}`), { cause: error });
  }
};

const optionNames = {
  soma: ["about", "potential", "method", "substeps"],
  synapse: ["about", "method", "substeps"],
} as const;
const examples = { soma: "AdEx", synapse: "NmdaSynapse" } as const;

export const checkArguments = (kind: TextKind, name: unknown, text: unknown, options: unknown): void => {
  const where = `${kind}.equations`;
  if (typeof name !== "string") {
    throw new ModelError(
      `${where} takes the name of the ${kind} first; received ${describe(name)}. Write ${where}("${examples[kind]}", text).`,
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
    if ((optionNames[kind] as readonly string[]).includes(key)) continue;
    throw new ModelError(`${where}("${name}").${key} is not an option. ${suggestName(key, optionNames[kind])}`);
  }
  for (const key of ["about", "potential"] as const) {
    const value = options[key];
    if (value === undefined || typeof value === "string") continue;
    throw new ModelError(
      `${where}("${name}").${key} must be a text; received ${describe(value)}. Give a text or leave it out.`,
    );
  }
};
