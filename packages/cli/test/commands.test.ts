import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { decodeNpz, experiment, LeakySoma, readCsv, simulate } from "spark-snn";
import { describe, expect, test } from "vitest";
import { starter } from "../src/commands/init.ts";
import { overview } from "../src/dispatch.ts";
import { parseDocument } from "../src/document.ts";
import type { Summary } from "../src/summary.ts";
import { makeFolder, runIn, small } from "./terminal.test-support.ts";

const folder = await makeFolder();
const put = (name: string, content: unknown): Promise<void> =>
  writeFile(join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
await put("small.json", small);
const summaryOf = async (out: string): Promise<Summary> =>
  JSON.parse(await readFile(join(folder, out, "summary.json"), "utf8")) as Summary;

describe("run", () => {
  test("writes records, figure and summary with the same bits as code", async () => {
    const { code, out, err } = await runIn(folder, ["run", "small.json", "--out", "first"]);
    expect(err).toBe("");
    expect(code).toBe(0);
    expect((await readdir(join(folder, "first"))).sort()).toEqual([
      "figure.png",
      "figure.svg",
      "outSpikes.csv",
      "potential.csv",
      "summary.json",
    ]);
    const run = await simulate(LeakySoma({ units: [2], threshold: -45 }), {
      duration: 100,
      dt: 0.5,
      inputs: { current: [300, 400] },
      record: { outSpikes: true, potential: { units: [0, 1], every: 2 } },
    });
    const table = readCsv(await readFile(join(folder, "first", "potential.csv")));
    expect(table.header).toEqual(["step", "time_ms", "unit", "potential_mV"]);
    expect(Float32Array.from(table.columns[3]!)).toEqual(run.potential.values);
    const spikes = readCsv(await readFile(join(folder, "first", "outSpikes.csv")));
    expect(spikes.header).toEqual(["step", "time_ms", "unit"]);
    expect(Uint32Array.from(spikes.columns[0]!)).toEqual(run.outSpikes.steps);
    expect(Uint32Array.from(spikes.columns[2]!)).toEqual(run.outSpikes.units);
    const summary = await summaryOf("first");
    expect(summary).toMatchObject({ complete: true, seed: 1, backend: "wasm", steps: 200, experiment: small });
    expect(summary.spikes!.count).toBe(run.outSpikes.count);
    expect(summary.spikes!.meanRate).toBeCloseTo((run.outSpikes.count / 2) * 10, 10);
    expect(out).toContain(`${run.outSpikes.count} from 2 of 2 units`);
    expect(out).toContain("spark-snn plot first --figure intervals");
  });

  test("writes arrays with --format npz and prints only the summary with --json", async () => {
    const { code, out, err } = await runIn(folder, ["run", "small.json", "--out", "npz", "--format", "npz", "--json"]);
    expect([code, err]).toEqual([0, ""]);
    const summary = JSON.parse(out) as Summary;
    expect(summary).toEqual(await summaryOf("npz"));
    const potential = decodeNpz(await readFile(join(folder, "npz", "potential.npz")));
    expect(potential["values"]!.shape).toEqual([100, 2]);
    const { columns } = readCsv(await readFile(join(folder, "first", "potential.csv")));
    expect(Array.from(potential["values"]!.data as Float32Array)).toEqual([...Float32Array.from(columns[3]!)]);
    const spikes = decodeNpz(await readFile(join(folder, "npz", "spikes.npz")));
    expect(spikes["steps"]!.data.length).toBe(summary.spikes!.count);
  });

  test("changes values with --set and with specific options", async () => {
    const argv = ["run", "small.json", "--out", "set", "--no-figure", "--quiet"];
    argv.push("--set", "model.units=[3]", "--set", 'inputs.current={"ramp": {"start": 0, "end": 500, "to": 50}}');
    argv.push("--set", "name=A name", "--set", "record.potential.units[1]=2", "--duration", "50", "--seed", "9");
    const { code, out, err } = await runIn(folder, [...argv, "--dtype", "f64", "--backend", "interpreter"]);
    expect([code, out, err]).toEqual([0, "", ""]);
    const summary = await summaryOf("set");
    expect(summary).toMatchObject({ name: "A name", units: [3], duration: 50, seed: 9, dtype: "f64" });
    expect(summary.backend).toBe("interpreter");
    expect(summary.files).not.toContain("figure.svg");
    expect(summary.experiment).toMatchObject({ record: { potential: { units: [0, 2], every: 2 } } });
  });

  test("runs the experiment in a summary again", async () => {
    const { experiment: document, spikes } = await summaryOf("set");
    await put("again.json", document);
    await runIn(folder, ["run", "again.json", "--out", "again", "--quiet", "--no-figure"]);
    expect((await summaryOf("again")).spikes).toEqual(spikes);
  });

  test("does not overwrite anything without --force", async () => {
    await mkdir(join(folder, "full"));
    await put("full/notes.txt", "mine");
    const refused = await runIn(folder, ["run", "small.json", "--out", "full"]);
    expect(refused.code).toBe(4);
    expect(refused.err).toBe(
      "error full is not empty; it contains notes.txt. Name another folder, or write to this one with --force.\n",
    );
    expect(await readdir(join(folder, "full"))).toEqual(["notes.txt"]);
    expect((await runIn(folder, ["run", "small.json", "--out", "full", "--force"])).code).toBe(0);
    expect(await readFile(join(folder, "full", "notes.txt"), "utf8")).toBe("mine");
  });

  test("reads files relative to the document, not to the caller", async () => {
    await mkdir(join(folder, "inner"));
    await put("inner/i.csv", "t,i\n0,300\n50,400\n100,0\n");
    const inputs = { current: { csv: "i.csv", time: "t", column: "i" } };
    await put("inner/csv.json", { ...small, inputs });
    expect((await runIn(folder, ["check", "inner/csv.json"])).code).toBe(0);
  });

  test("draws a progress bar on a terminal and removes it", async () => {
    const argv = ["run", "small.json", "--quiet", "--no-figure", "--out"];
    expect((await runIn(folder, [...argv, "quiet"], { errIsTerminal: true })).err).toBe("");
    const { err } = await runIn(folder, ["run", "small.json", "--out", "bar"], { errIsTerminal: true });
    expect(err).toContain("█ 100 %");
    expect(err.endsWith("\r\u001b[2K")).toBe(true);
  });

  test("uses no colours if NO_COLOR is set", async () => {
    const argv = ["run", "small.json", "--force", "--out", "colour"];
    const start = "\u001b[";
    const coloured = await runIn(folder, argv, { outIsTerminal: true });
    expect(coloured.out).toContain(`${start}32mDone.${start}0m`);
    const plain = await runIn(folder, argv, { outIsTerminal: true, environment: { NO_COLOR: "1" } });
    expect(plain.out).not.toContain(start);
    const piped = await runIn(folder, argv);
    expect(piped.out).not.toContain(start);
  });

  test("prints warnings to standard error", async () => {
    const argv = ["run", "small.json", "--set", "model.potentialReset=-30", "--out", "warned", "--json"];
    const { code, err, out } = await runIn(folder, argv);
    expect(code).toBe(0);
    expect(err).toBe(
      "warning LeakySoma: potentialReset is not below threshold. After a spike, every unit will spike again as soon as possible.\n",
    );
    expect((JSON.parse(out) as Summary).warnings).toHaveLength(1);
  });

  test("keeps the records so far when interrupted", async () => {
    const interruption = new AbortController();
    interruption.abort();
    const argv = ["run", "small.json", "--out", "stopped"];
    const { code, out } = await runIn(folder, argv, { signal: interruption.signal });
    expect(code).toBe(130);
    expect(out).toContain("Incomplete: stopped by abort.");
    expect(await summaryOf("stopped")).toMatchObject({ complete: false, stoppedBy: "abort" });
  });

  test("records nothing by default", async () => {
    await put("plain.json", { model: { soma: "LeakySoma" }, duration: 5 });
    const { code, out } = await runIn(folder, ["run", "plain.json", "--out", "plain"]);
    expect(code).toBe(0);
    expect(out).toContain("spikes     not recorded");
    expect(await readdir(join(folder, "plain"))).toEqual(["summary.json"]);
  });

  test("writes reduced variables and rates without a unit column", async () => {
    const record = { rate: { bin: 50 }, potential: { reduce: "mean" }, outSpikes: { units: [1], from: 50 } };
    await put("reduced.json", { ...small, record });
    expect((await runIn(folder, ["run", "reduced.json", "--out", "reduced"])).code).toBe(0);
    expect((await readFile(join(folder, "reduced", "rate.csv"), "utf8")).split("\n")[0]).toBe("step,time_ms,rate_Hz");
    const { header, rows } = readCsv(await readFile(join(folder, "reduced", "potential.csv")));
    expect([header, rows]).toEqual([["step", "time_ms", "mean_potential_mV"], 200]);
    expect((await summaryOf("reduced")).spikes!.units).toBe(1);
    expect((await runIn(folder, ["plot", "reduced", "--figure", "raster"])).code).toBe(0);
  });
});

describe("check", () => {
  test("describes an experiment", async () => {
    const { code, out } = await runIn(folder, ["check", "small.json"]);
    expect(code).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "small.json is valid.

        model    LeakySoma, units [2]
        run      100 ms: 200 steps of 0.5 ms, f32, seed 1
        inputs   current
        records  outSpikes, potential
      "
    `);
  });

  test("names line and column of every problem", async () => {
    await put(
      "bad.json",
      '{\n  // a soma\n  "model": { "soma": "LeakySoma", "treshold": 3 },\n  "duration": "long",\n}',
    );
    const { code, err } = await runIn(folder, ["check", "bad.json"]);
    expect(code).toBe(3);
    expect(err).toMatchInlineSnapshot(`
      "error bad.json:3:47 experiment.model.treshold is unknown. Did you mean "threshold"?
      error bad.json:4:15 experiment.duration must be a number of ms greater than 0; received "long". Give the length of the run in ms.
      "
    `);
  });

  test("omits the place of values from the command line", async () => {
    const { err } = await runIn(folder, ["check", "small.json", "--set", "model.threshold=x"]);
    expect(err).toMatch(/^error experiment\.model\.threshold must be a number/);
  });
});

describe("init", () => {
  test("writes an experiment that runs, with comments", async () => {
    const { code, out } = await runIn(folder, ["init", "start.json"]);
    expect([code, out.split("\n")[0]]).toEqual([0, "Wrote start.json."]);
    const { value } = await parseDocument("start.json", starter);
    expect(await readFile(join(folder, "start.json"), "utf8")).toBe(starter);
    const { component, options } = await experiment(value, { kind: "soma" });
    const run = await simulate(component, options);
    expect((run as unknown as { outSpikes: { count: number } }).outSpikes.count).toBeGreaterThan(100);
  });

  test("does not replace a file without --force", async () => {
    await put("mine.json", "{}");
    const refused = await runIn(folder, ["init", "mine.json"]);
    expect([refused.code, refused.err]).toEqual([
      4,
      "error mine.json exists already. Name another file, or replace it with --force.\n",
    ]);
    expect(await readFile(join(folder, "mine.json"), "utf8")).toBe("{}");
    expect((await runIn(folder, ["init", "mine.json", "--force"])).code).toBe(0);
  });
});

describe("list and show", () => {
  test("name every model", async () => {
    const { out } = await runIn(folder, ["list", "--json"]);
    const models = JSON.parse(out) as readonly { readonly name: string; readonly kind: string }[];
    expect([...new Set(models.map(({ kind }) => kind))]).toEqual(["soma", "spikeSource", "drive", "synapse"]);
    for (const { name, kind } of models) {
      const shown = await runIn(folder, ["show", name]);
      expect([shown.code, shown.err]).toEqual([0, ""]);
      expect(JSON.parse((await runIn(folder, ["show", name, "--schema"])).out)).toMatchObject({ title: name });
      if (kind === "drive") continue;
      expect(shown.out).toContain("each step");
      expect((await runIn(folder, ["show", name, "--latex"])).out).toMatch(/^\\begin\{aligned\}/);
    }
  });

  test("print a model as text", async () => {
    expect((await runIn(folder, ["show", "LeakySoma"])).out).toMatchInlineSnapshot(`
      "LeakySoma
      Leaky integrate-and-fire soma: the potential relaxes toward its input, and the soma spikes at a threshold. Neuronal Dynamics, ch. 1.3.

      Equations
        at build   k1 = −expm1(−dt/potentialTau)
                   k2 = threshold − potentialRest
                   k3 = potentialReset − potentialRest
        at start   potential = 0 mV
        each step  a = potential + k1·(resistance·current − potential) + jump
                   b = a > k2
                   outSpikes ← b
                   potential ← b ? k3 : a

      Parameters
        Name            Default  Unit  Rule  Meaning
        ──────────────  ───────  ────  ────  ──────────────────────────────────────
        potentialRest   -60      mV          Membrane potential at rest.
        potentialReset  -50      mV          Membrane potential just after a spike.
        potentialTau    20       ms    > 0   Membrane time constant.
        resistance      0.1      GΩ          Membrane resistance.
        threshold       -40      mV          Potential above which the soma spikes.

      State variables
        Name       Type   Start  Unit  Meaning
        ─────────  ─────  ─────  ────  ─────────────────────────────────────────────
        potential  float  0 mV   mV    Membrane potential relative to potentialRest.

      Ports
        Name       Direction  Payload         Unit  Meaning
        ─────────  ─────────  ──────────────  ────  ────────────────────────────────────────────────────────────────────────────────────────────────
        current    in         CurrentArray    pA    Current into the soma.
        inSpikes   in         SpikeArray            Spikes from outside. Each is a current of +1 pA, or −1 pA from an inhibitory unit, for one step.
        jump       in         JumpArray       mV    Jump of the potential from delta synapses; ignored in the refractory period.
        outSpikes  out        SpikeArray            Units that spike in the step.
        potential  out        PotentialArray  mV    Absolute membrane potential after the step.
      "
    `);
  });

  test("print a model as data", async () => {
    const data = JSON.parse((await runIn(folder, ["show", "LeakySoma", "--json"])).out) as { fields: unknown[] };
    expect(data.fields[2]).toEqual({
      name: "potentialTau",
      default: 20,
      unit: "ms",
      rule: "> 0",
      description: "Membrane time constant.",
    });
  });
});

describe("plot", () => {
  test.each(["trace", "raster", "intervals", "frequency"])("draws %s the same from CSV and from NPZ", async (kind) => {
    const csv = await runIn(folder, ["plot", "first", "--figure", kind]);
    const npz = await runIn(folder, ["plot", "npz", "--figure", kind]);
    expect([csv.code, csv.out, csv.err]).toEqual([0, `${join("first", `${kind}.svg`)}\n`, ""]);
    expect(npz.code).toBe(0);
    const [one, other] = await Promise.all(
      ["first", "npz"].map((out) => readFile(join(folder, out, `${kind}.svg`), "utf8")),
    );
    expect(one).toMatch(/^<svg/);
    expect(one).toBe(other);
  });

  test("draws a window as PNG on a dark page", async () => {
    const argv = ["plot", "first", "--from", "20", "--to", "60", "--out", "part.png", "--theme", "dark"];
    expect((await runIn(folder, argv)).code).toBe(0);
    expect((await readFile(join(folder, "part.png"))).subarray(1, 4).toString()).toBe("PNG");
    expect((await runIn(folder, argv)).code).toBe(4);
    expect((await runIn(folder, [...argv, "--force"])).code).toBe(0);
  });
});

describe("help", () => {
  test("lists commands, exit codes and examples", async () => {
    const { code, out } = await runIn(folder, ["--help"]);
    expect([code, out]).toEqual([0, await overview()]);
    expect(out).toMatchInlineSnapshot(`
      "spark-snn COMMAND [options]

      Runs, checks, shows, plots, analyzes, fits and sweeps experiments with spiking neurons.

      Commands
        run FILE         Runs an experiment and writes its records, a figure and summary.json to a folder.
        check FILE       Checks an experiment or a fit and its files, and prints what it would run. Writes nothing.
        list             Lists the models of the library.
        show MODEL|FILE  Shows a model: its equations, parameters, state variables and ports.
        plot DIR         Draws a figure of the results in a folder.
        analyze DIR      Analyzes the spikes in a folder of results: rate, regularity, synchrony, correlation and rhythm.
        fit FILE         Fits a soma to recordings, and writes its parameters, scores, an experiment and figures to a folder.
        sweep [FILE]     Runs an experiment many times with other values and seeds, and writes a table with a row for each run.
        import FILE      Imports a model of another program as an experiment, and reports what differs.
        export FILE      Exports an experiment to the format of another program, and reports what differs.
        convert FILE…    Converts a recording (ABF, NEST, NWB, SONATA) to a table or to arrays: --out FILE.csv or FILE.npz.
        init [FILE]      Writes a small experiment with comments as a starting point. Default: experiment.json.

      Options
        --help     explains the program or a command, with examples
        --version  prints the version

      Exit codes
        0    done
        1    an unexpected error in the program
        2    the command line is invalid
        3    the experiment has a problem
        4    a file cannot be read or written
        5    the run needs more memory than its limit allows
        6    a state variable became NaN or infinite; the records so far are written, marked as incomplete
        130  interrupted; the records so far are written, marked as incomplete

      Examples
        spark-snn init && spark-snn run experiment.json --out results
        spark-snn run --help
      "
    `);
  });

  test.each(["run", "check", "list", "show", "plot", "analyze", "fit", "init"])(
    "of %s has an example",
    async (name) => {
      const { code, out } = await runIn(folder, [name, "--help"]);
      expect(code).toBe(0);
      expect(out).toMatch(new RegExp(`^spark-snn ${name}[\\s\\S]*\\nExamples\\n  spark-snn ${name}`));
      expect((await runIn(folder, ["help", name])).out).toBe(out);
    },
  );

  test("prints the version", async () => {
    expect((await runIn(folder, ["--version"])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});
