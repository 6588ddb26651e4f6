import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { type PlannedRun, range, type SweepRow, sweep, sweepCsv, sweepPlanText } from "../src/index.ts";
import { gatherRows, runPlan, sweepToFolder, writePlan } from "../src/node.ts";
import { RunQueue } from "../src/processes/queue.ts";
import { network } from "./network.test-support.ts";

/* Sweeps in folders, and in processes of the built package, which are killed. */

const home = await mkdtemp(join(tmpdir(), "spark-sweep-"));
afterAll(() => rm(home, { recursive: true, force: true }));
const built = fileURLToPath(new URL("../dist/node.js", import.meta.url));

const options = {
  vary: { "excitatory.threshold": range(-53, -49, 5), "ie.weight": [10, 20] },
  seeds: 2,
  measure: ["spikes", "cv"],
} as const;
const expected = sweepCsv(await sweep(network, options));

let count = 0;
const newFolder = (): string => join(home, `sweep${count++}`);

/** The number of characters in the rows of a folder. */
const sizeOf = async (folder: string): Promise<number> =>
  (await readFile(join(folder, "rows.jsonl"), "utf8").catch(() => "")).length;

/** Runs a script with the built package; it gets a folder. If `kills` is true, kills it when it has written a row. */
const runScript = async (folder: string, body: string, kills = false): Promise<string> => {
  const before = await sizeOf(folder);
  const file = join(home, `script${count++}.mjs`);
  const text = `import { runPlan, sweepToFolder } from ${JSON.stringify(pathToFileURL(built).href)};
const document = ${JSON.stringify({ ...network, duration: 3000 })};
const options = ${JSON.stringify(options)};
const folder = ${JSON.stringify(folder)};
${body}`;
  await writeFile(file, text);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [file], { stdio: ["ignore", "pipe", "pipe"] });
    let out = "";
    child.stdout.on("data", (part: Buffer) => {
      out += part.toString();
    });
    child.stderr.on("data", (part: Buffer) => {
      out += part.toString();
    });
    const watch = setInterval(async () => {
      if (kills && (await sizeOf(folder)) > before) child.kill("SIGKILL");
    }, 5);
    child.on("error", reject);
    child.on("close", () => {
      clearInterval(watch);
      resolve(out);
    });
  });
};

describe("a sweep in a folder", () => {
  test("writes its plan, its rows and its table", async () => {
    const folder = newFolder();
    const { rows } = await sweepToFolder(network, { ...options, folder });
    expect((await readdir(folder)).sort()).toEqual(["plan.jsonl", "rows.jsonl", "table.csv"]);
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(expected);
    const [head, first] = (await readFile(join(folder, "plan.jsonl"), "utf8")).split("\n");
    expect(JSON.parse(head!)).toMatchObject({ kind: "spark-snn sweep plan", version: 1, runs: 20 });
    expect(JSON.parse(first!)).toEqual({
      index: 0,
      overrides: { "excitatory.threshold": -53, "ie.weight": 10 },
      seed: 1,
    });
    expect(rows).toHaveLength(20);
  });

  test("goes on where it stopped, also after half a line, and refuses another plan", async () => {
    const folder = newFolder();
    const stop = new AbortController();
    const own: SweepRow[] = [];
    const onRow = (row: SweepRow): void => {
      own.push(row);
      if (own.length === 7) stop.abort();
    };
    const { complete } = await sweepToFolder(network, { ...options, folder, onRow, signal: stop.signal });
    expect([complete, own.length]).toEqual([false, 7]);
    await writeFile(join(folder, "rows.jsonl"), '{"index":19,"measu', { flag: "a" });
    const other = sweepToFolder(network, { ...options, seeds: 3, folder });
    await expect(other).rejects.toThrow(/contains a sweep with another plan: runs differs/);
    const again: SweepRow[] = [];
    await sweepToFolder(network, { ...options, folder, onRow: (row) => again.push(row) });
    expect(again).toHaveLength(13);
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(expected);
    await sweepToFolder(network, { ...options, seeds: 3, folder, force: true });
    expect((await gatherRows(folder)).rows).toHaveLength(30);
  });

  test("runs failed runs again only if they should be retried", async () => {
    const folder = newFolder();
    const soma = { model: { soma: "LeakySoma", units: [1] }, duration: 10, record: { outSpikes: true } };
    const failing = { vary: { potentialTau: [10, 0] }, folder };
    await sweepToFolder(soma, failing);
    const rows: number[] = [];
    const onRow = ({ index }: SweepRow): number => rows.push(index);
    await sweepToFolder(soma, { ...failing, onRow });
    expect(rows).toEqual([]);
    await sweepToFolder(soma, { ...failing, onRow, retry: true });
    expect(rows).toEqual([1]);
  });

  test("refuses a folder with other files, and functions", async () => {
    const folder = newFolder();
    await writeFile(`${home}/file`, "");
    await expect(sweepToFolder(network, { ...options, folder: home })).rejects.toThrow(/is not empty/);
    const own = sweepToFolder(network, { ...options, folder, measure: () => ({}) });
    await expect(own).rejects.toThrow(/is a function, which a plan cannot contain/);
  });
});

