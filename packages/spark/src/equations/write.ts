import { between, type Check, type Field, finite, nonNegative, positive } from "../config/field.ts";
import { ModelError } from "../errors/errors.ts";
import { afterName } from "../expr/after.ts";
import type { Expr } from "../expr/expr.ts";
import { signatures } from "../expr/ops.ts";
import { callOf } from "../expr/written.ts";
import type { Model, Roles, StateVariable } from "../model/component.ts";
import type { IntegrationMethod } from "../model/methods.ts";
import type { Port } from "../model/ports.ts";
import { pointInputs } from "../model/soma.ts";
import type { SynapseModel } from "../model/synapse.ts";
import { drawFunctions, textFunctions } from "./functions.ts";
import { usualPotentials } from "./parse.ts";
import { Structures } from "./same.ts";
import { keywords } from "./syntax.ts";
import { isUnitName } from "./text-units.ts";
import { ownText } from "./variables.ts";

/*
 * Writes the equations of any soma as a text that soma.equations reads. The text writes out the step with `next`, so it
 * can express every graph.
 */

/** Binding strength of the parts of an expression, as in syntax.ts. */
const level = {
  or: 1,
  xor: 2,
  and: 3,
  not: 4,
  comparison: 5,
  sum: 6,
  product: 7,
  minus: 8,
  power: 9,
  quantity: 10,
  atom: 11,
};

const infix: Readonly<Record<string, readonly [sign: string, at: number]>> = {
  or: [" or ", level.or],
  xor: [" xor ", level.xor],
  and: [" and ", level.and],
  lt: [" < ", level.comparison],
  le: [" <= ", level.comparison],
  gt: [" > ", level.comparison],
  ge: [" >= ", level.comparison],
  eq: [" == ", level.comparison],
  add: [" + ", level.sum],
  sub: [" - ", level.sum],
  mul: ["*", level.product],
  div: ["/", level.product],
};

/** Operations on integers whose names without "int" mean operations on conditions. */
const bitwise: ReadonlySet<string> = new Set(["intAnd", "intOr", "intXor"]);

interface Written {
  readonly text: string;
  readonly level: number;
}

/** Names of a model in its text, and the parts that have names of their own. */
class Writer {
  readonly #structures = new Structures();
  /** Names of sub-expressions by their structure. */
  readonly #parts = new Map<number, string>();
  readonly #names: ReadonlyMap<string, string>;
  readonly #taken: ReadonlySet<string>;

  /** @param names names in the text by the source and name of a symbol */
  constructor(names: ReadonlyMap<string, string>) {
    this.#names = names;
    this.#taken = new Set(names.values());
  }

