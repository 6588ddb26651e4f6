import { between, type Check, type Field, field, nonNegative, positive } from "../config/field.ts";
import { suggestName } from "../config/nearest-name.ts";
import { commonNames } from "../config/parse.ts";
import { isObjectName, runNames } from "../config/reserved-names.ts";
import { parseUnit, sameUnit, type Unit } from "../config/unit.ts";
import { dt, symbol } from "../expr/expr.ts";
import type { Roles } from "../model/component.ts";
import { unknownUnit } from "../model/declare.ts";
import { evaluateFixed } from "../model/fixed.ts";
import { current, type InputPort, jump, signal } from "../model/ports.ts";
import { Lowering, unitName, type Value } from "./lower.ts";
import { type Parsed, usualPotentials } from "./parse.ts";
import type { Problems, Span } from "./problems.ts";
import { Scope } from "./scope.ts";
import {
  type Assignment,
  type AssignmentSection,
  type Definition,
  type InputLine,
  keywords,
  type Node,
  type Statement,
  type UnitText,
  type ValueSection,
} from "./syntax.ts";
import { readUnit } from "./text-units.ts";
import { ownText, type Variable } from "./variables.ts";

/* Reads the declarations of a text: parameters, variables, inputs and named sub-expressions. */

/** An input of a text: its name there, its key in the model and its port. */
export interface Input {
  readonly name: string;
  readonly key: string;
  readonly port: InputPort;
  readonly place?: Span;
}

/** Everything that a text declares, with its sections. */
export interface Declarations {
  readonly fields: Readonly<Record<string, Field>>;
  readonly variables: readonly Variable[];
  /** The variable that is the membrane potential. */
  readonly potential: Variable | undefined;
  /** Inputs of the text; undefined for the usual current and jump. */
  readonly inputs: readonly Input[] | undefined;
  readonly definitions: ReadonlyMap<string, Definition>;
  /** The condition of `next spikes = …`. */
  readonly nextSpikes: Definition | undefined;
  readonly spike: ValueSection | undefined;
  readonly refractory: ValueSection | undefined;
  readonly resets: readonly Assignment[];
  readonly starts: readonly Assignment[];
  /** Whether the text writes out the step with `next`. */
  readonly isWrittenOut: boolean;
  /** Whether statements are left out because of syntax errors, so that missing ones are no further problem. */
  readonly isPartial: boolean;
  /** Names that have a value everywhere: parameters, inputs and dt. */
  readonly constants: ReadonlyMap<string, Value>;
  readonly lowering: Lowering;
  /** Roles that parameters name themselves, such as VT = -50 mV (threshold). */
  readonly parameterRoles: Roles;
}

export const collect = (
  problems: Problems,
  { statements, defined, isPartial }: Parsed,
  potentialOption: string | undefined,
): Declarations => {
  const isWrittenOut = statements.some(({ kind }) => kind === "next");
  const lowering = new Lowering(problems, { refusesQuotients: !isWrittenOut, defined });
  const lines = statements.filter((line): line is Definition => "value" in line && "target" in line);
  const inputLines = statements.filter((line): line is InputLine => line.kind === "input");
  refuseTwice(problems, [...lines, ...inputLines]);
  const isSpikes = (line: Definition): boolean => line.kind === "next" && line.target.name === "spikes";
  const nextSpikes = lines.find(isSpikes);
  const variables = variablesOf(
    problems,
    lines.filter((line) => line.kind !== "definition" && !isSpikes(line)),
    isPartial,
    (names) => potentialName(problems, statements, potentialOption, names),
  );
  const potential = variables.find(({ key }) => key === "potential");
  const { fields, definitions } = namesOf(lowering, lines);
  const inputs = inputLines.length > 0 ? inputLines.flatMap((line) => inputOf(problems, line, variables)) : undefined;
  const taken = new Set([...Object.keys(fields), ...definitions.keys(), ...variables.map(({ name }) => name)]);
  const constants = constantsOf(fields);
  for (const { name, key, port } of inputs ?? usualInputs(taken, isWrittenOut)) {
    constants.set(name, {
      expr: symbol("float", key, "input", port.unit),
      unit: parseUnit(port.unit)!,
      spelled: port.unit,
    });
  }
  const sectionOf = (kind: ValueSection["kind"]): ValueSection | undefined => {
    const [first, ...more] = statements.filter((line): line is ValueSection => line.kind === kind);
    for (const { at } of more)
      problems.add(at, `${kind}: occurs twice. ${kind === "spike" ? 'Combine the two with "or".' : "Remove one."}`);
    return first;
  };
  const assignmentsOf = (kind: AssignmentSection["kind"]): Assignment[] =>
    statements
      .filter((line): line is AssignmentSection => line.kind === kind)
      .flatMap(({ assignments }) => assignments);
  return {
    fields,
    variables,
    potential,
    inputs,
    definitions,
    nextSpikes,
    spike: sectionOf("spike"),
    refractory: sectionOf("refractory"),
    resets: assignmentsOf("reset"),
    starts: assignmentsOf("start"),
    isWrittenOut,
    isPartial,
    constants,
    lowering,
    parameterRoles: rolesOf(lines),
  };
};

