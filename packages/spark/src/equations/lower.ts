import { suggestName } from "../config/nearest-name.ts";
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
import { type Bool, constant, type Expr, type Float, type Int } from "../expr/expr.ts";
import { type OpName, signatures } from "../expr/ops.ts";
import {
  add,
  and,
  div,
  eq,
  ge,
  gt,
  le,
  lt,
  mul,
  neg,
  normalNoise,
  not,
  or,
  pow,
  select,
  stepIndex,
  sub,
  toFloat,
  uniformNoise,
  unitIndex,
  xor,
} from "../expr/verbs.ts";
import { drawFunctions, ofIntegers, otherNames, type Slot, type TextFunction, textFunctions } from "./functions.ts";
import { Problems, type Span } from "./problems.ts";
import { vanishing } from "./quotients.ts";
import type { BinaryNode, CallNode, NameNode, Node, NumberNode, TextNode, UnaryNode } from "./syntax.ts";
import { isUnitName, readUnit } from "./text-units.ts";

/** Unit of a value; "zero" is the unit of 0, which fits every unit. */
export type Quantity = Unit | "zero";

/** An expression of a text with its unit. */
export interface Value {
  readonly expr: Expr;
  readonly unit: Quantity;
  /** The unit as the author spells it. */
  readonly spelled?: string | undefined;
  /** True for a number that the text writes without a unit. It takes the type of its neighbour. */
  readonly isBare?: boolean;
}

/** The names of an expression: what each stands for at this place of the text. */
export interface Names {
  /** The value of a name; undefined if no name is known. A problem inside it is reported elsewhere, and is "wrong". */
  value(name: string): Value | "wrong" | undefined;
  /** Why a name that exists has no value at this place; undefined otherwise. */
  refusal(name: string): string | undefined;
  /** The value of a variable after the integration of this step. */
  after?(name: string): Value | undefined;
  readonly known: () => readonly string[];
}

const isNumber = (value: Value): boolean => value.expr.dtype !== "bool";
const isInt = (value: Value): boolean => value.expr.dtype === "int";

/** A number that a text writes without a unit, where an integer is needed. */
const asInt = ({ expr, isBare }: Value): Int | undefined => {
  if (expr.dtype === "int") return expr as Int;
  const whole = isBare && expr.op === "constant" && (expr.value! | 0) === expr.value && !Object.is(expr.value, -0);
  return whole ? constant("int", expr.value!) : undefined;
};

const pure = (expr: Expr): Value => ({ expr, unit: dimensionless });

/** The unit of a value as the end of a sentence. */
const unitWords = ({ unit, spelled }: Value): string =>
  unit === "zero" || sameUnit(unit, dimensionless) ? "has no unit" : `is in ${spelled ?? unitName(unit)}`;

/** The shortest usual name of a unit. */
export const unitName = (unit: Unit): string =>
  sameUnit(unit, dimensionless) ? "1" : unit.size === 1 ? unitText(unit) : (simpleUnit(unit)?.[0] ?? unitText(unit));

/** Turns parsed expressions into expressions of the library, and checks names, types and units. */
export class Lowering {
  readonly problems: Problems;
  /** False for texts that write out the step, whose author answers for every quotient. */
  readonly #refusesQuotients: boolean;
  #draws = 0;
  readonly #drawn = new Map<Node, Expr>();

  /** Names that the text defines, also in statements with problems. */
  readonly defined: ReadonlySet<string>;

  constructor(
    problems: Problems,
    options: { readonly refusesQuotients: boolean; readonly defined: ReadonlySet<string> },
  ) {
    this.problems = problems;
    this.#refusesQuotients = options.refusesQuotients;
    this.defined = options.defined;
  }

