import type { Fields } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import { commonNames } from "../config/parse.ts";
import { Place, placeOf } from "../config/place.ts";
import { describe, isRecord } from "../config/shape.ts";
import { ConfigError, type Issue, issuesOf, ModelError } from "../errors/errors.ts";
import type { Component, ComponentType, ConfigOf, Model, PopulationKind, Preset, WithInputs } from "./component.ts";
import { componentType } from "./soma.ts";

/** A model with presets. Its config takes the name of one. */
export interface PresetType<F extends Fields, S extends string, K extends PopulationKind, I, N extends string> {
  (config?: ConfigOf<F> & { readonly preset?: N }): Component<Model<F, S, K> & WithInputs<I>>;
  readonly model: Model<F, S, K> & WithInputs<I>;
  /** The parameters of each preset. */
  readonly presets: Readonly<Record<N, { readonly [P in keyof F]?: number }>>;
}

/**
 * Adds presets to a model: `IzhikevichSoma({ preset: "chattering" })` takes the parameters of one as defaults, and
 * `IzhikevichSoma.presets.chattering` contains them. Documents name a preset in the same way.
 *
 * @throws ModelError unless it gets a soma and presets with a description and parameters each, and if the soma has a
 * parameter named `preset`; ConfigError if a preset has an unknown parameter or a value out of range
 */
export const withPresets = <F extends Fields, S extends string, K extends PopulationKind, I, const N extends string>(
  type: ComponentType<F, S, K, I>,
  presets: Readonly<Record<N, Preset<{ readonly [P in keyof F]?: number }>>>,
): PresetType<F, S, K, I, N> => {
  const plain = plainModel(type);
  checkPresets(plain, presets);
  const model = { ...plain, presets } as unknown as typeof plain;
  return withNames(model, presets, componentType<F, S, K>(model)) as unknown as PresetType<F, S, K, I, N>;
};

/** A constructor whose config takes the name of a preset. */
export const withNames = (
  model: Pick<Model, "name">,
  presets: Readonly<Record<string, Preset<object>>>,
  plain: unknown,
): object => {
  const base = plain as (config: unknown, place: Place | undefined) => unknown;
  const parametersOf = Object.fromEntries(
    Object.entries(presets).map(([name, { parameters }]) => {
      base(parameters, new Place([model.name, "presets", name]));
      return [name, Object.freeze({ ...parameters })];
    }),
  );
  const create = (config?: unknown, place?: Place): unknown => {
    if (!isRecord(config) || config["preset"] === undefined) return base(config, place);
    const { preset, ...own } = config as Readonly<Record<string, unknown>>;
    const at = placeOf(model.name, place).at("preset");
    if (typeof preset !== "string" || !Object.hasOwn(parametersOf, preset)) {
      const names = Object.keys(parametersOf);
      const remedy = typeof preset === "string" ? suggestName(preset, names) : `Name one of ${names.join(", ")}.`;
      const issue = at.issue(`is not a preset of ${model.name}; received ${describe(preset)}. ${remedy}`);
      throw new ConfigError([issue, ...issuesIn(() => base(own, place))]);
    }
    const given = Object.entries(own).filter(([, value]) => value !== undefined);
    return base({ ...parametersOf[preset], ...Object.fromEntries(given) }, place);
  };
  const made = Object.assign(create, { model, presets: parametersOf });
  return Object.defineProperty(made, "name", { value: model.name });
};

const plainModel = <F extends Fields, S extends string, K extends PopulationKind, I>(
  type: ComponentType<F, S, K, I>,
): Model<F, S, K> => {
  const model = typeof type === "function" ? (type as Partial<typeof type>).model : undefined;
  if (model?.kind !== "soma") {
    throw new ModelError(`withPresets takes a soma; received ${describe(type)}. Pass the result of soma().`);
  }
  if (Object.hasOwn(model.fields, "preset")) {
    throw new ModelError(`${model.name}.preset is a parameter, and the key that names a preset. Rename the parameter.`);
  }
  return model;
};

const checkPresets = ({ name }: Pick<Model, "name">, presets: unknown): void => {
  if (!isRecord(presets)) {
    throw new ModelError(`${name}.presets must be an object of presets; received ${describe(presets)}. Give one.`);
  }
  for (const [key, preset] of Object.entries(presets)) {
    if (isRecord(preset) && typeof preset["about"] === "string" && isRecord(preset["parameters"])) continue;
    const received = describe(preset);
    throw new ModelError(
      `${name}.presets.${key} must have about, a text, and parameters, an object; received ${received}. Give both.`,
    );
  }
};

/** The keys that the config of a model takes. */
export const configKeys = ({ fields, presets }: Pick<Model, "fields" | "presets">): readonly string[] => [
  ...Object.keys(fields),
  ...commonNames,
  ...(presets ? ["preset"] : []),
];

/** The problems that a call finds. */
const issuesIn = (call: () => unknown): readonly Issue[] => {
  try {
    call();
    return [];
  } catch (error) {
    return issuesOf(error);
  }
};
