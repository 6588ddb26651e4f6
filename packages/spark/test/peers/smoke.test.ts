import { expect, it } from "vitest";
import { askOnce } from "../../bench/peers/agreement.ts";
import { candidates, Environments } from "../../bench/peers/candidates.ts";
import { checkSpikes } from "../../bench/peers/check.ts";
import { findEnvironment } from "../../bench/peers/environments.ts";
import { candidatesOf, isMeasured, measureCell } from "../../bench/peers/measure.ts";
import { isiDistance, spikeDistance } from "../../src/analysis/index.ts";

/*
 * What needs Python runs where the harness has made its environments before, and is part of one test that also runs
 * without them: a peer that is not installed has to be reported as such.
 */
const environments = new Environments(undefined, false);

it("measures this library and the C program, and says why a backend is left out", async () => {
  const cell = { mode: "time", model: "adaptive", units: 64, threads: 1 } as const;
  const options = { rounds: 2, seconds: 0.01, limit: 30 };
  const outcomes = await measureCell(cell, candidatesOf(["ours", "c"]), options, environments);
  expect(outcomes).toHaveLength(candidatesOf(["ours", "c"]).length);
  const measured = outcomes.filter(isMeasured);
  expect(measured.map(({ candidate }) => candidate)).toContain("this library, wasm, f32");
  for (const { seconds, steps } of measured) {
    expect(seconds).toHaveLength(2);
    expect(Math.min(...seconds)).toBeGreaterThan(0);
    expect(steps).toBeGreaterThanOrEqual(20);
  }
  for (const outcome of outcomes) if (!isMeasured(outcome)) expect(outcome.reason).toMatch(/\w.*\.$/s);
});

it("gets this library's spikes from every peer that is installed, and a sentence from the others", async () => {
  const asked = candidates.filter(({ modes }) => modes.includes("train"));
  expect(asked.map(({ runtime, family }) => runtime ?? family)).toEqual(
    expect.arrayContaining(["spark-0.1", "spark-1.2", "standalone", "cython", "nest"]),
  );
  for (const candidate of asked) {
    const check = await checkSpikes(candidate, "refractory", environments, 240);
    const name = candidate.family as Parameters<typeof findEnvironment>[0];
    expect([candidate.name, check?.sentence]).toEqual([
      candidate.name,
      expect.stringMatching(findEnvironment(name) ? /^all 1\d\d spikes on the same steps/ : /is not installed/),
    ]);
  }
}, 900_000);

it("gets this library's distances from PySpike where it is installed", async () => {
  const pairs = [
    [
      [10, 25, 40],
      [12, 24, 60, 61],
    ],
    [[5], []],
  ] as const;
  const window = { from: 0, to: 100 };
  const answer = await askOnce(environments, "pyspike", JSON.stringify({ pairs, ...window }), 120);
  const installed = findEnvironment("pyspike") !== undefined;
  expect("event" in answer).toBe(installed);
  if (!("event" in answer) || answer.event !== "distances") return;
  pairs.forEach(([first, second], k) => {
    expect(answer.isi[k]).toBeCloseTo(isiDistance(first, second, window), 12);
    expect(answer.spike[k]).toBeCloseTo(spikeDistance(first, second, window), 12);
  });
}, 180_000);
