import type { Problems, Span } from "./problems.ts";
import { keywords, type Named } from "./syntax.ts";
import type { Token } from "./tokens.ts";

/** Thrown to give up a statement whose problem is reported. */
export class GivenUp extends Error {}

/** The place in the tokens of a text up to which it has been read. */
export class Cursor {
  readonly tokens: readonly Token[];
  /** Index of the next token. */
  next = 0;
  /** Depth of parentheses, in which line ends have no meaning. */
  open = 0;
  readonly #problems: Problems;

  constructor(tokens: readonly Token[], problems: Problems) {
    this.tokens = tokens;
    this.#problems = problems;
  }

  get text(): string {
    return this.#problems.text;
  }

  /** The next token, or one further ahead. */
  peek(ahead = 0): Token {
    let at = this.next;
    for (let left = ahead; ; at++) {
      while (this.open > 0 && this.tokens[at]!.kind === "newline") at++;
      if (left-- === 0 || this.tokens[at]!.kind === "end") return this.tokens[at]!;
    }
  }

  take(): Token {
    while (this.open > 0 && this.tokens[this.next]!.kind === "newline") this.next++;
    const token = this.tokens[this.next]!;
    if (token.kind !== "end") this.next++;
    return token;
  }

  /** Whether a token is this sign or word. Quoted names are no words. */
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return (token.kind === "sign" || (token.kind === "name" && !token.isQuoted)) && token.text === text;
  }

  /** Whether a token ends a statement. */
  isEnd({ kind, text }: Token): boolean {
    return kind === "newline" || kind === "end" || (kind === "sign" && text === ";");
  }

  /** Skips the ends of statements. */
  skipLines(): void {
    while (this.peek().kind === "newline" || this.is(";")) this.next++;
  }

  /** Reports a problem and gives up the statement. */
  refuse(span: Span, message: string): never {
    this.#problems.add(span, message);
    throw new GivenUp();
  }

  expect(text: string, where: string): Token {
    if (this.is(text)) return this.take();
    return this.refuse(this.peek(), `expected "${text}" ${where}; found ${this.found()}. Insert ${text}.`);
  }

  /** What stands there, for a message. */
  found(token = this.peek()): string {
    return token.kind === "end"
      ? "the end of the text"
      : token.kind === "newline"
        ? "the end of the line"
        : `"${token.text}"`;
  }

  /** Takes a name that is no word of the notation. */
  name(what: string): Named {
    const token = this.peek();
    if (token.kind !== "name" || (!token.isQuoted && keywords.includes(token.text))) {
      const isWord = token.kind === "name";
      const remedy = isWord ? `It is a word of the notation: use another name.` : "Write a name such as v.";
      return this.refuse(token, `expected ${what}; found ${this.found()}. ${remedy}`);
    }
    this.take();
    return { name: token.text, start: token.start, end: token.end };
  }

  /** Where the last token that was taken ends. */
  end(): number {
    return this.tokens[this.next - 1]!.end;
  }

  afterNewlines(): Token {
    let at = this.next;
    while (this.tokens[at]!.kind === "newline") at++;
    return this.tokens[at]!;
  }

  skipNewlines(): void {
    while (this.tokens[this.next]!.kind === "newline") this.next++;
  }
}
