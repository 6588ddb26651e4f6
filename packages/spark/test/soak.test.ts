import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { type SoakSample, soak, soakProblems } from "../bench/soaking.ts";

/* A short soak. `npm run bench:soak` is the long one. */

test("a network that learns neither grows nor drifts", async () => {
  setFlagsFromString("--expose-gc");
  (globalThis as { gc?: () => void }).gc = runInNewContext("gc") as () => void;
  const result = await soak({ backend: "wasm", other: "wasm", seconds: 5, samples: 12 });
  // A file of tests shares its process with the tools that run it, whose memory is not constant. In a short time the weights
  // have not settled, so the rate still changes.
  const own = soakProblems(result).filter((problem) => !/resident|rate drifted/.test(problem));
  expect(own).toEqual([]);
  expect(result).toMatchObject({ repeats: true, bounded: true });
  expect(result.samples.every(({ rate }) => rate > 1)).toBe(true);
});

test("problems name what grew or drifted", () => {
  const sample = (k: number, more: Partial<SoakSample> = {}): SoakSample => ({
    seconds: k,
    heap: 1e7,
    external: 1e6,
    resident: 1e8,
    time: 1,
    rate: 8,
    means: [],
    ...more,
  });
  const of = (grow: (k: number) => Partial<SoakSample>, ends = { repeats: true, bounded: true }) =>
    soakProblems({ rounds: 12, samples: Array.from({ length: 12 }, (_, k) => sample(k, grow(k))), ...ends });
  expect(of(() => ({}))).toEqual([]);
  // What grows at first is warming up.
  expect(of((k) => ({ heap: k < 3 ? k * 1e7 : 3e7 }))).toEqual([]);
  expect(of((k) => ({ heap: 1e7 + k * 1e6 }))).toEqual(["The heap memory grew by 6.0 MB."]);
  expect(of((k) => ({ external: 1e7 + k * 1e6 }))).toEqual(["The external memory grew by 6.0 MB."]);
  expect(of((k) => ({ rate: 8 - 0.5 * k }))).toEqual(["The rate drifted from 6.00 to 3.00 Hz."]);
  expect(of(() => ({}), { repeats: false, bounded: false })).toEqual([
    "The other backend gave other bits from the last snapshot.",
    "A weight left its bounds.",
  ]);
});
