import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brain, FileError, LeakySoma, type RecordHeader, simulate } from "spark-snn";
import { recordToFolder } from "spark-snn/node";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { recordToSonata } from "../src/sonata/record.ts";
import { readSonataReports, readSonataSpikes } from "../src/sonata/results.ts";

/* Records of a run that are written to files of SONATA. */

/** Bytes that still fit on the faked disk. */
const disk = { free: Number.POSITIVE_INFINITY };

// A full disk cannot be arranged on every system, so the tests fake its error.
vi.mock("node:fs", async (original) => {
  const actual = await original<typeof import("node:fs")>();
  const writeSync = ((file: number, bytes: Uint8Array, offset: number, length: number, position: number) => {
    // Overwriting needs no space.
    const needed = Math.max(0, position + length - actual.fstatSync(file).size);
    if (needed > disk.free) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    disk.free -= needed;
    return actual.writeSync(file, bytes, offset, length, position);
  }) as typeof actual.writeSync;
  return { ...actual, writeSync };
});

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "spark-sonata-record-"));
});
afterEach(() => {
  disk.free = Number.POSITIVE_INFINITY;
  rmSync(folder, { recursive: true, force: true });
});

const bytesOf = (name: string): Uint8Array => new Uint8Array(readFileSync(join(folder, name)));
const network = brain({
  populations: { a: LeakySoma({ units: [20] }), b: LeakySoma({ units: [3] }) },
});
const inputs = { a: { current: 400 }, b: { current: 300 } };
const record = { a: { outSpikes: true, potential: true }, b: { outSpikes: true, potential: { every: 4 } } } as const;
const sinks = (recorder: ReturnType<typeof recordToSonata>) => ({
  a: recorder.population("a"),
  b: recorder.population("b"),
});

/** The spikes of a population in a file, as pairs of step and unit. */
const pairsIn = async (name: string, population: string): Promise<number[][]> => {
  const [spikes] = await readSonataSpikes(bytesOf(name), name, { population });
  return Array.from(spikes!.times, (time, k) => [Math.round(time / 0.5), spikes!.ids[k]!]);
};

