import { equalPairs } from "../deterministic.ts";
import { connectionRule } from "./connection-rule.ts";

/** Connects source unit k to target unit k. The populations must have the same size. */
export const oneToOne = connectionRule("oneToOne", {
  about: "Connects source unit k to target unit k.",
  options: {},
  size: (_, { source }) => ({ synapses: source.units, exact: true }),
  check: (_, site) => {
    const { source, target } = site.context;
    if (source.units === target.units) return;
    site.refuse(
      `needs populations of equal size; received ${source.units} source units and ${target.units} target units. Use another rule, or populations of equal size.`,
    );
  },
  told: { targets: "same" },
  pairs: (_, context) => equalPairs(context),
});
