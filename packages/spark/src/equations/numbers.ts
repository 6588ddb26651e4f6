import { parseUnit } from "../config/unit.ts";
import type { Cursor } from "./cursor.ts";
import type { Span } from "./problems.ts";
import { type NumberNode, strength } from "./syntax.ts";
import { isUnitName, readUnit } from "./text-units.ts";

/** Reads numbers with units. */
export class Numbers {
  readonly #cursor: Cursor;
  /** Names that the text defines. They take precedence over units of the same name. */
  readonly #defined: ReadonlySet<string>;

  constructor(cursor: Cursor, defined: ReadonlySet<string>) {
    this.#cursor = cursor;
    this.#defined = defined;
  }

  /** Takes a number with its unit. */
  read(sign: 1 | -1): NumberNode {
    const isDivisor = this.#follows("/");
    const isPower = this.#follows("^");
    const token = this.#cursor.take();
    const value = sign * Number(token.text);
    const { start } = token;
    if (!Number.isFinite(value)) {
      this.#cursor.refuse(
        token,
        `${token.text} is larger than any number that the library computes with. Give a smaller one.`,
      );
    }
    if (this.#cursor.is("[")) return { kind: "number", value, ...this.#bracketUnit(), start, end: this.#cursor.end() };
    const unit = isPower ? "" : this.#suffix(isDivisor);
    if (unit === "") return { kind: "number", value, start, end: this.#cursor.end() };
    return { kind: "number", value, unit, start, end: this.#cursor.end() };
  }

  /** Whether the token before, or before a minus sign, is an operator. */
  #follows(op: string): boolean {
    const before = (back: number): string | undefined => {
      const token = this.#cursor.tokens[this.#cursor.next - back];
      return token?.kind === "sign" ? token.text : undefined;
    };
    return before(1) === op || (before(1) === "-" && before(2) === op);
  }

  /** A unit in brackets, exactly as it is written. */
  #bracketUnit(): { readonly unit: string } {
    const { start, end } = this.#cursor.take();
    while (!this.#cursor.is("]") && !this.#cursor.isEnd(this.#cursor.peek())) this.#cursor.take();
    const text = this.#cursor.text.slice(end, this.#cursor.peek().start);
    const close = this.#cursor.expect("]", "at the end of the unit");
    if (parseUnit(text)) return { unit: text };
    const read = readUnit(text);
    return read === undefined ? this.#refuseUnit({ start, end: close.end }, text) : { unit: read };
  }

  #refuseUnit(span: Span, text: string): never {
    return this.#cursor.refuse(
      span,
      `${JSON.stringify(text)} is not a unit. Use units such as mV, ms, nS, pF or 1/ms.`,
    );
  }

  /**
   * The unit that follows a number: 30 nS, 30*nS, 2 mV/ms, 5/ms. A divisor takes only a unit beside it, because x/2*mV
   * is (x/2)*mV.
   */
  #suffix(isDivisor: boolean): string {
    const token = this.#cursor.peek();
    let unit = "";
    if (token.kind === "name" && !token.isQuoted && !Object.hasOwn(strength, token.text)) {
      if (this.#cursor.tokens[this.#cursor.next] !== token) return "";
      if (!isUnitName(token.text)) {
        this.#cursor.refuse(
          token,
          `${this.#cursor.found()} follows a number, but is not a unit. Write * to multiply, or a unit such as mV, ms, nS or pF.`,
        );
      }
      unit = this.#factor();
    }
    if (isDivisor) return readUnit(unit) ?? "";
    let isUnder = false;
    while (this.#isUnitFactor(isUnder)) {
      const sign = this.#cursor.take().text;
      isUnder ||= sign === "/";
      unit = unit === "" ? (sign === "/" ? "1/" : "") : `${unit}${sign === "/" ? "/" : "·"}`;
      unit += this.#factor();
    }
    return unit === "" ? "" : readUnit(unit)!;
  }

  /** Whether "*" or "/" and a unit follow. After a division, only divisions continue a unit. */
  #isUnitFactor(isUnder: boolean): boolean {
    const name = this.#cursor.peek(1);
    if (!this.#cursor.is("/") && (isUnder || !this.#cursor.is("*"))) return false;
    return name.kind === "name" && !name.isQuoted && !this.#defined.has(name.text) && isUnitName(name.text);
  }

  /** A unit with its power, such as ms or mV^2. */
  #factor(): string {
    const { text } = this.#cursor.take();
    if (!this.#cursor.is("^")) return text;
    const isNegative = this.#cursor.is("-", 1);
    const power = this.#cursor.peek(isNegative ? 2 : 1);
    if (power.kind !== "number") return text;
    this.#cursor.take();
    if (isNegative) this.#cursor.take();
    this.#cursor.take();
    return `${text}^${isNegative ? "-" : ""}${Number(power.text)}`;
  }
}
