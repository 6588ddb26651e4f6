import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
const sweep = (...argv: readonly string[]) => runIn(folder, ["sweep", ...argv]);
const tableOf = async (out: string): Promise<string[]> =>
  (await readFile(join(folder, out, "table.csv"), "utf8")).trimEnd().split("\n");

const brain = {
  model: {
    populations: {
      cells: { soma: "LeakySoma", units: [10], synapses: { fast: { synapse: "ExponentialSynapse", tau: 5 } } },
      noise: { source: "PoissonSource", units: [20], rate: 50 },
    },
    projections: { input: { from: "noise", to: "cells.fast", connect: { allToAll: {} }, weight: 100 } },
  },
  duration: 400,
};

beforeAll(async () => {
  await writeFile(join(folder, "small.json"), `// Two units.\n${JSON.stringify(small)}`);
  await writeFile(join(folder, "brain.json"), JSON.stringify(brain));
});

describe("spark-snn sweep", () => {
  test("writes a table with a row for each run", async () => {
    const { code, out, err } = await sweep(
      ...["small.json", "--vary", "threshold=-47:-43:3", "--seeds", "2", "--measure", "rate,cv", "--out", "grid"],
    );
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/runs +6 of 6/);
    const table = await tableOf("grid");
    expect(table[0]).toBe("index,threshold,seed,rate_Hz,cv");
    expect(table.slice(1).map((line) => line.split(",").slice(0, 3).join())).toEqual([
      "0,-47,1",
      "1,-47,2",
      "2,-45,1",
      "3,-45,2",
      "4,-43,1",
      "5,-43,2",
    ]);
  });

  test("measures what analyze prints", async () => {
    await runIn(folder, [
      "run",
      "brain.json",
      "--out",
      "alone",
      "--set",
      'record={"cells":{"outSpikes":true}}',
      "--seed",
      "3",
    ]);
    const { out } = await runIn(folder, ["analyze", "alone", "--from", "20", "--json"]);
    const { rate, cv, synchrony, correlation, spectrum } = JSON.parse(out).populations.cells;
    const measure = "rate,cv,synchrony,correlation,peak";
    const { out: json } = await sweep(
      ...["brain.json", "--seeds", "3,4", "--measure", measure, "--from", "20", "--out", "measured", "--json"],
    );
    const [first] = JSON.parse(json) as [{ readonly measures: object }];
    expect(first.measures).toEqual({
      "cells.rate": rate,
      "cells.cv": cv,
      "cells.synchrony": synchrony,
      "cells.correlation": correlation,
      "cells.peak": spectrum.peak,
    });
  });

  test("keeps the records of each run, as run writes them", async () => {
    await sweep("small.json", "--vary", "threshold=-46,-44", "--keep-runs", "--out", "kept");
    await runIn(folder, ["run", "small.json", "--set", "threshold=-44", "--out", "alone2", "--no-figure"]);
    for (const file of ["outSpikes.csv", "potential.csv"]) {
      const [kept, alone] = await Promise.all(
        ["kept/runs/1", "alone2"].map((out) => readFile(join(folder, out, file), "utf8")),
      );
      expect(kept).toBe(alone);
    }
    expect((await readdir(join(folder, "kept/runs"))).sort()).toEqual(["0", "1"]);
    expect((await runIn(folder, ["plot", "kept/runs/1", "--figure", "raster"])).code).toBe(0);
    await sweep("brain.json", "--vary", "input.weight=20,30", "--keep-runs", "--format", "npz", "--out", "kept2");
    expect(await readdir(join(folder, "kept2/runs/0/cells"))).toEqual(["spikes.npz"]);
    expect((await runIn(folder, ["analyze", "kept2/runs/0"])).code).toBe(0);
  });

  test("takes points, samples and modules with measures", async () => {
    await writeFile(join(folder, "points.csv"), "threshold,inputs.current\n-46,310\n-44,350\n");
    await writeFile(join(folder, "first.mjs"), "export default (run) => ({ first: run.outSpikes.times()[0] ?? NaN });");
    await sweep("small.json", "--points", "points.csv", "--measure", "spikes,first.mjs", "--out", "points");
    const [head, ...lines] = await tableOf("points");
    expect(head).toBe("index,threshold,inputs.current,spikes,first");
    expect(lines.map((line) => line.split(",").slice(1, 3).join())).toEqual(["-46,310", "-44,350"]);
    await sweep(
      ..."small.json --vary threshold=-48:-40 --vary resistance=0.09:0.2:log --samples latin:5 --out latin".split(" "),
    );
    expect(await tableOf("latin")).toHaveLength(6);
  });

  test("draws a line over one parameter, a heat map over two, and the spikes of kept runs", async () => {
    const figuresIn = async (out: string) => (await readdir(join(folder, out, "figures"))).sort();
    const one = "brain.json --vary input.weight=20:320:5:log --seeds 3 --measure rate,cv --keep-runs --out one";
    const { out } = await sweep(...one.split(" "));
    expect(out).toContain(join("one", "figures", "rate.svg"));
    expect(await figuresIn("one")).toEqual(["cv.png", "cv.svg", "rate.png", "rate.svg", "runs.png", "runs.svg"]);
    const svg = await readFile(join(folder, "one/figures/rate.svg"), "utf8");
    for (const text of ["Rate (Hz)", "input.weight", "cells", "standard deviation of 3 runs"])
      expect(svg).toContain(text);
    expect(await readFile(join(folder, "one/figures/runs.svg"), "utf8")).toContain("input.weight 20");
    await sweep(..."small.json --vary threshold=-48:-42:4 --vary resistance=0.09:0.12:3 --out two".split(" "));
    expect(await figuresIn("two")).toEqual(["rate.png", "rate.svg"]);
    expect(await readFile(join(folder, "two/figures/rate.svg"), "utf8")).toContain("resistance");
    await sweep(..."small.json --vary threshold=-48:-42:4 --no-figure --out none".split(" "));
    expect(await readdir(join(folder, "none"))).not.toContain("figures");
  });

  test("goes on where it was interrupted, and refuses another plan", async () => {
    const stop = new AbortController();
    stop.abort();
    const argv = ["sweep", "small.json", "--vary", "threshold=-46,-45", "--out", "on"];
    const stopped = await runIn(folder, argv, { signal: stop.signal });
    expect([stopped.code, stopped.out.split("\n")[0]]).toEqual([130, "Interrupted. The same command goes on."]);
    expect((await runIn(folder, argv)).code).toBe(0);
    expect(await tableOf("on")).toHaveLength(3);
    const other = await runIn(folder, [...argv, "--seeds", "2"]);
    expect(other.code).toBe(4);
    expect(other.err).toBe(
      "error on contains a sweep with another plan: paths differs. Name another folder, or replace it with --force.\n".replace(
        "paths",
        "runs",
      ),
    );
    expect((await runIn(folder, [...argv, "--seeds", "2", "--force"])).code).toBe(0);
    expect(await tableOf("on")).toHaveLength(5);
  });

  test("has a row for a run that fails", async () => {
    const { code, out } = await sweep("small.json", "--vary", "potentialTau=10,0", "--out", "failed");
    expect(code).toBe(0);
    expect(out).toMatch(/runs +2 of 2, 1 failed/);
    expect((await tableOf("failed"))[2]).toMatch(
      /^1,0,,experiment.model.potentialTau must be greater than 0 ms; received 0 ms/,
    );
  });

  test.each<[readonly string[], number, string | RegExp]>([
    [["small.json"], 2, /sweep needs --out DIR/],
    [["small.json", "--vary", "threshold", "--out", "x"], 2, /--vary threshold has no path and values/],
    [
      ["small.json", "--vary", "threshold=1:b:3", "--out", "x"],
      2,
      /--vary threshold=1:b:3 has "b" in place of a number/,
    ],
    [["small.json", "--vary", "threshold=1:2:1", "--out", "x"], 2, /is no range: count must be a whole number from 2/],
    [
      ["small.json", "--vary", "treshold=1,2", "--out", "x"],
      2,
      /--vary treshold is unknown\. Did you mean "threshold"\?/,
    ],
    [
      ["small.json", "--vary", "threshold=1:2", "--out", "x"],
      2,
      /--vary threshold is an interval, which needs samples/,
    ],
    [["small.json", "--vary", "seed=a", "--out", "x"], 3, /experiment\.seed must be a whole number/],
    [["small.json", "--samples", "latin:x", "--out", "x"], 2, /--samples takes a number, or method:number/],
    [["small.json", "--seeds", "0", "--out", "x"], 2, /--seeds takes a whole number of at least 1/],
    [["small.json", "--measure", "rat", "--out", "x"], 2, /--measure\[0\] must be a measure; received "rat"/],
    [["small.json", "--parallel", "0", "--out", "x"], 2, /--parallel must be a whole number of at least 1/],
    [["small.json", "--from", "500", "--out", "x"], 2, /--from must be before the end of the window, 100 ms/],
    [
      ["small.json", "--vary", "potentialTau=0,1", "--out", "x"],
      3,
      /experiment\.model\.potentialTau must be greater than 0 ms/,
    ],
    [["small.json", "--set", "duration=-1", "--out", "x"], 3, /experiment\.duration must be/],
    [["none.json", "--out", "x"], 4, /none\.json/],
    [["small.json", "--points", "none.csv", "--out", "x"], 4, /none\.csv/],
  ])("refuses %j", async (argv, expected, message) => {
    const { code, err } = await sweep(...argv);
    expect(err).toMatch(message);
    expect(code).toBe(expected);
  });
});
