import { brokenRule, type Field, remedy } from "./field.ts";
import { custom, described } from "./options.ts";
import { describe } from "./shape.ts";

/** A number that satisfies the rules of a field. `otherwise` is the remedy in place of the default of the field. */
export const fieldNumber = (field: Field, otherwise: string = remedy(field)) => {
  const { unit, description, checks } = field;
  return custom<number>({
    about: description,
    takes: "a number",
    unit,
    schema: {
      description: described(description, unit),
      type: "number",
      ...Object.assign({}, ...checks.map(({ schema }) => schema)),
    },
    read: (value, site) => {
      if (typeof value !== "number") return site.refuse(`must be a number; received ${describe(value)}. ${otherwise}`);
      const broken = brokenRule(field, value);
      return broken === undefined ? value : site.refuse(`${broken}. ${otherwise}`);
    },
  });
};
