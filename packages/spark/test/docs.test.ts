import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";
import ts from "typescript";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { experiment } from "../src/experiment/experiment.ts";
import {
  type Block,
  brokenLinks,
  marker,
  type Page,
  type Program,
  pages,
  programsOf,
  root,
  runs,
  sourceOf,
} from "./docs/pages.test-support.ts";

/*
 * Every fenced block of the docs is run. A block with a file name after its language is written under that name for
 * the blocks after it; a text block is what the block before it prints, where a line of … stands for any lines.
 */

const json = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));
const everything: readonly Program[] = pages.flatMap(programsOf);
const home = process.cwd();

beforeAll(() => {
  rmSync(join(root, "out/docs"), { recursive: true, force: true });
  for (const program of everything) {
    mkdirSync(dirname(program.path), { recursive: true });
    writeFileSync(program.path, sourceOf(program));
  }
});
afterAll(() => process.chdir(home));

test("every ts block type-checks", { timeout: 120_000 }, () => {
  const { options } = ts.parseJsonConfigFileContent(json("tsconfig.json"), ts.sys, root);
  const paths = everything.map(({ path }) => path);
  const program = ts.createProgram(paths, { ...options, noUnusedLocals: false, noUnusedParameters: false });
  const found = ts.getPreEmitDiagnostics(program).filter(({ file }) => file?.fileName.includes("/out/docs/"));
  const sentence = ({ file, start, messageText }: ts.Diagnostic): string => {
    const { line } = file!.getLineAndCharacterOfPosition(start!);
    return `${file!.fileName.split("/out/docs/")[1]} (${line + 1}): ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
  };
  expect(found.map(sentence)).toEqual([]);
});

test("at most three ts blocks are not run, and each says why", () => {
  const blocks = pages.flatMap((page) => page.blocks.filter(({ language }) => language === "ts"));
  expect(blocks.filter(({ info }) => info.startsWith("no-run") && !/^no-run: \S/.test(info))).toEqual([]);
  expect(blocks.filter((block) => !runs(block)).length).toBeLessThanOrEqual(3);
});

test("every link leads to a file", () => {
  expect(pages.flatMap(brokenLinks)).toEqual([]);
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

const main = join(root, "packages/cli/dist/main.js");
const scripts: Readonly<Record<string, string>> = json("package.json").scripts;
const packages = ["spark-snn", "@spark-snn/plot", "@spark-snn/cli"];

/** Runs one line of a shell block where it is one of the command line's, else sees that what it names exists. */
const shell = (line: string): string => {
  const [first = "", ...args] = line
    .replace(/^npx /, "")
    .replace(/\s+#.*$/, "")
    .split(/\s+/);
  if (first === "spark-snn") {
    return existsSync(main) ? execFileSync(process.execPath, [main, ...args], { encoding: "utf8" }) : "";
  }
  if (first === "tsx") expect(existsSync(join(root, args[0]!)), line).toBe(true);
  else if (first === "npm" && args[0] === "run") expect(scripts, line).toHaveProperty([args[1]!]);
  else if (first === "npm" && args[0] === "install") for (const name of args.slice(1)) expect(packages).toContain(name);
  else expect(["npm test", "npm ci", "npm create vite@latest"], line).toContain([first, ...args.slice(0, 2)].join(" "));
  return "";
};

const hasNumpy = ((): boolean => {
  try {
    execFileSync("python3", ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

const readFile = async (path: string): Promise<Uint8Array> => readFileSync(path);
const voids = ["meta", "link", "br", "img", "input", "source", "hr", "!doctype"];

/** Elements that are not closed in order, and files of the package that it does not export. */
const htmlProblems = (text: string): string[] => {
  const open: string[] = [];
  const problems: string[] = [];
  for (const [, close, name = ""] of text.matchAll(/<(\/?)(!?[a-z][a-z0-9]*)\b[^>]*>/gi)) {
    const tag = name.toLowerCase();
    if (voids.includes(tag)) continue;
    if (!close) open.push(tag);
    else if (open.pop() !== tag) problems.push(`</${tag}>`);
  }
  const known = Object.keys(json("packages/spark/package.json").exports);
  const files = [...text.matchAll(/spark-snn(?:@[\d.]+)?\/(?:dist\/)?([\w.-]+)"/g)].map(([, file]) => `./${file}`);
  return [...problems, ...open.map((tag) => `<${tag}>`), ...files.filter((file) => !known.includes(file))];
};

/** Runs a block that is no ts block; gives what it printed, where it can be run here. */
const check = async ({ language, info, text }: Block): Promise<string | undefined> => {
  const [name] = info.split(" ");
  if (name && language !== "text" && language !== "ts") writeFileSync(name, `${text}\n`);
  if (language === "json") {
    const document = JSON.parse(text);
    if (document.model && document.duration) await experiment(document, { readFile });
  }
  if (language === "html") expect(htmlProblems(text)).toEqual([]);
  if (language === "python" && hasNumpy) return execFileSync("python3", ["-c", text], { encoding: "utf8" });
  if (language === "sh") return text.split("\n").map(shell).join("") || undefined;
  return undefined;
};

const expectPrinted = (block: Block, printed: string): void => {
  const literal = (line: string): string => line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const lines = block.text.split("\n").map((line) => (line.trim() === "…" ? "(?:.*\n)*?" : `${literal(line)}\n`));
  const pattern = new RegExp(`^${lines.join("")}$`);
  const given = printed.replaceAll(/[ \t]+$/gm, "").trimEnd();
  if (!pattern.test(`${given}\n`)) expect(given).toBe(block.text);
};

test.each(pages.map((page): [string, Page] => [page.name, page]))(
  "%s holds what it shows",
  async (name, page) => {
    const folder = join(root, "out/docs", name.replaceAll(/[^A-Za-z0-9]+/g, "-"), "files");
    mkdirSync(folder, { recursive: true });
    process.chdir(folder);
    const programs = programsOf(page);
    const outputs = new Map<string, string>();
    let before: string | undefined;
    for (const block of page.blocks) {
      if (block.language === "text" && before !== undefined) expectPrinted(block, before);
      before = undefined;
      if (block.language === "ts") {
        const program = programs.find(({ blocks }) => blocks[0] === block);
        if (program?.blocks.every(runs)) for (const [key, text] of await run(program)) outputs.set(key, text);
        before = runs(block) ? (outputs.get(marker(block)) ?? "") : undefined;
      } else before = await check(block);
    }
  },
  60_000,
);
