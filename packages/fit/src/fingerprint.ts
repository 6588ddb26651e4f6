import type { Model } from "spark-snn";

type Expr = Model["next"][string];

/** A short hash of text and numbers: FNV-1a in two halves. Detects mistakes, not attacks. */
export class Fingerprint {
  #first = 0x811c9dc5;
  #second = 0x2c1b3c6d;
  readonly #cell = new Float64Array(1);
  readonly #bytes = new Uint8Array(this.#cell.buffer);

  text(text: string): void {
    for (const byte of new TextEncoder().encode(text)) this.#add(byte);
  }

  numbers(values: ArrayLike<number>): void {
    for (let k = 0; k < values.length; k++) {
      this.#cell[0] = values[k]!;
      for (const byte of this.#bytes) this.#add(byte);
    }
  }

  /** Plain data. JSON keeps its hash: it writes −0 as 0, and numbers that are not finite as null. */
  data(value: unknown): void {
    if (typeof value === "number" && Number.isFinite(value)) this.numbers([value + 0]);
    else if (typeof value === "number" || value === null) this.text("null");
    else if (typeof value !== "object") this.text(JSON.stringify(value) ?? "");
    else if (Array.isArray(value)) {
      this.text("[");
      this.numbers([value.length]);
      for (const part of value) this.data(part);
    } else {
      for (const [key, part] of Object.entries(value)) {
        if (part === undefined) continue;
        this.text(`${key}:`);
        this.data(part);
      }
      this.text("}");
    }
  }

  /** Expressions that may share parts. Each part is added once. */
  expressions(roots: readonly Expr[]): void {
    const numbers = new Map<Expr, number>();
    const enter = (expr: Expr): number => {
      const known = numbers.get(expr);
      if (known !== undefined) return known;
      const { args, ...rest } = expr;
      this.data({ ...rest, args: args.map(enter) });
      numbers.set(expr, numbers.size);
      return numbers.size - 1;
    };
    this.numbers(roots.map(enter));
  }

  #add(byte: number): void {
    this.#first = Math.imul(this.#first ^ byte, 0x01000193);
    this.#second = Math.imul(this.#second ^ byte, 0x01000193) ^ (this.#first >>> 15);
  }

  get value(): string {
    return [this.#first, this.#second].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
