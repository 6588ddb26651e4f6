import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SparkError } from "spark-snn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { argumentsOfEveryKind, callThrough, functionsOf } from "../../spark/test/refusals/junk.test-support.ts";
import * as swept from "../src/index.ts";
import * as inNode from "../src/node.ts";

/* Wrong arguments of public functions give a sentence, not an error of JavaScript. */

const functions: Readonly<Record<string, unknown>> = { ...swept, ...inNode };
let before = "";
let home = "";

beforeAll(() => {
  before = process.cwd();
  home = mkdtempSync(join(tmpdir(), "sweep-arguments-"));
  process.chdir(home);
});
afterAll(() => {
  process.chdir(before);
  rmSync(home, { recursive: true });
});

test.each(functionsOf(functions))("%s takes or refuses values of every kind", async (name) => {
  const call = functions[name] as (...given: readonly unknown[]) => unknown;
  const problems: string[] = [];
  for (const given of argumentsOfEveryKind()) {
    await callThrough(() => call(...given)).catch((error: unknown) => {
      if (!(error instanceof SparkError)) problems.push(`${given.map(String).join(", ")}: ${String(error)}`);
    });
  }
  expect(problems).toEqual([]);
});

const document = { model: { soma: "LeakySoma", units: [1] }, duration: 5, record: { outSpikes: true } };
const vary = { threshold: [-50, -45] };
const result = { plan: { paths: [], runs: [] }, rows: [{}], columns: [] };

test.each<[() => unknown, string]>([
  [() => swept.sweepCsv(undefined as never), "sweepCsv takes the result of a sweep; received undefined."],
  [
    () => swept.sweepColumns(result as never),
    "sweepColumns takes the result of a sweep; received { plan, rows, columns",
  ],
  [() => swept.sweepParquet({} as never), "sweepParquet takes the result of a sweep; received {}."],
  [() => swept.headingOf(3 as never), "headingOf must be the name of a column; received 3."],
  [() => inNode.gatherRows(5 as never), "gatherRows.folder must be the path of a folder; received 5."],
  [() => inNode.runPlan(undefined as never), "runPlan.path must be the path of a plan; received undefined."],
  [() => inNode.runPlan("plan", 4 as never), "runPlan takes an object of options such as { share: {"],
  [() => inNode.runPlan("plan", { shre: 1 } as never), 'runPlan.shre is unknown. Did you mean "share"?'],
  [
    () => inNode.runPlan("plan", { share: { task: 2, tasks: 2 }, retry: 1 } as never),
    "runPlan.retry must be true or false; received 1. Leave it out for false.\nrunPlan.share.task must be a whole number from 0 to 1; received 2.",
  ],
  [
    () => inNode.sweepToFolder(document, { vary, folder: 7, force: "yes", keep: "x" } as never),
    'sweep.folder must be a non-empty string; received 7. Give the path of a folder.\nsweep.force must be true or false; received "yes". Leave it out for false.\nsweep.keep must be an object with the url of a module; received "x".',
  ],
  [() => inNode.writePlan(document, { vary } as never), "sweep.folder is missing. Give the path of a folder."],
  [() => inNode.writePlan(document, { vary, foldr: "x" } as never), 'sweep.foldr is unknown. Did you mean "folder"?'],
])("%#: a wrong argument is refused with the value received", async (call, message) => {
  const refusal = await (async () => call())().then(
    () => "nothing",
    (error: unknown) => error,
  );
  expect(refusal).toBeInstanceOf(SparkError);
  expect((refusal as Error).message).toContain(message);
});
