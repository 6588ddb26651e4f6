import { suggestName } from "../config/nearest-name.ts";
import type { Declarations } from "./declare.ts";
import type { Assignment } from "./syntax.ts";

/* Assignments to names that are no variables. */

export type Assigning = "reset" | "arrive" | "start";

export const refuseAssignment = (declared: Declarations, assignment: Assignment, section: Assigning): void => {
  const { problems } = declared.lowering;
  const { name } = assignment.target;
  const isMisread = declared.isPartial && !Object.hasOwn(declared.fields, name) && !declared.definitions.has(name);
  if (!isMisread) problems.add(assignment.target, unassignable(declared, assignment, section));
};

const unassignable = (
  { fields, variables, definitions, constants }: Declarations,
  { target: { name } }: Assignment,
  section: Assigning,
): string => {
  if (Object.hasOwn(fields, name)) {
    return section !== "start"
      ? `${name} is a parameter, which ${section === "reset" ? "a reset" : "an arrival"} cannot change. Give it an equation, such as d${name}/dt = 0, or start its definition in a new line.`
      : `${name} is a parameter, which has its value already. Start its definition in a new line.`;
  }
  if (definitions.has(name))
    return `${name} is a sub-expression, which follows from its definition. Assign a variable.`;
  if (constants.has(name)) return `${name} is an input, which cannot be assigned. Assign a variable.`;
  return `${name} is not a variable. ${suggestName(
    name,
    variables.map((variable) => variable.name),
  )}`;
};