  /** The same, with problems of its own that nobody reads. */
  quiet(): Lowering {
    const options = { refusesQuotients: this.#refusesQuotients, defined: this.defined };
    return new Lowering(new Problems(this.problems.text), options);
  }

  /** Whether a name without a value is defined in a statement that is reported already. */
  isMisread(name: string): boolean {
    return this.defined.has(name) && this.problems.found.length > 0;
  }

  /** The value of an expression. Undefined, with problems, if something is wrong. */
  value(node: Node, names: Names): Value | undefined {
    switch (node.kind) {
      case "number":
        return this.#number(node);
      case "truth":
        return pure(constant("bool", node.value ? 1 : 0));
      case "name":
        return this.#name(node, names);
      case "unary":
        return this.#unary(node, names);
      case "binary":
        return this.#binary(node, names);
      case "call":
        return this.#call(node, names);
    }
  }

  /** A condition. */
  condition(node: Node, names: Names, what: string): Bool | undefined {
    const value = this.value(node, names);
    if (!value) return undefined;
    if (value.expr.dtype === "bool") return value.expr as Bool;
    this.problems.add(
      node,
      `${what} must be a condition; ${this.#quoted(node)} is a number. Compare it, as in v > 0 mV.`,
    );
    return undefined;
  }

  /** A number in a unit, converted if the text gives it in a multiple of the unit. `what` starts the message. */
  inUnit(node: Node, names: Names, wanted: string, what: string): Float | undefined {
    const value = this.value(node, names);
    return value && this.asUnit(value, node, wanted, what);
  }

  asUnit(value: Value, span: Span, wanted: string, what: string): Float | undefined {
    const number = this.#float(value, span, what);
    if (!number) return undefined;
    const unit = parseUnit(wanted)!;
    const converted = this.#convert(number, unit, wanted);
    if (converted) return converted;
    const must = wanted === "1" ? "must be a pure number" : `must be in ${wanted}`;
    const given = `${this.#quoted(span)} ${unitWords(number)}`;
    this.problems.add(span, `${what} ${must}; ${given}. ${this.#remedy(number, unit, wanted, span)}`, true);
    return undefined;
  }

  /** An integer. */
  integer(node: Node, names: Names, what: string): Int | undefined {
    const value = this.value(node, names);
    return value && this.#integer(value, node, what);
  }

  #integer(value: Value, span: Span, what: string): Int | undefined {
    const int = asInt(value);
    if (int) return int;
    const given = value.expr.dtype === "bool" ? "a condition" : "a number that may have a fraction";
    return this.problems.add(
      span,
      `${what} must be an integer; ${this.#quoted(span)} is ${given}. Write steps(…) for a time, or toInt(…).`,
    );
  }

