import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { Environments } from "../../bench/peers/candidates.ts";
import { type EnvironmentName, findEnvironment } from "../../bench/peers/environments.ts";
import { isRun, measureNetwork, networkCases, tiny } from "../../bench/peers/networks.ts";
import { mostShare } from "../conformance/backends.test-support.ts";

/* As in smoke.test.ts, what needs Python runs where the harness has made its environments before. */
const environments = new Environments(undefined, false);
const options = { peers: ["ours", "brian2", "nest", "spark-1.2"], rounds: 1, limit: 120 };

const cases = [
  ["cuba", 2],
  ["microcircuit", 8],
  ["adaptive", 1],
  ["cobahh", 2],
  ["adex", 1],
  // The following have the same candidates as one above, so .ci/run leaves them out.
  ["brunel", 2],
  ["adex-euler", 1],
  ["izhikevich", 1],
] as const;

it.each(mostShare < 1 ? cases.slice(0, 5) : cases)(
  "runs %s here and in every peer that is installed, and gets a sentence from the others",
  async (key, populations) => {
    const whole = networkCases.find((entry) => entry.key === key)!;
    const outcomes = await measureNetwork(tiny(whole), options, environments);
    expect(outcomes.map(({ candidate }) => candidate).sort()).toEqual(whole.candidates.map(({ name }) => name).sort());
    for (const { name, family, threads, runtime } of whole.candidates) {
      const outcome = outcomes.find(({ candidate }) => candidate === name)!;
      const installed = family === "ours" || findEnvironment(family as EnvironmentName) !== undefined;
      if (isRun(outcome)) {
        expect([name, installed]).toEqual([name, true]);
        expect(outcome.rates).toHaveLength(populations);
        expect(Math.max(...outcome.rates)).toBeGreaterThan(0);
        expect(outcome.seconds[0]).toBeGreaterThan(0);
      } else if (runtime === "native" || threads > availableParallelism()) expect(outcome.reason).toMatch(/\w.*\.$/s);
      else
        expect([name, outcome.reason]).toEqual([
          name,
          expect.stringMatching(installed ? /^never$/ : /is not installed/),
        ]);
    }
  },
  600_000,
);
