import { custom } from "../config/options.ts";
import { describe, isTypedArray, type Misfit, readArray } from "../config/shape.ts";
import type { NumberList } from "./ends.ts";

export const isList = (value: unknown): value is NumberList => Array.isArray(value) || isTypedArray(value);

/** Issues of a flat list of numbers. */
export const listMisfit = (list: NumberList): Misfit | undefined => {
  if (list.length === 0) return undefined;
  const read = readArray(list as readonly number[]);
  if ("message" in read) return read;
  return read.shape.length === 1
    ? undefined
    : {
        at: [],
        message: "must be a flat list of numbers; received nested lists. Give one number per synapse or unit.",
      };
};

/** A flat list of numbers. A document can also store it in a file. */
export const numbers = (about: string, remedy = "Give one number per synapse.") =>
  custom<NumberList>({
    about,
    takes: "a list of numbers",
    schema: { description: about, $ref: "#/$defs/numbers" },
    read: (value, site) => {
      if (!isList(value)) return site.refuse(`must be a list of numbers; received ${describe(value)}. ${remedy}`);
      const wrong = listMisfit(value);
      return wrong ? site.refusePart(wrong) : value;
    },
  });
