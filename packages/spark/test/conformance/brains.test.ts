import { describe, expect, test } from "vitest";
import { type BrainSimulateOptions, type BrainSimulation, compile, simulate } from "../../src/entries/index.ts";
import { nativeAvailable } from "../../src/entries/node.ts";
import { graphs, graphsTimeout } from "./graphs.test-support.ts";
import { type RandomBrain, randomBrain, randomRunTime } from "./random-brain.test-support.ts";

type Options = Pick<BrainSimulateOptions, "backend" | "threads" | "worker" | "dtype">;

/** All numbers of a run that must not depend on what it ran on. */
const essence = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value: unknown) => {
      if (["backend", "wallTime", "buildTime", "warnings"].includes(key)) return undefined;
      return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
    }),
  );

const spikesOf = (run: object): number =>
  Object.values(run).reduce<number>(
    (sum, part) => sum + ((part as { outSpikes?: { count: number } } | null)?.outSpikes?.count ?? 0),
    0,
  );

const runOf = async ({ brain, inputs, record }: RandomBrain, seed: number, options: Options): Promise<object> =>
  simulate(brain, { ...randomRunTime, inputs, record, seed, ...options } as never);

/** The run in two parts, the second one by another simulation that goes on from a snapshot. */
const inTwoParts = async (
  { brain, inputs, record }: RandomBrain,
  seed: number,
  kinds: readonly [Options, Options],
): Promise<readonly object[]> => {
  const { dt, duration } = randomRunTime;
  const parts: object[] = [];
  let before: BrainSimulation | undefined;
  for (const [k, options] of kinds.entries()) {
    const simulation = await compile(brain, { dt, seed, ...options } as never);
    if (before) simulation.restore(before.snapshot());
    before?.dispose();
    before = simulation;
    const share = k === 0 ? 0.4 : 0.6;
    parts.push(await simulation.run({ duration: duration * share, inputs, record } as never));
  }
  before!.dispose();
  return parts;
};

type Values = Readonly<Record<string, { readonly values: Float64Array }>>;

/** Spikes of every population, and values of every read-out, of runs that follow each other. */
const coursesOf = (runs: readonly object[], { record }: RandomBrain): unknown =>
  Object.keys(record).map((name) =>
    name === "readouts"
      ? Object.keys(record["readouts"]!).map((key) =>
          runs.flatMap((run) => [...(run as { readouts: Values }).readouts[key]!.values]),
        )
      : runs.flatMap((run) => {
          const { steps, units } = (run as Record<string, { outSpikes: { steps: Uint32Array; units: Uint32Array } }>)[
            name
          ]!.outSpikes;
          return Array.from(steps, (step, k) => `${step} ${units[k]}`);
        }),
  );

const found = nativeAvailable();
const IN_WASM = graphs(60);
const NATIVE = graphs(8);
const threaded: readonly Options[] = [{ threads: 2 }, { threads: 3 }, { worker: true }, { worker: true, threads: 2 }];

describe("random brains give the bits of the interpreter", () => {
  test(
    "in WebAssembly, by every layout, on threads and in parts",
    async () => {
      let spikes = 0;
      let synapses = 0;
      for (let seed = 0; seed < IN_WASM; seed++) {
        const dtype = seed % 2 ? "f64" : "f32";
        const plain = randomBrain(seed, "sparse");
        const meant = await runOf(plain, seed, { backend: "interpreter", dtype });
        const wanted = essence(meant);
        for (const layout of ["auto", "dense", "procedural"] as const) {
          expect(essence(await runOf(randomBrain(seed, layout), seed, { dtype })), `${seed} ${layout}`).toEqual(wanted);
        }
        const shared = threaded[seed % threaded.length]!;
        expect(essence(await runOf(plain, seed, { ...shared, dtype })), `${seed} shared`).toEqual(wanted);
        if (seed % 4 === 0) {
          const parts = await inTwoParts(plain, seed, [{ dtype }, { ...shared, dtype }]);
          expect(coursesOf(parts, plain), `${seed} in parts`).toEqual(coursesOf([meant], plain));
        }
        spikes += spikesOf(meant);
        synapses += (meant as { synapses: number }).synapses;
      }
      expect(spikes / IN_WASM).toBeGreaterThan(50);
      expect(synapses / IN_WASM).toBeGreaterThan(200);
    },
    graphsTimeout(240_000),
  );

  test.runIf(found.available)(
    "as native code, on 1, 2, 3 and 7 threads, and in parts that change the backend",
    async () => {
      let spikes = 0;
      for (let seed = 100_000; seed < 100_000 + NATIVE; seed++) {
        const dtype = seed % 2 ? "f64" : "f32";
        const plain = randomBrain(seed, "sparse");
        const meant = await runOf(plain, seed, { backend: "interpreter", dtype });
        for (const threads of [1, 2, 3, 7] as const) {
          const layout = ({ 1: "dense", 2: "procedural", 3: "procedural", 7: "auto" } as const)[threads];
          const run = await runOf(randomBrain(seed, layout), seed, { backend: "native", threads, dtype });
          expect(essence(run), `${seed} on ${threads}`).toEqual(essence(meant));
        }
        const [wasm, native] = [{ dtype }, { dtype, backend: "native", threads: 2 }] as const;
        for (const kinds of [[wasm, native] as const, [native, wasm] as const]) {
          expect(coursesOf(await inTwoParts(plain, seed, kinds), plain), `${seed} in parts`).toEqual(
            coursesOf([meant], plain),
          );
        }
        spikes += spikesOf(meant);
      }
      expect(spikes / NATIVE).toBeGreaterThan(50);
    },
    graphsTimeout(240_000),
  );
});
