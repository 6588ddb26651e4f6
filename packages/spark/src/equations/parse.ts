import { suggestName } from "../config/nearest-name.ts";
import { parseUnit } from "../config/unit.ts";
import type { Problems, Span } from "./problems.ts";
import {
  type Assignment,
  type CallNode,
  type Definition,
  type Flag,
  type InputLine,
  MINUS,
  type Named,
  NOT,
  type Node,
  type NumberNode,
  type Operator,
  type Section,
  type Statement,
  strength,
  type TextNode,
  type UnitText,
} from "./syntax.ts";
import { isUnitName, readUnit } from "./text-units.ts";
import { type Comments, type Token, tokenize } from "./tokens.ts";

/*
 * Reads a text of equations by precedence climbing (Pratt 1973). A statement with a syntax error is reported and left
 * out; the next one starts at the next line or semicolon.
 */

/** What a text declares. */
export type TextKind = "soma" | "synapse";

/** Words that start a line, followed by a colon. */
const sectionNames = {
  soma: ["spike", "reset", "refractory", "start", "potential"],
  synapse: ["arrive", "current", "jump", "start"],
} as const;
type SectionName = (typeof sectionNames)[TextKind][number];

/** Words with a meaning in expressions. Names that equal them are written in backquotes. */
export const keywords: readonly string[] = ["and", "or", "xor", "not", "true", "false"];

/** Names of the membrane potential that need not be told. */
export const usualPotentials: readonly string[] = ["v", "V", "Vm", "vm", "potential"];

/** What authors who come from other simulators write in place of a section. */
const otherSections: Readonly<Record<TextKind, Readonly<Record<string, string>>>> = {
  soma: { threshold: "spike: v > …", spikes: "spike: v > …", init: "start: v = …", initial: "start: v = …" },
  synapse: { on_pre: "arrive: g += w", pre: "arrive: g += w", init: "start: g = …", initial: "start: g = …" },
};

/** Largest nesting of an expression. Later stages enter it recursively. */
const DEEPEST = 300;

/** Thrown inside the parser to give up a statement whose problem is reported. */
class GivenUp extends Error {}

export interface Parsed {
  readonly statements: readonly Statement[];
  /** The comment lines before the first statement. */
  readonly heading: string;
  /** Names that the text defines, also in statements with syntax errors. */
  readonly defined: ReadonlySet<string>;
  /** Whether statements are left out because of syntax errors. */
  readonly isPartial: boolean;
}

export const parse = (problems: Problems, kind: TextKind = "soma"): Parsed => new Parser(problems, kind).read();

class Parser {
  readonly #kind: TextKind;
  readonly #problems: Problems;
  readonly #tokens: readonly Token[];
  readonly #comments: Comments;
  /** Names that the text defines. They take precedence over units of the same name. */
  readonly #defined: ReadonlySet<string>;
  #next = 0;
  /** Depth of parentheses, in which line ends have no meaning. */
  #open = 0;
  #depth = 0;

  constructor(problems: Problems, kind: TextKind) {
    this.#kind = kind;
    this.#problems = problems;
    const { tokens, comments } = tokenize(problems);
    this.#tokens = tokens;
    this.#comments = comments;
    this.#defined = definedNames(tokens);
  }

