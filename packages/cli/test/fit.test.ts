import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LeakySoma, simulate } from "spark-snn";
import { beforeAll, describe, expect, test } from "vitest";
import { makeFolder, runIn } from "./terminal.test-support.ts";

const folder = await makeFolder();
const put = (name: string, value: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
const readJson = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), "utf8"));

/** Waits for the folder of a fit, which appears with its first state: an interruption then is neither too early nor too late. */
const written = async (name: string): Promise<void> => {
  while (!(await readdir(folder)).includes(name)) await new Promise((resolve) => setTimeout(resolve, 1));
};

/** A current with many oscillation periods, pA. */
const series = Array.from({ length: 1000 }, (_, k) => 260 + 120 * Math.sin(k / 7) + 90 * Math.sin(k / 23));
const document = {
  name: "A test",
  model: { soma: "LeakySoma", potentialRest: -60, resistance: 0.1 },
  dt: 0.5,
  recordings: [
    {
      name: "first one",
      current: { csv: "current.csv", time: "time_ms", column: "current_pA" },
      spikes: { csv: "spikes.csv", time: "time_ms", repetition: "repetition" },
    },
    { name: "second", current: { series, interval: 1 }, spikes: { json: "spikes.json", key: "trains" } },
  ],
  objective: { coincidence: { window: 2 } },
  validate: ["second"],
  budget: { candidates: 800, generation: 50 },
};

beforeAll(async () => {
  const run = await simulate(LeakySoma({ potentialTau: 12, threshold: -42, potentialReset: -58 }), {
    duration: 1000,
    dt: 0.5,
    inputs: { current: { series, interval: 1 } },
    record: { outSpikes: true },
  });
  const times = [...run.outSpikes.times()];
  expect(times.length).toBeGreaterThan(10);
  await put(
    "current.csv",
    `time_ms,current_pA,current_nA\n${series.map((value, k) => `${k},${value},${value / 1000}`).join("\n")}\n`,
  );
  await put(
    "spikes.csv",
    `repetition,time_ms\n${[1, 2].flatMap((r) => times.map((time) => `${r},${time + r - 1}`)).join("\n")}\n`,
  );
  await put("spikes.json", { trains: [times] });
  await put("fit.json", document);
});