/** Parameters, and named sub-expressions. */
export const namesOf = (lowering: Lowering, lines: readonly Definition[]) => {
  const { problems } = lowering;
  const fields: Record<string, Field> = {};
  const definitions = new Map<string, Definition>();
  for (const line of lines) {
    if (line.kind !== "definition") continue;
    const { name } = line.target;
    if (definitions.has(name) || Object.hasOwn(fields, name)) continue;
    checkName(problems, line.target, "parameter");
    if (isLiteral(line.value)) fields[name] = parameterOf(lowering, line);
    else definitions.set(name, readable(problems, line));
  }
  return { fields, definitions };
};

/** Names that have a value everywhere: dt and the parameters. */
export const constantsOf = (fields: Readonly<Record<string, Field>>): Map<string, Value> => {
  const constants = new Map<string, Value>([["dt", { expr: dt, unit: parseUnit("ms")!, spelled: "ms" }]]);
  for (const [name, { unit }] of Object.entries(fields)) {
    constants.set(name, { expr: symbol("float", name, "field", unit), unit: parseUnit(unit)!, spelled: unit });
  }
  return constants;
};

/** Roles of parameters, in parentheses after their values. */
const parameterRoles: readonly string[] = ["threshold", "reset", "refractory"];

const rolesOf = (lines: readonly Definition[]): Roles =>
  Object.fromEntries(
    lines
      .filter(({ kind }) => kind === "definition")
      .flatMap(({ target, flags }) => flags.map(({ text }) => [text, target.name] as const))
      .filter(([text]) => parameterRoles.includes(text)),
  );

/** Inputs of every soma without input lines. */
const usualInputs = (taken: ReadonlySet<string>, isWrittenOut: boolean): Input[] => {
  const port = (name: string, key: string, made: InputPort): Input[] =>
    taken.has(name) ? [] : [{ name, key, port: made }];
  return [
    ...port("I", "current", current("")),
    ...port("current", "current", current("")),
    ...(isWrittenOut ? port("jump", "jump", jump("")) : []),
  ];
};

// Names

type Line = Definition | InputLine;

/** A name may have one derivative and one `next` line, or one other line. */
export const refuseTwice = (problems: Problems, lines: readonly Line[]): void => {
  const known = new Map<string, Line[]>();
  for (const line of lines) {
    const before = known.get(line.target.name) ?? [];
    const kinds = before.map(({ kind }) => kind);
    const isPair = kinds.length === 1 && [kinds[0], line.kind].sort().join() === "differential,next";
    if (before.length > 0 && !isPair) {
      problems.add(line.target, `${line.target.name} is defined twice. Rename or remove one of the definitions.`);
    }
    known.set(line.target.name, [...before, line]);
  }
};

const reserved: readonly string[] = [...commonNames, "inSpikes", "outSpikes", "dt"];

export const checkName = (
  problems: Problems,
  { name, start, end }: Span & { readonly name: string },
  noun: string,
): void => {
  const refuse = (reason: string): undefined => problems.add({ start, end }, `${name} ${reason} Rename the ${noun}.`);
  if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name))
    refuse("must consist of the letters A to Z, digits and _, and start with a letter.");
  else if (reserved.includes(name) || name === "spikes") refuse("is a name that every soma has.");
  else if (isObjectName(name)) refuse("is a name that every JavaScript object has.");
  else if (noun === "variable" && [...runNames, "name", "rate"].includes(name))
    refuse("is a name in the results of every run.");
  else if (keywords.includes(name) && noun === "input") refuse("is a word of the notation.");
};

/** The name of the potential in the text. */
const potentialName = (
  problems: Problems,
  statements: readonly Statement[],
  option: string | undefined,
  names: readonly string[],
): string | undefined => {
  const lines = statements.filter((line) => line.kind === "potential");
  for (const { at } of lines.slice(1))
    problems.add(at, "potential: occurs twice. A soma has one membrane potential: remove one.");
  const line = lines[0];
  const named = line?.target.name ?? option;
  if (named === undefined) return usualPotentials.find((name) => names.includes(name));
  if (names.includes(named)) return named;
  const place = line?.target ?? { start: 0, end: 0 };
  problems.add(place, `the potential ${named} is not a variable with an equation. ${suggestName(named, names)}`);
  return undefined;
};

