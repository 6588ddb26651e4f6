import type { Fields } from "../config/field.ts";
import {
  dimensionless,
  multiply,
  parseUnit,
  placesBetween,
  sameUnit,
  simpleUnit,
  type Unit,
  unitText,
} from "../config/unit.ts";
import { UnitError } from "../errors/errors.ts";
import { variableOf } from "../expr/after.ts";
import { dt, type Expr } from "../expr/expr.ts";
import { callOf, codeText } from "../expr/written.ts";
import type { Declaration } from "./component.ts";
import { unknownUnit } from "./declare.ts";
import type { Port } from "./ports.ts";

/** Unit of a value; "zero" fits every unit; "unknown" is the unit of a value with an error of its own. */
type Quantity = Unit | "zero" | "unknown";

/*
 * How calls treat the units of their arguments, by position. The other arguments are pure numbers, and so is the value,
 * except of products, quotients and roots.
 */
/** The first of two arguments with one unit, which is also the unit of the value unless it is a bool. */
const pairs: Readonly<Record<string, number>> = {
  ...{ add: 0, sub: 0, min: 0, max: 0, mod: 0, relax: 0, select: 1 },
  ...{ lt: 0, le: 0, gt: 0, ge: 0, eq: 0 },
};
/** The argument with the unit of the value. */
const passed: Readonly<Record<string, number>> = { abs: 0, neg: 0, decay: 0, meanDecay: 0, when: 1 };
/** The argument that is a time. */
const times: Readonly<Record<string, number>> = { relax: 2, decay: 1, meanDecay: 1, meanOfDecay: 0, steps: 0 };

/** A value with its required unit, if any, and the words that say where it comes from. Default: "step returns". */
export interface Result {
  readonly expr: Expr;
  readonly unit?: string;
  readonly from?: string;
}

type Equations = Pick<Declaration, "name" | "fields" | "state" | "next"> & Partial<Pick<Declaration, "inputs">>;

/** @throws UnitError that lists every place where the units of the equations do not agree */
export const checkUnits = (model: Equations, results: Readonly<Record<string, Result>>): void =>
  refuseUnits(unitErrors(model, results));

export const refuseUnits = (errors: Iterable<string>): void => {
  const each = [...new Set(errors)];
  if (each.length > 0) throw new UnitError(each.join("\n"));
};

/** Finds every place where the units of the equations do not agree. Each message uses the words of their author. */
export const unitErrors = (model: Equations, results: Readonly<Record<string, Result>>): string[] => {
  const { name, state, next } = model;
  const units = new Units(model);
  for (const [key, { unit, initial }] of Object.entries(state)) {
    units.require(`${name}.${key}`, { expr: initial, unit, from: "it starts as" }, key);
    units.require(`${name}.${key}`, { expr: next[key]!, unit }, key);
  }
  for (const [key, result] of Object.entries(results)) units.require(`${name}.${key}`, result);
  return [...units.errors].map(([text, path]) => path + text);
};

/** Derives the units of expressions, and collects errors. */
class Units {
  /** Errors, each with the path where it occurs first. */
  readonly errors = new Map<string, string>();
  readonly #known = new Map<Expr, Quantity>();
  readonly #fields: Fields;
  readonly #inputs: Readonly<Record<string, Port>>;
  /** Units of the declaration, as it spells them. */
  readonly #spelled: readonly string[];
  #path = "";

  constructor({ fields, state, inputs = {} }: Equations) {
    this.#spelled = [...Object.values(fields), ...Object.values(state)].map(({ unit }) => unit);
    this.#fields = fields;
    this.#inputs = inputs;
  }