describe("fit", () => {
  test("writes parameters, scores, an experiment and figures, and prints a report", async () => {
    const { code, out, err } = await runIn(folder, ["fit", "fit.json", "--out", "fitted"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Done\.\n\n {2}Recording {2}/);
    expect(out).toMatch(/first one {2}training/);
    expect(out).toMatch(/spark-snn run fitted\/experiment\.json --out fitted\/run/);
    expect(out).toContain("score is at most 1 % below the best. They depend on the search and are not a confidence");
    expect((await readdir(join(folder, "fitted"))).sort()).toEqual([
      "candidates.csv",
      "experiment.json",
      "first-one.outSpikes.csv",
      "first-one.png",
      "first-one.svg",
      "fit.json",
      "history.csv",
      "profiles.csv",
      "profiles.png",
      "profiles.svg",
      "search.png",
      "search.svg",
      "second.outSpikes.csv",
      "second.png",
      "second.svg",
      "state.json",
    ]);
    const result = await readJson("fitted", "fit.json");
    expect(result).toMatchObject({ kind: "spark-snn fit result", name: "A test", complete: true, evaluated: 800 });
    expect(result.recordings[0].meanCoincidence).toBeGreaterThan(0.85);
    expect(result.recordings[0].reliability).toBeCloseTo(1, 12);
    expect(result.recordings[1].reliability).toBe(null);
    expect(await readFile(join(folder, "fitted", "profiles.svg"), "utf8")).toContain("threshold (mV)");
  });

  test("writes an experiment that run accepts, with the predicted spikes", async () => {
    const { inputs } = await readJson("fitted", "experiment.json");
    expect(inputs.current).toMatchObject({ csv: "../current.csv", column: "current_pA" });
    expect((await runIn(folder, ["run", "fitted/experiment.json", "--out", "again", "--no-figure"])).code).toBe(0);
    expect(await readFile(join(folder, "again", "outSpikes.csv"), "utf8")).toBe(
      await readFile(join(folder, "fitted", "first-one.outSpikes.csv"), "utf8"),
    );
  });

  test("resumes an interrupted fit with the same result", async () => {
    const stop = new AbortController();
    const asked = ["fit", "fit.json", "--out", "stopped", "--seed", "3", "--no-figure"];
    const argv = [...asked, "--candidates", "100000000"];
    const running = runIn(folder, argv, { signal: stop.signal });
    await written("stopped");
    stop.abort();
    const stopped = await running;
    expect(stopped.code).toBe(130);
    expect(stopped.out).toContain("Ended early: interrupted. These are the best results so far.");
    expect(stopped.out).toContain(
      "spark-snn fit fit.json --out stopped --set 'seed=3' --set 'budget.candidates=100000000' --resume",
    );
    const { complete, evaluated } = await readJson("stopped", "fit.json");
    expect([complete, (await readdir(join(folder, "stopped"))).includes("PARTIAL")]).toEqual([false, true]);
    const candidates = `${evaluated + 500}`;
    const on = [...asked, "--resume", "--candidates", candidates];
    expect((await runIn(folder, on)).code).toBe(0);
    const whole = ["fit", "fit.json", "--out", "whole", "--seed", "3", "--no-figure", "--candidates", candidates];
    expect((await runIn(folder, whole)).code).toBe(0);
    const one = await readJson("stopped", "fit.json");
    const other = await readJson("whole", "fit.json");
    expect({ ...one, wallTime: 0 }).toEqual({ ...other, wallTime: 0 });
    expect(await readFile(join(folder, "stopped", "state.json"), "utf8")).toBe(
      await readFile(join(folder, "whole", "state.json"), "utf8"),
    );
    expect(await readdir(join(folder, "stopped"))).not.toContain("PARTIAL");
  });

  test("shows the best score and the remaining time on a terminal, and prints JSON for a script", async () => {
    const argv = ["fit", "fit.json", "--out", "json", "--json", "--no-figure", "--seed", "2"];
    const { code, out, err } = await runIn(folder, argv, { errIsTerminal: true });
    expect(code).toBe(0);
    expect(err).toMatch(/% \d+ m?s left · best 0\.\d{4} of \d+ candidates/);
    expect(JSON.parse(out)).toMatchObject({ seed: 2 });
  });
});

describe("a fit of a soma by its equations", () => {
  const model = {
    name: "Own",
    equations:
      "dv/dt = (EL - v + R*I)/tau : mV\nspike: v > VT\nreset: v = Vr\nEL = -60 mV; R = 0.1 Gohm; tau = 20 ms (> 0); VT = -40 mV; Vr = -58 mV",
  };
  const free = { tau: { from: 4, to: 40, scale: "log" }, VT: { from: -55, to: -30 } };

  test("is checked, shown and run, and writes an experiment with the equations", async () => {
    await put("own.json", { ...document, model, free });
    const checked = await runIn(folder, ["check", "own.json"]);
    expect([checked.code, checked.err]).toEqual([0, ""]);
    expect(checked.out).toMatchInlineSnapshot(`
      "own.json is valid.

        model   Own
        search  800 candidates, dt 0.5 ms, for coincidence
        fixed   EL -60, R 0.1, Vr -58

        Free  From  To   Scale   Unit
        ────  ────  ───  ──────  ────
        tau   4     40   log     ms
        VT    -55   -30  linear  mV

        Recording  Role        Duration  Spikes
        ─────────  ──────────  ────────  ──────
        first one  training    1000 ms   72, 72
        second     validation  1000 ms   72
      "
    `);
    const shown = await runIn(folder, ["show", "own.json"]);
    expect(shown.out).toMatch(/^Own\n/);
    expect(shown.out).toContain("tau");

    expect((await runIn(folder, ["fit", "own.json", "--out", "own", "--no-figure"])).code).toBe(0);
    const { parameters, recordings } = await readJson("own", "fit.json");
    expect(recordings[0].meanCoincidence).toBeGreaterThan(0.9);
    expect(parameters.tau).toBeGreaterThan(9);
    expect(parameters.tau).toBeLessThan(15);
    expect(await readJson("own", "experiment.json")).toMatchObject({ version: 1, model: { name: "Own" } });
    const again = await runIn(folder, ["run", "own/experiment.json", "--out", "own again", "--no-figure"]);
    expect(again.code).toBe(0);
    expect(await readFile(join(folder, "own again", "outSpikes.csv"), "utf8")).toBe(
      await readFile(join(folder, "own", "first-one.outSpikes.csv"), "utf8"),
    );
  });

  test("has its mistakes at their lines", async () => {
    await put("own.json", JSON.stringify({ ...document, model: { ...model, parameters: { Tau: 3 } }, free }, null, 2));
    for (const command of [
      ["check", "own.json"],
      ["show", "own.json"],
      ["fit", "own.json", "--out", "never"],
    ]) {
      const { code, err } = await runIn(folder, command);
      expect([code, err]).toEqual([
        3,
        expect.stringMatching(/^error own\.json:7:14 fit\.model\.parameters\.Tau is unknown\. Did you mean "tau"\?/),
      ]);
    }
    const set = await runIn(folder, [
      "check",
      "own.json",
      "--set",
      'model.parameters={"tau":3}',
      "--set",
      "free.VT.to=-70",
    ]);
    expect(set.err).toContain("fit.free.VT.to must be greater than from, -55 mV; received -70 mV.");
  });
});

describe("a cross-validation", () => {
  const { model, ...rest } = document;
  const compared = {
    ...rest,
    validate: { folds: 2 },
    models: {
      leaky: { model },
      "adaptive-2": {
        model: { soma: "AdaptiveLeakySoma", potentialRest: -60, resistance: 0.1 },
        free: { threshold: true, potentialTau: true },
      },
    },
    budget: { candidates: 400, generation: 50 },
  };

  test("writes scores, a figure and the folder of a fit for each soma, and prints a report", async () => {
    await put("compared.json", compared);
    const { code, out, err } = await runIn(folder, ["fit", "compared.json", "--out", "compared"]);
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/^Done\.\n\n {2}Soma {2}/);
    const result = await readJson("compared", "cross-validation.json");
    expect(result).toMatchObject({ kind: "spark-snn cross-validation result", comparedBy: "score", complete: true });
    const [best, other] = result.models;
    expect([best.name, other.name].sort()).toEqual(["adaptive-2", "leaky"]);
    expect(best.score.mean).toBeGreaterThanOrEqual(other.score.mean);
    expect([best.behind, other.heldOut.length]).toEqual([null, 2]);
    expect(out).toContain(`run compared/${best.name}/experiment.json`);
    const files = await readdir(join(folder, "compared"), { recursive: true });
    expect(files.sort()).toEqual([...result.files, "adaptive-2", "leaky"].sort());
    expect(files).toContain("leaky/fit.json");
    const rows = (await readFile(join(folder, "compared", "scores.csv"), "utf8")).trim().split("\n");
    expect(rows).toHaveLength(5);
    expect(rows[1]!.startsWith(`${best.name},"first one",1,${best.heldOut[0].score},`)).toBe(true);
    expect(await readFile(join(folder, "compared", "scores.svg"), "utf8")).toContain(">adaptive-2<");
    // The experiment of each soma finds the file of the current from its folder.
    const { inputs } = await readJson("compared", "leaky", "experiment.json");
    expect(inputs.current.csv).toBe("../../current.csv");
    const again = ["run", "compared/leaky/experiment.json", "--out", "rerun", "--no-figure"];
    expect((await runIn(folder, again)).code).toBe(0);
  });

  test("is resumed with the same result", async () => {
    const stop = new AbortController();
    const more = ["--candidates", "3000", "--no-figure"];
    const argv = ["fit", "compared.json", "--out", "halted", ...more];
    const running = runIn(folder, argv, { signal: stop.signal });
    await written("halted");
    stop.abort();
    const { code, out } = await running;
    expect([code, out]).toEqual([130, expect.stringContaining("Interrupted. The fits of leaky, adaptive-2 are not")]);
    expect(out).toContain("spark-snn fit compared.json --out halted --set 'budget.candidates=3000' --resume");
    expect(await readdir(join(folder, "halted"))).toContain("PARTIAL");
    expect((await runIn(folder, [...argv, "--resume"])).code).toBe(0);
    expect((await runIn(folder, ["fit", "compared.json", "--out", "unhalted", ...more])).code).toBe(0);
    const [one, whole] = [
      await readJson("halted", "cross-validation.json"),
      await readJson("unhalted", "cross-validation.json"),
    ];
    expect({ ...one, wallTime: 0 }).toEqual({ ...whole, wallTime: 0 });
    expect(await readdir(join(folder, "halted"))).not.toContain("PARTIAL");
  });

  test("is checked, with mistakes at their lines", async () => {
    const { code, out } = await runIn(folder, ["check", "compared.json"]);
    expect([code, out]).toEqual([0, expect.stringContaining("leaky, adaptive-2 by their scores on held-out")]);
    expect(out).toContain("2400 candidates in all fits together");
    const wrong = { ...compared.models["adaptive-2"], free: { treshold: true } };
    await put(
      "wrong.json",
      JSON.stringify({ ...compared, models: { ...compared.models, "adaptive-2": wrong } }, null, 1),
    );
    for (const argv of [
      ["check", "wrong.json"],
      ["fit", "wrong.json", "--out", "never"],
    ]) {
      const { code: failed, err } = await runIn(folder, argv);
      expect(failed).toBe(3);
      expect(err).toMatch(
        /^error wrong\.json:\d+:\d+ fit\.models\.adaptive-2\.free\.treshold is unknown\. Did you mean/,
      );
    }
    const limited = await runIn(folder, ["fit", "compared.json", "--out", "never", "--seconds", "5"]);
    expect([limited.code, limited.err]).toEqual([3, expect.stringContaining("fit.budget.seconds must not be given")]);
    expect(await readdir(folder)).not.toContain("never");
    const shown = await runIn(folder, ["show", "compared.json"]);
    expect([shown.code, shown.err]).toEqual([2, expect.stringContaining("compared.json compares leaky, adaptive-2.")]);
  });
});

