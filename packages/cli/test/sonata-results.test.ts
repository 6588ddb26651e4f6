import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

/* Records of runs in files of SONATA: the other commands get the same from them as from arrays. */

const folder = await makeFolder();
const network = {
  name: "Two",
  model: {
    populations: {
      a: { soma: "LeakySoma", units: [4], threshold: -45 },
      b: { soma: "LeakySoma", units: [3], threshold: -45 },
    },
    projections: {
      ab: { from: "a", to: "b", connect: { allToAll: {} }, weight: 20, synapse: { synapse: "ExponentialSynapse" } },
    },
    readouts: { mean: { from: "a", of: "potential", mean: true } },
  },
  duration: 200,
  dt: 0.1,
  inputs: { a: { current: 400 }, b: { current: 350 } },
  record: {
    a: { outSpikes: true, potential: { every: 5 }, rate: { bin: 10 } },
    b: { outSpikes: true, potential: { units: [1] } },
    readouts: { mean: { every: 10 } },
    weights: { ab: { every: 1000 } },
  },
};

const ran = async (document: string, out: string, ...more: string[]) =>
  runIn(folder, ["run", document, "--out", out, "--no-figure", "--quiet", ...more]);

beforeAll(async () => {
  await writeFile(join(folder, "small.json"), JSON.stringify(small));
  await writeFile(join(folder, "network.json"), JSON.stringify(network));
  for (const name of ["small", "network"]) {
    for (const format of ["npz", "sonata"]) {
      expect(await ran(`${name}.json`, `${name}-${format}`, "--format", format)).toEqual({ code: 0, out: "", err: "" });
    }
  }
});