  #quoted(span: Span): string {
    return this.problems.quote(span);
  }

  /** A float, converted from an integer if need be. */
  #float(value: Value, span: Span, what: string): Value | undefined {
    if (value.expr.dtype === "float") return value;
    if (value.expr.dtype === "int") return { ...value, expr: toFloat(value.expr as Int), isBare: false };
    const remedy = `Choose between two numbers with select(${this.#quoted(span)}, a, b).`;
    return this.problems.add(span, `${what} must be a number; ${this.#quoted(span)} is a condition. ${remedy}`);
  }

  /** The value in another multiple of its unit. Undefined if it has another kind of unit. */
  #convert({ expr, unit }: Value, wanted: Unit, text: string): Float | undefined {
    if (unit === "zero") return expr as Float;
    const places = placesBetween(unit, wanted);
    if (places === undefined) return undefined;
    if (Math.abs(places) < 1e-9) return expr as Float;
    if (expr.op === "constant") return constant("float", shift(expr.value!, places), text);
    return mul(expr as Float, constant("float", shift(1, places), unitText(multiply(wanted, unit, -1))));
  }

  // Numbers and names

  #number({ value, unit }: NumberNode): Value {
    if (unit === undefined) {
      return { expr: constant("float", value), unit: value === 0 ? "zero" : dimensionless, isBare: true };
    }
    return { expr: constant("float", value, unit), unit: parseUnit(unit)!, spelled: unit };
  }

  #name(node: NameNode, names: Names): Value | undefined {
    const { name } = node;
    const value = names.value(name);
    if (value === "wrong") return undefined;
    if (value) return value;
    const refusal = names.refusal(name);
    if (refusal !== undefined) return this.problems.add(node, refusal);
    if (/^xi(_\w+)?$/.test(name)) return this.#whiteNoise(name);
    // A single letter is more often a mistyped name than a unit.
    if (name.length > 1 && isUnitName(name)) {
      const unit = readUnit(name)!;
      return { expr: constant("float", 1, unit), unit: parseUnit(unit)!, spelled: unit };
    }
    if (Object.hasOwn(textFunctions, name)) {
      return this.problems.add(node, `${name} is a function. Write ${name}(…), or define the name.`);
    }
    const hint =
      name === "t"
        ? "The time is stepIndex()*dt."
        : name === "i"
          ? "The index of a unit is unitIndex()."
          : suggestName(name, names.known());
    return this.problems.add(node, `${name} is not defined. ${hint}`);
  }

  /** White noise with unit intensity, as in Langevin equations: constant in a step, with the variance 1/dt. */
  #whiteNoise(name: string): Value {
    const dt = constantDt;
    return { expr: div(normalNoise(name), sqrtOf(dt)), unit: parseUnit("1/ms^0.5")! };
  }

  // Operators

  #unary({ op, arg }: UnaryNode, names: Names): Value | undefined {
    if (op === "not") {
      const condition = this.condition(arg, names, "the operand of not");
      return condition && pure(not(condition));
    }
    const value = this.value(arg, names);
    if (!value) return undefined;
    if (isInt(value)) return { ...value, expr: sub(0, value.expr as Int) };
    const number = this.#float(value, arg, "a number after a minus sign");
    return number && { ...number, expr: neg(number.expr as Float), isBare: false };
  }

  #binary(node: BinaryNode, names: Names): Value | undefined {
    const { op, left, right } = node;
    if (op === "and" || op === "or" || op === "xor") {
      const a = this.condition(left, names, `the left side of ${op}`);
      const b = this.condition(right, names, `the right side of ${op}`);
      return a && b && pure({ and, or, xor }[op](a, b));
    }
    const a = this.value(left, names);
    const b = this.value(right, names);
    if (!a || !b) return undefined;
    for (const [side, value] of [[left, a] as const, [right, b] as const]) {
      if (isNumber(value)) continue;
      const remedy =
        op === "==" || op === "!="
          ? "Write xor for conditions that differ."
          : `Write select(${this.#quoted(side)}, a, b) or when(…).`;
      return this.problems.add(side, `${op} takes numbers; ${this.#quoted(side)} is a condition. ${remedy}`);
    }
    switch (op) {
      case "+":
      case "-":
        return this.#sum(node, a, b, op === "+" ? add : sub);
      case "*":
        return this.#product(a, b);
      case "/":
        return this.#quotient(node, a, b);
      case "^":
        return this.#power(node, a, b);
      default:
        return this.#comparison(node, a, b);
    }
  }

  #sum(node: BinaryNode, a: Value, b: Value, verb: typeof add): Value | undefined {
    const agreed = this.#agree(node, a, b);
    if (!agreed) return undefined;
    const { first, second, unit, spelled } = agreed;
    return { expr: (verb as (x: Expr, y: Expr) => Expr)(first, second), unit, spelled };
  }

  #comparison(node: BinaryNode, a: Value, b: Value): Value | undefined {
    const agreed = this.#agree(node, a, b);
    if (!agreed) return undefined;
    const verb = { "<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": eq }[node.op as "<"] as (
      a: Expr,
      b: Expr,
    ) => Bool;
    const holds = verb(agreed.first, agreed.second);
    return pure(node.op === "!=" ? not(holds) : holds);
  }

  /** Two numbers in one unit and of one type. */
  #agree(
    { op, left, right, at }: BinaryNode,
    a: Value,
    b: Value,
  ):
    | { readonly first: Expr; readonly second: Expr; readonly unit: Quantity; readonly spelled?: string | undefined }
    | undefined {
    if (isInt(a) || isInt(b)) {
      const [first, second] = [asInt(a), asInt(b)];
      if (first && second) return { first, second, unit: dimensionless };
    }
    const [x, y] = [this.#float(a, left, op), this.#float(b, right, op)];
    if (!x || !y) return undefined;
    if (x.unit === "zero" || y.unit === "zero") {
      const known = x.unit === "zero" ? y : x;
      return { first: x.expr, second: y.expr, unit: known.unit, spelled: known.spelled };
    }
    // A constant is converted to the unit of the other side, once.
    const toRight = x.expr.op === "constant" && y.expr.op !== "constant";
    const [kept, moved] = toRight ? [y, x] : [x, y];
    const unit = kept.unit as Unit;
    const converted = this.#convert(moved, unit, kept.spelled ?? unitText(unit));
    if (converted) {
      const [first, second] = toRight ? [converted, y.expr] : [x.expr, converted];
      return { first, second, unit, spelled: kept.spelled ?? moved.spelled };
    }
    const words = op === "+" ? "be added" : op === "-" ? "be subtracted" : "be compared";
    const sides = `${this.#quoted(left)} ${unitWords(x)}, and ${this.#quoted(right)} ${unitWords(y)}`;
    const wrong = isPlain(y) || !isPlain(x) ? { value: y, span: right, unit: x } : { value: x, span: left, unit: y };
    const remedy = this.#remedy(
      wrong.value,
      wrong.unit.unit as Unit,
      wrong.unit.spelled ?? unitName(wrong.unit.unit as Unit),
      wrong.span,
    );
    return this.problems.add({ start: at.start, end: at.end }, `these cannot ${words}: ${sides}. ${remedy}`, true);
  }

  /** What the author can do to give a value a unit. */
  #remedy(value: Value, wanted: Unit, text: string, span: Span): string {
    const label = this.#quoted(span);
    if (value.isBare && value.expr.op === "constant") return `Write ${value.expr.value} ${text}.`;
    const unit = value.unit === "zero" ? dimensionless : value.unit;
    const factor = simpleUnit(multiply(wanted, unit, -1));
    if (factor) return `Multiply ${label} by a ${factor[1]} in ${factor[0]}.`;
    const divisor = simpleUnit(multiply(unit, wanted, -1));
    if (divisor) return `Divide ${label} by a ${divisor[1]} in ${divisor[0]}.`;
    return `Multiply ${label} by a quantity in ${unitText(multiply(wanted, unit, -1))}, or check the units of its parts.`;
  }

  #product(a: Value, b: Value): Value {
    if (isInt(a) || isInt(b)) {
      const [first, second] = [asInt(a), asInt(b)];
      if (first && second) return pure(mul(first, second));
    }
    const [x, y] = [floatOf(a), floatOf(b)];
    const unit = a.unit === "zero" || b.unit === "zero" ? "zero" : multiply(a.unit, b.unit);
    return { expr: mul(x, y), unit, spelled: productSpelling(a, b) };
  }

  #quotient(node: BinaryNode, a: Value, b: Value): Value | undefined {
    const [x, y] = [floatOf(a), floatOf(b)];
    if (this.#refusesQuotients && y.op === "constant" && y.value === 0) {
      return this.problems.add(node.right, "the divisor is 0. Give another.");
    }
    const reason = this.#refusesQuotients ? vanishing(x, y) : undefined;
    if (reason !== undefined) {
      return this.problems.add(node.right, `${this.#quoted(node.right)} is 0 ${reason}`);
    }
    const unit = a.unit === "zero" || b.unit === "zero" ? "zero" : multiply(a.unit, b.unit, -1);
    return { expr: div(x, y), unit, spelled: b.isBare ? a.spelled : undefined };
  }

  #power({ left, right }: BinaryNode, a: Value, b: Value): Value | undefined {
    const [base, exponent] = [floatOf(a), floatOf(b)];
    if (b.isBare && exponent.op === "constant") {
      const unit = a.unit === "zero" ? "zero" : multiply(dimensionless, a.unit, exponent.value!);
      return { expr: pow(base, exponent), unit };
    }
    const x = this.asUnit(a, left, "1", "the base of a power whose exponent is no plain number");
    const y = this.asUnit(b, right, "1", "an exponent");
    return x && y && pure(pow(x, y));
  }

  // Functions

  #call(node: CallNode, names: Names): Value | undefined {
    const { name, at } = node;
    if (Object.hasOwn(textFunctions, name)) return this.#function(node, textFunctions[name as "exp"], names);
    if (Object.hasOwn(drawFunctions, name)) return this.#draw(node, drawFunctions[name]!, names);
    if (name === "after") return this.#after(node, names);
    if (name === "int") return this.#int(node, names);
    if (name === "rand" || name === "randn") return this.#brianDraw(node);
    if (name === "unitIndex" || name === "stepIndex") {
      return this.#arity(node, 0, "") ? pure(name === "unitIndex" ? unitIndex : stepIndex) : undefined;
    }
    if (name === "infinity")
      return this.#arity(node, 0, "") ? { expr: constant("float", Number.POSITIVE_INFINITY), unit: "zero" } : undefined;
    if (Object.hasOwn(signatures, name)) return this.#operation(node, name as OpName, names);
    if (names.known().includes(name)) {
      return this.problems.add(at, `${name} is not a function. Write * to multiply.`);
    }
    const other = otherNames[name];
    const hint =
      other === undefined ? suggestName(name, functionNames) : `Use ${other === "^" ? "a^b" : `${other}(…)`}.`;
    return this.problems.add(at, `${name} is not a function of equations. ${hint}`);
  }

  #arity(node: CallNode, count: number, form: string): boolean {
    const { name, args } = node;
    if (args.length === count) return true;
    const noun = count === 1 ? "argument" : "arguments";
    this.problems.add(node, `${name} takes ${count} ${noun}; received ${args.length}. Write ${name}(${form}).`);
    return false;
  }

  #function(node: CallNode, fn: TextFunction, names: Names): Value | undefined {
    const { name } = node;
    if (!this.#arity(node, fn.args.length, fn.args.map(formOf).join(", "))) return undefined;
    const args = this.#numbers(node);
    if (!args) return undefined;
    const given = args.map((arg) => this.value(arg, names));
    if (given.some((value) => value === undefined)) return undefined;
    const values = given as Value[];
    if (ofIntegers.has(name)) {
      const ints = fn.args.map((slot, k) => (slot === "a" ? asInt(values[k]!) : undefined));
      const isInteger = values.some((value, k) => fn.args[k] === "a" && isInt(value));
      if (isInteger && fn.args.every((slot, k) => slot !== "a" || ints[k])) {
        const made = fn.args.map((slot, k) => (slot === "a" ? ints[k]! : this.#bool(values[k]!, args[k]!, name)));
        return made.every((arg) => arg !== undefined) ? pure(fn.make(...(made as Expr[]))) : undefined;
      }
    }
    const units = this.#unitsOf(fn, values);
    const made = fn.args.map((slot, k) => this.#argument(name, slot, values[k]!, args[k]!, units));
    if (made.some((arg) => arg === undefined)) return undefined;
    return { expr: fn.make(...(made as Expr[])), ...resultOf(fn.result, units) };
  }

  /** The unit of each letter of a signature: of the first argument that has one, constants last. */
  #unitsOf(fn: TextFunction, values: readonly Value[]): Record<string, Value> {
    const units: Record<string, Value> = {};
    for (const constants of [false, true]) {
      fn.args.forEach((slot, k) => {
        const value = values[k]!;
        if ((slot !== "a" && slot !== "b") || value.unit === "zero" || (value.expr.op === "constant") !== constants)
          return;
        units[slot] ??= value;
      });
    }
    return units;
  }

  #argument(
    name: string,
    slot: Slot,
    value: Value,
    span: Node,
    units: Readonly<Record<string, Value>>,
  ): Expr | undefined {
    const what = `an argument of ${name}`;
    if (slot === "bool") return this.#bool(value, span, name);
    if (slot === "int") return this.#integer(value, span, what);
    if (slot === "1") return this.asUnit(value, span, "1", what);
    if (slot === "ms") return this.asUnit(value, span, "ms", `the time in ${name}`);
    const model = units[slot];
    if (!model) return this.#float(value, span, what)?.expr;
    return this.asUnit(value, span, model.spelled ?? unitText(model.unit as Unit), what);
  }

  #bool(value: Value, span: Node, name: string): Bool | undefined {
    if (value.expr.dtype === "bool") return value.expr as Bool;
    return this.problems.add(
      span,
      `the condition of ${name} must be a condition; ${this.#quoted(span)} is a number. Compare it, as in v > 0 mV.`,
    );
  }

  #numbers({ name, args }: CallNode): Node[] | undefined {
    const text = args.find((arg): arg is TextNode => arg.kind === "text");
    if (text) return this.problems.add(text, `${name} takes no text in quotes. Remove the quotes.`);
    return args as Node[];
  }

  #draw(node: CallNode, make: (purpose: string, index?: Int) => Expr, names: Names): Value | undefined {
    const { name, args } = node;
    const [purpose, index] = args;
    if (purpose?.kind !== "text" || args.length > 2 || index?.kind === "text") {
      return this.problems.add(
        node,
        `${name} takes the purpose of the draw in quotes, and at most an index. Write ${name}("noise").`,
      );
    }
    if (index === undefined) return pure(make(purpose.text));
    const int = this.integer(index, names, `the index of ${name}`);
    return int && pure(make(purpose.text, int));
  }

  /** rand() and randn() of Brian2: every place in a text draws numbers of its own. */
  #brianDraw(node: CallNode): Value | undefined {
    if (!this.#arity(node, 0, "")) return undefined;
    const known = this.#drawn.get(node);
    if (known) return pure(known);
    const purpose = `${node.name}${++this.#draws}`;
    const expr = node.name === "rand" ? uniformNoise(purpose) : normalNoise(purpose);
    this.#drawn.set(node, expr);
    return pure(expr);
  }

  #after(node: CallNode, names: Names): Value | undefined {
    const [arg] = node.args;
    if (node.args.length !== 1 || arg?.kind !== "name") {
      return this.problems.add(node, "after takes a variable. Write after(v).");
    }
    const value = names.after?.(arg.name);
    if (value) return value;
    return this.problems.add(
      node,
      `${arg.name} has no value after the integration here. Use after(…) of a variable with d…/dt, in next lines.`,
    );
  }

  /** An integer: of a condition 0 or 1, of a whole number itself. */
  #int(node: CallNode, names: Names): Value | undefined {
    const args = this.#numbers(node);
    if (!args || !this.#arity(node, 1, "a > b")) return undefined;
    const value = this.value(args[0]!, names);
    if (!value) return undefined;
    if (value.expr.dtype === "bool") {
      return pure(select(value.expr as Bool, constant("int", 1), constant("int", 0)));
    }
    const int = asInt(value);
    return int
      ? pure(int)
      : this.problems.add(
          node,
          "int takes a condition or a whole number. Write toInt(x) to cut off the fraction of x.",
        );
  }

  /** An operation of the library by its own name, such as intXor. Its arguments are checked by type. */
  #operation(node: CallNode, op: OpName, names: Names): Value | undefined {
    const { args: types, result } = signatures[op];
    const args = this.#numbers(node);
    if (!args || !this.#arity(node, types.length, types.join(", "))) return undefined;
    const made = types.map((type, k) => {
      const what = `an argument of ${op}`;
      if (type === "bool") return this.condition(args[k]!, names, what);
      return type === "int" ? this.integer(args[k]!, names, what) : this.inUnit(args[k]!, names, "1", what);
    });
    if (made.some((arg) => arg === undefined)) return undefined;
    return pure({ op, dtype: result, args: made as Expr[] });
  }
}

