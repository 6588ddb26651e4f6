import { afterAll, expect, test } from "vitest";
import { InterpreterNetwork } from "../../src/backend/interpreter/network.ts";
import { createNativeNetwork, nativeAvailable } from "../../src/backend/native/native.ts";
import { createNetwork } from "../../src/backend/wasm/network/network.ts";
import { createThreadedNetwork } from "../../src/backend/wasm/network/threads.ts";
import { Team } from "../../src/backend/wasm/team.ts";
import { wasm } from "../../src/backend/wasm/wasm.ts";
import { buildBrain } from "../../src/graph/build.ts";
import type { NetworkMachine } from "../../src/program/machine.ts";
import type { NetworkProgram } from "../../src/program/network.ts";
import type { BrainRunOptions } from "../../src/run/network/options.ts";
import type { NetworkRunner } from "../../src/run/network/runner.ts";
import { BrainSimulation } from "../../src/run/network/simulation.ts";
import { allForms, type DrivenBrain, DT, drivenBrain, STEPS } from "./driven.test-support.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";

/*
 * Networks with inputs of every form, through the whole of a run: what fills the buffers of chunks, noises with their
 * states, rates that change, replayed spikes. All must give the interpreter's bits.
 */

const teams: Team[] = [];
afterAll(() => {
  for (const team of teams) team.dispose();
});

type Create = (network: NetworkProgram) => NetworkMachine | Promise<NetworkMachine>;
const runnerOf = (threads: number, create: Create): NetworkRunner => ({
  backend: wasm,
  draws: wasm,
  threads,
  steps: false,
  warnings: [],
  create,
  dispose: () => {},
});

const inWasm = (threads: number): NetworkRunner => {
  let team: Team | undefined;
  return runnerOf(threads, (network) => {
    team ??= new Team(threads, true, 2);
    teams.push(team);
    return createThreadedNetwork(network, team, { leastWork: 0 });
  });
};

const runners: Readonly<Record<string, NetworkRunner>> = {
  wasm: runnerOf(1, createNetwork),
  ...Object.fromEntries([2, 3, 7].map((threads) => [`wasm on ${threads} threads`, inWasm(threads)])),
  ...(nativeAvailable().available &&
    Object.fromEntries(
      [1, 2, 3, 7].map((threads) => [
        `native on ${threads} threads`,
        runnerOf(threads, (network) => createNativeNetwork(network, { threads, leastWork: 0 })),
      ]),
    )),
};
const meaning = runnerOf(1, (network) => new InterpreterNetwork(network));

interface Way {
  readonly precision: "f32" | "f64";
  /** Most steps of a chunk. */
  readonly rows: number;
  /** Steps of the runs, one after the other; a snapshot goes to another simulation between the last two. */
  readonly runs: readonly number[];
}

interface Kept {
  readonly steps: readonly number[];
  readonly units: readonly number[];
  /** Of traces. */
  readonly values?: readonly number[];
}

/** What a brain gives, run after run, population after population: spikes, then potentials and traces. */
const outcome = async (
  driven: DrivenBrain,
  runner: NetworkRunner,
  { precision, rows, runs }: Way,
): Promise<Kept[][][]> => {
  const settings = { dt: DT, precision, seed: 3, backend: "wasm", threads: 1, worker: false, rows } as const;
  const open = (): BrainSimulation => new BrainSimulation(buildBrain(driven.brain, settings), settings, runner);
  let simulation = open();
  const results: Kept[][][] = [];
  for (const [k, steps] of runs.entries()) {
    if (k > 0 && k === runs.length - 1) {
      const snapshot = simulation.snapshot();
      simulation.dispose();
      simulation = open();
      simulation.restore(snapshot);
    }
    const { inputs, record } = driven;
    const options = { duration: steps * DT, inputs, record } as unknown as BrainRunOptions;
    const run = (await simulation.run(options)) as unknown as Record<string, Record<string, Kept>>;
    results.push(Object.entries(record).map(([name, kept]) => Object.keys(kept).map((key) => plain(run[name]![key]!))));
  }
  simulation.dispose();
  return results;
};

/** Lists in the place of typed arrays, so that a difference is told by its value. */
const plain = ({ steps, units, values }: Kept): Kept => ({
  steps: Array.from(steps),
  units: Array.from(units),
  ...(values && { values: Array.from(values) }),
});

const SEEDS = Array.from({ length: graphs(12) }, (_, k) => k);
const PRECISIONS = ["f32", "f64"] as const;
const brains = SEEDS.map(drivenBrain);
const wayOf = (precision: "f32" | "f64"): Way => ({ precision, rows: 7, runs: [9, 14, STEPS - 23] });

const known = new Map<string, ReturnType<typeof outcome>>();
/** The interpreter in chunks of another length. */
const meant = (seed: number, precision: "f32" | "f64"): ReturnType<typeof outcome> => {
  const key = `${seed} ${precision}`;
  const found = known.get(key) ?? outcome(brains[seed]!, meaning, { ...wayOf(precision), rows: 1 + (seed % 5) });
  known.set(key, found);
  return found;
};

test("random brains are driven in every way, spike, and give finite numbers", async () => {
  expect(new Set(brains.flatMap(({ forms }) => forms))).toEqual(new Set(allForms));
  for (const seed of SEEDS) {
    const kept = (await meant(seed, "f64")).flat(2);
    expect(kept.flatMap(({ values = [] }) => values).every(Number.isFinite), `seed ${seed}`).toBe(true);
    const spikes = kept.filter(({ values }) => !values).reduce((sum, { steps }) => sum + steps.length, 0);
    expect(spikes, `seed ${seed}`).toBeGreaterThan(20);
  }
});

test.each(Object.entries(runners))(
  "%s gives the interpreter's bits of networks with inputs",
  async (name, runner) => {
    for (const seed of SEEDS) {
      // Each kernel of native code is compiled by the system, which takes most of the time: precisions take turns.
      const turn = PRECISIONS[seed % 2]!;
      for (const precision of name.startsWith("native") ? [turn] : PRECISIONS) {
        const found = await outcome(brains[seed]!, runner, wayOf(precision));
        expect(found, `seed ${seed}, ${precision}`).toEqual(await meant(seed, precision));
      }
    }
  },
  graphsTimeout(120_000),
);

test("cutting a run in parts changes nothing, nor does a snapshot between", {
  timeout: graphsTimeout(60_000),
}, async () => {
  for (const seed of SEEDS) {
    const way = wayOf(seed % 2 ? "f32" : "f64");
    const [whole] = await outcome(brains[seed]!, runners["wasm"]!, { ...way, rows: 1000, runs: [STEPS] });
    const parts = await outcome(brains[seed]!, runners["wasm"]!, way);
    whole!.forEach(([spikes], population) => {
      const own = parts.map((run) => run[population]![0]!);
      expect(
        own.flatMap(({ steps }) => steps),
        `seed ${seed}`,
      ).toEqual(spikes!.steps);
      expect(
        own.flatMap(({ units }) => units),
        `seed ${seed}`,
      ).toEqual(spikes!.units);
    });
  }
});
