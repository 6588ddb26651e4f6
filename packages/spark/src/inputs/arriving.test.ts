import { expect, test } from "vitest";
import { contextOf, feedsOf, rowsOf, valuesOf } from "./feed.test-support.ts";
import type { InputChunk } from "./forms.ts";

/* Data that is known only within the run: functions and iterables. */

const context = contextOf({ units: [2], dt: 0.5, steps: 6 });

test("a function is called once a chunk with its place and zeroed values to fill", async () => {
  const seen: InputChunk[] = [];
  const fill = (chunk: InputChunk): void => {
    seen.push({ ...chunk, values: chunk.values.slice() });
    chunk.values.fill(chunk.firstStep + 1);
  };
  expect(await rowsOf((await feedsOf(fill, context))[0]!, context, [4, 2])).toEqual([
    [1, 1],
    [1, 1],
    [1, 1],
    [1, 1],
    [5, 5],
    [5, 5],
  ]);
  expect(seen).toEqual([
    { firstStep: 0, steps: 4, time: 0, units: 2, values: new Float64Array(8) },
    { firstStep: 4, steps: 2, time: 2, units: 2, values: new Float64Array(4) },
  ]);
});

test("a function may take its time", async () => {
  const fill = async (chunk: InputChunk): Promise<void> => {
    await Promise.resolve();
    chunk.values.set([1, 2], 2);
  };
  const single = { ...context, precision: "f32" } as const;
  expect(await rowsOf((await feedsOf(fill, single))[0]!, single, [2])).toEqual([
    [0, 0],
    [1, 2],
  ]);
});

test("a function for one unit fills one number per step", async () => {
  const one = contextOf({ steps: 3 });
  const [feed] = await feedsOf((chunk: InputChunk) => chunk.values.set([4, 5, 6]), one);
  expect(feed!.binding).toEqual({ kind: "row" });
  expect(await rowsOf(feed!, one, [3])).toEqual([[4], [5], [6]]);
});

test.each<[string, (chunk: InputChunk) => unknown, string]>([
  [
    "gives NaN",
    ({ values }) => void values.fill(Number.NaN, 3),
    "inputs.current was filled with NaN pA for step 5 (counted from 0, at 2.5 ms), unit [1]. Give finite numbers.",
  ],
  [
    "returns its values",
    ({ values }) => values,
    "inputs.current is a function that returned a Float64Array. Fill chunk.values and return nothing.",
  ],
  [
    "is a generator function that was not called",
    async function* () {
      yield 1;
    },
    "inputs.current is a generator function that was not called. Pass the iterator that it returns.",
  ],
])("a function is refused when it %s", async (_, given, expected) => {
  const [feed] = await feedsOf(given, context);
  await expect(rowsOf(feed!, context, [4, 2], 4)).rejects.toThrow(expected);
});

test("numbers, arrays and typed arrays of whole steps arrive in order", async () => {
  const pieces = function* (): Generator<unknown> {
    yield 7;
    yield [1, 2];
    yield Float32Array.of(3, 4, 5, 6, 7, 8);
    yield 9;
  };
  const expected = [
    [7, 7],
    [1, 2],
    [3, 4],
    [5, 6],
    [7, 8],
    [9, 9],
  ];
  expect(await valuesOf(pieces(), context)).toEqual(expected);
  const later = async function* (): AsyncGenerator<unknown> {
    yield* pieces();
  };
  expect(await rowsOf((await feedsOf(later(), context))[0]!, context, [1, 2, 3])).toEqual(expected);
});

test("an iterable that ends gives fewer rows than asked, and none after", async () => {
  const [feed] = await feedsOf(new Set([1, 2, 3]), context);
  const view = new Float64Array(6 * 32);
  expect(feed!.fill!([view], 0, 2)).toBe(2);
  expect(feed!.fill!([view], 2, 4)).toBe(1);
  expect(feed!.fill!([view], 3, 4)).toBe(0);
});

test("an array that is filled again for each item is used up before", async () => {
  const reused = new Float64Array(4);
  const pieces = async function* (): AsyncGenerator<Float64Array> {
    for (let k = 0; ; k++) yield reused.fill(k);
  };
  const rows = await rowsOf((await feedsOf(pieces(), context))[0]!, context, [1, 1, 1, 3]);
  expect(rows.map(([value]) => value)).toEqual([0, 0, 1, 1, 2, 2]);
});

test("an iterable is closed once, and not when it has ended by itself", async () => {
  let closed = 0;
  const counted = (count: number): Iterable<number> => ({
    [Symbol.iterator]: () => {
      let k = 0;
      return {
        next: () => (k < count ? { done: false, value: k++ } : { done: true, value: undefined }),
        return: () => {
          closed++;
          return { done: true, value: undefined };
        },
      };
    },
  });
  const [open] = await feedsOf(counted(9), context);
  await rowsOf(open!, context, [2]);
  await open!.close!();
  await open!.close!();
  expect(closed).toBe(1);
  const [ended] = await feedsOf(counted(1), context);
  await rowsOf(ended!, context, [2]);
  await ended!.close!();
  expect(closed).toBe(1);
});

test("an iterable starts where the run stands, and cannot go back", async () => {
  const [feed] = await feedsOf([1, 2, 3, 4].values(), context);
  const view = new Float64Array(64);
  expect(feed!.fill!([view], 100, 2)).toBe(2);
  expect(() => feed!.fill!([view], 100, 1)).toThrow(
    "inputs.current can be read only once and is at step 102 (counted from 0, at 51 ms); received a request for step 100. Give an array or a function to repeat steps.",
  );
});

test.each<[string, unknown, string]>([
  [
    "text",
    "3",
    'inputs.current item 1 (counted from 0) must be a number, an array of 2 values (one step) or a typed array of whole steps; received "3". Yield values in pA.',
  ],
  [
    "an array for other units",
    [1, 2, 3],
    "inputs.current item 1 (counted from 0) must be a number, an array of 2 values (one step) or a typed array of whole steps; received [1, 2, 3]. Yield values in pA.",
  ],
  [
    "part of a step",
    new Float32Array(3),
    "inputs.current item 1 (counted from 0) must be a number, an array of 2 values (one step) or a typed array of whole steps; received a Float32Array of 3 values. Yield values in pA.",
  ],
  [
    "an infinity",
    Float64Array.of(1, 2, 3, Number.POSITIVE_INFINITY),
    "inputs.current yielded Infinity pA for step 2 (counted from 0, at 1 ms), unit [1]. Give finite numbers.",
  ],
  [
    "NaN for all units",
    Number.NaN,
    "inputs.current yielded NaN pA for step 1 (counted from 0, at 0.5 ms). Give finite numbers.",
  ],
  [
    "a hole",
    [1, undefined],
    "inputs.current item 1 (counted from 0)[1] must be a finite number; received undefined. Give a number here.",
  ],
])("an iterable is refused when it yields %s", async (_, piece, expected) => {
  for (const data of [[0, piece].values(), later([0, piece])]) {
    const [feed] = await feedsOf(data, context);
    await expect(rowsOf(feed!, context, [4])).rejects.toThrow(expected);
  }
});

const later = async function* (items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
};
