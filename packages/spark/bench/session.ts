import { parseArgs } from "node:util";
import {
  brain,
  compile,
  ExponentialSynapse,
  type Frame,
  fixedInDegree,
  normal,
  PoissonDrive,
  RefractoryLeakySoma,
  type Simulation,
} from "../src/entries/index.ts";

/*
 * tsx packages/spark/bench/session.ts [--units=N] [--seconds=S] [--turns=N] [--local]: compares the speed of a session
 * that passes all spikes on in frames, 60 times per second, with that of a plain run, in interleaved turns. The
 * simulation is in a worker, unless `local` is given. Prints the medians, the time from a frame to the next one, and the time of `set`.
 */
const { values: given } = parseArgs({
  options: {
    units: { type: "string", default: "100000" },
    seconds: { type: "string", default: "0.5" },
    turns: { type: "string", default: "31" },
    local: { type: "boolean", default: false },
  },
});
const units = Number(given.units);
const seconds = Number(given.seconds);
const turns = Number(given.turns);
const dt = 0.1;

const soma = RefractoryLeakySoma({ units: [units], potentialTau: normal({ mean: 20, std: 3, min: 5 }) });
const synapse = ExponentialSynapse({ tau: 5 });
const network = brain({
  populations: {
    excitatory: RefractoryLeakySoma({ units: [units * 0.8] }),
    inhibitory: RefractoryLeakySoma({ units: [units * 0.2] }),
  },
  projections: Object.fromEntries(
    (["excitatory", "inhibitory"] as const).flatMap((from) =>
      (["excitatory", "inhibitory"] as const).map((to) => [
        `${from}To${to}`,
        {
          from,
          to,
          connect: fixedInDegree({ inDegree: from === "excitatory" ? 80 : 20 }),
          weight: from === "excitatory" ? 4 : -25,
          delay: 1.5,
          synapse,
        },
      ]),
    ),
  ),
  drives: {
    toExcitatory: { to: "excitatory", synapse, drive: PoissonDrive({ rate: 8, trains: 1000, weight: 6 }) },
    toInhibitory: { to: "inhibitory", synapse, drive: PoissonDrive({ rate: 8, trains: 1000, weight: 6 }) },
  },
});

const spikes = { outSpikes: true } as const;
const cases: Readonly<Record<string, readonly [model: object, options: object, path: string]>> = {
  population: [soma, { inputs: { current: 230 }, record: spikes }, "threshold"],
  network: [network, { record: { excitatory: spikes, inhibitory: spikes } }, "excitatory.threshold"],
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

const quartiles = (values: readonly number[]): string => {
  const sorted = [...values].sort((a, b) => a - b);
  return [0.25, 0.75].map((share) => sorted[Math.floor(share * sorted.length)]!.toFixed(2)).join(" to ");
};

/** Spikes in a frame. */
const countOf = (value: unknown): number => {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return 0;
  if ("count" in value) return value.count as number;
  return Object.values(value).reduce((sum: number, part) => sum + countOf(part), 0);
};

/** Steps per second of a session, and its frames. */
const play = async (simulation: Simulation, options: object) => {
  const frames: { readonly at: number; readonly steps: number; readonly count: number }[] = [];
  const session = await simulation.start({
    ...options,
    pace: "fastest",
    onFrame: ({ steps, records }: Frame) => {
      frames.push({ at: performance.now(), steps, count: countOf(records) });
    },
  } as never);
  const begin = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  await session.pause();
  const elapsed = (performance.now() - begin) / 1000;
  const steps = frames.reduce((sum, frame) => sum + frame.steps, 0);
  await session.stop();
  return { speed: steps / elapsed, frames, elapsed };
};

/** Microseconds of `set` in a session that plays: the first call after some computing, and one right after it. */
const timeSets = async (simulation: Simulation, path: string) => {
  const session = await simulation.start({ pace: "fastest", onFrame: () => {} });
  const value = session.get(path as never) as number;
  const times: [number[], number[]] = [[], []];
  for (let k = 0; k < 600; k++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
    for (const own of times) {
      const begin = performance.now();
      session.set(path as never, value + k * 1e-6);
      own.push((performance.now() - begin) * 1000);
    }
  }
  await session.stop();
  return times.map((own) => median(own.slice(100)));
};

for (const [name, [model, options, path]] of Object.entries(cases)) {
  const simulation = (await compile(model as never, { dt, worker: !given.local })) as unknown as Simulation;
  const first = (await simulation.run({ duration: 50, ...options } as never)) as unknown as {
    readonly wallTime: number;
  };
  const duration = Math.max(10, Math.round((seconds * 50) / first.wallTime));
  const ratios: number[] = [];
  const gaps: number[] = [];
  let last: Awaited<ReturnType<typeof play>> | undefined;
  for (let turn = 0; turn < turns; turn++) {
    const run = (await simulation.run({ duration, ...options } as never)) as unknown as {
      readonly wallTime: number;
      readonly steps: number;
    };
    last = await play(simulation, options);
    ratios.push(last.speed / (run.steps / run.wallTime));
    gaps.push(...last.frames.slice(1).map(({ at }, k) => at - last!.frames[k]!.at));
  }
  const [cold, warm] = await timeSets(simulation, path);
  simulation.dispose();
  const { frames, elapsed, speed } = last!;
  const count = frames.reduce((sum, frame) => sum + frame.count, 0);
  const slow = gaps.filter((gap) => gap > 33).length / gaps.length;
  console.log(
    `${name}, ${units} units${given.local ? "" : " in a worker"}: ${median(ratios).toFixed(3)} of the plain run ` +
      `(quartiles ${quartiles(ratios)}), ${(frames.length / elapsed).toFixed(1)} frames per second, ` +
      `median gap ${median(gaps).toFixed(1)} ms, ${(100 * slow).toFixed(1)} % above 33 ms, ` +
      `${Math.round(count / frames.length)} spikes per frame, ${speed.toFixed(0)} steps per second, ` +
      `set takes ${cold!.toFixed(0)} µs, right after another set ${warm!.toFixed(0)} µs`,
  );
}