describe("mistakes in a fit", () => {
  const failing = async (change: Readonly<Record<string, unknown>>, argv: readonly string[] = []) => {
    await put("bad.json", JSON.stringify({ ...document, ...change }, null, 2));
    const { code, err } = await runIn(folder, ["fit", "bad.json", "--out", "never", ...argv]);
    expect(await readdir(folder)).not.toContain("never");
    return `${code} ${err}`;
  };
  const recordingWith = (change: Readonly<Record<string, unknown>>) => ({
    recordings: [{ ...document.recordings[0], ...change }],
    validate: [],
  });

  test("are reported with file, line and column", async () => {
    expect(await failing({ model: { soma: "LeakySoma", treshold: 3, resistance: 0.1 } })).toMatchInlineSnapshot(`
      "3 error bad.json:5:17 fit.model.treshold is unknown. Did you mean "threshold"?
      "
    `);
    expect(await failing({ free: { threshold: { from: -30, to: -50 } } })).toMatchInlineSnapshot(`
      "3 error bad.json:1051:13 fit.free.threshold.to must be greater than from, -30 mV; received -50 mV. Put fixed values into model.
      "
    `);
    expect(await failing(recordingWith({ spikes: [[5, 2000]] }))).toMatchInlineSnapshot(`
      "3 error bad.json:20:11 fit.recordings[0].spikes[0][1] must be within the recording, 0 to 1000 ms; received 2000 ms. Check the unit (ms) and the clock, or remove the spikes.
      "
    `);
    expect(await failing(recordingWith({ spikes: [[]] }))).toMatchInlineSnapshot(`
      "3 error bad.json:9:17 fit.recordings must contain spikes for the fit; received none in "first one". Give spike times.
      "
    `);
    expect(await failing({ duration: 3 })).toMatchInlineSnapshot(`
      "3 error bad.json:1048:15 fit.duration is unknown. That belongs to an experiment for spark-snn run; a fit takes it from its recordings.
      "
    `);
    expect(await failing({ model: { soma: "LeakySomma" } })).toMatchInlineSnapshot(`
      "3 error bad.json:4:13 fit.model.soma must be the name of a soma; received "LeakySomma". Did you mean "LeakySoma"?
      "
    `);
    expect(await failing({}, ["--set", "budget.candidates=many"])).toMatchInlineSnapshot(`
      "3 error fit.budget.candidates must be a whole number of at least 16; received "many". Omit it for 60160.
      "
    `);
  });

  test("of units are detected by the names of columns", async () => {
    const current = { csv: "current.csv", time: "time_ms", column: "current_nA" };
    expect(await failing(recordingWith({ current }))).toMatchInlineSnapshot(`
      "3 error bad.json:15:19 fit.recordings[0].current.column must be a column in pA; received "current_nA", whose name says nA. Add "units": { "column": "nA" }, or convert the column to pA and rename it.
      "
    `);
  });

  test("of files and folders are reported", async () => {
    const missing = await failing(recordingWith({ current: { csv: "none.csv", time: 0, column: 1 } }));
    expect(missing).toMatch(/^4 error .*none\.csv cannot be read: it does not exist; .* Correct the path\.\n$/);
    expect(await failing(recordingWith({ spikes: { json: "spikes.json", key: "spikes" } }))).toMatchInlineSnapshot(`
      "3 error bad.json:19:16 fit.recordings[0].spikes.key must be a key of spikes.json; received "spikes". Known: trains.
      "
    `);
    const { code, err } = await runIn(folder, ["fit", "fit.json", "--out", "never", "--resume"]);
    expect([code, err]).toMatchInlineSnapshot(`
      [
        4,
        "error never contains no state.json to resume from. Name the folder of an unfinished fit, or omit --resume.
      ",
      ]
    `);
    const full = await runIn(folder, ["fit", "fit.json", "--out", "fitted"]);
    expect([full.code, full.err]).toMatchInlineSnapshot(`
      [
        4,
        "error fitted is not empty; it contains candidates.csv, experiment.json, first-one.outSpikes.csv and more. Name another folder, or write to this one with --force.
      ",
      ]
    `);
  });

  test("of a script without an output folder are reported", async () => {
    const { code, err } = await runIn(folder, ["fit", "fit.json"]);
    expect([code, err]).toEqual([
      2,
      "error fit needs --out DIR, the folder for the results. Name one.\nSee spark-snn --help.\n",
    ]);
  });
});