  /** Requires a value in a unit. `state` names the state variable whose unit the author may have meant otherwise. */
  require(path: string, { expr, unit, from = "step returns" }: Result, state = "potential"): void {
    this.#path = path;
    const given = this.#unitOf(expr);
    const wanted = unit === undefined ? undefined : parseUnit(unit)!;
    if (!wanted || typeof given === "string" || sameUnit(given, wanted)) return;
    const or = state === "potential" ? "" : ` Or ${declare(state, this.#text(given))}.`;
    const side = this.#side(expr, given, codeText(expr));
    this.#refuse(
      ` must be ${unit === "1" ? "a pure number" : `in ${unit}`}; ${from} ${side}. ${this.#remedy(expr, given, wanted, unit!, "it")}${or}`,
    );
  }

  #refuse(text: string): void {
    if (!this.errors.has(text)) this.errors.set(text, this.#path);
  }

  #unitOf(expr: Expr): Quantity {
    const known = this.#known.get(expr);
    if (known !== undefined) return known;
    const unit = this.#infer(expr);
    this.#known.set(expr, unit);
    return unit;
  }

  #infer(expr: Expr): Quantity {
    if (isBare(expr)) return expr.value === 0 ? "zero" : dimensionless;
    if (expr.op === "constant" || expr.op === "symbol") {
      const unit = parseUnit(expr.unit);
      if (!unit) this.#refuse(`: ${codeText(expr)} ${unknownUnit(expr.unit)}`);
      return unit ?? "unknown";
    }
    const { verb, args } = callOf(expr);
    const given = args.map((arg) => this.#unitOf(arg));
    const [a = "zero", b = "zero"] = given;
    const time = times[verb];
    if (time !== undefined) this.#one(expr, args[time]!, given[time]!, milliseconds, "a time in ms");
    const pair = pairs[verb];
    if (pair !== undefined) {
      const unit = this.#agree(expr, args[pair]!, given[pair]!, args[pair + 1]!, given[pair + 1]!);
      return expr.dtype === "bool" ? dimensionless : unit;
    }
    const place = passed[verb];
    if (place !== undefined) return given[place]!;
    if (verb === "sqrt") return typeof a === "string" ? a : multiply(dimensionless, a, 0.5);
    if (verb === "sign") return dimensionless;
    if (verb === "pow" && isBare(args[1]!))
      return typeof a === "string" ? a : multiply(dimensionless, a, args[1]!.value);
    if (verb === "clip") {
      this.#agree(expr, args[0]!, a, args[1]!, b);
      return this.#agree(expr, args[0]!, a, args[2]!, given[2]!);
    }
    if (verb === "linoid") {
      this.#agree(expr, args[1]!, b, args[2]!, given[2]!);
      return this.#product(a, b, 1);
    }
    if (verb === "mul" || verb === "div") return this.#product(a, b, verb === "mul" ? 1 : -1);
    for (const [k, arg] of args.entries()) {
      if (k !== time) this.#one(expr, arg, given[k]!, dimensionless, "a pure number");
    }
    return dimensionless;
  }

  /** The unit of a·b^n. */
  #product(a: Quantity, b: Quantity, n: number): Quantity {
    if (typeof a !== "string" && typeof b !== "string") return multiply(a, b, n);
    return a === "unknown" || b === "unknown" ? "unknown" : "zero";
  }

  /** Requires one argument of a call in a unit. */
  #one(call: Expr, arg: Expr, given: Quantity, wanted: Unit, words: string): void {
    if (typeof given === "string" || sameUnit(given, wanted)) return;
    const label = short(arg) ?? "its argument";
    this.#refuse(
      `: ${codeText(call)} takes ${words}; received ${this.#side(arg, given, label)}. ${this.#remedy(arg, given, wanted, unitText(wanted), label)}`,
    );
  }

  /** Requires two arguments of a call in one unit, and returns it. */
  #agree(call: Expr, a: Expr, unitA: Quantity, b: Expr, unitB: Quantity): Quantity {
    if (typeof unitA === "string" || typeof unitB === "string") {
      const [known, other] = unitA === "unknown" || unitB === "zero" ? [unitB, unitA] : [unitA, unitB];
      // A bare number beside a wrong value is not a pure number for sure.
      return other === "unknown" && typeof known !== "string" && known.size === 0 ? other : known;
    }
    if (sameUnit(unitA, unitB)) return unitB.size < unitA.size ? unitB : unitA;
    const labelA = short(a) ?? "the first";
    const labelB = short(b) ?? "the second";
    const more = this.#blame(a, unitA, unitB) - this.#blame(b, unitB, unitA);
    const remedy =
      more > 0
        ? this.#remedy(a, unitA, unitB, this.#text(unitB, b), labelA)
        : this.#remedy(b, unitB, unitA, this.#text(unitA, a), labelB);
    this.#refuse(
      `: ${codeText(call)} takes two values in one unit; received ${this.#side(a, unitA, labelA)} and ${this.#side(b, unitB, labelB)}. ${remedy}`,
    );
    // The rest of the equations is checked with the unit that the author probably meant.
    return more === 0 ? "unknown" : more > 0 ? unitB : unitA;
  }

  /** How likely the author meant another unit. */
  #blame(expr: Expr, given: Unit, wanted: Unit): number {
    const isPure = given.size === 0;
    if (isBare(expr)) return 5;
    if (expr.source === "state") return isPure ? 1 : 0;
    if (this.#isOpen(expr)) return isPure ? 4 : 3;
    return expr.op === "symbol" ? 0 : this.#local(expr, multiply(wanted, given, -1)) ? 2 : 1;
  }

  /** Whether the author chose the unit of a symbol. */
  #isOpen(expr: Expr): boolean {
    const { source } = expr;
    const name = variableOf(expr);
    if (source === "input") return (this.#inputs[name]?.payload ?? "SignalArray") === "SignalArray";
    return source === "field" || (source === "state" && name !== "potential");
  }

  /** The unit in the spelling of the author. */
  #text(unit: Unit, expr?: Expr): string {
    if (expr?.unit !== undefined) return expr.unit;
    if (sameUnit(unit, dimensionless)) return "1";
    if (unit.size === 1) return unitText(unit);
    const spelled = this.#spelled.find((text) => sameUnit(parseUnit(text)!, unit));
    return spelled ?? ((unit.size > 2 && simpleUnit(unit)?.[0]) || unitText(unit));
  }

  /** A value with its unit: "current in pA". */
  #side(expr: Expr, unit: Unit, label: string): string {
    const text = this.#text(unit, expr);
    return `${label} ${text === "1" ? "without a unit" : `in ${text}`}`;
  }

  /** What the author can do to get a value in a unit, which has the given text. */
  #remedy(expr: Expr, given: Unit, wanted: Unit, text: string, label: string): string {
    const places = placesBetween(given, wanted);
    const isNumber = isBare(expr) || (expr.op === "constant" && places !== undefined);
    if (isNumber) return `Write ${quantityText(expr.value!, isBare(expr) ? 0 : places!, text)}.`;
    const factor = multiply(wanted, given, -1);
    const local = this.#isOpen(expr) ? this.#declare(expr, wanted, text) : this.#local(expr, factor);
    const missing = local?.factor ?? factor;
    const way =
      places === undefined
        ? scale(label, factor, local === undefined)
        : `multiply ${local?.name ?? label} by ${quantityText(1, placesBetween(dimensionless, missing)!, unitText(missing))}`;
    const ways = [local?.advice, way].filter((part) => part !== undefined).join(", or ");
    return `${ways[0]!.toUpperCase()}${ways.slice(1)}.`;
  }

  /** The advice to declare a symbol in another unit. */
  #declare(expr: Expr, wanted: Unit, text: string): Local {
    const { source, unit } = expr;
    const name = variableOf(expr);
    const own = parseUnit(unit)!;
    const places = source === "field" && placesBetween(own, wanted);
    const converted = places ? `, with the default ${shift(this.#fields[name]!.default, places)}` : "";
    return { advice: declare(name, text) + converted, name, factor: multiply(wanted, own, -1) };
  }

  /** A number or symbol to which the expression is proportional, and that could bring the missing factor. */
  #local(expr: Expr, factor: Unit): Local | undefined {
    const places = placesBetween(factor, dimensionless);
    if (isBare(expr)) {
      if (places !== undefined || Math.abs(expr.value!) === 1) return undefined;
      return { advice: `write quantity(${expr.value}, "${nameOf(factor)}")`, factor };
    }
    if (this.#isOpen(expr)) {
      const own = parseUnit(expr.unit)!;
      const name = nameOf(multiply(own, factor));
      const wanted = parseUnit(name)!;
      return places !== undefined || (own.size === 0 && wanted.size === 1)
        ? this.#declare(expr, wanted, name)
        : undefined;
    }
    const { verb, args } = callOf(expr);
    const place = passed[verb];
    if (place !== undefined) return this.#local(args[place]!, factor);
    if (verb !== "mul" && verb !== "div") return undefined;
    const inverse = verb === "mul" ? factor : multiply(dimensionless, factor, -1);
    return this.#local(args[0]!, factor) ?? this.#local(args[1]!, inverse);
  }
}

