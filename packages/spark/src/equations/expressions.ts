import type { Cursor } from "./cursor.ts";
import { Numbers } from "./numbers.ts";
import type { Span } from "./problems.ts";
import { type CallNode, MINUS, type Named, NOT, type Node, type Operator, strength, type TextNode } from "./syntax.ts";
import type { Token } from "./tokens.ts";

/** Largest nesting of an expression. Later stages enter it recursively. */
const DEEPEST = 300;

/** Reads expressions by precedence climbing (Pratt 1973). */
export class Expressions {
  readonly #cursor: Cursor;
  readonly #numbers: Numbers;
  #depth = 0;

  /** @param defined names that the text defines, which take precedence over units */
  constructor(cursor: Cursor, defined: ReadonlySet<string>) {
    this.#cursor = cursor;
    this.#numbers = new Numbers(cursor, defined);
  }

  /** Takes the expression at the cursor. */
  read(): Node {
    this.#depth = 0;
    return this.#from(0);
  }

  /** Takes an expression, up to an operator that binds less than `least`. */
  #from(least: number): Node {
    if (++this.#depth > DEEPEST) {
      this.#cursor.refuse(
        this.#cursor.peek(),
        `expressions may be nested ${DEEPEST} levels deep. Give parts of it names of their own.`,
      );
    }
    let left = this.#operand();
    for (;;) {
      const op = this.#operator();
      if (op === undefined || strength[op] < least) break;
      if (!this.#cursor.open) this.#cursor.skipNewlines();
      const at = this.#cursor.take();
      this.#cursor.skipNewlines();
      // Powers associate to the right.
      const right = this.#from(op === "^" ? MINUS : strength[op] + 1);
      if (
        strength[op] === strength["<"] &&
        left.kind === "binary" &&
        strength[left.op] === strength["<"] &&
        !this.#isClosed(left)
      ) {
        this.#cursor.refuse(at, `a comparison has two sides. Combine two of them with "and".`);
      }
      left = { kind: "binary", op, at, left, right, start: left.start, end: this.#cursor.end() };
      this.#countLevel(left);
    }
    this.#depth--;
    return left;
  }

  /** Whether a node is in parentheses, which it then includes. */
  #isClosed({ start }: Span): boolean {
    return this.#cursor.text[start] === "(";
  }

  readonly #levels = new WeakMap<Node, number>();

  /** Chains such as a + b + c nest too, although the text has no parentheses. */
  #countLevel(node: Node & { readonly kind: "binary" }): void {
    const level = 1 + Math.max(this.#levels.get(node.left) ?? 0, this.#levels.get(node.right) ?? 0);
    this.#levels.set(node, level);
    if (level > DEEPEST) {
      this.#cursor.refuse(
        node.at,
        `expressions may contain ${DEEPEST} operations in a row. Give parts of it names of their own.`,
      );
    }
  }

  /** The operator that continues an expression, in this line or at the start of the next. */
  #operator(): Operator | undefined {
    const token = this.#cursor.open > 0 ? this.#cursor.peek() : this.#cursor.tokens[this.#cursor.next]!;
    const next = token.kind === "newline" ? this.#cursor.afterNewlines() : token;
    if ((next.kind !== "sign" && next.kind !== "name") || next.isQuoted || !Object.hasOwn(strength, next.text))
      return undefined;
    // A line such as and = 3 is no continuation.
    if (next !== token && this.#cursor.tokens[this.#cursor.tokens.indexOf(next) + 1]?.text === "=") return undefined;
    return next.text as Operator;
  }

  #operand(): Node {
    const token = this.#cursor.peek();
    const { start } = token;
    if (this.#cursor.is("-") || this.#cursor.is("+")) return this.#signed(token);
    if (this.#cursor.is("not")) {
      this.#cursor.take();
      const arg = this.#from(NOT);
      return { kind: "unary", op: "not", arg, start, end: this.#cursor.end() };
    }
    if (token.kind === "number") return this.#numbers.read(1);
    if (this.#cursor.is("(")) return this.#parentheses();
    if (token.kind === "name") {
      if (!token.isQuoted && (token.text === "true" || token.text === "false")) {
        this.#cursor.take();
        return { kind: "truth", value: token.text === "true", start, end: token.end };
      }
      const { name } = this.#cursor.name("a value");
      if (this.#cursor.is("(") && this.#cursor.tokens[this.#cursor.next]!.kind !== "newline")
        return this.#call({ name, start, end: token.end });
      return { kind: "name", name, start, end: token.end };
    }
    if (token.text === "=") this.#cursor.refuse(token, `"=" gives a name a value. Compare with ==.`);
    return this.#cursor.refuse(
      token,
      `expected a value; found ${this.#cursor.found()}. Write a name, a number or a parenthesis.`,
    );
  }

  /** A number with its sign, or a minus sign before something else. */
  #signed(sign: Token): Node {
    const { start } = this.#cursor.take();
    if (sign.text === "+") return this.#from(MINUS);
    const isPower = this.#cursor.peek().kind === "number" && this.#isPowered();
    if (this.#cursor.peek().kind === "number" && !isPower) return { ...this.#numbers.read(-1), start };
    const arg = this.#from(MINUS);
    return { kind: "unary", op: "neg", arg, start, end: this.#cursor.end() };
  }

  /** Whether the number that follows is the base of a power: −2^2 is −(2^2). */
  #isPowered(): boolean {
    return this.#cursor.is("^", 1);
  }

  #parentheses(): Node {
    const open = this.#openParenthesis();
    const inner = this.#from(0);
    const end = this.#close(open);
    return { ...inner, start: open.start, end };
  }

  #openParenthesis(): Span & { readonly index: number } {
    const { start, end } = this.#cursor.take();
    this.#cursor.open++;
    return { start, end, index: this.#cursor.next };
  }

  /** Takes the closing parenthesis. If it is missing, the next statement starts after the line of the opening one. */
  #close(open: Span & { readonly index: number }): number {
    if (this.#cursor.is(")")) {
      const { end } = this.#cursor.take();
      this.#cursor.open--;
      return end;
    }
    const found = this.#cursor.peek();
    const line = this.#cursor.text.slice(open.end, found.start);
    if (found.kind !== "end" && !line.includes("\n")) this.#cursor.expect(")", "to close the parenthesis");
    this.#cursor.next = open.index;
    this.#cursor.open = 0;
    return this.#cursor.refuse(open, `this parenthesis is not closed. Insert ).`);
  }

  #call(at: Named): CallNode {
    const open = this.#openParenthesis();
    const args: (Node | TextNode)[] = [];
    while (!this.#cursor.is(")")) {
      const token = this.#cursor.peek();
      if (token.kind === "string") {
        this.#cursor.take();
        args.push({ kind: "text", text: token.text, start: token.start, end: token.end });
      } else args.push(this.#from(0));
      if (!this.#cursor.is(",")) break;
      this.#cursor.take();
    }
    const end = this.#close(open);
    return { kind: "call", name: at.name, at, args, start: at.start, end };
  }
}
