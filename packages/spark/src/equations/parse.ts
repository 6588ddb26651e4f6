import { suggestName } from "../config/nearest-name.ts";
import { Cursor, GivenUp } from "./cursor.ts";
import { Expressions } from "./expressions.ts";
import type { Problems, Span } from "./problems.ts";
import type { Assignment, Definition, Flag, InputLine, Named, Node, Section, Statement, UnitText } from "./syntax.ts";
import { readUnit } from "./text-units.ts";
import { type Comments, type Token, tokenize } from "./tokens.ts";

/*
 * Reads the statements of a text of equations. A statement with a syntax error is reported and left out; the next one
 * starts at the next line or semicolon.
 */

/** What a text declares. */
export type TextKind = "soma" | "synapse";

/** Words that start a line, followed by a colon. */
const sectionNames = {
  soma: ["spike", "reset", "refractory", "start", "potential"],
  synapse: ["arrive", "current", "jump", "start"],
} as const;
type SectionName = (typeof sectionNames)[TextKind][number];

/** Names of the membrane potential that need not be told. */
export const usualPotentials: readonly string[] = ["v", "V", "Vm", "vm", "potential"];

/** What authors who come from other simulators write in place of a section. */
const otherSections: Readonly<Record<TextKind, Readonly<Record<string, string>>>> = {
  soma: { threshold: "spike: v > …", spikes: "spike: v > …", init: "start: v = …", initial: "start: v = …" },
  synapse: { on_pre: "arrive: g += w", pre: "arrive: g += w", init: "start: g = …", initial: "start: g = …" },
};

export interface Parsed {
  readonly statements: readonly Statement[];
  /** The comment lines before the first statement. */
  readonly heading: string;
  /** Names that the text defines, also in statements with syntax errors. */
  readonly defined: ReadonlySet<string>;
  /** Whether statements are left out because of syntax errors. */
  readonly isPartial: boolean;
}

/** Reads the text of the problems, to which it adds what is wrong. */
export const parse = (problems: Problems, kind: TextKind = "soma"): Parsed => new Parser(problems, kind).read();

class Parser {
  readonly #kind: TextKind;
  readonly #problems: Problems;
  readonly #cursor: Cursor;
  readonly #expressions: Expressions;
  readonly #comments: Comments;
  readonly #defined: ReadonlySet<string>;

  constructor(problems: Problems, kind: TextKind) {
    this.#kind = kind;
    this.#problems = problems;
    const { tokens, comments } = tokenize(problems);
    this.#cursor = new Cursor(tokens, problems);
    this.#comments = comments;
    this.#defined = definedNames(tokens);
    this.#expressions = new Expressions(this.#cursor, this.#defined);
  }