/** A change of one part of an expression that brings a missing factor: advice, and the name of the part if it has one. */
interface Local {
  readonly advice: string;
  readonly name?: string;
  readonly factor: Unit;
}

const milliseconds = parseUnit(dt.unit)!;

/** A number without a unit, as opposed to a quantity. */
const isBare = ({ op, unit }: Expr): boolean => op === "constant" && unit === undefined;

/** The code of a short expression. */
const short = (expr: Expr): string | undefined => {
  const code = codeText(expr);
  return code.length > 32 ? undefined : code;
};

const nameOf = (unit: Unit): string => (unit.size > 1 && simpleUnit(unit)?.[0]) || unitText(unit);

const shift = (value: number, places: number): number => Number((value * 10 ** places).toPrecision(15));

const quantityText = (value: number, places: number, unit: string): string =>
  `quantity(${shift(value, places)}, "${unit}")`;

const declare = (name: string, unit: string): string =>
  name === "arriving"
    ? `set weightUnit to "${unit}"`
    : `declare ${name} ${unit === "1" ? 'with the unit "1"' : `in ${unit}`}`;

/** How to multiply or divide by the missing unit; undefined if it has no simple name and need not be said. */
const scale = (label: string, factor: Unit, isNeeded: boolean): string | undefined => {
  const [over, noun] = simpleUnit(factor) ?? [];
  const [under, nounUnder] = simpleUnit(multiply(dimensionless, factor, -1)) ?? [];
  if (over === "weight") return `multiply ${label} by a weight`;
  if (over !== undefined && noun !== "rate") {
    return `multiply ${label} by a ${noun} in ${over}${over === "ms" ? ", such as dt" : ""}`;
  }
  if (under !== undefined) return `divide ${label} by a ${nounUnder} in ${under}`;
  return isNeeded ? `multiply ${label} by a quantity in ${unitText(factor)}` : undefined;
};