  /** Names the parts that occur more than once. Returns their lines, in the order of their definition. */
  nameParts(roots: readonly Expr[]): string[] {
    const uses = new Map<number, number>();
    const order: Expr[] = [];
    const enter = (expr: Expr): void => {
      const number = this.#structures.numberOf(expr);
      const count = (uses.get(number) ?? 0) + 1;
      uses.set(number, count);
      if (count > 1) return;
      for (const arg of this.#argsOf(expr)) enter(arg);
      order.push(expr);
    };
    for (const root of roots) enter(root);
    const lines: string[] = [];
    let count = 0;
    for (const expr of order) {
      const number = this.#structures.numberOf(expr);
      if (uses.get(number) === 1 || expr.args.length === 0 || !hasSymbol(expr)) continue;
      const text = this.text(expr);
      let name = "";
      do name = `x${++count}`;
      while (this.#taken.has(name));
      this.#parts.set(number, name);
      lines.push(`${name} = ${text}`);
    }
    return lines;
  }

  text(expr: Expr): string {
    return this.#write(expr).text;
  }

  quantity(value: number, unit: string | undefined): string {
    return this.#literal(value, unit).text;
  }

  /** The parts that the text of an expression shows. */
  #argsOf(expr: Expr): readonly Expr[] {
    return expr.purpose !== undefined ? expr.args.slice(0, 1) : this.#callOf(expr).args;
  }

  /** The call that gives an expression, if a text can write it; otherwise the operation. */
  #callOf(expr: Expr): { readonly verb: string; readonly args: readonly Expr[] } {
    const call = callOf(expr);
    const { verb, args } = call;
    if (bitwise.has(expr.op)) return { verb: expr.op, args: expr.args };
    if (Object.hasOwn(infix, verb) || verb === "neg" || verb === "not" || verb === "pow") return call;
    if (Object.hasOwn(textFunctions, verb)) {
      const made = textFunctions[verb as "exp"].make(...args);
      if (this.#structures.numberOf(made) === this.#structures.numberOf(expr)) return call;
    }
    const op = expr.op.replace(/^int(?=Select|Min|Max)(.)/, (_, first: string) => first.toLowerCase());
    return { verb: Object.hasOwn(textFunctions, op) ? op : expr.op, args: expr.args };
  }

  #write(expr: Expr): Written {
    if (expr.op === "constant") return this.#constant(expr);
    const name = this.#parts.get(this.#structures.numberOf(expr));
    if (name !== undefined) return { text: name, level: level.atom };
    if (expr.op === "symbol") return { text: this.#symbol(expr), level: level.atom };
    if (expr.purpose !== undefined) return this.#draw(expr);
    const { verb, args } = this.#callOf(expr);
    const [a, b] = args;
    const sign = infix[verb];
    if (sign) {
      const [text, at] = sign;
      const isComparison = at === level.comparison;
      const [left, right] = this.#integers(args);
      const x = left ?? this.#part(a!, isComparison ? at + 1 : at);
      const y = right ?? (verb === "div" && isQuantity(b!) ? `(${this.text(b!)})` : this.#part(b!, at + 1));
      return { text: `${x}${text}${y}`, level: at };
    }
    if (verb === "neg") {
      const text = a!.op === "constant" ? `(${this.text(a!)})` : this.#part(a!, level.minus);
      return { text: `-${text}`, level: level.minus };
    }
    if (verb === "not") return { text: `not ${this.#part(a!, level.atom)}`, level: level.not };
    if (verb === "pow") return { text: `${this.#part(a!, level.atom)}^${this.#exponent(b!)}`, level: level.power };
    return { text: this.#call(verb, args), level: level.atom };
  }

  #part(expr: Expr, least: number): string {
    const { text, level: at } = this.#write(expr);
    return at < least ? `(${text})` : text;
  }

  #exponent(expr: Expr): string {
    if (expr.op !== "constant" || expr.unit !== undefined) return this.#part(expr, level.atom);
    return expr.value! < 0 || Object.is(expr.value, -0) ? `(${this.text(expr)})` : this.text(expr);
  }

  #call(verb: string, args: readonly Expr[]): string {
    if (verb === "toInt" || verb === "toFloat" || Object.hasOwn(textFunctions, verb)) {
      const at = args.findIndex(({ dtype }) => dtype !== "bool");
      const [first] = this.#integers(args.slice(at));
      const texts = args.map((arg, k) => (k === at && first !== undefined ? first : this.text(arg)));
      return `${verb}(${texts.join(", ")})`;
    }
    if (!Object.hasOwn(signatures, verb)) throw unwritable(`the operation ${verb}`);
    return `${verb}(${args.map((arg) => this.text(arg)).join(", ")})`;
  }