  read(): Parsed {
    const statements: Statement[] = [];
    let isPartial = false;
    this.#cursor.skipLines();
    const heading = this.#headingBefore(this.#cursor.peek().start);
    while (this.#cursor.peek().kind !== "end") {
      const first = this.#cursor.next;
      this.#cursor.open = 0;
      try {
        const statement = this.#statement();
        this.#endOfStatement();
        statements.push(this.#withComment(statement));
      } catch (error) {
        if (!(error instanceof GivenUp)) throw error;
        isPartial = true;
        if (this.#cursor.next === first) this.#cursor.next++;
        while (!this.#cursor.isEnd(this.#cursor.tokens[this.#cursor.next]!)) this.#cursor.next++;
      }
      this.#cursor.skipLines();
    }
    return { statements, heading, defined: this.#defined, isPartial };
  }

  #endOfStatement(): void {
    const token = this.#cursor.peek();
    if (this.#cursor.isEnd(token)) return;
    const previous = this.#cursor.tokens[this.#cursor.next - 1];
    const isProduct = token.kind === "name" || token.kind === "number" || token.text === "(";
    const remedy = isProduct
      ? `Write * between factors, and start each equation in a new line or after a semicolon.`
      : token.text === ":"
        ? "Give one unit after one colon."
        : "Remove it, or start a new line.";
    this.#cursor.refuse(token, `found ${this.#cursor.found()} after ${this.#cursor.found(previous)}. ${remedy}`);
  }

  // Statements

  #statement(): Statement {
    const first = this.#cursor.peek();
    if (first.kind !== "name") {
      return this.#cursor.refuse(
        first,
        `expected an equation; found ${this.#cursor.found()}. Write such as dv/dt = …, spike: … or gL = 30 nS.`,
      );
    }
    if (this.#cursor.is("/", 1) && this.#cursor.is("dt", 2)) return this.#differential();
    if (!first.isQuoted && this.#cursor.peek(1).kind === "name") {
      if (first.text === "next") return this.#definition("next", this.#cursor.take().start);
      if (first.text === "input") return this.#input();
      if (first.text === "observe" && this.#kind === "synapse")
        return this.#definition("observe", this.#cursor.take().start);
    }
    if (!first.isQuoted && this.#cursor.is(":", 1)) return this.#section(first);
    return this.#definition("definition", first.start);
  }

  #differential(): Statement {
    const whole = this.#cursor.take();
    const name = whole.text.slice(1);
    if (!whole.text.startsWith("d") || name === "") {
      this.#cursor.refuse(
        whole,
        `the left side must be a derivative such as dv/dt; found ${whole.text}/dt. Write d${whole.text}/dt.`,
      );
    }
    this.#cursor.take();
    this.#cursor.take();
    return this.#rest("differential", { name, start: whole.start + 1, end: whole.end }, whole.start);
  }

  #definition(kind: "next" | "definition" | "observe", start: number): Definition {
    return this.#rest(kind, this.#cursor.name("a name"), start);
  }

  #rest(kind: Definition["kind"], target: Named, start: number): Definition {
    const sign = this.#cursor.peek();
    if (["+=", "-=", "*=", "/="].includes(sign.text)) {
      this.#cursor.refuse(
        sign,
        this.#kind === "soma"
          ? `${target.name} ${sign.text} … changes a variable, which only a reset does. Write reset: ${target.name} ${sign.text} ….`
          : `${target.name} ${sign.text} … changes a variable, which only an arrival does. Write arrive: ${target.name} ${sign.text} ….`,
      );
    }
    if (this.#cursor.is("==")) this.#cursor.refuse(sign, `a definition has one equals sign. Write ${target.name} = ….`);
    if (this.#cursor.is("(")) {
      this.#cursor.refuse(
        sign,
        `own functions cannot be defined. Write the formula where it is used, or name it: ${target.name} = ….`,
      );
    }
    this.#cursor.expect("=", `after ${target.name}`);
    const value = this.#expressions.read();
    const unit = this.#unit();
    const flags = this.#flags();
    return { kind, target, value, ...(unit && { unit }), flags, start, end: this.#cursor.end() };
  }

  #input(): InputLine {
    const { start } = this.#cursor.take();
    const target = this.#cursor.name("the name of the input");
    this.#cursor.expect(":", `after ${target.name}`);
    const payload = this.#cursor.name(this.#kind === "soma" ? "current, jump or signal" : "weight");
    const unit = this.#cursor.isEnd(this.#cursor.peek()) || this.#cursor.is("(") ? undefined : this.#unitText();
    const flags = this.#flags();
    return { kind: "input", target, payload, ...(unit && { unit }), flags, start, end: this.#cursor.end() };
  }

  #section(first: Token): Section {
    const name = first.text as SectionName;
    if (!(sectionNames[this.#kind] as readonly string[]).includes(name)) return this.#refuseSection(first);
    const at = this.#cursor.take();
    this.#cursor.take();
    const { start } = at;
    if (name === "reset" || name === "arrive" || name === "start") {
      return { kind: name, at, assignments: this.#assignments(at), start, end: this.#cursor.end() };
    }
    if (name === "potential")
      return { kind: name, at, target: this.#cursor.name("a variable"), start, end: this.#cursor.end() };
    this.#cursor.skipNewlines();
    const value = this.#expressions.read();
    return { kind: name, at, value, start, end: this.#cursor.end() };
  }

  #refuseSection(first: Token): never {
    const { text } = first;
    this.#cursor.take();
    const colon = this.#cursor.take();
    const unit = this.#cursor.isEnd(this.#cursor.peek()) ? undefined : this.#unitText();
    const span = { start: first.start, end: unit?.end ?? colon.end };
    const other = otherSections[this.#kind][text];
    if (other !== undefined) this.#cursor.refuse(first, `${text}: is not a section. Write ${other}.`);
    if (unit && readUnit(unit.text)) {
      const example = unit.text === "1" ? "0" : `0 ${unit.text}`;
      this.#cursor.refuse(span, `${text} has a unit, but no value. Give its default, such as ${text} = ${example}.`);
    }
    return this.#cursor.refuse(first, `${text}: is not a section. ${suggestName(text, sectionNames[this.#kind])}`);
  }

  #assignments(at: Token): Assignment[] {
    const list: Assignment[] = [];
    const isBlock = this.#cursor.peek().kind === "newline";
    const column = this.#columnOf(at);
    for (;;) {
      if (isBlock) this.#cursor.skipNewlines();
      const token = this.#cursor.peek();
      if (token.kind === "end") break;
      if (isBlock && this.#columnOf(token) <= column) {
        // The end of the line before ends the section.
        this.#cursor.next--;
        break;
      }
      list.push(this.#assignment());
      if (this.#cursor.is(";")) {
        this.#cursor.take();
        if (!isBlock && this.#cursor.isEnd(this.#cursor.peek())) break;
        // After a semicolon, another equation may start in the same line.
        if (!this.#isAssignment()) {
          this.#cursor.next--;
          break;
        }
      } else if (!isBlock || this.#cursor.peek().kind !== "newline") break;
    }
    if (list.length === 0) this.#cursor.refuse(at, `${at.text}: assigns nothing. Write ${at.text}: v = ….`);
    return list;
  }

  #columnOf({ start }: Span): number {
    return start - this.#cursor.text.lastIndexOf("\n", start - 1);
  }

  #isAssignment(): boolean {
    return (
      this.#cursor.peek().kind === "name" && ["=", "+=", "-=", "*=", "/="].some((sign) => this.#cursor.is(sign, 1))
    );
  }

  #assignment(): Assignment {
    const target = this.#cursor.name("a variable");
    const sign = this.#cursor.peek();
    if (!["=", "+=", "-=", "*=", "/="].includes(sign.text)) {
      return this.#cursor.refuse(
        sign,
        `expected "=" or "+=" after ${target.name}; found ${this.#cursor.found()}. Write ${target.name} = ….`,
      );
    }
    this.#cursor.take();
    const value = this.#expressions.read();
    return { target, sign: sign.text as Assignment["sign"], value, start: target.start, end: this.#cursor.end() };
  }

  // Units, flags and comments

  #unit(): UnitText | undefined {
    if (this.#cursor.peek().kind === "newline" && this.#cursor.afterNewlines().text === ":")
      this.#cursor.skipNewlines();
    if (!this.#cursor.is(":")) return undefined;
    this.#cursor.take();
    return this.#unitText();
  }

  /** The rest of a statement up to a flag, as it is written. */
  #unitText(): UnitText {
    const first = this.#cursor.peek();
    const { start } = first;
    if (this.#cursor.isEnd(first))
      return this.#cursor.refuse(
        first,
        "expected a unit after the colon, such as mV, or 1 for a pure number. Give it.",
      );
    let end = start;
    while (!this.#cursor.isEnd(this.#cursor.peek()) && !this.#isFlag()) end = this.#cursor.take().end;
    return { text: this.#cursor.text.slice(start, end), start, end };
  }

  /** A parenthesis starts a flag, unless it is a power in a unit, such as ms^(-1). */
  #isFlag(): boolean {
    return this.#cursor.is("(") && this.#cursor.tokens[this.#cursor.next - 1]!.text !== "^";
  }

  #flags(): Flag[] {
    const flags: Flag[] = [];
    while (this.#cursor.is("(")) {
      const { start } = this.#cursor.take();
      const first = this.#cursor.peek();
      let relative: Node | undefined;
      if (this.#cursor.is("relative") && this.#cursor.is("to", 1)) {
        this.#cursor.take();
        this.#cursor.take();
        relative = this.#expressions.read();
      } else {
        while (!this.#cursor.isEnd(this.#cursor.peek()) && !this.#cursor.is(")")) this.#cursor.take();
      }
      const text = this.#cursor.text.slice(first.start, this.#cursor.peek().start).trim();
      const { end } = this.#cursor.expect(")", "at the end of the words in parentheses");
      flags.push({ text, ...(relative && { relative }), start, end });
    }
    return flags;
  }

  #lineOf(at: number): number {
    return this.#cursor.text.slice(0, at).split("\n").length - 1;
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
