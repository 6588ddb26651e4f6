import type { Fields } from "../config/field.ts";
import type { Place } from "../config/place.ts";
import type { Preset } from "./component.ts";
import { plasticityType } from "./plasticity.ts";
import { withNames } from "./presets.ts";
import type { Plasticity, PlasticityConfigOf, PlasticityModel, PlasticityType } from "./rule-model.ts";

/** A plasticity rule with presets. */
export interface PresetRule<F extends Fields, N extends string> {
  (config?: PlasticityConfigOf<F> & { readonly preset?: N }, place?: Place): Plasticity<PlasticityModel<F>>;
  readonly model: PlasticityModel<F>;
  /** The parameters of each preset. */
  readonly presets: Readonly<Record<N, { readonly [P in keyof F]?: number }>>;
}

/** Adds presets to a plasticity rule. @throws ConfigError if a preset has an unknown parameter or a value out of range */
export const ruleWithPresets = <F extends Fields, const N extends string>(
  { model: plain }: PlasticityType<F>,
  presets: Readonly<Record<N, Preset<{ readonly [P in keyof F]?: number }>>>,
): PresetRule<F, N> => {
  const model = { ...plain, presets } as unknown as PlasticityModel<F>;
  return withNames(model, presets, plasticityType(model)) as unknown as PresetRule<F, N>;
};