  /** Integers in full, where both numbers are constants: 3 would be read as a float. */
  #integers([a, b]: readonly Expr[]): readonly (string | undefined)[] {
    const isInteger = a?.dtype === "int" && a.op === "constant" && b?.op === "constant";
    return isInteger ? [`int(${a.value})`, undefined] : [];
  }

  #draw({ op, purpose = "", args }: Expr): Written {
    const verb = { normal: "normalNoise", uniform: "uniformNoise", bits: "randomBits" }[op as string] ?? op;
    const [index, step] = args;
    if (!Object.hasOwn(drawFunctions, verb) || step?.source !== "step" || /["\n]/.test(purpose)) {
      throw unwritable(`the draw "${purpose}"`);
    }
    const more = index?.source === "unit" ? "" : `, ${this.text(index!)}`;
    return { text: `${verb}("${purpose}"${more})`, level: level.atom };
  }

  #symbol(expr: Expr): string {
    const { source, name = "" } = expr;
    if (source === "dt") return "dt";
    if (source === "unit") return "unitIndex()";
    if (source === "step") return "stepIndex()";
    const isAfter = source === "state" && name.startsWith("after.");
    const text = this.#names.get(`${source} ${isAfter ? name.slice("after.".length) : name}`);
    if (text === undefined) throw unwritable(`the symbol ${name}`);
    return isAfter ? `after(${quoted(text)})` : quoted(text);
  }

  #constant({ dtype, value = 0, unit }: Expr): Written {
    if (dtype === "bool") return { text: value ? "true" : "false", level: level.atom };
    return this.#literal(value, unit);
  }

  #literal(value: number, unit: string | undefined): Written {
    if (value === Number.POSITIVE_INFINITY && unit === undefined) return { text: "infinity()", level: level.atom };
    if (!Number.isFinite(value)) throw unwritable(`the number ${value}`);
    const number = Object.is(value, -0) ? "-0" : String(value);
    const sign = number.startsWith("-") ? level.sum : level.atom;
    if (unit === undefined) return { text: number, level: sign };
    const text = this.#isPlain(unit)
      ? unit.startsWith("1/")
        ? `${number}${unit.slice(1)}`
        : `${number} ${unit}`
      : `${number} [${unit}]`;
    return { text, level: Math.min(sign, level.quantity) };
  }

  /** Whether a unit can follow a number without brackets. */
  #isPlain(unit: string): boolean {
    const factors = unit.split(/[·/]/);
    const names = factors.map((factor) => factor.replace(/\^-?[\d.]+$/, ""));
    if (/\/.*·/.test(unit)) return false;
    return names.every(
      (name, k) =>
        (k === 0 && name === "1" && unit.startsWith("1/")) || (isUnitName(name) && (k === 0 || !this.#taken.has(name))),
    );
  }
}

const isQuantity = ({ op, unit }: Expr): boolean => op === "constant" && unit !== undefined;

const hasSymbol = (expr: Expr): boolean =>
  expr.op === "symbol" || expr.purpose !== undefined || expr.args.some(hasSymbol);

const quoted = (name: string): string => (keywords.includes(name) ? `\`${name}\`` : name);

const unwritable = (part: string): ModelError =>
  new ModelError(`contains ${part}, which a text cannot express. Keep the model in code.`);

/** The text of a model's equations, with its options. */
export interface WrittenEquations {
  readonly equations: string;
  /** Methods by variable and sub-steps of its differential equations, if it has any. */
  readonly method?: Readonly<Record<string, IntegrationMethod>>;
  readonly substeps?: number;
}

/**
 * Writes a soma, without checking that it is read back as the same.
 * @throws ModelError that completes the sentence "MySoma …" if a text cannot express it
 */
