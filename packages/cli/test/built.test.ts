import { execFileSync, spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { readCsv } from "spark-snn";
import { beforeAll, describe, expect, test } from "vitest";
import type { Summary } from "../src/summary.ts";
import { ensureBuilt, linkedFile, mainFile, outcomeOf, runBuilt, start } from "./built.test-support.ts";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
const summaryOf = async (out: string): Promise<Summary> =>
  JSON.parse(await readFile(join(folder, out, "summary.json"), "utf8")) as Summary;

beforeAll(async () => {
  await ensureBuilt();
  await writeFile(join(folder, "small.json"), JSON.stringify(small));
}, 300_000);

describe("the built program", () => {
  test.skipIf(process.platform === "win32")("is the command that npm has linked", () => {
    const version = execFileSync(linkedFile, ["--version"], { cwd: folder, encoding: "utf8" });
    expect(version).toBe(execFileSync(process.execPath, [mainFile, "--version"], { encoding: "utf8" }));
  });

  test("writes the same bytes as the sources do", async () => {
    const { code, err } = await runBuilt(folder, ["run", "small.json", "--out", "built"]);
    expect([code, err]).toEqual([0, ""]);
    await runIn(folder, ["run", "small.json", "--out", "sources"]);
    for (const file of ["outSpikes.csv", "potential.csv", "figure.svg", "figure.png"]) {
      const [built, sources] = await Promise.all(["built", "sources"].map((out) => readFile(join(folder, out, file))));
      expect(built!.equals(sources!), file).toBe(true);
    }
  });

  test("leads from nothing to a figure", async () => {
    expect((await runBuilt(folder, ["init"])).code).toBe(0);
    expect((await runBuilt(folder, ["check", "experiment.json"])).code).toBe(0);
    expect((await runBuilt(folder, ["run", "experiment.json", "--out", "results"])).code).toBe(0);
    const plot = await runBuilt(folder, ["plot", "results", "--figure", "raster", "--theme", "dark"]);
    expect(plot.out).toBe(`${join("results", "raster.svg")}\n`);
    expect(await readdir(join(folder, "results"))).toContain("raster.svg");
  });

  test("prints only the summary with --json, and no progress in a pipe", async () => {
    const argv = ["run", "small.json", "--out", "json", "--json", "--set", "duration=2000"];
    const { code, out, err } = await runBuilt(folder, argv);
    expect([code, err]).toEqual([0, ""]);
    expect((JSON.parse(out) as Summary).steps).toBe(4000);
  });

  test.each([
    [0, ["--version"]],
    [0, ["run", "--help"]],
    [2, []],
    [2, ["rnu"]],
    [2, ["run", "small.json"]],
    [3, ["check", "small.json", "--set", "dt=-1"]],
    [4, ["check", "none.json"]],
    [4, ["run", "small.json", "--out", "."]],
    [5, ["check", "small.json", "--set", "model.units=[99999999]"]],
  ] as const)("exits with %d for %j, without a stack trace", async (code, argv) => {
    const outcome = await runBuilt(folder, argv);
    expect(outcome.code, outcome.err).toBe(code);
    expect(outcome.err).not.toMatch(/\n\s+at |node:internal/);
  });

  test("tolerates a reader that closes the pipe early", async () => {
    const child = start(folder, ["show", "AdaptiveLeakySoma", "--schema"]);
    child.stdout!.destroy();
    const { err } = await outcomeOf(child);
    expect(err).not.toMatch(/EPIPE|\n\s+at /);
  });
});

describe.skipIf(process.platform === "win32")("a standard error that is lost", () => {
  const doubtful = { ...small, model: { ...small.model, potentialReset: -30 } };
  const clipped = {
    model: {
      populations: { a: { soma: "LeakySoma", units: [50] } },
      projections: {
        p: {
          from: "a",
          to: "a",
          connect: { fixedInDegree: { inDegree: 10 } },
          weight: 1,
          delay: { normal: { mean: 0.2, std: 0.2, min: 0 } },
          synapse: { synapse: "ExponentialSynapse" },
        },
      },
    },
    duration: 100,
    dt: 0.1,
    inputs: { a: { current: 300 } },
    record: { a: { outSpikes: true } },
  };

  test.each([
    ["before the run", "early", doubtful, "2>&1 >/dev/null | true"],
    ["after the run", "late", clipped, "2>&1 >/dev/null | true"],
    ["on a full disk", "full", clipped, "2>/dev/full"],
  ])("does not end a run with warnings %s", async (_, out, document, redirection) => {
    if (redirection.includes("/dev/full") && !existsSync("/dev/full")) return;
    await writeFile(join(folder, `${out}.json`), JSON.stringify(document));
    const good = await runBuilt(folder, ["run", `${out}.json`, "--out", `${out}-good`]);
    expect(good.err).toContain("warning");
    const command = `sleep 0.2; exec "${process.execPath}" "${mainFile}" run ${out}.json --out ${out}`;
    const shell = `(sh -c '${command}'; echo $? > ${out}.code) ${redirection}`;
    await outcomeOf(spawn("sh", ["-c", shell], { cwd: folder, stdio: "ignore" }));
    while (!existsSync(join(folder, `${out}.code`))) await wait(20);
    await wait(50);
    expect((await readFile(join(folder, `${out}.code`), "utf8")).trim()).toBe("0");
    const files = async (name: string) => (await readdir(join(folder, name), { recursive: true })).sort();
    expect(await files(out)).toEqual(await files(`${out}-good`));
  });

  test.runIf(existsSync("/dev/full"))("does not hide that standard output cannot be written", async () => {
    const shell = `"${process.execPath}" "${mainFile}" run small.json --out unprinted >/dev/full`;
    const { code, err } = await outcomeOf(
      spawn("sh", ["-c", shell], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] }),
    );
    expect([code, err]).toEqual([
      4,
      expect.stringContaining("Standard output cannot be written: no space is left on the disk."),
    ]);
    expect(await readdir(join(folder, "unprinted"))).toContain("summary.json");
  });
});

