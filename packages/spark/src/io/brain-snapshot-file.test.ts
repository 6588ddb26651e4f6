import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { normal, uniform } from "../config/initializer.ts";
import { fixedInDegree } from "../connectivity/rule.ts";
import { FileError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { compile } from "../run/simulate.ts";
import { LeakySoma, RefractoryLeakySoma } from "../somas/leaky.ts";
import { PoissonDrive } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { decodeNpz, encodeNpz } from "./npz.ts";
import { loadSnapshot, saveSnapshot } from "./snapshot-file.ts";

const folder = mkdtempSync(join(tmpdir(), "spark-snapshot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, "state.npz");

const synapse = ExponentialSynapse({ tau: 5 });
/** Two populations with spikes in transit for up to 8 ms. */
const pair = brain({
  populations: { cells: RefractoryLeakySoma({ units: [60] }), others: LeakySoma({ units: [4, 5] }) },
  projections: {
    out: {
      from: "cells",
      to: "others",
      connect: fixedInDegree({ inDegree: 20 }),
      synapse,
      weight: normal({ mean: 60, std: 10 }),
      delay: uniform({ min: 0.5, max: 8 }),
    },
    back: { from: "others", to: "cells", connect: fixedInDegree({ inDegree: 5 }), weight: -20, delay: 3, synapse },
  },
  drives: { noise: { to: "cells", synapse, drive: PoissonDrive({ rate: 10, trains: 100, weight: 50 }) } },
  readouts: {
    rate: { from: "cells", tau: 20, mean: true },
    potential: { from: "others", of: "potential", tau: 5 },
  },
});
const record = { cells: { outSpikes: true }, others: { outSpikes: true, potential: true } } as const;

describe("a snapshot of a brain in a file", () => {
  it("holds the weights that were changed", async () => {
    const first = await compile(pair, { dt: 0.5 });
    await first.run({ duration: 10 });
    const { synapses } = first.weights("out");
    const written = Float32Array.from({ length: synapses }, (_, k) => 60 + k / 4);
    first.weights("out").write(written);
    await saveSnapshot(path, first.snapshot());
    const loaded = await loadSnapshot(path);
    expect(loaded.weights).toEqual({ out: written });
    const second = await compile(pair, { dt: 0.5 });
    second.restore(loaded);
    expect(second.weights("out").read()).toEqual(written);
    const [one, other] = [await first.run({ duration: 30, record }), await second.run({ duration: 30, record })];
    expect(other.others.potential.values).toEqual(one.others.potential.values);
  });

  it.each(["f32", "f64"] as const)(
    "continues with the same bits, including spikes in transit, in %s",
    async (dtype) => {
      const first = await compile(pair, { dt: 0.5, dtype });
      await first.run({ duration: 60 });
      const saved = first.snapshot();
      expect(saved.spikes.length).toBeGreaterThan(3);
      await saveSnapshot(path, saved);
      const loaded = await loadSnapshot(path);
      expect(loaded).toEqual(saved);
      const second = await compile(pair, { dt: 0.5, dtype });
      second.restore(loaded);
      expect(Object.keys(loaded.readouts!)).toEqual(["rate", "potential"]);
      const meant = await first.run({ duration: 60, record });
      const run = await second.run({ duration: 60, record });
      const [seen, wanted] = [second, first].map((simulation) => simulation.step().readouts);
      expect(seen).toEqual(wanted);
      expect(seen!.rate).toBeGreaterThan(0);
      expect(run.cells.outSpikes.count).toBeGreaterThan(20);
      expect(run.start).toBe(60);
      expect(run.cells.outSpikes.units).toEqual(meant.cells.outSpikes.units);
      expect(run.others.outSpikes.steps).toEqual(meant.others.outSpikes.steps);
      expect(run.others.potential.values).toEqual(meant.others.potential.values);
      first.dispose();
      second.dispose();
    },
  );

  it("can be saved before the first run", async () => {
    const simulation = await compile(pair);
    await saveSnapshot(path, simulation.snapshot());
    expect(await loadSnapshot(path)).toEqual(simulation.snapshot());
    simulation.dispose();
  });

  it("of version 1 continues with the same bits", async () => {
    const first = await compile(pair, { dt: 0.5 });
    await first.run({ duration: 60 });
    const { kind, version, populations, ...rest } = first.snapshot();
    const old = { kind: "spark-snn brain snapshot", version: 1, populations: { cells: 60, others: 20 }, ...rest };
    await saveSnapshot(path, old as never);
    const second = await compile(pair, { dt: 0.5 });
    second.restore(await loadSnapshot(path));
    expect(second.snapshot()).toEqual({ kind, version, populations, ...rest });
    const meant = await first.run({ duration: 20, record });
    expect((await second.run({ duration: 20, record })).cells.outSpikes.units).toEqual(meant.cells.outSpikes.units);
    const other = await compile(LeakySoma({ dt: 0.5 }));
    expect(() => other.restore(old as never)).toThrow('snapshot.model must be "LeakySoma"; received "Brain".');
    for (const simulation of [first, second, other]) simulation.dispose();
  });

  it("is refused if it is cut or changed anywhere", async () => {
    const simulation = await compile(pair, { dt: 0.5 });
    await simulation.run({ duration: 60 });
    const good = simulation.snapshot();
    await saveSnapshot(path, good);
    const bytes = readFileSync(path);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 }), async (at, change) => {
        const changed = change === 0 ? bytes.subarray(0, at) : Uint8Array.from(bytes);
        if (change !== 0) changed[at]! ^= change;
        writeFileSync(path, changed);
        const result = await loadSnapshot(path).catch((error: unknown) => error);
        // Dates and versions of a zip do not affect the contents.
        if (!(result instanceof FileError)) expect(result).toEqual(good);
      }),
      { numRuns: 200 },
    );
    simulation.dispose();
  });

  it("must contain everything that a snapshot has", async () => {
    const simulation = await compile(pair, { dt: 0.5 });
    await simulation.run({ duration: 60 });
    await saveSnapshot(path, simulation.snapshot());
    const members = decodeNpz(readFileSync(path));
    const refused = async (changed: Parameters<typeof encodeNpz>[0], message: string): Promise<void> => {
      writeFileSync(path, encodeNpz(changed));
      await expect(loadSnapshot(path)).rejects.toThrow(message);
      await expect(loadSnapshot(path)).rejects.toThrow(FileError);
    };
    const { spikeSteps, spikeSources, ...others } = members;
    const one = { data: new Float32Array(1), shape: [1] };
    await refused({ ...members, "readouts.rate.values": one }, 'member "readouts.rate.values" must be a list of f8');
    await refused({ ...others, spikeSources: spikeSources! }, `${path} lacks "spikeSteps". Save the snapshot again.`);
    await refused({ ...others, spikeSteps: spikeSteps! }, `${path} lacks "spikeSources".`);
    const short = { data: new Uint32Array(1), shape: [1] };
    await refused({ ...members, spikeSources: short }, 'as long as "spikeSteps"; received Uint32Array of shape [1].');
    await refused({ ...members, spikeSteps: short }, 'member "spikeSteps" must be a list of f8');
    const text = new TextDecoder().decode(members["metadata"]!.data as Uint8Array);
    const data = new TextEncoder().encode(text.replace('"cells":[60]', '"cells":[-1]'));
    await refused({ ...members, metadata: { data, shape: [data.length] } }, "holds an invalid populations");
    simulation.dispose();
  });
});