export const write = (model: Model): WrittenEquations => {
  const { fields, state, inputs, next, spikes, differential } = model;
  if (model.kind !== "soma") {
    throw new ModelError(
      "is not a soma or a synapse, and only these can be written as text. Name it where it is used.",
    );
  }
  const ports = Object.entries(inputs).filter(([, { into }]) => into === undefined);
  const isUsual = ports.every(([key, port]) => key in pointInputs && sameData(port, pointInputs[key]));
  const taken = new Set([...Object.keys(fields), ...Object.keys(state), ...(isUsual ? [] : ports.map(([key]) => key))]);
  const v = taken.has("v") ? "potential" : "v";
  const names = new Map<string, string>();
  for (const key of Object.keys(fields)) names.set(`field ${key}`, key);
  for (const key of Object.keys(state)) names.set(`state ${key}`, key === "potential" ? v : key);
  for (const [key] of ports) names.set(`input ${key}`, isUsual && key === "current" && !taken.has("I") ? "I" : key);
  if (isUsual && !inputs["jump"]) names.set("input jump", "jump");
  const writer = new Writer(names);
  const equations: Readonly<Record<string, Expr>> = differential?.equations ?? {};
  const step: Readonly<Record<string, Expr | undefined>> = differential?.step ?? { ...next, spikes };
  const starts = Object.values(state).flatMap(({ initial, from }) => (from ? [initial, from] : [initial]));
  const parts = writer.nameParts([
    ...Object.values(equations),
    ...Object.values(step).filter((expr) => expr !== undefined),
    ...starts,
  ]);
  const nameOf = (key: string): string => quoted(names.get(`state ${key}`)!);
  const states = Object.entries(state);
  const variables = { names, writer, equations, step, roles: model.roles };
  const text = [
    `# ${oneLine(model.about)}`,
    ...(needsPotentialLine(v, names) ? [`potential: ${v}`] : []),
    ...(isUsual ? [] : ports.map(([key, port]) => inputLine(key, port, names))),
    ...states.flatMap(([key, variable]) => variableLines(key, variable, variables)),
    `next spikes = ${writer.text(step["spikes"] ?? spikes)}`,
    ...parts,
    ...states.map(([key, { initial }]) => `start: ${nameOf(key)} = ${writer.text(initial)}`),
    ...Object.entries(fields).map(([key, field]) => parameterLine(key, field, writer, model.roles)),
  ];
  return {
    equations: `${text.join("\n")}\n`,
    ...(differential && { method: methodsOf(differential.methods, names), substeps: differential.substeps }),
  };
};

/** How the variables of a model are written. */
interface WrittenVariables {
  readonly names: ReadonlyMap<string, string>;
  readonly writer: Writer;
  /** Derivatives, and values after the step. */
  readonly equations: Readonly<Record<string, Expr>>;
  readonly step: Readonly<Record<string, Expr | undefined>>;
  readonly roles?: Roles | undefined;
}

/** The lines of a variable: its derivative, and its value after the step. */
const variableLines = (
  key: string,
  variable: StateVariable,
  { names, writer, equations, step, roles }: WrittenVariables,
): string[] => {
  const name = names.get(`state ${key}`)!;
  const tail = ` : ${unitText(variable, writer, roles, key)}`;
  const lines = [
    ...(equations[key] ? [`d${name}/dt = ${writer.text(equations[key])}`] : []),
    ...(step[key] && !isAfter(step[key], key) ? [`next ${quoted(name)} = ${writer.text(step[key])}`] : []),
  ];
  return lines.map((line, k) => line + tail + (k === 0 ? comment(variable.description, quoted(name)) : ""));
};

/**
 * Writes a synapse, without checking that it is read back as the same.
 * @throws ModelError that completes the sentence "MySynapse …" if a text cannot express it
 */
export const writeSynapse = (model: SynapseModel): WrittenEquations => {
  const { fields, state, next, differential, output, weightUnit, observables } = model;
  const observed = Object.entries(observables).filter(([key]) => !Object.hasOwn(state, key));
  const taken = new Set([...Object.keys(fields), ...Object.keys(state), ...Object.keys(observables)]);
  const freeName = (...known: readonly string[]): string => known.find((name) => !taken.has(name)) ?? known[0]!;
  const names = new Map<string, string>();
  for (const key of Object.keys(fields)) names.set(`field ${key}`, key);
  for (const key of Object.keys(state)) names.set(`state ${key}`, key);
  const weight = freeName("w", "weight", "arrivals");
  names.set("input arriving", weight);
  names.set("input potential", freeName("v", "potential"));
  const writer = new Writer(names);
  const equations: Readonly<Record<string, Expr>> = differential?.equations ?? {};
  const step: Readonly<Record<string, Expr | undefined>> = differential?.step ?? {
    ...next,
    [output.port]: output.value,
  };
  const given = step[output.port] ?? output.value;
  const parts = writer.nameParts([
    ...Object.values(equations),
    ...Object.values(step).filter((expr) => expr !== undefined),
    ...Object.values(state).map(({ initial }) => initial),
    ...observed.map(([, { expr }]) => expr),
  ]);
  const states = Object.entries(state);
  const variables = { names, writer, equations, step };
  const text = [
    `# ${oneLine(model.about)}`,
    `input ${weight} : weight ${weightUnit}`,
    ...states.flatMap(([key, variable]) => variableLines(key, variable, variables)),
    `${output.port}: ${writer.text(given)}`,
    ...observed.map(
      ([key, { expr, unit, description }]) =>
        `observe ${quoted(key)} = ${writer.text(expr)} : ${unit}${comment(description, key)}`,
    ),
    ...parts,
    ...states.map(([key, { initial }]) => `start: ${quoted(names.get(`state ${key}`)!)} = ${writer.text(initial)}`),
    ...Object.entries(fields).map(([key, field]) => parameterLine(key, field, writer)),
  ];
  return {
    equations: `${text.join("\n")}\n`,
    ...(differential && { method: methodsOf(differential.methods, names), substeps: differential.substeps }),
  };
};

