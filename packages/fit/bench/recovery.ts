/*
 * Recovery: simulates data with random known parameters of each leaky soma, fits them, and reports how well the fitted
 * soma predicts held-out stimuli, and the error of each parameter.
 *
 * npx tsx packages/fit/bench/recovery.ts [somas per model, default 20] [recordings in the training, 1 or 2, default 2]
 *                                            [objective: coincidence|vanRossum] [window, default 4 ms]
 *
 * The second recording fluctuates twice as much around the same mean, so it contains the short intervals that constrain
 * a refractory period. MODELS selects models; VERBOSE=1 prints every fit.
 */
import "spark-snn/node";
import { type ComponentType, drawsFor, exactExp, simulate, somas } from "spark-snn";
import { fit, type Recording } from "../src/index.ts";

const dt = 0.5;
const duration = 20_000;
const count = Number(process.argv[2] ?? 20);
const trained = Number(process.argv[3] ?? 2);
const objective =
  process.argv[4] === "vanRossum"
    ? { vanRossum: { tau: 5 } }
    : { coincidence: { window: Number(process.argv[5] ?? 4) } };
const only = process.env["MODELS"]?.split(",");

/** Ranges of the known parameters. */
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  potentialTau: [5, 40],
  threshold: [-50, -35],
  potentialReset: [-70, -52],
  cooldown: [1, 6],
  thresholdTau: [20, 200],
  thresholdDelta: [1, 8],
};

/** Ornstein–Uhlenbeck noise with a correlation time of 10 ms, one sample per ms. */
const drawCurrent = (mean: number, contrast: number, seed: number): number[] => {
  const draws = drawsFor(seed, "recovery.current");
  const keep = exactExp(-1 / 10);
  let noise = draws.normal(duration);
  return Array.from({ length: duration }, (_, k) => {
    noise = keep * noise + Math.sqrt(1 - keep * keep) * draws.normal(k);
    return Number((mean * (1 + contrast * noise)).toFixed(3));
  });
};

/** Simulates a recording. The mean current is lowered until the soma spikes at most 30 times per second. */
const record = async (
  type: ComponentType,
  parameters: Record<string, number>,
  name: string,
  start: number,
  seed: number,
  contrast = 0.5,
): Promise<Recording & { readonly mean: number }> => {
  for (let mean = start; ; mean *= 0.9) {
    const current = { series: drawCurrent(mean, contrast, seed), interval: 1 };
    const run = await simulate(type(parameters), { duration, dt, inputs: { current }, record: { outSpikes: true } });
    if (run.outSpikes.count <= (30 * duration) / 1000) {
      return { name, current, spikes: [run.outSpikes.times()], mean };
    }
  }
};

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(share * (values.length - 1))]!;

for (const [name, type] of Object.entries(somas) as [string, ComponentType][]) {
  if (only && !only.includes(name)) continue;
  const free = Object.keys(ranges).filter((field) => Object.hasOwn(type.model.fields, field));
  const held: number[] = [];
  const errors: Record<string, number[]> = Object.fromEntries(free.map((field) => [field, []]));
  let seconds = 0;
  for (let k = 0; k < count; k++) {
    const draws = drawsFor(k + 1, "recovery.parameters");
    const known = Object.fromEntries(
      free.map((field, d) => [field, ranges[field]![0] + draws.uniform(d) * (ranges[field]![1] - ranges[field]![0])]),
    );
    const parameters = { potentialRest: -60, resistance: 0.1, ...known };
    // A current that brings the soma slightly above its threshold.
    const mean = 1.1 * ((known["threshold"]! + 60) / 0.1);
    const { mean: used, ...train } = await record(type, parameters, "train", mean, 2 * k + 1);
    const { mean: _, ...test } = await record(type, parameters, "test", 0.95 * used, 2 * k + 2);
    const { mean: __, ...strong } = await record(type, parameters, "strong", used, 2 * k + 1001, 1);
    const result = await fit(type, {
      recordings: [train, ...(trained > 1 ? [strong] : []), test],
      validate: ["test"],
      fixed: { potentialRest: -60, resistance: 0.1 },
      objective,
      seed: k + 1,
    });
    seconds += result.wallTime;
    const gamma = result.recordings.at(-1)!.meanCoincidence;
    held.push(gamma);
    for (const { name: field, value } of result.fitted) {
      const scale =
        result.fitted.find((one) => one.name === field)!.unit === "mV" && field !== "thresholdDelta" ? 60 : 0;
      // A cooldown is only known to the step.
      const [found, truth] = [value, known[field]!].map((x) =>
        field === "cooldown" ? Math.round(x / dt) * dt : x,
      ) as [number, number];
      errors[field]!.push(Math.abs(found - truth) / Math.abs(truth + scale));
    }
    if (process.env["VERBOSE"]) {
      console.log(
        name,
        k,
        gamma.toFixed(4),
        result.score.toFixed(4),
        test.spikes![0]!.length,
        result.fitted
          .map(
            (p) =>
              `${p.name} ${known[p.name]!.toFixed(2)}→${p.value.toFixed(2)} [${p.low.toFixed(2)}…${p.high.toFixed(2)}]`,
          )
          .join(", "),
      );
    }
  }
  const good = held.filter((gamma) => gamma >= 0.99).length;
  console.log(
    `${name}: held-out Γ ≥ 0.99 in ${good} of ${count}, least ${Math.min(...held).toFixed(4)}; ${(seconds / count).toFixed(1)} s per fit`,
  );
  for (const field of free) {
    const list = errors[field]!;
    const within = list.filter((error) => error <= 0.05).length;
    console.log(
      `  ${field.padEnd(15)} within 5 % in ${within} of ${count}; median error ${(100 * quantile(list, 0.5)).toFixed(2)} %, worst ${(100 * Math.max(...list)).toFixed(1)} %`,
    );
  }
}