// Variables

export const variablesOf = (
  problems: Problems,
  lines: readonly Definition[],
  isPartial: boolean,
  potentialOf: (names: readonly string[]) => string | undefined,
): Variable[] => {
  const names = [...new Set(lines.map(({ target }) => target.name))];
  const before = problems.found.length;
  const potential = potentialOf(names);
  if (potential === undefined && names.length > 0 && problems.found.length === before && !isPartial) {
    problems.add(lines[0]!.target, "no variable is the membrane potential. Name it v, or tell its name: potential: u.");
  }
  return names.flatMap((name) => {
    const own = lines.filter(({ target }) => target.name === name);
    const differential = own.find(({ kind }) => kind === "differential");
    const next = own.find(({ kind }) => kind === "next");
    const line = (differential ?? next)!;
    checkName(problems, line.target, "variable");
    if (name === "potential" && potential !== name) {
      problems.add(line.target, `potential is the library's name of ${potential ?? "v"}. Rename the variable.`);
    }
    const isPotential = name === potential;
    const before = problems.found.length;
    const unit = variableUnit(problems, own, isPotential);
    const isSound = problems.found.length === before;
    const comment = differential?.comment ?? next?.comment;
    const place = { start: line.target.start, end: line.target.end };
    const key = isPotential ? "potential" : name;
    return {
      name,
      key,
      isSound,
      ...(unit === "int" ? { dtype: "int", unit: "1" } : { dtype: "float", unit }),
      ...(differential && { differential }),
      ...(next && { next }),
      place,
      ...(comment !== undefined && { comment }),
    } as Variable;
  });
};

const isWhole = (text: string): boolean => /^int(eger)?$/.test(text.trim());

/** The unit of a variable, or "int". After a problem, a unit with which the rest can be checked. */
const variableUnit = (problems: Problems, lines: readonly Definition[], isPotential: boolean): string => {
  const [line] = lines;
  const { name } = line!.target;
  const given = lines.flatMap(({ unit }) => unit ?? []);
  const [first, second] = given.map(({ text }) => (isWhole(text) ? "int" : readUnit(text)));
  const usual = isPotential ? "mV" : "1";
  if (given.length === 0) {
    problems.add(
      line!.target,
      `${name} has no unit. Give it after a colon: … : ${isPotential ? "mV" : "pA"}, or : 1 for a pure number.`,
      true,
    );
    return usual;
  }
  if (given.length > 1 && first !== second) {
    problems.add(given[1]!, `${name} has the units ${given[0]!.text} and ${given[1]!.text}. Give one of them.`, true);
  }
  if (first === undefined) return refuseUnit(problems, given[0]!, name) ?? usual;
  if (first === "int" && line!.kind === "differential") {
    problems.add(
      given[0]!,
      `${name} has a derivative, so it is no integer. Give a unit, or 1 for a pure number.`,
      true,
    );
    return "1";
  }
  if (!isPotential) return first;
  if (first === "int" || !hasDimension(first, "mV")) {
    problems.add(
      given[0]!,
      `${name} is the membrane potential, which must be in mV; received ${first}. Give : mV, or another potential: potential: u.`,
      true,
    );
  }
  return "mV";
};

const hasDimension = (unit: string, like: string): boolean => {
  const withoutSize = (text: string): Unit => parseUnit(text.replaceAll(/\b[fpnµmkMG](?=V)/g, ""))!;
  return sameUnit(withoutSize(unit), withoutSize(like));
};

export const refuseUnit = (problems: Problems, unit: UnitText, name: string): undefined =>
  problems.add(unit, `${name} ${unknownUnit(unit.text)}`, true);

/** A definition with a unit that the library reads, or none. */
const readable = (problems: Problems, line: Definition): Definition => {
  const flag = line.flags[0];
  if (flag)
    problems.add(flag, `(${flag.text}) belongs to a parameter or a variable, not to a sub-expression. Remove it.`);
  if (line.unit === undefined) return line;
  const text = readUnit(line.unit.text);
  if (text !== undefined) return { ...line, unit: { ...line.unit, text } };
  refuseUnit(problems, line.unit, line.target.name);
  const { unit, ...rest } = line;
  return rest;
};

// Parameters

/** Whether an expression contains numbers only. */
const isLiteral = (node: Node): boolean => {
  if (node.kind === "number") return true;
  if (node.kind === "unary") return node.op === "neg" && isLiteral(node.arg);
  return node.kind === "binary" && isLiteral(node.left) && isLiteral(node.right);
};

