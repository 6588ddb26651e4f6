import { compile, simulate } from "../../src/entries/index.ts";
import type { choiceOf } from "./backends.test-support.ts";
import { type RandomBrain, randomRunTime } from "./random-brain.test-support.ts";

/** What a random brain is tried with. */
export type TriedOptions = ReturnType<typeof choiceOf> & { readonly dtype: "f32" | "f64" };

/** All numbers of a run that must not depend on what it ran on. */
export const essence = (run: object): unknown =>
  JSON.parse(
    JSON.stringify(run, (key, value: unknown) => {
      if (["backend", "wallTime", "buildTime", "warnings"].includes(key)) return undefined;
      return ArrayBuffer.isView(value) ? Array.from(value as unknown as ArrayLike<number>) : value;
    }),
  );

/** Number of spikes of all populations. */
export const spikesOf = (run: object): number =>
  Object.values(run).reduce<number>(
    (sum, part) => sum + ((part as { outSpikes?: { count: number } } | null)?.outSpikes?.count ?? 0),
    0,
  );

/** The run of a random brain in one piece. */
export const runOf = async (
  { brain, inputs, record }: RandomBrain,
  seed: number,
  options: TriedOptions,
): Promise<object> => simulate(brain, { ...randomRunTime, inputs, record, seed, ...options } as never);

/** Part of a run: what it runs on, and how much of the whole it is. */
interface Part {
  readonly options: TriedOptions;
  readonly share: number;
}

/** The run in parts, each by another simulation that goes on from the snapshot of the one before. */
export const inParts = async (
  { brain, inputs, record }: RandomBrain,
  seed: number,
  parts: readonly Part[],
): Promise<readonly object[]> => {
  const { dt, duration } = randomRunTime;
  const runs: object[] = [];
  let before: Awaited<ReturnType<typeof compile>> | undefined;
  for (const { options, share } of parts) {
    const simulation = await compile(brain, { dt, seed, ...options } as never);
    if (before) simulation.restore(before.snapshot());
    before?.dispose();
    before = simulation;
    runs.push(await simulation.run({ duration: duration * share, inputs, record } as never));
  }
  before?.dispose();
  return runs;
};

type Values = Readonly<Record<string, { readonly values: Float64Array }>>;

/** Spikes of every population, and values of every read-out, of runs that follow each other. */
export const coursesOf = (runs: readonly object[], { record }: RandomBrain): unknown =>
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
