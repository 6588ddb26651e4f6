import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { analysis, decodeNpz, experiment, readCsv, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import type { BrainSummary } from "../src/brain-summary.ts";
import { brainStarter } from "../src/commands/init.ts";
import { parseDocument } from "../src/document.ts";
import { makeFolder, runIn } from "./terminal.test-support.ts";

const folder = await makeFolder();
await runIn(folder, ["init", "brain.json", "--template", "brain"]);
const document = (await parseDocument("brain.json", brainStarter)).value as { readonly model: object };
const put = (name: string, content: string): Promise<void> => writeFile(join(folder, name), content);
const summaryOf = async (out: string): Promise<BrainSummary> =>
  JSON.parse(await readFile(join(folder, out, "summary.json"), "utf8")) as BrainSummary;
const files = async (out: string): Promise<string[]> =>
  (await readdir(join(folder, out), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, out).length + 1))
    .sort();
await runIn(folder, ["run", "brain.json", "--out", "first", "--quiet"]);

describe("run of a network", () => {
  test("writes a folder for each population, with the same bits as code", async () => {
    expect(await files("first")).toEqual([
      "excitatory/outSpikes.csv",
      "excitatory/potential.csv",
      "figure.png",
      "figure.svg",
      "inhibitory/outSpikes.csv",
      "summary.json",
    ]);
    const read = await experiment(document, { kind: "brain" });
    const run = (await simulate(read.brain, read.options)) as unknown as Readonly<
      Record<string, { outSpikes: { steps: Uint32Array; units: Uint32Array }; potential: { values: Float32Array } }>
    >;
    for (const name of ["excitatory", "inhibitory"]) {
      const { columns } = readCsv(await readFile(join(folder, "first", name, "outSpikes.csv")));
      expect(Uint32Array.from(columns[0]!)).toEqual(run[name]!.outSpikes.steps);
      expect(Uint32Array.from(columns[2]!)).toEqual(run[name]!.outSpikes.units);
    }
    const potential = readCsv(await readFile(join(folder, "first", "excitatory", "potential.csv")));
    expect(Float32Array.from(potential.columns[3]!)).toEqual(run["excitatory"]!.potential.values);
  });

  test("summarises each population and projection", async () => {
    const summary = await summaryOf("first");
    expect(summary).toMatchObject({
      kind: "spark-snn brain summary",
      model: "Balanced network",
      units: 500,
      complete: true,
      steps: 5000,
      populations: { excitatory: { units: [400] }, inhibitory: { units: [100] } },
      projections: {
        ee: { from: "excitatory", to: "excitatory.fast", expectedSynapses: 16000 },
        ie: { from: "inhibitory", to: "excitatory.slow", expectedSynapses: 8000 },
      },
    });
    // 8000 + 2000 by in-degree and 20 000 expected from pairs, within five standard deviations.
    expect(Math.abs(summary.synapses - 30000)).toBeLessThan(5 * Math.sqrt(200_000 * 0.1 * 0.9));
    const { columns } = readCsv(await readFile(join(folder, "first", "excitatory", "outSpikes.csv")));
    const events = { steps: columns[0]!, units: columns[2]! };
    const options = { dt: 0.1, unitCount: 400, duration: 500, leastSpikes: 3 };
    const wanted = analysis.populationSummary(events, options);
    const spikes = summary.populations["excitatory"]!.spikes!;
    expect(spikes.count).toBe(wanted.spikeCount);
    expect(spikes.meanRate).toBeCloseTo(wanted.rate, 10);
    expect(spikes.synchrony).toBeCloseTo(wanted.synchrony, 10);
    expect(spikes.meanCv).toBeCloseTo(sampleCv(events), 10);
  });

  test("prints populations in a table, or only the summary", async () => {
    const { out } = await runIn(folder, ["run", "brain.json", "--out", "table", "--no-figure"]);
    expect(out).toMatch(/excitatory {2}400 {4}\d+ +\d/);
    expect(out).toContain("spark-snn show brain.json");
    expect(out).toContain("spark-snn analyze table ");
    const json = await runIn(folder, ["run", "brain.json", "--out", "json", "--json", "--format", "npz"]);
    expect(JSON.parse(json.out)).toEqual(await summaryOf("json"));
    const arrays = decodeNpz(await readFile(join(folder, "json", "inhibitory", "spikes.npz")));
    const { spikes } = (await summaryOf("first")).populations["inhibitory"]!;
    expect(arrays["steps"]!.data.length).toBe(spikes!.count);
    expect((await runIn(folder, ["plot", "json"])).code).toBe(0);
  });

  test("keeps the records so far when interrupted, and marks every folder", async () => {
    const interruption = new AbortController();
    interruption.abort();
    const { code, out } = await runIn(folder, ["run", "brain.json", "--out", "stopped"], {
      signal: interruption.signal,
    });
    expect([code, out.split("\n")[0]]).toEqual([130, "Incomplete: stopped by abort."]);
    expect(await summaryOf("stopped")).toMatchObject({ complete: false, stoppedBy: "abort" });
    expect(await files("stopped")).toEqual(
      expect.arrayContaining(["PARTIAL", "excitatory/PARTIAL", "inhibitory/PARTIAL", "summary.json"]),
    );
    await runIn(folder, ["run", "brain.json", "--out", "stopped", "--force", "--quiet", "--no-figure"]);
    expect((await files("stopped")).filter((name) => name.includes("PARTIAL"))).toEqual([]);
  });

  test("records only the requested populations", async () => {
    const argv = ["run", "brain.json", "--out", "some", "--quiet", "--set", 'record={"inhibitory":{"outSpikes":true}}'];
    expect((await runIn(folder, argv)).code).toBe(0);
    expect(await files("some")).toEqual(["figure.png", "figure.svg", "inhibitory/outSpikes.csv", "summary.json"]);
    expect((await summaryOf("some")).populations["excitatory"]).not.toHaveProperty("spikes");
  });

  test("writes read-outs to their own folder, and draws them", async () => {
    const readouts =
      '{"left":{"from":"excitatory","tau":20,"mean":true},"depth":{"from":"excitatory","of":"potential"}}';
    const argv = ["run", "brain.json", "--out", "read", "--set", `model.readouts=${readouts}`, "--set"];
    const { code, out, err } = await runIn(folder, [
      ...argv,
      'record={"readouts":{"left":{"every":10},"depth":{"every":50}}}',
    ]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(join("read", "readouts", "left.csv"));
    expect(await files("read")).toEqual([
      "figure.png",
      "figure.svg",
      "readouts/depth.csv",
      "readouts/left.csv",
      "summary.json",
    ]);
    const { readouts: records } = await summaryOf("read");
    expect(records).toEqual([
      { record: "left", unit: "Hz", type: "f64", file: "readouts/left.csv" },
      { record: "depth", unit: "mV", type: "f64", file: "readouts/depth.csv" },
    ]);
    const left = readCsv(await readFile(join(folder, "read", "readouts", "left.csv")));
    expect(left.header).toEqual(["step", "time_ms", "mean_left_Hz"]);
    const read = await experiment(
      { ...document, model: { ...document.model, readouts: JSON.parse(readouts) } },
      { kind: "brain" },
    );
    const run = await simulate(read.brain, { ...read.options, record: { readouts: { left: { every: 10 } } } });
    expect(left.columns[2]).toEqual((run.readouts as { left: { values: Float64Array } }).left.values);
    const plot = await runIn(folder, ["plot", "read", "--figure", "readouts", "--to", "200"]);
    expect([plot.code, plot.out]).toEqual([0, `${join("read", "readouts.svg")}\n`]);
    expect(await readFile(join(folder, "read", "readouts.svg"), "utf8")).toContain("left (Hz)");
    expect(await readFile(join(folder, "read", "figure.svg"), "utf8")).toContain("depth (mV)");
  });

  test("leaves no folder behind if it fails before the run", async () => {
    const { code } = await runIn(folder, ["run", "brain.json", "--out", "tiny", "--memory", "0.1"]);
    expect(code).toBe(5);
    expect(await readdir(folder)).not.toContain("tiny");
    await mkdir(join(folder, "own"));
    await runIn(folder, ["run", "brain.json", "--out", "own", "--memory", "0.1"]);
    expect(await readdir(folder)).toContain("own");
  });
});

test.each(["cuba", "brunel", "microcircuit"])("the document of the example %s is valid, and runs", async (name) => {
  const path = fileURLToPath(new URL(`../../../examples/${name}/experiment.json`, import.meta.url));
  const check = await runIn(folder, ["check", path]);
  expect([check.code, check.err]).toEqual([0, ""]);
  const argv = ["run", path, "--out", name, "--duration", "10", "--quiet", "--no-figure"];
  expect((await runIn(folder, argv)).code).toBe(0);
  const summary = await summaryOf(name);
  const { synapses, projections } = summary;
  const expected = Object.values(projections).reduce((sum, { expectedSynapses }) => sum + expectedSynapses, 0);
  // Only CUBA draws the number of synapses: 16 million pairs at 2 %, within five standard deviations.
  expect(Math.abs(synapses - expected)).toBeLessThanOrEqual(name === "cuba" ? 5 * Math.sqrt(16e6 * 0.02 * 0.98) : 0);
});

/** Mean over units with at least three spikes of the sample standard deviation of the intervals over their mean. */
const sampleCv = ({ steps, units }: { readonly steps: Float64Array; readonly units: Float64Array }): number => {
  const trains = Array.from({ length: 400 }, (): number[] => []);
  units.forEach((unit, k) => void trains[unit]!.push(steps[k]!));
  const all = trains
    .filter((train) => train.length >= 3)
    .map((train) => {
      const gaps = train.slice(1).map((step, k) => step - train[k]!);
      const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
      return Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length) / mean;
    });
  return all.reduce((sum, cv) => sum + cv, 0) / all.length;
};

