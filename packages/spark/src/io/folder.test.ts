import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { FileError, StateError } from "../errors/errors.ts";
import type { RecordSink } from "../record/sink.ts";
import { events, mixed } from "../run/run.test-support.ts";
import { simulate } from "../run/simulate.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { readCsv } from "./csv.ts";
import { type FolderSink, recordToFolder } from "./folder.ts";
import { PARTIAL } from "./folder-mark.ts";
import { decodeNpz } from "./npz.ts";
import { eventsFromCsv, traceFromCsv } from "./tables.ts";

const root = mkdtempSync(join(tmpdir(), "spark-folder-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let made = 0;
const fresh = (): string => join(root, "nested", `run${made++}`);
const read = (folder: string, name: string): Uint8Array => readFileSync(join(folder, name));

const soma = mixed(40, "f32");
const options = { duration: 60, dt: 0.1, inputs: { current: 300 } } as const;
const record = {
  outSpikes: true,
  potential: { units: [39, 2], every: 7 },
  age: { reduce: "max", every: 5 },
  adaptation: { reduce: "mean", over: "time", every: 100, units: [3] },
  rate: { bin: 20 },
} as const;
const kept = simulate(soma, { ...options, record });

/** A sink that measures the bytes of the largest call, and of all calls. */
const watched = (sink: FolderSink): RecordSink & { largest: number; total: number } => {
  const note = (...arrays: ArrayBufferView[]): void => {
    const bytes = arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
    self.largest = Math.max(self.largest, bytes);
    self.total += bytes;
  };
  const self = {
    largest: 0,
    total: 0,
    open: sink.open.bind(sink),
    close: sink.close.bind(sink),
    spikes: (steps: Uint32Array, units: Uint32Array) => {
      note(steps, units);
      return sink.spikes(steps, units);
    },
    rows: (name: string, steps: Float64Array, values: Float32Array | Float64Array | Int32Array) => {
      note(steps, values);
      return sink.rows(name, steps, values);
    },
  };
  return self;
};

describe("recording to CSV files", () => {
  it("writes the same numbers as a recording in memory", async () => {
    const folder = fresh();
    const sink = recordToFolder(folder);
    await simulate(soma, { ...options, record, sink });
    const run = await kept;
    const names = ["adaptation.csv", "age.csv", "outSpikes.csv", "potential.csv", "rate.csv"];
    expect(readdirSync(folder).sort()).toEqual(names);
    expect([...sink.files].sort()).toEqual(names);
    expect(sink.complete).toBe(true);
    const spikes = eventsFromCsv(read(folder, "outSpikes.csv"), { dt: 0.1 });
    expect(Array.from(spikes.steps, (step, k) => [step, spikes.units[k]])).toEqual(events(run.outSpikes));
    const potential = traceFromCsv(read(folder, "potential.csv"), { dt: 0.1 });
    expect(Float32Array.from(potential.values)).toEqual(run.potential.values);
    expect([...potential.units]).toEqual([39, 2]);
    expect(potential.times).toEqual(run.potential.times);
    const adaptation = traceFromCsv(read(folder, "adaptation.csv"), { dt: 0.1, column: "mean_adaptation_mV" });
    expect(Float32Array.from(adaptation.values)).toEqual(run.adaptation.values);
    const age = readCsv(read(folder, "age.csv"));
    expect(age.header).toEqual(["step", "time_ms", "max_age"]);
    expect([...age.columns[2]!]).toEqual([...run.age.values]);
    const rate = readCsv(read(folder, "rate.csv"));
    expect(rate.header).toEqual(["step", "time_ms", "rate_Hz"]);
    expect(rate.columns[2]).toEqual(run.rate.values);
    expect(rate.columns[1]).toEqual(Float64Array.of(20, 40, 60));
  });

  it("writes rates of each unit with their unit, and empty tables with their names", async () => {
    const folder = fresh();
    const each = { outSpikes: true, rate: { bin: 30, each: true, units: [5, 1] } } as const;
    await simulate(LeakySoma({ units: [6] }), { duration: 60, record: each, sink: recordToFolder(folder) });
    expect(readFileSync(join(folder, "outSpikes.csv"), "utf8")).toBe("step,time_ms,unit\n");
    expect(readFileSync(join(folder, "rate.csv"), "utf8")).toBe(
      "step,time_ms,unit,rate_Hz\n30,30,5,0\n30,30,1,0\n60,60,5,0\n60,60,1,0\n",
    );
  });

  it("keeps and marks the records of a stopped run; the next run removes the mark", async () => {
    const folder = fresh();
    const data = function* (): Generator<number> {
      for (let k = 0; k < 250; k++) yield 300;
    };
    const sink = recordToFolder(folder, { force: true });
    const inputs = { current: data() };
    await simulate(LeakySoma(), { duration: 100, dt: 0.1, inputs, record: { outSpikes: true }, sink });
    expect(readdirSync(folder).sort()).toEqual([PARTIAL, "outSpikes.csv"]);
    expect(readFileSync(join(folder, "outSpikes.csv"), "utf8")).toBe("step,time_ms,unit\n220,22,0\n");
    expect(sink.complete).toBe(false);
    await simulate(LeakySoma(), { duration: 10, record: { outSpikes: true }, sink });
    expect(readdirSync(folder)).toEqual(["outSpikes.csv"]);
    expect(sink.complete).toBe(true);
  });

  it("keeps the records up to an input that throws", async () => {
    const folder = fresh();
    const current = ({ firstStep }: { firstStep: number }): void => {
      if (firstStep > 20) throw new Error("broken");
    };
    const run = simulate(LeakySoma(), {
      duration: 1e4,
      inputs: { current },
      record: { potential: true },
      sink: recordToFolder(folder),
    });
    await expect(run).rejects.toThrow("broken");
    expect(readdirSync(folder).sort()).toEqual([PARTIAL, "potential.csv"]);
    expect(traceFromCsv(read(folder, "potential.csv")).steps.length).toBeGreaterThan(20);
  });

  it("refuses an unusable folder, and leaves nothing behind", async () => {
    const file = join(root, "file");
    writeFileSync(file, "x");
    const run = (folder: string) =>
      simulate(LeakySoma(), {
        duration: 1,
        record: { outSpikes: true, potential: true },
        sink: recordToFolder(folder, { force: true }),
      });
    await expect(run(join(file, "folder"))).rejects.toThrow(FileError);
    const folder = fresh();
    await run(folder);
    rmSync(join(folder, "potential.csv"));
    mkdirSync(join(folder, "potential.csv"));
    await expect(run(folder)).rejects.toThrow("is a folder and cannot be replaced by a file");
    expect(readdirSync(folder).sort()).toEqual(["outSpikes.csv", "potential.csv"]);
    expect(() => recordToFolder("")).toThrow("recordToFolder.folder must be the path of a folder");
    expect(() => recordToFolder("x", { fromat: "npz" } as object)).toThrow(
      'recordToFolder.fromat is unknown. Did you mean "format"?',
    );
    expect(() => recordToFolder("x", { format: "hdf5" as never })).toThrow(
      'recordToFolder.format must be "csv" or "npz"; received "hdf5".',
    );
  });

  it("replaces earlier results only if it is told to", async () => {
    const folder = fresh();
    const run = (duration: number, force?: boolean) =>
      simulate(LeakySoma(), {
        duration,
        record: { potential: true },
        sink: recordToFolder(folder, force === undefined ? {} : { force }),
      });
    const rows = (): number => readCsv(read(folder, "potential.csv")).rows;
    await run(10);
    await expect(run(20)).rejects.toThrow(
      `${folder} is not empty; it contains potential.csv. Name another folder, or pass force: true to replace files of the same name.`,
    );
    expect([rows(), readdirSync(folder)]).toEqual([10, ["potential.csv"]]);
    await run(20, true);
    expect(rows()).toBe(20);
    expect(() => recordToFolder(folder, { force: "yes" as never })).toThrow(
      "recordToFolder.force must be true or false",
    );
  });

  it("serves one run at a time", async () => {
    const sink = recordToFolder(fresh());
    const one = { duration: 1, record: { outSpikes: true }, sink } as const;
    const both = await Promise.allSettled([simulate(LeakySoma(), one), simulate(LeakySoma(), one)]);
    const failed = both.filter((result) => result.status === "rejected");
    expect(failed).toHaveLength(1);
    expect(failed[0]!.reason).toBeInstanceOf(StateError);
  });
});

describe("recording to NPZ files", () => {
  it("writes the same numbers as a recording in memory", async () => {
    const folder = fresh();
    const sink = recordToFolder(folder, { format: "npz" });
    await simulate(soma, { ...options, record, sink });
    const run = await kept;
    const names = ["adaptation.npz", "age.npz", "potential.npz", "rate.npz", "spikes.npz"];
    expect(readdirSync(folder).sort()).toEqual(names);
    const wide = (values: ArrayLike<number>): BigInt64Array => BigInt64Array.from(Array.from(values, BigInt));
    expect(decodeNpz(read(folder, "spikes.npz"))).toEqual({
      steps: { data: wide(run.outSpikes.steps), shape: [run.outSpikes.count], dtype: "i8" },
      units: { data: wide(run.outSpikes.units), shape: [run.outSpikes.count], dtype: "i8" },
      dt: { data: Float64Array.of(0.1), shape: [], dtype: "f8" },
    });
    expect(decodeNpz(read(folder, "potential.npz"))).toEqual({
      steps: { data: wide(run.potential.steps), shape: [85], dtype: "i8" },
      times: { data: run.potential.times, shape: [85], dtype: "f8" },
      units: { data: wide([39, 2]), shape: [2], dtype: "i8" },
      values: { data: run.potential.values, shape: [85, 2], dtype: "f4" },
    });
    const age = decodeNpz(read(folder, "age.npz"));
    expect(Object.keys(age)).toEqual(["steps", "times", "values"]);
    expect(age["values"]).toEqual({ data: run.age.values, shape: [120, 1], dtype: "i4" });
  });

  it("marks a run whose file fails at the end, and finishes the others", async () => {
    const folder = fresh();
    const sink = recordToFolder(folder, { format: "npz" });
    const run = simulate(soma, {
      ...options,
      record: { outSpikes: true, potential: true },
      sink,
      progress: () => {
        mkdirSync(join(folder, "potential.npz"), { recursive: true });
      },
    });
    await expect(run).rejects.toThrow("is a folder");
    // The arrays of the file are kept.
    const kept = ["steps", "times", "units", "values"].map((name) => `potential.${name}.npy`);
    expect(readdirSync(folder).sort()).toEqual([PARTIAL, "potential.npz", ...kept, "spikes.npz"]);
    expect([[...sink.files].sort(), sink.complete]).toEqual([[...kept, "spikes.npz"], false]);
  });
});

describe("a long recording", () => {
  for (const [format, memory, units] of [
    ["npz", 16e6, 1000],
    ["csv", 6e5, 60],
  ] as const) {
    it(`in ${format} needs no more memory than its budget of ${memory} bytes`, async () => {
      const folder = fresh();
      const sink = watched(recordToFolder(folder, { format }));
      const long = { duration: 10_000, memory, record: { potential: true } } as const;
      await expect(simulate(LeakySoma({ units: [units] }), long)).rejects.toThrow("stream to files with a sink");
      await simulate(LeakySoma({ units: [units] }), { ...long, inputs: { current: 300 }, sink });
      expect(sink.total).toBeGreaterThan(2 * memory);
      expect(sink.largest).toBeLessThan(memory / 4);
      if (format === "npz") {
        const { values } = decodeNpz(read(folder, "potential.npz"));
        expect(values?.shape).toEqual([10_000, units]);
        expect(values?.data.at(-1)).toBe(values?.data.at(-units));
      } else expect(readCsv(read(folder, "potential.csv")).rows).toBe(10_000 * units);
    });
  }
});

const python = process.env["SPARK_PYTHON"] ?? "python3";
const pandas = spawnSync(python, ["-c", "import numpy, pandas"]).status === 0;

describe("NumPy and pandas", () => {
  it.runIf(pandas)("read both formats with the same numbers", async () => {
    const folder = fresh();
    await simulate(soma, { ...options, record, sink: recordToFolder(folder, { format: "csv" }) });
    await simulate(soma, { ...options, record, sink: recordToFolder(folder, { format: "npz", force: true }) });
    const program = `
import numpy as np, pandas as pd
s, v, r = np.load("spikes.npz"), np.load("potential.npz"), np.load("rate.npz")
e, t = pd.read_csv("outSpikes.csv"), pd.read_csv("potential.csv")
print((s["steps"] == e["step"]).all(), (s["units"] == e["unit"]).all(), float(s["dt"]), len(e))
print(v["values"].shape, v["values"].dtype, (v["values"].ravel() == t["potential_mV"].to_numpy().astype("f4")).all())
print((np.repeat(v["times"], 2) == t["time_ms"]).all(), (np.tile(v["units"], 85) == t["unit"]).all())
print(r["values"].ravel().tolist() == pd.read_csv("rate.csv")["rate_Hz"].tolist())`;
    const { stdout, stderr } = spawnSync(python, ["-c", program], { cwd: folder, encoding: "utf8" });
    expect(stderr).toBe("");
    const { count } = (await kept).outSpikes;
    expect(stdout).toBe(`True True 0.1 ${count}\n(85, 2) float32 True\nTrue True\nTrue\n`);
  });
});

describe("recording summaries to files", () => {
  const summaries = {
    activeFraction: { bin: 20 },
    potential: { units: [39, 2], every: 150, reduce: "histogram", over: "time", edges: [-90, -60, -50, 0] },
    adaptation: { every: 300, reduce: "histogram", edges: [-1, 0.5, 100] },
  } as const;
  const run = simulate(soma, { ...options, record: summaries });

  it("writes a line for each bin of a histogram", async () => {
    const folder = fresh();
    await simulate(soma, { ...options, record: summaries, sink: recordToFolder(folder) });
    const { potential, adaptation, activeFraction } = await run;
    const each = readCsv(read(folder, "potential.csv"));
    expect(each.header).toEqual(["step", "time_ms", "unit", "from_mV", "to_mV", "count_potential"]);
    expect(Int32Array.from(each.columns[5]!)).toEqual(potential.values);
    expect([...each.columns[2]!.slice(0, 7)]).toEqual([39, 39, 39, 2, 2, 2, 39]);
    expect([...each.columns[3]!.slice(0, 4)]).toEqual([-90, -60, -50, -90]);
    expect([...each.columns[4]!.slice(0, 4)]).toEqual([-60, -50, 0, -60]);
    expect([...each.columns[0]!.slice(5, 7)]).toEqual([150, 300]);
    const one = readCsv(read(folder, "adaptation.csv"));
    expect(one.header).toEqual(["step", "time_ms", "from_mV", "to_mV", "count_adaptation"]);
    expect(Int32Array.from(one.columns[4]!)).toEqual(adaptation.values);
    const active = readCsv(read(folder, "activeFraction.csv"));
    expect(active.header).toEqual(["step", "time_ms", "activeFraction"]);
    expect(active.columns[2]).toEqual(activeFraction.values);
    expect(new Set(potential.values).size).toBeGreaterThan(2);
  });

  it("writes the edges of a histogram into an archive", async () => {
    const folder = fresh();
    await simulate(soma, { ...options, record: summaries, sink: recordToFolder(folder, { format: "npz" }) });
    const { potential, adaptation } = await run;
    const each = decodeNpz(read(folder, "potential.npz"));
    expect([each["values"]!.shape, [...each["edges"]!.data]]).toEqual([
      [4, 2, 3],
      [-90, -60, -50, 0],
    ]);
    expect(each["values"]!.data).toEqual(potential.values);
    const one = decodeNpz(read(folder, "adaptation.npz"));
    expect([one["values"]!.shape, Object.keys(one).toSorted()]).toEqual([
      [2, 2],
      ["edges", "steps", "times", "values"],
    ]);
    expect(one["values"]!.data).toEqual(adaptation.values);
  });
});
