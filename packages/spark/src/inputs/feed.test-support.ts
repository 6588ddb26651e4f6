import { Place, Site } from "../config/place.ts";
import { sizeOf } from "../config/shape.ts";
import type { Issue } from "../errors/errors.ts";
import type { Port } from "../model/ports.ts";
import type { View } from "../program/machine.ts";
import { type Feed, type FeedContext, readInput } from "./feed.ts";

export const currentPort: Port = { payload: "CurrentArray", unit: "pA", description: "Current into the soma." };
export const spikePort: Port = { payload: "SpikeArray", unit: "1", description: "Spikes from outside." };

export const contextOf = (given: Partial<FeedContext> = {}): FeedContext => {
  const units = given.units ?? [1];
  return {
    port: currentPort,
    key: "inputs.current",
    units,
    padded: Math.ceil(sizeOf(units) / 32) * 32,
    dt: 1,
    steps: 10,
    seed: 1,
    precision: "f64",
    ...given,
  };
};

/** Where the input of a port stands. */
const siteOf = (port: Port, context: FeedContext, issues: Issue[]): Site<FeedContext> =>
  new Site(new Place(["inputs", port.payload === "SpikeArray" ? "inSpikes" : "current"]), issues, { ...context, port });

/** The problems of an input as lines of text. */
export const problemsOf = async (port: Port, value: unknown, context: FeedContext = contextOf()): Promise<string[]> => {
  const issues: Issue[] = [];
  await readInput(value, siteOf(port, context, issues));
  return issues.map(({ path, message }) => `${path} ${message}`);
};

/** The feeds of a valid input. */
export const feedsOf = async (
  value: unknown,
  context: FeedContext = contextOf(),
  port: Port = currentPort,
): Promise<Feed[]> => {
  const issues: Issue[] = [];
  const feeds = await readInput(value, siteOf(port, context, issues));
  if (issues.length > 0) throw new Error(issues.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return feeds;
};

const lengthOf = (feed: Feed, rows: number, padded: number): number => {
  const { kind } = feed.binding;
  return kind === "row" ? rows : kind === "rowUnit" ? rows * padded : (rows * padded) / 32;
};

/** Values of successive steps: one array per step, with one value per unit or a single shared value. */
export const rowsOf = async (
  feed: Feed,
  context: FeedContext,
  chunks: readonly number[],
  start = 0,
): Promise<number[][]> => {
  const units = sizeOf(context.units);
  const found: number[][] = [];
  let firstStep = start;
  for (const rows of chunks) {
    const length = lengthOf(feed, rows, context.padded);
    const view: View = context.precision === "f64" ? new Float64Array(length) : new Float32Array(length);
    const filled = await feed.fill!([view], firstStep, rows);
    for (let row = 0; row < filled; row++) {
      const from = feed.binding.kind === "row" ? row : row * context.padded;
      found.push(Array.from(view.subarray(from, from + (feed.binding.kind === "row" ? 1 : units))));
    }
    firstStep += filled;
    if (filled < rows) break;
  }
  return found;
};

/** Rows of an input with a single feed, read in one chunk. */
export const valuesOf = async (value: unknown, context: FeedContext, steps = context.steps): Promise<number[][]> => {
  const [feed] = await feedsOf(value, context);
  return rowsOf(feed!, context, [steps]);
};

/** Spikes of some rows as +1, −1 and 0. */
export const spikesOf = async (
  feed: Feed,
  context: FeedContext,
  chunks: readonly number[],
  start = 0,
): Promise<number[][]> => {
  const units = sizeOf(context.units);
  const words = context.padded / 32;
  const found: number[][] = [];
  let firstStep = start;
  for (const rows of chunks) {
    // Words of an earlier chunk must be overwritten.
    const views = [new Uint32Array(rows * words).fill(0xffffffff), new Uint32Array(rows * words).fill(0xffffffff)];
    await feed.fill!(views, firstStep, rows);
    const bit = (plane: number, row: number, unit: number): number =>
      (views[plane]![row * words + (unit >>> 5)]! >>> (unit & 31)) & 1;
    const signed = feed.binding.kind === "rowBit" && feed.binding.signed;
    for (let row = 0; row < rows; row++) {
      const of = (unit: number): number => (bit(0, row, unit) === 0 ? 0 : signed && bit(1, row, unit) === 1 ? -1 : 1);
      found.push(Array.from({ length: units }, (_, unit) => of(unit)));
    }
    firstStep += rows;
  }
  return found;
};
