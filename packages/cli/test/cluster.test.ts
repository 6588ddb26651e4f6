import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureBuilt, runBuilt } from "./built.test-support.ts";
import { makeFolder, runIn } from "./terminal.test-support.ts";

/* Tasks of a sweep, run by a shell, by Snakemake and by a Slurm of two nodes, where those programs exist. */

const folder = await makeFolder();
const experiment = {
  model: { soma: "RefractoryLeakySoma", units: [20] },
  duration: 500,
  dt: 0.1,
  inputs: { current: { whiteNoise: { mean: 300, std: 300 } } },
};
const values = ["--vary", "threshold=-50:-45:4", "--seeds", "3", "--measure", "rate,cv"];
const tableIn = (out: string): Promise<string> => readFile(join(folder, out, "table.csv"), "utf8");

const has = (program: string): boolean =>
  (process.env["PATH"] ?? "").split(delimiter).some((path) => existsSync(join(path, program)));
/** Containers often forbid networks of their own, even to root. */
const canHaveNetworks = (): boolean =>
  [
    "ip link add sparkprobe type bridge && ip link delete sparkprobe",
    "ip netns add sparkprobe && ip netns delete sparkprobe",
    "unshare --uts hostname sparkprobe",
  ].every((line) => spawnSync("sh", ["-c", line]).status === 0);
const hasSlurm =
  process.getuid?.() === 0 && ["slurmctld", "slurmd", "munged", "ip", "nsenter"].every(has) && canHaveNetworks();

const missing = [
  ...(hasSlurm ? [] : ["Slurm (slurm-wlm, munge, iproute2, root, and leave to make networks)"]),
  ...["snakemake", "nextflow"].filter((program) => !has(program)),
];
if (missing.length > 0) console.warn(`Not tested, because it is missing: ${missing.join(", ")}.`);

let expected = "";
beforeAll(async () => {
  await ensureBuilt();
  await writeFile(join(folder, "experiment.json"), JSON.stringify(experiment));
  const { code, err } = await runBuilt(folder, ["sweep", "experiment.json", ...values, "--out", "local", "--quiet"]);
  expect([code, err]).toEqual([0, ""]);
  expected = await tableIn("local");
}, 300_000);