  read(): Parsed {
    const statements: Statement[] = [];
    let isPartial = false;
    this.#skipLines();
    const heading = this.#headingBefore(this.#peek().start);
    while (this.#peek().kind !== "end") {
      const first = this.#next;
      this.#open = 0;
      this.#depth = 0;
      try {
        const statement = this.#statement();
        this.#endOfStatement();
        statements.push(this.#withComment(statement));
      } catch (error) {
        if (!(error instanceof GivenUp)) throw error;
        isPartial = true;
        if (this.#next === first) this.#next++;
        while (!this.#isEnd(this.#tokens[this.#next]!)) this.#next++;
      }
      this.#skipLines();
    }
    return { statements, heading, defined: this.#defined, isPartial };
  }

  // Tokens

  #peek(ahead = 0): Token {
    let at = this.#next;
    for (let left = ahead; ; at++) {
      while (this.#open > 0 && this.#tokens[at]!.kind === "newline") at++;
      if (left-- === 0 || this.#tokens[at]!.kind === "end") return this.#tokens[at]!;
    }
  }

  #take(): Token {
    while (this.#open > 0 && this.#tokens[this.#next]!.kind === "newline") this.#next++;
    const token = this.#tokens[this.#next]!;
    if (token.kind !== "end") this.#next++;
    return token;
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return (token.kind === "sign" || (token.kind === "name" && !token.isQuoted)) && token.text === text;
  }

  #isEnd({ kind, text }: Token): boolean {
    return kind === "newline" || kind === "end" || (kind === "sign" && text === ";");
  }

  #skipLines(): void {
    while (this.#peek().kind === "newline" || this.#is(";")) this.#next++;
  }

  #refuse(span: Span, message: string): never {
    this.#problems.add(span, message);
    throw new GivenUp();
  }

  #expect(text: string, where: string): Token {
    if (this.#is(text)) return this.#take();
    return this.#refuse(this.#peek(), `expected "${text}" ${where}; found ${this.#found()}. Insert ${text}.`);
  }

  #found(token = this.#peek()): string {
    return token.kind === "end"
      ? "the end of the text"
      : token.kind === "newline"
        ? "the end of the line"
        : `"${token.text}"`;
  }

  #endOfStatement(): void {
    const token = this.#peek();
    if (this.#isEnd(token)) return;
    const previous = this.#tokens[this.#next - 1];
    const isProduct = token.kind === "name" || token.kind === "number" || token.text === "(";
    const remedy = isProduct
      ? `Write * between factors, and start each equation in a new line or after a semicolon.`
      : token.text === ":"
        ? "Give one unit after one colon."
        : "Remove it, or start a new line.";
    this.#refuse(token, `found ${this.#found()} after ${this.#found(previous)}. ${remedy}`);
  }

  #name(what: string): Named {
    const token = this.#peek();
    if (token.kind !== "name" || (!token.isQuoted && keywords.includes(token.text))) {
      const isWord = token.kind === "name";
      const remedy = isWord ? `It is a word of the notation: use another name.` : "Write a name such as v.";
      return this.#refuse(token, `expected ${what}; found ${this.#found()}. ${remedy}`);
    }
    this.#take();
    return { name: token.text, start: token.start, end: token.end };
  }

  // Statements

  #statement(): Statement {
    const first = this.#peek();
    if (first.kind !== "name") {
      return this.#refuse(
        first,
        `expected an equation; found ${this.#found()}. Write such as dv/dt = …, spike: … or gL = 30 nS.`,
      );
    }
    if (this.#is("/", 1) && this.#is("dt", 2)) return this.#differential();
    if (!first.isQuoted && this.#peek(1).kind === "name") {
      if (first.text === "next") return this.#definition("next", this.#take().start);
      if (first.text === "input") return this.#input();
      if (first.text === "observe" && this.#kind === "synapse") return this.#definition("observe", this.#take().start);
    }
    if (!first.isQuoted && this.#is(":", 1)) return this.#section(first);
    return this.#definition("definition", first.start);
  }

  #differential(): Statement {
    const whole = this.#take();
    const name = whole.text.slice(1);
    if (!whole.text.startsWith("d") || name === "") {
      this.#refuse(
        whole,
        `the left side must be a derivative such as dv/dt; found ${whole.text}/dt. Write d${whole.text}/dt.`,
      );
    }
    this.#take();
    this.#take();
    return this.#rest("differential", { name, start: whole.start + 1, end: whole.end }, whole.start);
  }

