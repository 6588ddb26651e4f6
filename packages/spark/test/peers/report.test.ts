import { describe, expect, it } from "vitest";
import type { AgreementReport } from "../../bench/peers/agreement.ts";
import { agreementText } from "../../bench/peers/agreement-report.ts";
import { candidates } from "../../bench/peers/candidates.ts";
import { ratesFigure } from "../../bench/peers/figure.ts";
import { type Cell, cellsOf, type Measurement, type Outcome, planSteps, takesPart } from "../../bench/peers/measure.ts";
import { othersIn, ownShare, reportText } from "../../bench/peers/report.ts";
import { digits, ratioText, sizeText, table } from "../../bench/peers/table.ts";

const cell: Cell = { mode: "time", model: "refractory", units: 1000, threads: 1 };
const measurement = (candidate: string, more: Partial<Measurement> = {}): Measurement => ({
  candidate,
  cell,
  steps: 1_000_000,
  seconds: [0.5, 1, 0.25],
  cpu: [0.25, 0.25, 0.25],
  others: [0, 0.1, 0],
  setup: { import: 0.2 },
  peakMemory: 90e6,
  baseMemory: 80e6,
  versions: { node: "20.0.0" },
  ...more,
});
const wasm = measurement("this library, wasm, f32");
const spark = measurement("Spark 0.1.0, f32", { seconds: [1, 2, 1], cpu: [1, 1, 1] });
const skipped: Outcome = { candidate: "NEST, f64", cell, reason: "There is no Python." };
const page = (outcomes: readonly Outcome[]): string =>
  reportText({
    machine: {
      processor: "P",
      cores: 2,
      memoryGB: 8,
      node: "20",
      v8: "11",
      platform: "linux x64",
      compiler: undefined,
    },
    date: "2026-01-31",
    rounds: 3,
    options: "--rounds 3",
    remark: "Two threads were set aside.",
    checks: [{ candidate: "Spark 0.1.0, f32", model: "refractory", sentence: "all 5 spikes on the same steps." }],
    outcomes,
  });

describe("the tables", () => {
  it("write three digits that matter", () => {
    expect([0, 0.01234, 0.1, 1.234, 12.34, 123.4, 12345].map(digits)).toEqual([
      "0",
      "0.0123",
      "0.100",
      "1.23",
      "12.3",
      "123",
      "12345",
    ]);
    expect([8, 1000, 1500, 100_000, 10_000_000].map(sizeText)).toEqual(["8", "1 k", "1500", "100 k", "10 M"]);
  });

  it("have a line a row", () => {
    expect(table(["a", "b"], [["1", "2"]])).toBe("| a | b |\n|---|--:|\n| 1 | 2 |");
  });

  it("give the ratio of the medians, and that of processor times where both are known", () => {
    expect(ratioText(wasm, spark)).toBe("2.00 × (4.00)");
    expect(ratioText(wasm, measurement("hand-written C, f32", { cpu: [undefined, 1, 1] }))).toBe("1.00 ×");
  });
});

describe("the page", () => {
  it("holds rates with their spread, ratios, set-up, memory and what was left out", () => {
    const text = page([wasm, spark, skipped]);
    expect(text).toContain("| this library, wasm, f32 | 2.00 (1.00–4.00) |");
    expect(text).toContain("| this library, wasm, f32 / Spark 0.1.0, f32 | 2.00 × (4.00) |");
    expect(text).toContain("| Spark 0.1.0, f32 | 1 k | import 0.200 |");
    expect(text).toContain("| this library, wasm, f32 | 90 (10) |");
    expect(text).toContain("- NEST, f64: There is no Python. (refractory 1 k, one thread)");
    expect(text).toContain("- Spark 0.1.0, f32, refractory: all 5 spikes on the same steps.");
    expect(text).toContain("no C compiler found");
    expect(text).toContain("`npm run bench:peers -- --rounds 3` on 2026-01-31");
    expect(text).toContain("Two threads were set aside.");
  });

  it("says how much of the machine others took", () => {
    expect(ownShare([wasm])).toBe(0.5);
    expect(page([wasm])).toContain("got 50 % of a core");
    expect(page([measurement(wasm.candidate, { cpu: [0.5, 1, 0.25] })])).not.toContain("**Noise:**");
  });

  it("warns of other work beside runs of several threads", () => {
    const two: Cell = { ...cell, threads: 2 };
    const disturbed = measurement("this library, native, f32", { cell: two, others: [0.9, 1, 0.2] });
    expect(othersIn([wasm, disturbed], 2)).toEqual({ middle: 0.9, most: 1 });
    expect(page([disturbed])).toContain("other work took 0.900 cores (median; at most 1.00) during runs of 2 threads");
    expect(page([{ ...disturbed, others: [0.05, 0, undefined] }])).not.toContain("**Noise:**");
  });

  it("compares calls of one step by their time", () => {
    const step: Cell = { ...cell, mode: "step" };
    const text = page([
      measurement(wasm.candidate, { cell: step, steps: 1000, seconds: [0.002] }),
      measurement(spark.candidate, { cell: step, steps: 1000, seconds: [0.05] }),
    ]);
    expect(text).toContain("| this library, wasm, f32 | 2.00 | 1.00 |");
    expect(text).toContain("| Spark 0.1.0, f32 | 50.0 | 25.0 |");
  });

  it("sets what was measured against the goals, and off where it falls short", () => {
    const native = "this library, native, f32";
    const large = { cell: { ...cell, units: 10_000_000 }, steps: 100 };
    const text = page([
      measurement(native, { seconds: [0.1] }),
      measurement(native, { cell: { ...cell, units: 1_000_000 }, steps: 1000, seconds: [0.5] }),
      measurement(native, { cell: { ...cell, units: 1_000_000, threads: 2 }, steps: 1000, seconds: [0.25] }),
      measurement(native, { cell: { ...cell, units: 10_000 }, steps: 100_000, seconds: [0.5] }),
      measurement(native, { ...large, seconds: [1] }),
      spark,
      wasm,
    ]);
    const line = (start: string) => text.split("\n").find((row) => row.startsWith(`| ${start} |`));
    expect(line("")).toBe("|  | at least | 1 k | 10 k | 1 M | 10 M |");
    expect(line(`${native} / ${spark.candidate}`)).toBe(`| ${native} / ${spark.candidate} | 5 | 10.0 |  |  |  |`);
    expect(line(`${wasm.candidate} / ${spark.candidate}`)).toContain("| 2 | 2.00 |");
    expect(line(`${native}: 10 M units / 10 k`)).toContain("| 0.85 |  |  |  | **0.500** |");
    expect(line(`${native}: all threads / one`)).toContain("| 1.8 |  |  | 2.00 |  |");
    expect(text).not.toContain("one call per step |");
    expect(page([spark])).not.toContain("## Goals");
  });

  it("can be written where nothing could be measured", () => {
    expect(page([skipped])).toContain("## Not measured");
    expect(ratesFigure([skipped])).toBeUndefined();
  });
});

