import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import {
  compile,
  decodeNpy,
  decodeNpz,
  encodeNpy,
  encodeNpz,
  LeakySoma,
  readCsv,
  SparkError,
} from "../../src/entries/index.ts";
import { loadSnapshot, saveSnapshot } from "../../src/entries/node.ts";
import { readFileStrict } from "../../src/io/files.ts";
import { randomBrain, randomRunTime } from "../conformance/random-brain.test-support.ts";
import { attack, type Damage, damaged, damages } from "./attack.test-support.ts";

/** A damaged file is read, or refused with one of the library's errors. */
const survives = async (work: () => unknown): Promise<void> => {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof SparkError)) throw error;
    expect(error.message.length).toBeLessThan(4000);
  }
};

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const table = bytesOf(
  `# spikes\nstep,time_ms,unit\n${Array.from({ length: 30 }, (_, k) => `${3 * k},${(0.3 * k).toFixed(1)},${k % 4}`).join("\n")}\n`,
);
const values = Float64Array.from({ length: 24 }, (_, k) => k / 7);
const npy = encodeNpy({ data: values, shape: [4, 6] });
const npz = encodeNpz({
  times: { data: values, shape: [24] },
  units: { data: Int32Array.from({ length: 24 }, (_, k) => k), shape: [24] },
});

attack("damaged tables are read, or refused with a sentence", damages, (damage: Damage) =>
  survives(() => readCsv(damaged(table, damage))),
);
attack("damaged arrays are read, or refused with a sentence", damages, async (damage: Damage) => {
  await survives(() => decodeNpy(damaged(npy, damage)));
  await survives(() => decodeNpz(damaged(npz, damage)));
});

const folder = await mkdtemp(join(tmpdir(), "spark-attack-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const soma = LeakySoma({ units: [9] });
const { brain, inputs, record } = randomBrain(3, "auto");
const network = async () => compile(brain as never, { dt: randomRunTime.dt });

const snapshotOf = async (kind: "soma" | "network"): Promise<Uint8Array> => {
  const simulation = kind === "soma" ? await compile(soma, { dt: 0.5 }) : await network();
  await simulation.run(
    (kind === "soma" ? { duration: 10, inputs: { current: 300 } } : { duration: 10, inputs }) as never,
  );
  const path = join(folder, kind);
  await saveSnapshot(path, simulation.snapshot());
  simulation.dispose();
  return readFileStrict(path);
};
const snapshots = { soma: await snapshotOf("soma"), network: await snapshotOf("network") };

attack("damaged snapshots are restored and go on, or are refused with a sentence", damages, async (damage: Damage) => {
  for (const kind of ["soma", "network"] as const) {
    const path = join(folder, "damaged");
    await writeFile(path, damaged(snapshots[kind], damage));
    await survives(async () => {
      const snapshot = await loadSnapshot(path);
      const simulation = kind === "soma" ? await compile(soma, { dt: 0.5 }) : await network();
      try {
        simulation.restore(snapshot as never);
        await simulation.run((kind === "soma" ? { duration: 5 } : { duration: 5, record }) as never);
      } finally {
        simulation.dispose();
      }
    });
  }
});
