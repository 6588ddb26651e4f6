import { experiment, simulatePrepared } from "spark-snn";
import { beforeAll, expect, test } from "vitest";
import { backends } from "../../spark/test/conformance/backends.test-support.ts";
import { sweep } from "../src/index.ts";
import { documentOf } from "../src/recorded.ts";
import { digest, network } from "./network.test-support.ts";

/* A sweep of a network has the same bits on every backend: those of single runs. */

const vary = { "excitatory.threshold": [-52, -50], "outside.rate": [8, 12], "ie.weight": [20, 5] };
const options = { vary, seeds: [1, 9], measure: digest } as const;
let expected: readonly object[];

beforeAll(async () => {
  const { rows } = await sweep(network, options);
  expected = await Promise.all(
    rows.map(async (row) => {
      const { prepared } = await experiment(documentOf(network, row));
      return digest((await simulatePrepared(prepared as never)) as never);
    }),
  );
  // Where no inhibitory unit spikes, its weight has no effect.
  expect(new Set(expected.map((one) => JSON.stringify(one))).size).toBeGreaterThan(8);
});

// A sweep has no option for a worker.
const listed = backends.filter(({ skip, options: { worker } }) => skip === undefined && !worker);

test.each(listed)("on $name", async ({ backend, options: { threads } }) => {
  const { rows } = await sweep(network, { ...options, backend, threads });
  expect(rows.map(({ measures }) => measures)).toEqual(expected);
});