describe("a folder of results of SONATA", () => {
  test("has one file for the spikes and one for each variable, and arrays for all else", async () => {
    expect((await readdir(join(folder, "small-sonata"))).sort()).toEqual(["potential.h5", "spikes.h5", "summary.json"]);
    const names = await readdir(join(folder, "network-sonata"), { recursive: true });
    expect(names.sort()).toEqual([
      ...["a", "a/rate.npz", "potential.h5", "readouts", "readouts/mean.npz", "spikes.h5", "summary.json"],
      ...["weights", "weights/ab.npz"],
    ]);
    const summary = JSON.parse(await readFile(join(folder, "network-sonata/summary.json"), "utf8"));
    expect(summary.files).toEqual([
      ...["spikes.h5", "potential.h5", "a/rate.npz", "readouts/mean.npz", "weights/ab.npz", "summary.json"],
    ]);
    expect(summary.populations.b.records).toEqual([
      { record: "outSpikes", unit: "1", type: "i32", file: "spikes.h5", population: "b" },
      { record: "potential", unit: "mV", type: "f32", file: "potential.h5", population: "b" },
    ]);
  });

  test.each(["small", "network"])("gives the same analysis and figures as arrays, %s", async (name) => {
    const outputs: string[][] = [];
    for (const format of ["npz", "sonata"]) {
      const own = `${name}-${format}`;
      const { code, out, err } = await runIn(folder, ["analyze", own, "--json"]);
      expect([code, err]).toEqual([0, ""]);
      const drawn: string[] = [];
      const more = name === "network" ? ["--population", "b"] : [];
      for (const figure of ["trace", "raster", "intervals"]) {
        const file = `${own}-${figure}.svg`;
        const plotted = await runIn(folder, ["plot", own, "--figure", figure, "--out", file, ...more]);
        expect([plotted.code, plotted.err]).toEqual([0, ""]);
        drawn.push(await readFile(join(folder, file), "utf8"));
      }
      outputs.push([out, ...drawn]);
    }
    expect(outputs[1]).toEqual(outputs[0]);
    expect(JSON.parse(outputs[0]![0]!).populations[name === "small" ? "LeakySoma" : "b"].spikes).toBeGreaterThan(10);
  });

  test("is shown and converted", async () => {
    const { code, out } = await runIn(folder, ["show", "small-sonata/spikes.h5"]);
    expect([code, out]).toEqual([0, expect.stringContaining("SONATA")]);
    const shown = await runIn(folder, ["show", "network-sonata/potential.h5", "--population", "b"]);
    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining("node-1")]);
    const several = await runIn(folder, ["show", "network-sonata/spikes.h5"]);
    expect([several.code, several.err]).toEqual([
      4,
      expect.stringContaining("has several populations: a, b. Name one"),
    ]);
    const table = ["convert", "network-sonata/spikes.h5", "--population", "a", "--out", "spikes.csv"];
    expect((await runIn(folder, table)).code).toBe(0);
    expect((await readFile(join(folder, "spikes.csv"), "utf8")).split("\n")[0]).toBe("time_ms,sender");
    const bytes: Buffer[] = [];
    for (const format of ["npz", "sonata"]) {
      const argv = ["convert", `network-${format}`, "--session-start", "2026-03-01T12:00:00Z"];
      const converted = await runIn(folder, [...argv, "--out", `${format}.nwb`, "--identifier", "x"]);
      expect([converted.code, converted.err]).toEqual([0, ""]);
      bytes.push(await readFile(join(folder, `${format}.nwb`)));
    }
    expect(Buffer.compare(bytes[0]!, bytes[1]!)).toBe(0);
  });

  test("of double precision says what was rounded", async () => {
    const { err } = await ran("small.json", "double", "--format", "sonata", "--dtype", "f64");
    expect(err).toBe(
      "warning Reports of SONATA have single precision: the values of LeakySoma.potential were rounded. Use --format npz to keep all digits.\n",
    );
  });

  test("of an interrupted run keeps its records so far", async () => {
    const interruption = new AbortController();
    const long = ["run", "network.json", "--duration", "1e7", "--out", "stopped", "--no-figure", "--quiet"];
    setTimeout(() => interruption.abort(), 1500);
    const { code } = await runIn(folder, [...long, "--format", "sonata"], { signal: interruption.signal });
    expect(code).toBe(130);
    const names = await readdir(join(folder, "stopped"));
    expect(names.sort()).toEqual([
      ...["PARTIAL", "a", "potential.h5", "readouts", "spikes.h5", "summary.json", "weights"],
    ]);
    const { code: analyzed, out, err } = await runIn(folder, ["analyze", "stopped", "--json"]);
    expect([analyzed, err]).toEqual([0, expect.stringContaining("stopped early (abort)")]);
    expect(JSON.parse(out).populations.a.spikes).toBeGreaterThan(0);
    expect((await runIn(folder, ["plot", "stopped", "--to", "100", "--out", "stopped.svg"])).code).toBe(0);
  });
});

describe("damaged results of SONATA are refused with a sentence", () => {
  const analyzed = async () => {
    const { code, err } = await runIn(folder, ["analyze", "damaged"]);
    return [code, err.replaceAll(`${folder}/`, "")];
  };
  beforeAll(async () => {
    await ran("small.json", "damaged", "--format", "sonata");
  });

  test("a file that is missing, cut, of another run, or without the population", async () => {
    const path = join(folder, "damaged/spikes.h5");
    const sound = await readFile(path);
    await writeFile(path, sound.subarray(0, 700));
    expect(await analyzed()).toEqual([4, expect.stringContaining("damaged/spikes.h5")]);
    await rm(path);
    expect(await analyzed()).toEqual([
      4,
      "error damaged/spikes.h5 cannot be read: it does not exist; damaged contains potential.h5, summary.json. Correct the path.\n",
    ]);
    await writeFile(path, await readFile(join(folder, "network-sonata/spikes.h5")));
    expect(await analyzed()).toEqual([
      4,
      expect.stringContaining('spikes.h5 has no population "LeakySoma". Known: a, b.'),
    ]);
    await writeFile(path, sound);
    await writeFile(
      join(folder, "damaged/summary.json"),
      JSON.stringify({
        ...JSON.parse(await readFile(join(folder, "damaged/summary.json"), "utf8")),
        dt: 0.4,
        steps: 250,
      }),
    );
    expect(await analyzed()).toEqual([4, expect.stringContaining("ms, which is no step of 0.4 ms")]);
  });
});