test.runIf(existsSync("/proc/self"))("a folder that the file system does not accept is an error", async () => {
  const { code, err } = await runBuilt(folder, ["run", "small.json", "--out", "/proc/self/foo"]);
  expect([code, err]).toEqual([4, expect.stringContaining("/proc/self/foo cannot be created: the file system")]);
});

const long = {
  model: { soma: "AdaptiveLeakySoma", units: [2000], potentialTau: { uniform: { min: 15, max: 25 } } },
  duration: 1e8,
  dt: 0.1,
  inputs: { current: 250 },
  record: { outSpikes: { to: 20 }, potential: { units: [0], to: 20 }, rate: { bin: 1e6 } },
};

/** Whether a run has recorded potentials: then it has begun. They are written under a temporary name. */
const hasPotentials = async (out: string): Promise<boolean> => {
  const names = await readdir(out).catch(() => []);
  const potentials = names.filter((name) => name.startsWith(".potential.csv"));
  return potentials.some((name) => statSync(join(out, name)).size > 1000);
};

test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
  "an interrupted run (%s) keeps its records so far",
  async (signal) => {
    await writeFile(join(folder, "long.json"), JSON.stringify(long));
    const child = start(folder, ["run", "long.json", "--out", signal]);
    const ended = outcomeOf(child);
    while (!(await hasPotentials(join(folder, signal))) && child.exitCode === null) await wait(10);
    child.kill(signal);
    // A terminal that closes may send this signal twice.
    if (signal === "SIGHUP") child.kill(signal);
    const { code, out, err } = await ended;
    expect([code, err]).toEqual([130, ""]);
    expect(out).toContain("Incomplete: stopped by abort.");
    const summary = await summaryOf(signal);
    expect(summary).toMatchObject({ complete: false, stoppedBy: "abort" });
    expect(summary.steps).toBeGreaterThan(0);
    expect(summary.steps).toBeLessThan(1e9);
    expect(readCsv(await readFile(join(folder, signal, "potential.csv"))).rows).toBe(200);
    expect((await readdir(join(folder, signal))).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  },
);

test("an interrupted fit (SIGINT) writes the best result so far, and can be resumed", async () => {
  const series = Array.from({ length: 4000 }, (_, k) => 260 + 120 * Math.sin(k / 7) + 90 * Math.sin(k / 23));
  const recordings = [{ name: "A", current: { series, interval: 1 }, spikes: [[50, 110, 400, 900, 1500, 2200, 3100]] }];
  const document = { model: { soma: "AdaptiveLeakySoma" }, recordings, budget: { candidates: 1e9 } };
  await writeFile(join(folder, "fit.json"), JSON.stringify(document));
  const child = start(folder, ["fit", "fit.json", "--out", "fitted", "--no-figure"]);
  const ended = outcomeOf(child);
  while (!existsSync(join(folder, "fitted", "state.json")) && child.exitCode === null) await wait(10);
  child.kill("SIGINT");
  const { code, out, err } = await ended;
  expect(code, err).toBe(130);
  expect(out).toContain("Ended early: interrupted. These are the best results so far.");
  const result = async () => JSON.parse(await readFile(join(folder, "fitted", "fit.json"), "utf8"));
  const { complete, score, evaluated } = await result();
  expect(complete).toBe(false);
  // Enough for the first generation to stay the same.
  const candidates = `${Math.max(10_000, evaluated + 500)}`;
  const on = ["fit", "fit.json", "--out", "fitted", "--no-figure", "--resume", "--candidates", candidates];
  const again = await runBuilt(folder, on);
  expect(again.code, again.err).toBe(0);
  expect(await result()).toMatchObject({ complete: true });
  expect((await result()).score).toBeGreaterThanOrEqual(score);
});

const hasScript = ((): boolean => {
  try {
    return execFileSync("script", ["--version"]).toString().includes("util-linux");
  } catch {
    return false;
  }
})();

test.runIf(hasScript)("a terminal shows progress and colours, and the line of the cursor is left clean", async () => {
  const command = `"${process.execPath}" "${mainFile}" run small.json --out terminal`;
  const environment = { ...process.env, TERM: "xterm", NO_COLOR: "", FORCE_COLOR: "" };
  const child = spawn("script", ["-qec", command, "/dev/null"], { cwd: folder, env: environment });
  const { code, out } = await outcomeOf(child);
  expect(code).toBe(0);
  expect(out).toContain("█ 100 %");
  expect(out).toContain("\u001b[32mDone.\u001b[0m");
  expect(out.indexOf("\u001b[32mDone.")).toBeGreaterThan(out.lastIndexOf("\u001b[2K"));
});