describe("plot of a network", () => {
  test.each([
    [[], "raster.svg", "excitatory"],
    [["--figure", "spectrum", "--from", "100"], "spectrum.svg", "Frequency (Hz)"],
    [["--population", "inhibitory", "--figure", "spectrum"], "inhibitory-spectrum.svg", "inhibitory"],
    [["--population", "excitatory"], "excitatory-trace.svg", "Balanced network: excitatory"],
    [["--population", "inhibitory", "--figure", "intervals"], "inhibitory-intervals.svg", "inhibitory"],
  ])("draws %j", async (options, name, text) => {
    const { code, out, err } = await runIn(folder, ["plot", "first", ...options]);
    expect([code, out, err]).toEqual([0, `${join("first", name)}\n`, ""]);
    expect(await readFile(join(folder, "first", name), "utf8")).toContain(text);
  });

  test.each([
    [["--figure", "trace"], "--figure trace of a network needs --population NAME. Known: excitatory, inhibitory."],
    [["--figure", "readouts", "--population", "excitatory"], "--figure readouts needs a whole network"],
    [["--population", "excitatry"], 'received "excitatry". Did you mean "excitatory"?'],
  ])("is refused: %j", async (options, message) => {
    const { code, err } = await runIn(folder, ["plot", "first", ...options]);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("changes of a network", () => {
  const changes = [
    { at: 100, set: { "excitatory.threshold": -1000 }, weights: { ee: 0 } },
    { at: 200.5, inject: { inhibitory: [7, 8] } },
  ];

  test("are checked, and made by a run", async () => {
    await put("changed.json", JSON.stringify({ ...document, changes }));
    const { out } = await runIn(folder, ["check", "changed.json"]);
    expect(out).toContain(
      "  changes  excitatory.threshold and weights of ee at 100 ms; spikes of inhibitory at 200.5 ms\n",
    );
    expect((await runIn(folder, ["run", "changed.json", "--out", "changed", "--no-figure"])).code).toBe(0);
    const { columns } = readCsv(await readFile(join(folder, "changed", "excitatory", "outSpikes.csv")));
    const count = (step: number): number => columns[0]!.filter((own) => own === step).length;
    // All units but those in their refractory period.
    expect([count(1000) < 100, count(1001) > 300]).toEqual([true, true]);
    const inhibitory = readCsv(await readFile(join(folder, "changed", "inhibitory", "outSpikes.csv"))).columns;
    const units = inhibitory[2]!.filter((_, k) => inhibitory[0]![k] === 2006);
    expect([...units]).toEqual(expect.arrayContaining([7, 8]));
  });

  test("are refused with their lines", async () => {
    await put("wrong.json", JSON.stringify({ ...document, changes: [{ at: 500, weights: { e: 1 } }] }, undefined, 2));
    const { code, err } = await runIn(folder, ["check", "wrong.json"]);
    expect(code).toBe(3);
    expect(err).toMatch(/wrong\.json:\d+:\d+ experiment\.changes\[0\]\.at must be in the run/);
    expect(err).toMatch(/wrong\.json:\d+:\d+ experiment\.changes\[0\]\.weights\.e is unknown/);
  });
});

describe("check and show of a network", () => {
  test("describe it", async () => {
    expect((await runIn(folder, ["check", "brain.json"])).out).toMatchInlineSnapshot(`
      "brain.json is valid.

        model    Balanced network: 2 populations, 500 units, about 30000 synapses
        run      500 ms: 5000 steps of 0.1 ms, f32, seed 1
        inputs   nothing
        records  excitatory.outSpikes, excitatory.potential, inhibitory.outSpikes
      "
    `);
    const { out } = await runIn(folder, ["show", "brain.json"]);
    expect(out).toContain("├─▶ excitatory  ee: ≈ 16 000 synapses, 20 ± 4 pA, 1.5 ms");
    expect(out).toContain("ii    inhibitory → inhibitory  fixedInDegree, inDegree 20");
    await copyFile(join(folder, "brain.json"), join(folder, "nameless"));
    expect((await runIn(folder, ["show", "nameless"])).out).toBe(out);
  });

  test("print a flowchart, or tables for programs", async () => {
    const { out } = await runIn(folder, ["show", "brain.json", "--mermaid"]);
    expect(out).toMatch(/^flowchart LR\n {2}p0\["excitatory<br>400 × StrictRefractoryLeakySoma"\]/);
    const tables = JSON.parse((await runIn(folder, ["show", "brain.json", "--json"])).out) as object;
    expect(tables).toMatchObject({
      name: "Balanced network",
      projections: [{ name: "ee", synapses: 16000 }, {}, {}, {}],
    });
  });

  test.each([
    [["show", "brain.json", "--latex"], "--latex needs a model, but brain.json contains a network."],
    [["show", "LeakySoma", "--mermaid"], "--mermaid needs a network, but LeakySoma is one model."],
    [["show", "PoissonDrive", "--latex"], "--latex needs equations, but PoissonDrive has none."],
    [["init", "x.json", "--template", "brian"], 'must be "soma" or "brain"; received "brian".'],
  ])("refuse %j", async (argv, message) => {
    const { code, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  });

  const change = (from: string, to: string): string => {
    expect(brainStarter).toContain(from);
    return brainStarter.replace(from, to);
  };
  test.each([
    [
      '"from": "excitatory"',
      '"from": "excitatry"',
      '"excitatry"',
      'from must be the name of a population; received "excitatry"',
    ],
    [
      '"to": "excitatory.fast"',
      '"to": "excitatory.fats"',
      '"excitatory.fats"',
      'must name a synapse of excitatory; received "fats"',
    ],
    ['"probability": 0.1', '"probability": 2', "2 }", "must be a probability from 0 to 1; received 2."],
    ['"inDegree": 20', '"inDegree": 200, "multapses": false', "200", "to choose from, 100; received 200."],
    ['"delay": 1.5', '"delay": 0.01', "0.01", "must be from 0.1 ms, one step, to"],
    ['"weight": 100', '"weight": -100', "-100", "must be at least 0 if source units are inhibitory"],
    ['"weight": 20,', '"weight": "20 pA",', '"20 pA"', 'byDistance; received "20 pA".'],
    [
      '"units": [400],',
      "",
      '{\n        "soma"',
      "units is missing. Give the number of units in brackets, such as [100].",
    ],
    ['"units": [400]', '"units": 400', "400", "must be a list of sizes such as [1000]"],
    ['"tau": 5 }, // ms', '"tau": -5 }, // ms', "-5", "must be greater than 0 ms; received -5 ms."],
    ['"rate": 5', '"rate": "5 Hz"', '"5 Hz"', 'received "5 Hz"'],
    [
      '"outSpikes": true, "potential"',
      '"outSpikes": true, "potental"',
      '{ "units": [0, 1]',
      'Did you mean "potential"?',
    ],
  ])("name the line of a mistake: %s", async (from, to, found, message) => {
    await put("mistake.json", change(from, to));
    const { code, err } = await runIn(folder, ["check", "mistake.json"]);
    expect(code, err).toBe(3);
    expect(err).toContain(message);
    expect(err.split("\n")).toHaveLength(2);
    const [, line, column] = /mistake\.json:(\d+):(\d+) /.exec(err)!;
    const rest = change(from, to)
      .split("\n")
      .slice(Number(line) - 1)
      .join("\n");
    expect(rest.slice(Number(column) - 1)).satisfy((text: string) => text.startsWith(found));
  });
});