describe("a plan that tasks share", () => {
  test.each([1, 2, 3, 7, 25])("gives the same table with %i tasks", async (tasks) => {
    const folder = newFolder();
    expect(await writePlan(network, { ...options, folder })).toBe(20);
    const plan = join(folder, "plan.jsonl");
    let runs = 0;
    for (let task = tasks - 1; task >= 0; task--) runs += (await runPlan(plan, { share: { task, tasks } })).rows.length;
    expect(runs).toBe(20);
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(expected);
  });

  test("may be split anew after some tasks have run", async () => {
    const folder = newFolder();
    await writePlan(network, { ...options, folder });
    const plan = join(folder, "plan.jsonl");
    await runPlan(plan, { share: { task: 1, tasks: 3 } });
    let again = 0;
    const onRow = (): number => again++;
    for (let task = 0; task < 4; task++) await runPlan(plan, { share: { task, tasks: 4 }, onRow });
    expect(again).toBeLessThan(20);
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(expected);
  });

  test("refuses wrong shares and damaged plans", async () => {
    const folder = newFolder();
    await writePlan(network, { ...options, folder });
    const plan = join(folder, "plan.jsonl");
    await expect(runPlan(plan, { share: { task: 3, tasks: 3 } })).rejects.toThrow(
      "share.task must be a whole number from 0 to 2; received 3. Count tasks from 0.",
    );
    await expect(runPlan(plan, { share: { task: 0, tasks: 0 } })).rejects.toThrow(/tasks must be a whole number/);
    const text = await readFile(plan, "utf8");
    await writeFile(plan, text.slice(0, -30));
    await expect(runPlan(plan)).rejects.toThrow(/line 21 is not JSON/);
    await writeFile(plan, `${text.split("\n").slice(0, 5).join("\n")}\n`);
    await expect(runPlan(plan)).rejects.toThrow(/ends a plan of 20 runs/);
    await writeFile(plan, "{}\n");
    await expect(runPlan(plan)).rejects.toThrow(/must be the head of a plan/);
    await expect(runPlan(join(folder, "none.jsonl"))).rejects.toThrow(/none.jsonl/);
  });
});

const longer = sweepCsv(await sweep({ ...network, duration: 3000 }, options));

describe("processes", () => {
  test("give the same table", async () => {
    const folder = newFolder();
    const out = await runScript(
      folder,
      "console.log((await sweepToFolder(document, { ...options, folder, parallel: 3 })).rows.length);",
    );
    expect(out).toBe("20\n");
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(longer);
  });

  test("that are killed with the sweep lose at most the runs under way", async () => {
    const folder = newFolder();
    const body = "await sweepToFolder(document, { ...options, folder, parallel: 2 }); console.log('done');";
    let out = "";
    let killed = 0;
    for (; !out.includes("done"); killed++) out = await runScript(folder, body, true);
    expect(killed).toBeGreaterThan(2);
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(longer);
  });

  test("that are killed alone are replaced", async () => {
    const folder = newFolder();
    const body = `import { execFileSync } from "node:child_process";
let killed = 0;
const onRow = () => {
  if (killed++ > 1) return;
  const children = execFileSync("pgrep", ["-P", String(process.pid), "node"], { encoding: "utf8" }).trim().split("\\n");
  process.kill(Number(children[0]), "SIGKILL");
};
const { rows, failed } = await sweepToFolder(document, { ...options, folder, parallel: 2, onRow });
console.log(rows.length, failed);`;
    expect(await runScript(folder, body)).toBe("20 0\n");
    expect(await readFile(join(folder, "table.csv"), "utf8")).toBe(longer);
  });

  test("report the error of a measure", async () => {
    const folder = newFolder();
    const module = join(home, "measure.mjs");
    await writeFile(
      module,
      "export default (run) => { if (run.seed === 2) throw new TypeError('mine'); return { seed: run.seed }; };",
    );
    const body = `const measure = [new URL(${JSON.stringify(pathToFileURL(module).href)})];
const sweep = (seeds) => sweepToFolder(document, { ...options, seeds, measure, folder: folder + seeds, parallel: 2 });
console.log((await sweep([1, 3])).rows.map(({ measures }) => measures.seed).join());
await sweep([1, 2]).catch((error) => console.log(error.name, error.message));`;
    expect(await runScript(folder, body)).toBe(
      `${Array.from({ length: 20 }, (_, k) => (k % 2 ? 3 : 1)).join()}\nTypeError mine\n`,
    );
  });
});

test("the plan that a page writes gives the same table", async () => {
  const folder = newFolder();
  await mkdir(folder);
  const path = join(folder, "plan.jsonl");
  await writeFile(path, await sweepPlanText(network, options));
  expect(sweepCsv(await runPlan(path))).toBe(expected);
  await expect(sweepPlanText(network, { ...options, measure: () => ({ a: 1 }) })).rejects.toThrow(
    "is a function, which a plan cannot contain",
  );
  await expect(sweepPlanText(network, { vary: { "nobody.threshold": [1] } })).rejects.toThrow("nobody");
});

test("a queue gives each run once, and a process the runs of its group", () => {
  const run = (index: number): PlannedRun => ({ index, overrides: {} });
  const queue = new RunQueue([[run(0), run(1), run(2), run(3)], [run(4)]]);
  const [a, b] = [{}, {}];
  const given = [queue.next(a), queue.next(b), queue.next(a), queue.next(b)].map((one) => one!.index);
  expect(given).toEqual([0, 4, 1, 3]);
  queue.giveBack(b, [run(3)]);
  expect([queue.next(a), queue.next(a), queue.next(a), queue.next(b)].map((one) => one?.index)).toEqual([
    2,
    3,
    undefined,
    undefined,
  ]);
  expect(queue.isEmpty).toBe(true);
});
