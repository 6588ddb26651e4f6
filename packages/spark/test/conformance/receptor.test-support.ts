import type { Receptor } from "../../src/compile/receptors.ts";
import type { Fields } from "../../src/config/field.ts";
import { drawUnit, keyOf } from "../../src/math/threefry.ts";
import type { Synapse } from "../../src/model/synapse.ts";
import { PoissonDrive } from "../../src/sources/index.ts";

/** A field's default, moved by up to a tenth for each unit. */
export const spread = (fields: Fields, units: number): Record<string, Float64Array> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, { default: value }]) => [
      name,
      Float64Array.from({ length: units }, (_, unit) => value * (0.9 + 0.1 * drawUnit(keyOf(1, name), unit))),
    ]),
  );

const weights: Readonly<Record<string, number>> = { pA: 200, mV: 4, nS: 8 };

/** A synapse at so many units, with a Poisson drive that differs from unit to unit. */
export const receptorOf = (synapse: Synapse, units: number, dt: number): Receptor => {
  const built = synapse.build([units], { dt });
  // What lasts for a step alone must be strong to be felt.
  const weight = weights[synapse.model.weightUnit]! * (synapse.model.name === "LinearSynapse" ? 40 : 1);
  const drive = PoissonDrive({ rate: 400, weight: spread({ weight: { default: weight } } as never, units)["weight"]! });
  const source = drive.build([units], synapse.model.weightUnit, { dt, seed: 5 });
  return {
    name: "it",
    model: synapse.model,
    fields: built.fields,
    start: built.state,
    seed: built.seed,
    port: synapse.model.output.port,
    wired: true,
    drives: [{ name: "noise", source }],
  };
};