const parameterOf = (lowering: Lowering, line: Definition): Field => {
  const { problems } = lowering;
  const { target, comment } = line;
  const { unit } = readable(problems, { ...line, flags: [] });
  const names = new Scope(lowering, new Map(), new Map());
  const value = lowering.value(line.value, names);
  const own = value && unit ? lowering.asUnit(value, line.value, unit.text, target.name) : value?.expr;
  const spelled = unit?.text ?? value?.spelled ?? (value && value.unit !== "zero" ? unitName(value.unit) : "1");
  const number = own?.dtype === "float" ? (evaluateFixed(own, {}, { dt: 1 }) as number) : 0;
  if (own?.dtype === "bool") {
    problems.add(
      line.value,
      `${target.name} is a condition; a parameter is a number. Use 1 and 0, and compare the parameter with 0.5.`,
    );
  }
  if (!Number.isFinite(number)) problems.add(line.value, `${target.name} is ${number}. Give a finite number.`);
  const rules = line.flags.filter(({ text }) => !parameterRoles.includes(text));
  const checks = rules.flatMap((flag) => {
    const check = checkOf(problems, flag);
    if (check && !check.holds(number)) {
      problems.add(
        line.value,
        `${target.name} is ${number}, which breaks its own rule (${flag.text}). Change the value or the rule.`,
      );
    }
    return check ?? [];
  });
  return field(number, spelled, comment ?? ownText(target.name), ...checks);
};

const checkOf = (problems: Problems, { text, start, end }: { readonly text: string } & Span): Check | undefined => {
  if (/^>\s*0$/.test(text)) return positive;
  if (/^(>=|≥)\s*0$/.test(text)) return nonNegative;
  const [, low, high] = /^from\s+([-+.\deE]+)\s+to\s+([-+.\deE]+)$/.exec(text) ?? [];
  if (low !== undefined && Number(low) <= Number(high)) return between(Number(low), Number(high));
  return problems.add(
    { start, end },
    `(${text}) is not a rule of a parameter. Write (> 0), (>= 0), (from 0 to 1), or a role: (threshold), (reset), (refractory).`,
  );
};

// Inputs

const inputOf = (problems: Problems, line: InputLine, variables: readonly Variable[]): Input[] => {
  const { target, payload, unit, flags, comment } = line;
  const { name } = target;
  checkName(problems, target, "input");
  if (name === "potential")
    problems.add(target, "potential is the library's name of the membrane potential. Rename the input.");
  const description = comment ?? ownText(name);
  const place = { start: target.start, end: target.end };
  let on: string | undefined;
  let compartment: string | undefined;
  for (const flag of flags) {
    const [, of] = /^of\s+([a-z][A-Za-z0-9]*)$/.exec(flag.text) ?? [];
    if (of !== undefined && payload.name !== "signal") {
      compartment = of;
      continue;
    }
    const [, meant] = /^on\s+(\S+)$/.exec(flag.text) ?? [];
    const variable = variables.find((known) => known.name === meant);
    if (meant === undefined || payload.name === "signal") {
      problems.add(
        flag,
        `(${flag.text}) is not known here. Write (on v) for the potential that a current or jump acts on, or (of dendrite) for its compartment.`,
      );
    } else if (variable?.unit !== "mV") {
      problems.add(
        flag,
        `${meant} is not a variable in mV. ${suggestName(
          meant,
          variables.filter((known) => known.unit === "mV").map((known) => known.name),
        )}`,
      );
    } else on = variable.key;
  }
  const options = {
    ...(on !== undefined && { potential: on }),
    ...(compartment !== undefined && { compartment }),
  };
  const isSignal = payload.name === "signal";
  if (unit && !isSignal) problems.add(unit, `an input of kind ${payload.name} has its own unit. Remove ${unit.text}.`);
  if (payload.name === "current") return [{ name, key: name, port: current(description, options), place }];
  if (payload.name === "jump") return [{ name, key: name, port: jump(description, options), place }];
  if (!isSignal) {
    problems.add(
      payload,
      `${payload.name} is not a kind of input. ${suggestName(payload.name, ["current", "jump", "signal"])}`,
    );
    return [];
  }
  if (!unit) problems.add(payload, `a signal needs a unit. Write input ${name} : signal 1 for a pure number.`, true);
  const text = unit && readUnit(unit.text);
  if (unit && text === undefined) refuseUnit(problems, unit, name);
  return [{ name, key: name, port: signal(text ?? "1", description), place }];
};
