import { custom, type Option } from "../config/options.ts";
import { describe, isTypedArray, readArray } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { NumberList } from "./ends.ts";

export const isList = (value: unknown): value is NumberList => Array.isArray(value) || isTypedArray(value);

/** Issues of a flat list of numbers. */
export const listIssues = (list: NumberList, path: string): Issue[] => {
  if (list.length === 0) return [];
  const read = readArray(list as readonly number[], path);
  if ("message" in read) return [read];
  return read.shape.length === 1
    ? []
    : [
        {
          path,
          message: "must be a flat list of numbers; received nested lists. Give one number per synapse or unit.",
        },
      ];
};

const LIST = "a list of numbers";

/** Whether an option takes a list of numbers. */
export const takesList = ({ takes }: Option): boolean => takes === LIST;

/** A flat list of numbers. A document can also store it in a file. */
export const numbers = (about: string, remedy = "Give one number per synapse.") =>
  custom<NumberList>({
    about,
    takes: LIST,
    schema: { description: about, $ref: "#/$defs/numbers" },
    read: (value, site) => {
      if (!isList(value)) return site.refuse(`must be a list of numbers; received ${describe(value)}. ${remedy}`);
      const wrong = listIssues(value, site.place.path);
      site.issues.push(...wrong);
      return wrong.length > 0 ? undefined : value;
    },
  });