  #definition(kind: "next" | "definition" | "observe", start: number): Definition {
    return this.#rest(kind, this.#name("a name"), start);
  }

  #rest(kind: Definition["kind"], target: Named, start: number): Definition {
    const sign = this.#peek();
    if (["+=", "-=", "*=", "/="].includes(sign.text)) {
      this.#refuse(
        sign,
        this.#kind === "soma"
          ? `${target.name} ${sign.text} … changes a variable, which only a reset does. Write reset: ${target.name} ${sign.text} ….`
          : `${target.name} ${sign.text} … changes a variable, which only an arrival does. Write arrive: ${target.name} ${sign.text} ….`,
      );
    }
    if (this.#is("==")) this.#refuse(sign, `a definition has one equals sign. Write ${target.name} = ….`);
    if (this.#is("(")) {
      this.#refuse(
        sign,
        `own functions cannot be defined. Write the formula where it is used, or name it: ${target.name} = ….`,
      );
    }
    this.#expect("=", `after ${target.name}`);
    const value = this.#expression();
    const unit = this.#unit();
    const flags = this.#flags();
    return { kind, target, value, ...(unit && { unit }), flags, start, end: this.#end() };
  }

  #input(): InputLine {
    const { start } = this.#take();
    const target = this.#name("the name of the input");
    this.#expect(":", `after ${target.name}`);
    const payload = this.#name(this.#kind === "soma" ? "current, jump or signal" : "weight");
    const unit = this.#isEnd(this.#peek()) || this.#is("(") ? undefined : this.#unitText();
    const flags = this.#flags();
    return { kind: "input", target, payload, ...(unit && { unit }), flags, start, end: this.#end() };
  }

  #section(first: Token): Section {
    const name = first.text as SectionName;
    if (!(sectionNames[this.#kind] as readonly string[]).includes(name)) return this.#refuseSection(first);
    const at = this.#take();
    this.#take();
    const { start } = at;
    if (name === "reset" || name === "arrive" || name === "start") {
      return { kind: name, at, assignments: this.#assignments(at), start, end: this.#end() };
    }
    if (name === "potential") return { kind: name, at, target: this.#name("a variable"), start, end: this.#end() };
    this.#skipNewlines();
    const value = this.#expression();
    return { kind: name, at, value, start, end: this.#end() };
  }

  #refuseSection(first: Token): never {
    const { text } = first;
    this.#take();
    const colon = this.#take();
    const unit = this.#isEnd(this.#peek()) ? undefined : this.#unitText();
    const span = { start: first.start, end: unit?.end ?? colon.end };
    const other = otherSections[this.#kind][text];
    if (other !== undefined) this.#refuse(first, `${text}: is not a section. Write ${other}.`);
    if (unit && readUnit(unit.text)) {
      const example = unit.text === "1" ? "0" : `0 ${unit.text}`;
      this.#refuse(span, `${text} has a unit, but no value. Give its default, such as ${text} = ${example}.`);
    }
    return this.#refuse(first, `${text}: is not a section. ${suggestName(text, sectionNames[this.#kind])}`);
  }

  #assignments(at: Token): Assignment[] {
    const list: Assignment[] = [];
    const isBlock = this.#peek().kind === "newline";
    const column = this.#columnOf(at);
    for (;;) {
      if (isBlock) this.#skipNewlines();
      const token = this.#peek();
      if (token.kind === "end") break;
      if (isBlock && this.#columnOf(token) <= column) {
        // The end of the line before ends the section.
        this.#next--;
        break;
      }
      list.push(this.#assignment());
      if (this.#is(";")) {
        this.#take();
        if (!isBlock && this.#isEnd(this.#peek())) break;
        // After a semicolon, another equation may start in the same line.
        if (!this.#isAssignment()) {
          this.#next--;
          break;
        }
      } else if (!isBlock || this.#peek().kind !== "newline") break;
    }
    if (list.length === 0) this.#refuse(at, `${at.text}: assigns nothing. Write ${at.text}: v = ….`);
    return list;
  }

  #columnOf({ start }: Span): number {
    return start - this.#problems.text.lastIndexOf("\n", start - 1);
  }

  #isAssignment(): boolean {
    return this.#peek().kind === "name" && ["=", "+=", "-=", "*=", "/="].some((sign) => this.#is(sign, 1));
  }

  #assignment(): Assignment {
    const target = this.#name("a variable");
    const sign = this.#peek();
    if (!["=", "+=", "-=", "*=", "/="].includes(sign.text)) {
      return this.#refuse(
        sign,
        `expected "=" or "+=" after ${target.name}; found ${this.#found()}. Write ${target.name} = ….`,
      );
    }
    this.#take();
    const value = this.#expression();
    return { target, sign: sign.text as Assignment["sign"], value, start: target.start, end: this.#end() };
  }

  #end(): number {
    return this.#tokens[this.#next - 1]!.end;
  }

  // Units, flags and comments

  #unit(): UnitText | undefined {
    if (this.#peek().kind === "newline" && this.#afterNewlines().text === ":") this.#skipNewlines();
    if (!this.#is(":")) return undefined;
    this.#take();
    return this.#unitText();
  }

  /** The rest of a statement up to a flag, as it is written. */
  #unitText(): UnitText {
    const first = this.#peek();
    const { start } = first;
    if (this.#isEnd(first))
      return this.#refuse(first, "expected a unit after the colon, such as mV, or 1 for a pure number. Give it.");
    let end = start;
    while (!this.#isEnd(this.#peek()) && !this.#isFlag()) end = this.#take().end;
    return { text: this.#problems.text.slice(start, end), start, end };
  }

  /** A parenthesis starts a flag, unless it is a power in a unit, such as ms^(-1). */
  #isFlag(): boolean {
    return this.#is("(") && this.#tokens[this.#next - 1]!.text !== "^";
  }

  #flags(): Flag[] {
    const flags: Flag[] = [];
    while (this.#is("(")) {
      const { start } = this.#take();
      const first = this.#peek();
      let relative: Node | undefined;
      if (this.#is("relative") && this.#is("to", 1)) {
        this.#take();
        this.#take();
        relative = this.#expression();
      } else {
        while (!this.#isEnd(this.#peek()) && !this.#is(")")) this.#take();
      }
      const text = this.#problems.text.slice(first.start, this.#peek().start).trim();
      const { end } = this.#expect(")", "at the end of the words in parentheses");
      flags.push({ text, ...(relative && { relative }), start, end });
    }
    return flags;
  }

  #lineOf(at: number): number {
    return this.#problems.text.slice(0, at).split("\n").length - 1;
  }

  /** Adds the comment of the line, unless another statement is in the same line. */
  #withComment(statement: Statement): Statement {
    const { text } = this.#problems;
    const comment = this.#comments.get(this.#lineOf(statement.end));
    if (comment === undefined || comment === "" || !("target" in statement) || statement.kind === "potential")
      return statement;
    const line = text.slice(text.lastIndexOf("\n", statement.end - 1) + 1, text.indexOf("#", statement.end));
    return line.includes(";") ? statement : { ...statement, comment };
  }

  #headingBefore(end: number): string {
    const lines = this.#lineOf(end);
    return Array.from({ length: lines }, (_, line) => this.#comments.get(line) ?? "")
      .join(" ")
      .replaceAll(/\s+/g, " ")
      .trim();
  }

  // Expressions

  #afterNewlines(): Token {
    let at = this.#next;
    while (this.#tokens[at]!.kind === "newline") at++;
    return this.#tokens[at]!;
  }

  #skipNewlines(): void {
    while (this.#tokens[this.#next]!.kind === "newline") this.#next++;
  }

  #expression(least = 0): Node {
    if (++this.#depth > DEEPEST) {
      this.#refuse(
        this.#peek(),
        `expressions may be nested ${DEEPEST} levels deep. Give parts of it names of their own.`,
      );
    }
    let left = this.#operand();
    for (;;) {
      const op = this.#operator();
      if (op === undefined || strength[op] < least) break;
      if (!this.#open) this.#skipNewlines();
      const at = this.#take();
      this.#skipNewlines();
      // Powers associate to the right.
      const right = this.#expression(op === "^" ? MINUS : strength[op] + 1);
      if (
        strength[op] === strength["<"] &&
        left.kind === "binary" &&
        strength[left.op] === strength["<"] &&
        !this.#isClosed(left)
      ) {
        this.#refuse(at, `a comparison has two sides. Combine two of them with "and".`);
      }
      left = { kind: "binary", op, at, left, right, start: left.start, end: this.#end() };
      this.#countLevel(left);
    }
    this.#depth--;
    return left;
  }

  /** Whether a node is in parentheses, which it then includes. */
  #isClosed({ start }: Span): boolean {
    return this.#problems.text[start] === "(";
  }

  readonly #levels = new WeakMap<Node, number>();

  /** Chains such as a + b + c nest too, although the text has no parentheses. */
  #countLevel(node: Node & { readonly kind: "binary" }): void {
    const level = 1 + Math.max(this.#levels.get(node.left) ?? 0, this.#levels.get(node.right) ?? 0);
    this.#levels.set(node, level);
    if (level > DEEPEST) {
      this.#refuse(
        node.at,
        `expressions may contain ${DEEPEST} operations in a row. Give parts of it names of their own.`,
      );
    }
  }

  /** The operator that continues an expression, in this line or at the start of the next. */
  #operator(): Operator | undefined {
    const token = this.#open > 0 ? this.#peek() : this.#tokens[this.#next]!;
    const next = token.kind === "newline" ? this.#afterNewlines() : token;
    if ((next.kind !== "sign" && next.kind !== "name") || next.isQuoted || !Object.hasOwn(strength, next.text))
      return undefined;
    // A line such as and = 3 is no continuation.
    if (next !== token && this.#tokens[this.#tokens.indexOf(next) + 1]?.text === "=") return undefined;
    return next.text as Operator;
  }

  #operand(): Node {
    const token = this.#peek();
    const { start } = token;
    if (this.#is("-") || this.#is("+")) return this.#signed(token);
    if (this.#is("not")) {
      this.#take();
      const arg = this.#expression(NOT);
      return { kind: "unary", op: "not", arg, start, end: this.#end() };
    }
    if (token.kind === "number") return this.#number(1);
    if (this.#is("(")) return this.#parentheses();
    if (token.kind === "name") {
      if (!token.isQuoted && (token.text === "true" || token.text === "false")) {
        this.#take();
        return { kind: "truth", value: token.text === "true", start, end: token.end };
      }
      const { name } = this.#name("a value");
      if (this.#is("(") && this.#tokens[this.#next]!.kind !== "newline")
        return this.#call({ name, start, end: token.end });
      return { kind: "name", name, start, end: token.end };
    }
    if (token.text === "=") this.#refuse(token, `"=" gives a name a value. Compare with ==.`);
    return this.#refuse(token, `expected a value; found ${this.#found()}. Write a name, a number or a parenthesis.`);
  }

  /** A number with its sign, or a minus sign before something else. */
  #signed(sign: Token): Node {
    const { start } = this.#take();
    if (sign.text === "+") return this.#expression(MINUS);
    const isPower = this.#peek().kind === "number" && this.#isPowered();
    if (this.#peek().kind === "number" && !isPower) return { ...this.#number(-1), start };
    const arg = this.#expression(MINUS);
    return { kind: "unary", op: "neg", arg, start, end: this.#end() };
  }

  /** Whether the number that follows is the base of a power: −2^2 is −(2^2). */
  #isPowered(): boolean {
    return this.#is("^", 1);
  }

  #parentheses(): Node {
    const open = this.#openParenthesis();
    const inner = this.#expression();
    const end = this.#close(open);
    return { ...inner, start: open.start, end };
  }

  #openParenthesis(): Span & { readonly index: number } {
    const { start, end } = this.#take();
    this.#open++;
    return { start, end, index: this.#next };
  }

  /** Takes the closing parenthesis. If it is missing, the next statement starts after the line of the opening one. */
  #close(open: Span & { readonly index: number }): number {
    if (this.#is(")")) {
      const { end } = this.#take();
      this.#open--;
      return end;
    }
    const found = this.#peek();
    const line = this.#problems.text.slice(open.end, found.start);
    if (found.kind !== "end" && !line.includes("\n")) this.#expect(")", "to close the parenthesis");
    this.#next = open.index;
    this.#open = 0;
    return this.#refuse(open, `this parenthesis is not closed. Insert ).`);
  }

  #call(at: Named): CallNode {
    const open = this.#openParenthesis();
    const args: (Node | TextNode)[] = [];
    while (!this.#is(")")) {
      const token = this.#peek();
      if (token.kind === "string") {
        this.#take();
        args.push({ kind: "text", text: token.text, start: token.start, end: token.end });
      } else args.push(this.#expression());
      if (!this.#is(",")) break;
      this.#take();
    }
    const end = this.#close(open);
    return { kind: "call", name: at.name, at, args, start: at.start, end };
  }

  // Numbers with units

  #number(sign: 1 | -1): NumberNode {
    const isDivisor = this.#follows("/");
    const isPower = this.#follows("^");
    const token = this.#take();
    const value = sign * Number(token.text);
    const { start } = token;
    if (!Number.isFinite(value)) {
      this.#refuse(
        token,
        `${token.text} is larger than any number that the library computes with. Give a smaller one.`,
      );
    }
    if (this.#is("[")) return { kind: "number", value, ...this.#bracketUnit(), start, end: this.#end() };
    const unit = isPower ? "" : this.#suffix(isDivisor);
    if (unit === "") return { kind: "number", value, start, end: this.#end() };
    return { kind: "number", value, unit, start, end: this.#end() };
  }

  /** Whether the token before, or before a minus sign, is an operator. */
  #follows(op: string): boolean {
    const before = (back: number): string | undefined => {
      const token = this.#tokens[this.#next - back];
      return token?.kind === "sign" ? token.text : undefined;
    };
    return before(1) === op || (before(1) === "-" && before(2) === op);
  }

  /** A unit in brackets, exactly as it is written. */
  #bracketUnit(): { readonly unit: string } {
    const { start, end } = this.#take();
    while (!this.#is("]") && !this.#isEnd(this.#peek())) this.#take();
    const text = this.#problems.text.slice(end, this.#peek().start);
    const close = this.#expect("]", "at the end of the unit");
    if (parseUnit(text)) return { unit: text };
    const read = readUnit(text);
    return read === undefined ? this.#refuseUnit({ start, end: close.end }, text) : { unit: read };
  }

  #refuseUnit(span: Span, text: string): never {
    return this.#refuse(span, `${JSON.stringify(text)} is not a unit. Use units such as mV, ms, nS, pF or 1/ms.`);
  }

  /**
   * The unit that follows a number: 30 nS, 30*nS, 2 mV/ms, 5/ms. A divisor takes only a unit beside it, because x/2*mV
   * is (x/2)*mV.
   */
  #suffix(isDivisor: boolean): string {
    const token = this.#peek();
    let unit = "";
    if (token.kind === "name" && !token.isQuoted && !Object.hasOwn(strength, token.text)) {
      if (this.#tokens[this.#next] !== token) return "";
      if (!isUnitName(token.text)) {
        this.#refuse(
          token,
          `${this.#found()} follows a number, but is not a unit. Write * to multiply, or a unit such as mV, ms, nS or pF.`,
        );
      }
      unit = this.#factor();
    }
    if (isDivisor) return readUnit(unit) ?? "";
    let isUnder = false;
    while (this.#isUnitFactor(isUnder)) {
      const sign = this.#take().text;
      isUnder ||= sign === "/";
      unit = unit === "" ? (sign === "/" ? "1/" : "") : `${unit}${sign === "/" ? "/" : "·"}`;
      unit += this.#factor();
    }
    return unit === "" ? "" : readUnit(unit)!;
  }

  /** Whether "*" or "/" and a unit follow. After a division, only divisions continue a unit. */
  #isUnitFactor(isUnder: boolean): boolean {
    const name = this.#peek(1);
    if (!this.#is("/") && (isUnder || !this.#is("*"))) return false;
    return name.kind === "name" && !name.isQuoted && !this.#defined.has(name.text) && isUnitName(name.text);
  }

  /** A unit with its power, such as ms or mV^2. */
  #factor(): string {
    const { text } = this.#take();
    if (!this.#is("^")) return text;
    const isNegative = this.#is("-", 1);
    const power = this.#peek(isNegative ? 2 : 1);
    if (power.kind !== "number") return text;
    this.#take();
    if (isNegative) this.#take();
    this.#take();
    return `${text}^${isNegative ? "-" : ""}${Number(power.text)}`;
  }
}

/** All names that a text gives a value or a meaning. */
const definedNames = (tokens: readonly Token[]): Set<string> => {
  const names = new Set<string>();
  tokens.forEach(({ kind, text, isQuoted }, k) => {
    if (kind !== "name") return;
    const after = tokens[k + 1]!;
    if (after.kind === "sign" && after.text === "=") {
      if (text === "dt" && tokens[k - 1]?.text === "/") names.add(tokens[k - 2]?.text.slice(1) ?? "");
      else names.add(text);
    }
    if (text === "input" && !isQuoted && after.kind === "name") names.add(after.text);
  });
  return names;
};