/** Whether a value after the step is the integrated value, which need not be written. */
const isAfter = ({ op, name }: Expr, key: string): boolean => op === "symbol" && name === afterName(key);

/** Whether a reader would take another variable for the potential. */
const needsPotentialLine = (v: string, names: ReadonlyMap<string, string>): boolean => {
  const states = [...names].filter(([key]) => key.startsWith("state ")).map(([, name]) => name);
  return usualPotentials.find((name) => states.includes(name)) !== v;
};

const methodsOf = (
  methods: Readonly<Record<string, IntegrationMethod>>,
  names: ReadonlyMap<string, string>,
): Record<string, IntegrationMethod> =>
  Object.fromEntries(Object.entries(methods).map(([key, method]) => [names.get(`state ${key}`)!, method]));

const oneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

const comment = (description: string, name: string): string => {
  const text = oneLine(description);
  return text === "" || text === ownText(name) ? "" : `  # ${text}`;
};

const unitText = (
  { dtype, unit, from }: StateVariable,
  writer: Writer,
  roles: Roles | undefined,
  key: string,
): string => {
  const relative = from ? ` (relative to ${writer.text(from)})` : "";
  const shift = roles?.thresholdShift === key ? " (threshold shift)" : "";
  return `${dtype === "int" ? "int" : unit}${relative}${shift}`;
};

const inputLine = (key: string, port: Port, names: ReadonlyMap<string, string>): string => {
  const { payload, unit, potential, compartment, description } = port;
  const kind = { CurrentArray: "current", JumpArray: "jump", SignalArray: "signal" }[payload as string];
  if (kind === undefined) throw unwritable(`the input ${key}`);
  const on = potential === undefined || potential === "potential" ? "" : ` (on ${names.get(`state ${potential}`)})`;
  const of = compartment === undefined ? "" : ` (of ${compartment})`;
  return `input ${quoted(key)} : ${kind}${kind === "signal" ? ` ${unit}` : ""}${on}${of}${comment(description, key)}`;
};

const parameterLine = (key: string, field: Field, writer: Writer, roles: Roles = {}): string => {
  if (field.readSeries) throw unwritable(`the parameter ${key} that may change over time`);
  const flags = [
    ...field.checks.filter((check) => check !== finite).map((check) => ruleText(key, check)),
    ...(["threshold", "reset", "refractory"] as const).filter((role) => roles[role] === key),
  ];
  const value = writer.quantity(field.default, field.unit === "1" ? undefined : field.unit);
  return `${quoted(key)} = ${value}${flags.map((flag) => ` (${flag})`).join("")}${comment(field.description, key)}`;
};

const ruleText = (key: string, check: Check): string => {
  if (check === positive) return "> 0";
  if (check === nonNegative) return ">= 0";
  const { minimum, maximum } = check.schema;
  if (minimum !== undefined && maximum !== undefined && check.requirement === between(minimum, maximum).requirement) {
    return `from ${minimum} to ${maximum}`;
  }
  throw unwritable(`a rule of its own for ${key} (${check.requirement})`);
};

const sameData = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