describe("a run that records to files of SONATA", () => {
  test("is marked until it ends, and its temporary files are readable during the run", async () => {
    const recorder = recordToSonata(folder);
    const sink = recorder.population("a");
    const trace = {
      name: "potential",
      unit: "mV",
      units: undefined,
      every: 1,
      reduce: undefined,
      over: "units",
    } as const;
    const window = { first: 1, last: 100_000 };
    const rows = 2000;
    await sink.open({
      ...{ model: "LeakySoma", units: 50, dt: 0.5, firstStep: 1, rate: undefined },
      spikes: { ...window, units: undefined },
      traces: [{ ...trace, ...window, type: "f32", columns: 50, rows: 100_000 }],
    });
    const found = (part: string): string => readdirSync(folder).find((name) => name.startsWith(part))!;
    expect(readdirSync(folder).sort()).toEqual([
      expect.stringMatching(/^\.potential\.h5\.[0-9a-f]{12}\.tmp$/),
      expect.stringMatching(/^\.spikes\.h5\.[0-9a-f]{12}\.tmp$/),
      "PARTIAL",
    ]);
    for (let step = 0; step < 40 * rows; step += rows) {
      await sink.spikes(Uint32Array.of(step + 1, step + 2), Uint32Array.of(7, 49));
      const steps = Float64Array.from({ length: rows }, (_, k) => step + k + 1);
      await sink.rows("potential", steps, new Float32Array(rows * 50).fill(-step));
      await sink.reached!(step + rows);
    }
    expect(sink.lastStep).toBeGreaterThan(20 * rows);
    // A copy, as after a run that was killed.
    const [report] = await readSonataReports(bytesOf(found(".potential")));
    expect(report!.times.length).toBeGreaterThanOrEqual(sink.lastStep);
    expect([report!.times[0], report!.times.at(-1)]).toEqual([0.5, report!.times.length * 0.5]);
    expect(report!.values.at(-1)).toBe(-(Math.ceil(report!.times.length / rows) - 1) * rows);
    const [spikes] = await readSonataSpikes(bytesOf(found(".spikes")));
    expect(spikes!.times.length).toBeGreaterThanOrEqual((2 * sink.lastStep) / rows);
    expect([spikes!.population, spikes!.times[3], spikes!.ids[3]]).toEqual(["a", (rows + 2) / 2, 49]);
    await sink.close(true);
    expect(readdirSync(folder).sort()).toEqual(["potential.h5", "spikes.h5"]);
    expect([sink.files, sink.lastStep, recorder.rounded]).toEqual([["spikes.h5", "potential.h5"], 40 * rows, []]);
    expect((await readSonataSpikes(bytesOf("spikes.h5")))[0]!.times).toHaveLength(80);
  });

  test("passes other records to other sinks, and names values that lost digits", async () => {
    const recorder = recordToSonata(folder, {
      others: (population) => recordToFolder(join(folder, population), { format: "npz" }),
    });
    const mixed = {
      a: { outSpikes: true, potential: { reduce: "mean" }, rate: { bin: 10 } },
      b: { potential: { units: [2] } },
    } as const;
    const options = { duration: 100, dt: 0.5, dtype: "f64", inputs, record: mixed } as const;
    await simulate(network, { ...options, sink: sinks(recorder) });
    expect(readdirSync(folder).sort()).toEqual(["a", "potential.h5", "spikes.h5"]);
    expect(readdirSync(join(folder, "a")).sort()).toEqual(["potential.npz", "rate.npz"]);
    expect([recorder.rounded, recorder.leftOut]).toEqual([["b.potential"], []]);
    const plain = recordToSonata(join(folder, "plain"));
    await simulate(network, { ...options, sink: sinks(plain) });
    expect(plain.leftOut).toEqual(["a.potential", "a.rate"]);
  });

  test("on a full disk, fails with an error and leaves complete records up to its last step", async () => {
    // Of the two files, one fits less often.
    const kept = await simulate(network, { duration: 100_000, dt: 0.5, inputs, record });
    for (const free of [200_000, 1_000_000, 12_000_000]) {
      const own = join(folder, `${free}`);
      disk.free = free;
      const recorder = recordToSonata(own);
      const sink = sinks(recorder);
      const options = { duration: 100_000, dt: 0.5, inputs, record } as const;
      const failed = await simulate(network, { ...options, sink }).catch((error: unknown) => error);
      disk.free = Number.POSITIVE_INFINITY;
      expect(failed).toBeInstanceOf(FileError);
      expect((failed as Error).message).toMatch(
        /(spikes|potential)\.h5 cannot be written: no space is left on the disk/,
      );
      expect(readdirSync(own).sort()).toEqual(["PARTIAL", "potential.h5", "spikes.h5"]);
      const last = Math.min(sink.a.lastStep, sink.b.lastStep);
      for (const name of ["a", "b"] as const) {
        const [spikes, whole] = [await pairsIn(`${free}/spikes.h5`, name), kept[name].outSpikes];
        const expected = Array.from(whole.steps.subarray(0, spikes.length), (step, k) => [step, whole.units[k]!]);
        expect(spikes).toEqual(expected);
        expect(spikes.length).toBeGreaterThanOrEqual(whole.steps.filter((step) => step <= last).length);
        const [report] = await readSonataReports(bytesOf(`${free}/potential.h5`), "potential.h5", { population: name });
        const { values, steps } = kept[name].potential;
        expect(report!.values).toEqual(Float32Array.from(values.subarray(0, report!.values.length)));
        expect(report!.times.length).toBeGreaterThanOrEqual(steps.filter((step) => step <= last).length);
      }
      if (free === 12_000_000) expect(last).toBeGreaterThan(10_000);
    }
  });

  test("that cannot start leaves nothing behind", async () => {
    disk.free = 1000;
    const options = { duration: 100, dt: 0.5, inputs, record } as const;
    const recorder = recordToSonata(folder);
    await expect(simulate(network, { ...options, sink: sinks(recorder) })).rejects.toThrow("no space is left");
    expect([readdirSync(folder), recorder.files]).toEqual([[], []]);
    disk.free = Number.POSITIVE_INFINITY;
    writeFileSync(join(folder, "mine"), "");
    await expect(simulate(network, { ...options, sink: sinks(recordToSonata(folder)) })).rejects.toThrow("force: true");
    expect(readdirSync(folder)).toEqual(["mine"]);
  });

  test("keeps the data of a file whose final name cannot be taken, and names it", async () => {
    const { mkdirSync } = await import("node:fs");
    mkdirSync(join(folder, "spikes.h5"));
    const recorder = recordToSonata(folder, { force: true });
    const options = { duration: 100, dt: 0.5, inputs, record } as const;
    const message = await simulate(network, { ...options, sink: sinks(recorder) }).catch(String);
    expect(message).toMatch(/spikes\.h5 cannot be written: .* Its data are in .*\.spikes\.h5\.[0-9a-f]{12}\.tmp\./);
    expect(readdirSync(folder)).toContain("PARTIAL");
  });

  test("needs a recorder and names of its own", async () => {
    const header: RecordHeader = {
      ...{ model: "LeakySoma", units: 1, dt: 1, firstStep: 1, rate: undefined, traces: [] },
      spikes: { first: 1, last: 10, units: undefined },
    };
    const recorder = recordToSonata(folder);
    const sink = recorder.population("a");
    await sink.open(header);
    await expect(recorder.population("a").open(header)).rejects.toThrow('population("a") is used twice');
    await sink.close(true);
    await expect(recorder.population("c").open(header)).rejects.toThrow("served a run. Create a recorder");
  });
});