describe("a fit whose files cannot be written", () => {
  test("shortens long names of recordings, in bytes", async () => {
    const [first, second] = document.recordings;
    const names = [`${"An ordinary sentence. ".repeat(13)}`, `${"神経細胞".repeat(70)}`, `${"神経細胞".repeat(70)}!`];
    const recordings = [{ ...first, name: names[0] }, ...names.slice(1).map((name) => ({ ...second, name }))];
    await put("long.json", { ...document, recordings, validate: names.slice(1) });
    const { code, err } = await runIn(folder, ["fit", "long.json", "--out", "long", "--candidates", "100"]);
    expect([code, err]).toEqual([0, expect.not.stringContaining("cannot be written")]);
    const { files, recordings: read } = await readJson("long", "fit.json");
    expect(read.map(({ name }: { readonly name: string }) => name)).toEqual(names);
    expect(files.filter((name: string) => name.endsWith(".outSpikes.csv"))).toHaveLength(3);
    for (const name of files) expect(new TextEncoder().encode(name).length).toBeLessThan(255);
  });

  test("writes fit.json first, and prints the result", async () => {
    await mkdir(join(folder, "blocked", "candidates.csv"), { recursive: true });
    const argv = ["fit", "fit.json", "--out", "blocked", "--force", "--quiet", "--candidates", "100"];
    const { code, out, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([4, expect.stringContaining("candidates.csv is a folder")]);
    expect(out).toMatch(/^Done\./);
    expect(await readJson("blocked", "fit.json")).toMatchObject({ kind: "spark-snn fit result", model: "LeakySoma" });
    // Figures are less important than results.
    await mkdir(join(folder, "undrawn", "search.svg"), { recursive: true });
    const undrawn = ["fit", "fit.json", "--out", "undrawn", "--force", "--quiet", "--candidates", "100"];
    const drawn = await runIn(folder, undrawn);
    expect([drawn.code, drawn.err]).toEqual([0, expect.stringContaining("Not all figures were drawn")]);
    expect((await readJson("undrawn", "fit.json")).files).toContain("candidates.csv");
  });

  test("goes on if its state cannot be saved", async () => {
    await mkdir(join(folder, "stateless", "state.json"), { recursive: true });
    const argv = ["fit", "fit.json", "--out", "stateless", "--force", "--quiet", "--candidates", "100", "--no-figure"];
    const { code, err } = await runIn(folder, argv);
    expect([code, err]).toEqual([0, expect.stringContaining("The state of the fit was not saved")]);
    expect(await readJson("stateless", "fit.json")).toMatchObject({ complete: true });
  });
});