it("draws a dot for each measurement, and no value that is not a number", () => {
  const svg = ratesFigure([wasm, spark, measurement(wasm.candidate, { cell: { ...cell, units: 100_000 } })])!;
  expect(svg.match(/r="3.5"/g)).toHaveLength(3);
  expect(svg).not.toMatch(/NaN|Infinity/);
  expect(svg).toContain(">refractory soma, one thread<");
});

describe("planning", () => {
  const named = (name: string) => candidates.find((entry) => entry.name === name)!;
  const plan = { seconds: 1, limit: 60 };
  const free = 16 * 2 ** 30;

  it("aims at the asked time in whole twenties of steps", () => {
    const steps = planSteps(named("this library, wasm, f32"), cell, plan, free);
    expect(steps).toBeGreaterThan(100_000);
    expect(Number(steps) % 20).toBe(0);
  });

  it("leaves out what would take too long or too much memory, and says so", () => {
    const large = { ...cell, units: 10_000_000 };
    expect(planSteps(named("NEST, f64"), large, plan, free)).toBe(
      "It would need about 51 GiB of memory; 16 GiB are free.",
    );
    expect(planSteps(named("NEST, f64"), large, { seconds: 1, limit: 2 }, 2 ** 40)).toBe(
      "A run of 20 steps would take about 5 s, more than 2 s.",
    );
  });

  it("asks a peer only for what it has", () => {
    expect(takesPart(named("NEST, f64"), { ...cell, model: "adaptive" })).toBe(false);
    expect(takesPart(named("Brian2 Cython, f64"), { ...cell, threads: 2 })).toBe(false);
    expect(takesPart(named("Brian2 Cython, f64"), { ...cell, mode: "step" })).toBe(false);
    expect(takesPart(named("Spark 1.2.2, f32"), { ...cell, mode: "step" })).toBe(true);
  });

  it("calls single steps once, at 1 k units", () => {
    const cells = cellsOf({ sizes: [1000, 2000], models: ["refractory", "adaptive"], threads: ["one"] });
    expect(cells).toHaveLength(5);
    expect(cells.filter(({ mode }) => mode === "step")).toHaveLength(1);
    expect(cellsOf({ sizes: [2000], models: ["refractory"], threads: ["one"] })).toHaveLength(1);
  });
});

it("writes what agrees, what parts and by how much", () => {
  const same = { own: 10, theirs: 10, same: 10, units: 0, partings: [], margin: 0 };
  const report: AgreementReport = {
    units: 3,
    duration: 1000,
    dt: 0.1,
    missing: ["nest-simulator==3.10.0 is not installed."],
    versions: { brian2: "2.10.1" },
    rows: [
      {
        ...same,
        model: "strict",
        drive: "recorded",
        peer: "Brian2",
        dtype: "f64",
        distances: { isi: 0, spike: 0.00012, shuffledIsi: 0.4, shuffledSpike: 0.25, fromPySpike: 1.1e-16 },
      },
      {
        model: "refractory",
        drive: "constant",
        peer: "Brian2",
        dtype: "f32",
        own: 9,
        theirs: 10,
        same: 8,
        units: 1,
        partings: [{ unit: 2, step: 77, by: "theirs", margin: 1.23e-7 }],
        margin: 1.23e-7,
        distances: undefined,
      },
    ],
  };
  const text = agreementText(report, "2026-01-31");
  expect(text).toContain("| strict, recorded | Brian2 | f64 | 10 | 10 | 10 | 0 of 3 | – |");
  expect(text).toContain("| refractory, constant | Brian2 | f32 | 9 | 10 | 8 | 1 of 3 | 1.2e-7 |");
  expect(text).toContain("unit 2 at step 77 spikes later here than in Brian2; its potential is 1.23e-7 mV");
  expect(text).toContain("| strict | f64 | 0 | 1.2e-4 | 0.400 | 0.250 | 1e-16 |");
  expect(text).toContain("- nest-simulator==3.10.0 is not installed.");
});