const canMount = await (async () => {
  await mkdir(join(folder, "full"));
  return spawnSync("mount", ["-t", "tmpfs", "-o", "size=20m", "tmpfs", join(folder, "full")]).status === 0;
})();

afterAll(() => void (canMount && spawnSync("umount", [join(folder, "full")])));

describe.runIf(canMount)("a disk that becomes full", () => {
  test("leaves results that are analyzed as far as all files are complete", async () => {
    const long = ["--duration", "1e6", "--set", "record.a.potential=true", "--format", "sonata"];
    const { code, err } = await ran("network.json", "full/out", ...long);
    expect([code, err]).toEqual([4, expect.stringMatching(/\.h5 cannot be written: no space is left on the disk/)]);
    const partial = await runIn(folder, ["analyze", "full/out", "--json"]);
    expect([partial.code, partial.err]).toEqual([0, expect.stringContaining("stopped early (error)")]);
    const { to, populations } = JSON.parse(partial.out);
    expect(to).toBeGreaterThan(1000);
    // The bins of the rate need whole multiples of 10 ms.
    await ran("network.json", "whole", "--duration", `${Math.ceil(to / 100) * 100}`, "--format", "npz");
    const whole = await runIn(folder, ["analyze", "whole", "--to", `${to}`, "--json"]);
    expect(populations).toEqual(JSON.parse(whole.out).populations);
  });
});

describe("spikes of a run as the input of another one", () => {
  const replay = (events: object): string =>
    JSON.stringify(
      {
        model: { source: "SpikeReplay", units: [4] },
        duration: 200,
        dt: 0.1,
        inputs: { inSpikes: { events } },
        record: { outSpikes: true },
      },
      null,
      2,
    );
  const spikesOf = async (name: string): Promise<string> => readFile(join(folder, name, "outSpikes.csv"), "utf8");

  test("are replayed at the same steps, also from an archive and from a plan of a sweep", async () => {
    const events = { sonata: "network-sonata/spikes.h5", population: "a" };
    await writeFile(join(folder, "replay.json"), replay(events));
    expect(await ran("replay.json", "replayed")).toEqual({ code: 0, out: "", err: "" });
    await ran("network.json", "network-csv");
    const expected = await spikesOf("network-csv/a");
    expect(expected.split("\n").length).toBeGreaterThan(10);
    expect(await spikesOf("replayed")).toBe(expected);
    const archived = await runIn(folder, ["export", "replay.json", "--to", "archive", "--out", "packed"]);
    expect([archived.code, archived.err]).toEqual([0, ""]);
    expect(await ran("packed/experiment.spark.zip", "unpacked")).toEqual({ code: 0, out: "", err: "" });
    expect(await spikesOf("unpacked")).toBe(expected);
  });

  test("are checked, with problems at their lines", async () => {
    await writeFile(join(folder, "wrong.json"), replay({ sonata: "network-sonata/spikes.h5" }));
    const { code, err } = await runIn(folder, ["check", "wrong.json"]);
    expect([code, err]).toEqual([
      4,
      expect.stringMatching(
        /wrong\.json:\d+:\d+ experiment\.inputs\.inSpikes\.events\.sonata .* has several populations: a, b/,
      ),
    ]);
    await writeFile(join(folder, "wrong.json"), replay({ sonata: "network-sonata/spikes.h5", popuation: "a" }));
    const unknown = await runIn(folder, ["check", "wrong.json"]);
    expect([unknown.code, unknown.err]).toEqual([3, expect.stringContaining('Did you mean "population"?')]);
  });
});