describe("tasks", () => {
  test("as lines of commands give the table of one sweep", async () => {
    const { out } = await runBuilt(folder, [
      "sweep",
      "experiment.json",
      ...values,
      "--out",
      "lines",
      "--on",
      "parallel",
      "--tasks",
      "3",
    ]);
    expect(out).toMatch(/^Wrote .*tasks\.txt\. Run it with: parallel < /);
    const lines = (await readFile(join(folder, "lines/tasks.txt"), "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    for (const line of lines.reverse()) execFileSync("sh", ["-c", line]);
    expect(await tableIn("lines")).toBe(expected);
  });

  test("print a script for Slurm without submitting it", async () => {
    const options = [
      "--on",
      "slurm",
      "--tasks",
      "4",
      "--cpus",
      "2",
      "--partition",
      "short",
      "--time",
      "1:00:00",
      "--mem",
      "4G",
    ];
    const { code, out } = await runBuilt(folder, [
      "sweep",
      "experiment.json",
      ...values,
      "--out",
      "dry run",
      ...options,
      "--dry-run",
    ]);
    expect(code).toBe(0);
    const lines = out.split("\n");
    for (const line of [
      "--array=0-3",
      "--cpus-per-task=2",
      "--partition=short",
      "--time=1:00:00",
      "--mem=4G",
      "--job-name=dry_run",
    ]) {
      expect(lines).toContain(`#SBATCH ${line}`);
    }
    expect(lines.at(-2)).toMatch(
      /^exec .* --plan '.*dry run\/plan\.jsonl' --task "\$SLURM_ARRAY_TASK_ID" --tasks 4 --parallel 2 --quiet$/,
    );
  });

  test.each<[readonly string[], RegExp]>([
    [
      ["--on", "slrum", "--tasks", "2"],
      /--on must be one of slurm, parallel, snakemake, nextflow; received "slrum"\. Did you mean "slurm"/,
    ],
    [["--on", "slurm"], /--on needs --tasks\. Add it\./],
    [["--on", "slurm", "--tasks", "0"], /--tasks must be a whole number of at least 1; received "0"/],
    [["--tasks", "2"], /--tasks needs --on, or --plan and --task/],
    [["--dry-run"], /--dry-run needs --on\. Add it\./],
    [["--plan", "local/plan.jsonl"], /--plan contains the experiment and its values/],
  ])("refuse %j", async (argv, message) => {
    const { code, err } = await runIn(folder, ["sweep", "experiment.json", ...values, "--out", "x", ...argv]);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test("refuse a number beyond the last task, and a plan that is none", async () => {
    const share = (task: string) => ["sweep", "--plan", "local/plan.jsonl", "--task", task, "--tasks", "2"];
    expect((await runIn(folder, share("2"))).err).toMatch(/--task must be at most 1 with 2 tasks; received 2/);
    expect((await runIn(folder, ["sweep", "--plan", "experiment.json"])).code).toBe(4);
    expect((await runIn(folder, ["sweep"])).err).toMatch(/sweep needs FILE, or --plan PLAN/);
  });
});

test.skipIf(!has("snakemake"))("Snakemake, if it is installed, gives the table of one sweep", async () => {
  await runBuilt(folder, [
    "sweep",
    "experiment.json",
    ...values,
    "--out",
    "snakes",
    "--on",
    "snakemake",
    "--tasks",
    "3",
  ]);
  const argv = ["--snakefile", join(folder, "snakes/Snakefile"), "--cores", "2", "--quiet"];
  const { status, stderr } = spawnSync("snakemake", argv, { cwd: folder, encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(await tableIn("snakes")).toBe(expected);
});

const withNextflow = ["--on", "nextflow", "--tasks", "3"];

test("a script for Nextflow has the tasks, with its variables and quotes escaped", async () => {
  const argv = ["sweep", "experiment.json", ...values, "--out", "a $b", ...withNextflow];
  const { out } = await runBuilt(folder, argv);
  expect(out).toMatch(/^Wrote .*sweep\.nf\. Run it with: nextflow run '.*a \$b\/sweep\.nf'/);
  const script = await readFile(join(folder, "a $b/sweep.nf"), "utf8");
  expect(script).toMatch(/ --plan '.*a \\\$b\/plan\.jsonl' --task \$\{share\} --tasks 3 --parallel 1 --quiet\n/);
  expect(script).toContain("channel.of(0..2)");
});

test.skipIf(!has("nextflow"))("Nextflow, if it is installed, gives the table of one sweep", async () => {
  await runBuilt(folder, ["sweep", "experiment.json", ...values, "--out", "flow", ...withNextflow]);
  const argv = ["-q", "run", join(folder, "flow/sweep.nf")];
  const { status, stderr } = spawnSync("nextflow", argv, { cwd: folder, encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  expect(await tableIn("flow")).toBe(expected);
});

describe.skipIf(!hasSlurm)(
  "a Slurm of two nodes, if it is installed and the user is root,",
  { timeout: 180_000 },
  () => {
    const script = (name: string): string => fileURLToPath(new URL(`./slurm/${name}.sh`, import.meta.url));
    const home = join(folder, "slurm");
    const before = process.env["SLURM_CONF"];
    beforeAll(() => {
      process.env["SLURM_CONF"] = execFileSync(script("start"), [home], { encoding: "utf8" }).trim();
    });
    afterAll(() => {
      execFileSync(script("stop"), [home]);
      if (before === undefined) delete process.env["SLURM_CONF"];
      else process.env["SLURM_CONF"] = before;
    });

    test("gives the table of one sweep", async () => {
      const argv = ["sweep", "experiment.json", ...values, "--out", "array", "--on", "slurm", "--tasks", "4"];
      const { code, out, err } = await runBuilt(folder, argv);
      expect([code, err]).toEqual([0, ""]);
      expect(out).toMatch(/runs +12 of 12/);
      expect(await tableIn("array")).toBe(expected);
    });

    test("survives requeue and preemption", async () => {
      await writeFile(join(folder, "long.json"), JSON.stringify({ ...experiment, duration: 60_000 }));
      const sweep = ["sweep", "long.json", ...values, "--quiet"];
      await runBuilt(folder, [...sweep, "--out", "undisturbed"]);
      const disturbed = runBuilt(folder, [...sweep, "--out", "disturbed", "--on", "slurm", "--tasks", "4"]);
      const running = (): string[] =>
        execFileSync("squeue", ["--noheader", "--array", "--states", "running", "--format", "%F_%K"], {
          encoding: "utf8",
        })
          .split("\n")
          .filter(Boolean);
      const out = join(folder, "disturbed");
      /** The runs whose rows are complete. */
      const rows = (): string[] =>
        (existsSync(out) ? readdirSync(out) : [])
          .filter((name) => name.startsWith("rows"))
          .flatMap((name) => readFileSync(join(out, name), "utf8").match(/(?<=^\{"index":)\d+(?=.*\}$)/gm) ?? []);
      const until = async (holds: () => boolean): Promise<void> => {
        while (!holds()) await new Promise((resolve) => setTimeout(resolve, 50));
      };
      await until(() => running().length === 4 && rows().length > 0);
      const [first] = running() as [string];
      execFileSync("scontrol", ["requeue", first]);
      const urgent = [
        "--partition",
        "urgent",
        "--nodes",
        "2",
        "--exclusive",
        "--output",
        "/dev/null",
        "--wrap",
        "true",
      ];
      execFileSync("sbatch", ["--wait", ...urgent]);
      const before = rows();
      expect(before.length).toBeLessThan(12);
      const { code, err } = await disturbed;
      expect([code, err]).toEqual([0, ""]);
      const job = first.split("_", 1)[0]!;
      const shown = execFileSync("scontrol", ["show", "job", job], { encoding: "utf8" });
      const restarts = [...shown.matchAll(/Restarts=(\d+)/g)].map(([, count]) => Number(count));
      expect(restarts).toHaveLength(4);
      expect(Math.min(...restarts)).toBeGreaterThan(0);
      expect(await tableIn("disturbed")).toBe(await tableIn("undisturbed"));
      // No run that had ended was made again.
      const after = rows();
      expect(before.filter((run) => after.filter((other) => other === run).length !== 1)).toEqual([]);
    });

    test("passes on what sbatch says", async () => {
      const argv = [
        "sweep",
        "experiment.json",
        ...values,
        "--out",
        "none",
        "--on",
        "slurm",
        "--tasks",
        "2",
        "--partition",
        "none",
      ];
      const { code, err } = await runBuilt(folder, argv);
      expect(code).toBe(4);
      expect(err).toMatch(/sbatch failed: .*invalid partition/i);
    });
  },
);
