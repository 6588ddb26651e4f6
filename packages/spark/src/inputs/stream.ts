import { stepText } from "../config/clock.ts";
import { counted } from "../config/counted.ts";
import { inUnit } from "../config/field.ts";
import { pathText, type Site } from "../config/place.ts";
import { describe, isTypedArray, type NestedArray, type NumericArray, readArray, sizeOf } from "../config/shape.ts";
import { ConfigError, StateError } from "../errors/errors.ts";
import type { View } from "../program/machine.ts";
import type { Feed, FeedContext } from "./contract.ts";
import type { InputStream } from "./kinds.ts";
import { checkSteps } from "./rows.ts";
import { fitsUnits } from "./values.ts";

type Result = IteratorResult<unknown, unknown>;

/** Data that arrive in pieces. The rest of a piece is kept for the next chunk. */
class Stream {
  readonly #site: Site<FeedContext>;
  readonly #units: number;
  readonly #iterator: Iterator<unknown> | AsyncIterator<unknown>;
  readonly #later: boolean;
  /** The current piece, in whole steps; of length 1 if all units share one number. */
  #piece: NumericArray = new Float64Array(0);
  #used = 0;
  #items = 0;
  #step: number | undefined;
  #ended = false;

  constructor(data: InputStream, site: Site<FeedContext>) {
    this.#site = site;
    this.#units = sizeOf(site.context.units);
    this.#later = Symbol.asyncIterator in data;
    this.#iterator = Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
  }

  fill(view: View, firstStep: number, rows: number): number | Promise<number> {
    this.#step ??= firstStep;
    if (firstStep !== this.#step) {
      const at = stepText(this.#step, this.#site.context.dt);
      throw new StateError(
        `${this.#site.place.path} can be read only once and is at ${at}; received a request for step ${firstStep}. Give an array or a function to repeat steps.`,
      );
    }
    return this.#later ? this.#fillLater(view, rows) : this.#fillNow(view, rows);
  }

  #fillNow(view: View, rows: number): number {
    let filled = this.#take(view, 0, rows);
    while (filled < rows && !this.#ended) {
      this.#accept(this.#iterator.next() as Result);
      filled = this.#take(view, filled, rows);
    }
    return filled;
  }

  async #fillLater(view: View, rows: number): Promise<number> {
    let filled = this.#take(view, 0, rows);
    while (filled < rows && !this.#ended) {
      this.#accept(await this.#iterator.next());
      filled = this.#take(view, filled, rows);
    }
    return filled;
  }

  /** Copies steps of the piece to the rows from `filled` on. Returns the number of filled rows. */
  #take(view: View, filled: number, rows: number): number {
    const units = this.#units;
    const stride = units === 1 ? 1 : this.#site.context.padded;
    let row = filled;
    for (; row < rows && this.#used < this.#piece.length; row++) {
      const offset = row * stride;
      if (this.#piece.length === 1) view.fill(this.#piece[0]!, offset, offset + units);
      else view.set(this.#piece.subarray(this.#used, this.#used + units), offset);
      this.#used += this.#piece.length === 1 ? 1 : units;
    }
    this.#step! += row - filled;
    return row;
  }

  #accept(result: Result): void {
    if (result.done) {
      this.#ended = true;
      return;
    }
    const piece = this.#read(result.value);
    checkSteps(piece, this.#step!, "yielded", this.#site);
    this.#piece = piece;
    this.#used = 0;
    this.#items++;
  }

  #read(value: unknown): NumericArray {
    const units = this.#units;
    if (typeof value === "number") return Float64Array.of(value);
    if (isTypedArray(value)) {
      if (value.length > 0 && value.length % units === 0) return value;
    } else if (Array.isArray(value)) {
      const array = readArray(value as NestedArray);
      if ("message" in array) this.#refuse(`${pathText(array.at)} ${array.message}`);
      if (fitsUnits(array.shape, this.#site.context.units, true)) return array.data;
    }
    const received = isTypedArray(value)
      ? `a ${value.constructor.name} of ${counted(value.length, "value")}`
      : describe(value);
    const wanted = `a number, an array of ${counted(units, "value")} (one step) or a typed array of whole steps`;
    const remedy = `Yield values${inUnit(this.#site.context.port.unit)}.`;
    return this.#refuse(` must be ${wanted}; received ${received}. ${remedy}`);
  }

  /** Says what is wrong with the present item or a part of it. */
  #refuse(message: string): never {
    throw new ConfigError(this.#site.place.issue(`item ${this.#items} (counted from 0)${message}`));
  }

  async close(): Promise<void> {
    if (!this.#ended) await this.#iterator.return?.();
    this.#ended = true;
  }
}

/** The feed of an iterable. It ends when the data end. */
export const streamFeed = (data: InputStream, site: Site<FeedContext>): Feed => {
  const stream = new Stream(data, site);
  return {
    binding: { kind: sizeOf(site.context.units) === 1 ? "row" : "rowUnit" },
    fill: ([view], firstStep, rows) => stream.fill(view!, firstStep, rows),
    once: true,
    close: () => stream.close(),
  };
};
