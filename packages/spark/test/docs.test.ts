import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { drawMicrocircuit } from "../../../examples/microcircuit/figure.ts";
import { simulateSecond } from "../../../examples/microcircuit/second.ts";
import { drawCurve, measureCurve } from "../../../examples/own-soma/curve.ts";
import { drawPrediction } from "../../../examples/real-neuron/figure.ts";
import { predict } from "../../../examples/real-neuron/predict.ts";
import { checkBlock, expectPrinted, readJson } from "./docs/blocks.test-support.ts";
import {
  type Block,
  brokenLinks,
  folderOf,
  marker,
  type Page,
  type Program,
  pages,
  programsOf,
  root,
  runs,
  sourceOf,
} from "./docs/pages.test-support.ts";

/* Every fenced block of the docs is run: what a page shows is what happens. CONTRIBUTING.md says how blocks are read. */

const programs: readonly Program[] = pages.flatMap(programsOf);
const home = process.cwd();

beforeAll(() => {
  rmSync(join(root, "out/docs"), { recursive: true, force: true });
  for (const program of programs) {
    mkdirSync(dirname(program.path), { recursive: true });
    writeFileSync(program.path, sourceOf(program));
  }
});
afterAll(() => process.chdir(home));

test("every ts block type-checks", () => {
  const { options } = ts.parseJsonConfigFileContent(readJson("tsconfig.json"), ts.sys, root);
  const paths = [...programs.map(({ path }) => path), join(root, "docs/images/make.ts")];
  const program = ts.createProgram(paths, { ...options, noUnusedLocals: false, noUnusedParameters: false });
  const found = ts.getPreEmitDiagnostics(program).filter(({ file }) => file && paths.includes(file.fileName));
  const sentence = ({ file, start, messageText }: ts.Diagnostic): string => {
    const { line } = file!.getLineAndCharacterOfPosition(start!);
    const where = `${relative(root, file!.fileName)}:${line + 1}`;
    return `${where} ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  };
  expect(found.map(sentence)).toEqual([]);
});

test("at most three ts blocks are not run, and each says why", () => {
  const blocks = pages.flatMap((page) => page.blocks.filter(({ language }) => language === "ts"));
  expect(blocks.filter((block) => block.info.startsWith("no-run") && runs(block))).toEqual([]);
  expect(blocks.filter((block) => !runs(block)).length).toBeLessThanOrEqual(3);
});

test("every link leads to a file", () => {
  expect(pages.flatMap(brokenLinks)).toEqual([]);
});

test("ARCHITECTURE.md says of each folder what the layers allow it", () => {
  const text = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const map = readFileSync(join(root, "packages/spark/test/layers.test.ts"), "utf8");
  const said = [...text.matchAll(/^\| `(\w+)\/` .*\| ← (.*) \|$/gm)].map(([, folder, list]) => `${folder}: ${list}`);
  const namesIn = (list: string): string => [...list.matchAll(/"(\w+)"/g)].map(([, name]) => name).join(", ");
  const allowed = [...map.matchAll(/^ {2}(\w+): \[([^\]]*)\],$/gm)].map(
    ([, folder, list]) => `${folder}: ${namesIn(list!) || "nothing"}`,
  );
  expect(said).toEqual(allowed);
});

test("the pictures of the README, of the custom soma and of the recorded neuron say what the examples give", async () => {
  const words = (svg: string): string => svg.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
  const curve = await measureCurve();
  const prediction = await predict("200Hz-second");
  const scale = 0.1;
  const { run: second, populations, rows } = await simulateSecond(scale);
  const { duration } = second;
  for (const theme of ["light", "dark"] as const) {
    const drawn = {
      quickstart: drawMicrocircuit(populations, rows, { duration, scale, theme }),
      "own-soma": drawCurve(curve, theme),
      "real-neuron": drawPrediction(prediction, 1000, 1300, theme),
    };
    for (const [name, svg] of Object.entries(drawn)) {
      const picture = readFileSync(join(root, `docs/images/${name}-${theme}.svg`), "utf8");
      expect(words(picture), "Run npx tsx docs/images/make.ts.").toBe(words(svg));
    }
  }
});

/** Runs a program and gives what each of its blocks printed. */
const run = async ({ blocks, path }: Program): Promise<Map<string, string>> => {
  const printed = new Map<string, string>();
  let current = "";
  const log = vi.spyOn(console, "log").mockImplementation((...args: unknown[]) => {
    const line = format(...args);
    if (blocks.some((block) => marker(block) === line)) current = line;
    else printed.set(current, `${printed.get(current) ?? ""}${line}\n`);
  });
  try {
    await import(/* @vite-ignore */ pathToFileURL(path).href);
  } finally {
    log.mockRestore();
  }
  return printed;
};

const titled = pages.map((page): [string, Page] => [page.name, page]);
/** What programs of other simulators print; golden/make_phrasebook.py ran them. */
const recorded = JSON.parse(
  readFileSync(join(root, "packages/spark/test/golden/phrasebook.json"), "utf8"),
) as readonly { readonly simulator: string; readonly program: string; readonly printed: string }[];
const simulators = ["brian2", "nest"];

/** What the program of another simulator prints; undefined for other blocks. */
const printedElsewhere = ({ language, info, text }: Block): string | undefined => {
  if (language !== "python" || !simulators.includes(info)) return undefined;
  const found = recorded.find(({ simulator, program }) => simulator === info && program === text);
  expect(found, `a record of this program; run golden/make_phrasebook.py ${info}:\n${text}`).toBeDefined();
  return found!.printed;
};

test("no program of another simulator is recorded that no page shows", () => {
  const shown = pages.flatMap(({ blocks }) => blocks.map(({ info, text }) => `${info} ${text}`));
  expect(recorded.filter(({ simulator, program }) => !shown.includes(`${simulator} ${program}`))).toEqual([]);
});

test.each(titled)("%s holds what it shows", async (_, page) => {
  const folder = join(folderOf(page), "files");
  mkdirSync(folder, { recursive: true });
  process.chdir(folder);
  const own = programsOf(page);
  const outputs = new Map<string, string>();
  let before: string | undefined;
  /** Until the text block that both programs print. */
  let elsewhere: string | undefined;
  for (const block of page.blocks) {
    if (block.language === "text" && before !== undefined) expectPrinted(block, before);
    if (block.language === "text" && elsewhere !== undefined) expectPrinted(block, elsewhere);
    if (block.language === "text") elsewhere = undefined;
    before = undefined;
    const theirs = printedElsewhere(block);
    if (theirs !== undefined) {
      expect(elsewhere).toBeUndefined();
      elsewhere = theirs;
      continue;
    }
    if (block.language === "ts") {
      const program = own.find(({ blocks }) => blocks[0] === block);
      if (program?.blocks.every(runs)) for (const [key, text] of await run(program)) outputs.set(key, text);
      before = runs(block) ? (outputs.get(marker(block)) ?? "") : undefined;
    } else before = await checkBlock(block);
  }
  expect(elsewhere, "a text block after the program of another simulator").toBeUndefined();
});
