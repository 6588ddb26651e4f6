import type { Fields } from "../config/field.ts";
import type { FieldInput } from "../config/parse.ts";
import type { Synapse, SynapseModel } from "../model/synapse.ts";
import { synapse as codeSynapse, declareSynapse } from "../model/synapse.ts";
import { checkArguments, type EquationsSource, inText, keepSource, textNames } from "./arguments.ts";
import { collectSynapse } from "./declare-synapse.ts";
import type { EquationsOptions } from "./options.ts";
import { parse } from "./parse.ts";
import { Problems } from "./problems.ts";
import { defineSynapse } from "./step-synapse.ts";

/** Options of a synapse's equations as text: those of a soma without the name of the potential. */
export type SynapseEquationsOptions = Omit<EquationsOptions, "potential">;

/** Values of the parameters by their names in the text, and the options of every synapse. */
export type SynapseEquationsConfig = {
  /** Name of the soma's input that the synapse acts on. Default: the first input with the right payload. */
  readonly port?: string;
  readonly seed?: number;
  readonly skipValidation?: boolean;
} & { readonly [name: string]: FieldInput | string | number | boolean | undefined };

/** Constructor of a synapse that a text declares. */
export interface EquationsSynapse {
  (config?: SynapseEquationsConfig): Synapse;
  readonly model: SynapseModel<Fields>;
}

/**
 * Declares a synapse by its equations as text: differential equations, `arrive:`, the current or the jump that it gives,
 * and parameters with defaults and units.
 *
 * @param name PascalCase, such as NmdaSynapse
 * @throws ModelError with all problems of the text, each with its line and column; UnitError if all are about units
 */
export const synapseFromEquations = (
  name: string,
  text: string,
  options: SynapseEquationsOptions = {},
): EquationsSynapse => {
  checkArguments("synapse", name, text, options);
  const { type, problems } = readSynapseEquations(name, text, options);
  problems.refuse(name);
  return type!;
};

/** Reads a text. The result contains the synapse, or the problems of the text. */
export const readSynapseEquations = (
  name: string,
  text: string,
  options: SynapseEquationsOptions,
): { readonly type?: EquationsSynapse; readonly problems: Problems } => {
  const problems = new Problems(text);
  const parsed = parse(problems, "synapse");
  const declarations = collectSynapse(problems, parsed);
  const definition = defineSynapse(declarations, options);
  if (problems.found.length > 0 || !definition) return { problems };
  const about =
    options.about ?? (parsed.heading === "" ? "Synapse declared by its equations as text." : parsed.heading);
  const type = inText(name, "potential", () =>
    declareSynapse(name, declarations.fields, { ...definition, about }, textNames),
  );
  keepSource(type.model, { equations: text, ...options } satisfies EquationsSource);
  return { type: type as unknown as EquationsSynapse, problems };
};

/** Declares synapses: with typed expressions, or with `synapse.equations` by their equations as text. */
export const synapse: typeof codeSynapse & { readonly equations: typeof synapseFromEquations } =
  /* @__PURE__ */ Object.assign(
    ((name, fields, definition) => codeSynapse(name, fields, definition)) as typeof codeSynapse,
    { equations: synapseFromEquations },
  );
