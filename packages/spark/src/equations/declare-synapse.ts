import { parseUnit } from "../config/unit.ts";
import { symbol } from "../expr/expr.ts";
import { checkName, constantsOf, type Declarations, namesOf, refuseTwice, refuseUnit, variablesOf } from "./declare.ts";
import { Lowering } from "./lower.ts";
import type { Parsed } from "./parse.ts";
import type { Problems } from "./problems.ts";
import { START } from "./problems.ts";
import type { Assignment, AssignmentSection, Definition, InputLine, ValueSection } from "./syntax.ts";
import { readUnit } from "./text-units.ts";

/* Reads the declarations in the text of a synapse. */

/** Everything that the text of a synapse declares: its arrivals are in `resets`. */
export interface SynapseDeclarations extends Declarations {
  /** Unit of the weights; undefined if the text does not say it. */
  readonly weightUnit: string | undefined;
  /** Values that can be recorded in addition to the variables. */
  readonly observed: readonly Definition[];
  /** The current or the jump that the synapse gives. */
  readonly output: ValueSection | undefined;
}

/** Names that a synapse cannot have for variables and parameters. */
const ofSynapses: readonly string[] = ["arriving", "potential", "during", "current", "jump", "port", "currentOf"];

export const collectSynapse = (problems: Problems, { statements, defined, isPartial }: Parsed): SynapseDeclarations => {
  const isWrittenOut = statements.some(({ kind }) => kind === "next");
  const lowering = new Lowering(problems, { refusesQuotients: !isWrittenOut, defined });
  const lines = statements.filter((line): line is Definition => "value" in line && "target" in line);
  const inputLines = statements.filter((line): line is InputLine => line.kind === "input");
  refuseTwice(problems, [...lines, ...inputLines]);
  for (const { target } of lines) {
    if (ofSynapses.includes(target.name))
      problems.add(target, `${target.name} is a name that every synapse has. Rename it.`);
  }
  // A synapse has no potential of its own, so none is missed.
  const variables = variablesOf(
    problems,
    lines.filter((line) => line.kind === "differential" || line.kind === "next"),
    true,
    () => undefined,
  );
  const { fields, definitions } = namesOf(lowering, lines);
  const constants = constantsOf(fields);
  const weight = weightOf(problems, inputLines, isPartial);
  if (weight)
    constants.set(weight.name, {
      expr: symbol("float", "arriving", "input", weight.unit),
      unit: parseUnit(weight.unit)!,
      spelled: weight.unit,
    });
  const taken = new Set([...Object.keys(fields), ...definitions.keys(), ...variables.map(({ name }) => name)]);
  const potential = { expr: symbol("float", "potential", "input", "mV"), unit: parseUnit("mV")!, spelled: "mV" };
  for (const name of ["v", "potential"]) if (!taken.has(name) && !constants.has(name)) constants.set(name, potential);
  for (const { kind, target } of lines) if (kind === "observe") checkName(problems, target, "variable");
  const outputs = statements.filter((line): line is ValueSection => line.kind === "current" || line.kind === "jump");
  for (const { at, kind } of outputs.slice(1)) {
    problems.add(
      at,
      `${kind}: is a second output, but a synapse gives one current or one jump. Add the terms, or remove one.`,
    );
  }
  if (outputs.length === 0 && !isPartial) {
    const end = { start: problems.text.length, end: problems.text.length };
    problems.add(end, "the text does not say what the synapse gives. Add current: …, in pA, or jump: …, in mV.");
  }
  const assignmentsOf = (kind: AssignmentSection["kind"]): Assignment[] =>
    statements
      .filter((line): line is AssignmentSection => line.kind === kind)
      .flatMap(({ assignments }) => assignments);
  return {
    fields,
    variables,
    potential: undefined,
    inputs: [],
    definitions,
    nextSpikes: undefined,
    spike: undefined,
    refractory: undefined,
    resets: assignmentsOf("arrive"),
    starts: assignmentsOf("start"),
    isWrittenOut,
    isPartial,
    constants,
    lowering,
    parameterRoles: {},
    weightUnit: weight?.unit,
    observed: lines.filter(({ kind }) => kind === "observe"),
    output: outputs[0],
  };
};

/** The input of a synapse: the sum of the weights that arrive. */
const weightOf = (
  problems: Problems,
  lines: readonly InputLine[],
  isPartial: boolean,
): { readonly name: string; readonly unit: string } | undefined => {
  const [line, ...more] = lines;
  for (const { target } of more) problems.add(target, "a synapse has one input, the weights. Remove the line.");
  if (!line) {
    if (!isPartial)
      problems.add(START, "the text does not say the unit of the weights. Add input w : weight nS, or pA or mV.");
    return undefined;
  }
  const { target, payload, unit, flags } = line;
  if (payload.name !== "weight") {
    problems.add(
      payload,
      `the input of a synapse is the weight of the spikes that arrive; received ${payload.name}. Write input ${target.name} : weight nS.`,
    );
    return undefined;
  }
  for (const flag of flags) problems.add(flag, `(${flag.text}) has no meaning here. Remove it.`);
  checkName(problems, target, "input");
  const text = unit && readUnit(unit.text);
  if (!unit)
    problems.add(payload, `the weights need a unit. Write input ${target.name} : weight nS, or pA or mV.`, true);
  else if (text === undefined) refuseUnit(problems, unit, target.name);
  return text === undefined ? undefined : { name: target.name, unit: text };
};