const constantDt: Float = { op: "symbol", dtype: "float", args: [], name: "dt", source: "dt", unit: "ms" };
const sqrtOf = (x: Float): Float => textFunctions.sqrt.make(x) as Float;

const floatOf = ({ expr }: Value): Float => (expr.dtype === "int" ? toFloat(expr as Int) : (expr as Float));

const isPlain = ({ unit }: Value): boolean => unit === "zero" || sameUnit(unit, dimensionless);

/** A product with a pure number keeps the spelling of the unit. */
const productSpelling = (a: Value, b: Value): string | undefined =>
  isPlain(a) ? b.spelled : isPlain(b) ? a.spelled : undefined;

const shift = (value: number, places: number): number => Number((value * 10 ** places).toPrecision(15));

const resultOf = (
  slot: Slot,
  { a, b }: Readonly<Record<string, Value>>,
): { readonly unit: Quantity; readonly spelled?: string | undefined } => {
  if (slot === "a") return a ? { unit: a.unit, spelled: a.spelled } : { unit: "zero" };
  const of = (value: Value | undefined): Unit =>
    value === undefined || value.unit === "zero" ? dimensionless : value.unit;
  if (slot === "root") return { unit: a ? multiply(dimensionless, of(a), 0.5) : "zero" };
  if (slot === "product") return { unit: multiply(of(a), of(b)) };
  return { unit: dimensionless };
};

/** The form of an argument, for messages. */
const formOf = (slot: Slot): string =>
  ({ "1": "x", ms: "tau", a: "x", b: "y", bool: "condition", int: "n", root: "x", product: "x" })[slot];

const functionNames: readonly string[] = [
  ...Object.keys(textFunctions),
  ...Object.keys(drawFunctions),
  "int",
  "rand",
  "randn",
];
