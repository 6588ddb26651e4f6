import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import { runProgram } from "../../../cli/src/program.ts";
import { lazyRecordings } from "../../../cli/src/recordings.ts";
import { experiment } from "../../src/experiment/experiment.ts";
import { type Block, root, runs } from "./pages.test-support.ts";

/* What is done with the blocks that are no TypeScript. All run in the present folder. */

export const readJson = (path: string) => JSON.parse(readFileSync(join(root, path), "utf8"));

const output = (file: string, args: readonly string[]): string =>
  execFileSync(file, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Runs the command line in this process and gives what it prints. */
const cli = async (line: string, args: readonly string[]): Promise<string> => {
  let printed = "";
  const code = await runProgram(args, {
    out: (text) => {
      printed += text;
    },
    err: (text) => expect.fail(`${line} says: ${text}`),
    outIsTerminal: false,
    errIsTerminal: false,
    environment: {},
    folder: process.cwd(),
    signal: new AbortController().signal,
  });
  expect(code, line).toBe(0);
  return printed;
};

const packages = [
  "spark-snn",
  "@spark-snn/plot",
  "@spark-snn/fit",
  "@spark-snn/sweep",
  "@spark-snn/formats",
  "@spark-snn/cli",
];
const scripts: Readonly<Record<string, string>> = readJson("package.json").scripts;

/** Runs a line of a shell block where it is the command line's, else sees that what it names exists. */
const shell = async (line: string): Promise<string> => {
  const words = line.replace(/^npx /, "").replace(/\s+#.*$/, "");
  const [first = "", ...args] = (words.match(/(?:[^\s"]|"[^"]*")+/g) ?? []).map((word) => word.replaceAll('"', ""));
  if (first === "spark-snn") return cli(line, args);
  if (first === "tsx") expect(existsSync(join(root, args[0]!)), line).toBe(true);
  else if (first === "npm" && args[0] === "run") expect(scripts, line).toHaveProperty([args[1]!]);
  else if (first === "npm" && args[0] === "install") for (const name of args.slice(1)) expect(packages).toContain(name);
  else
    expect(["npm test", "npm ci", "npm pack --workspaces", "npm create vite@latest"], line).toContain(
      [first, ...args.slice(0, 2)].join(" "),
    );
  return "";
};

const python = process.env["SPARK_PYTHON"] ?? "python3";
const hasNumpy = ((): boolean => {
  try {
    output(python, ["-c", "import numpy"]);
    return true;
  } catch {
    return false;
  }
})();

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
  const known = Object.keys(readJson("packages/spark/package.json").exports);
  const files = [...text.matchAll(/spark-snn(?:@[\d.]+)?\/(?:dist\/)?([\w.-]+)"/g)].map(([, file]) => `./${file}`);
  return [...problems, ...open.map((tag) => `<${tag}>`), ...files.filter((file) => !known.includes(file))];
};

/** Checks a block; gives what it printed, where it runs and prints. A file name after the language saves it. */
export const checkBlock = async (block: Block): Promise<string | undefined> => {
  const { language, info, text } = block;
  const [name] = info.split(" ");
  if (name && language !== "text" && runs(block)) writeFileSync(name, `${text}\n`);
  if (language === "json") {
    const document = JSON.parse(text);
    if (document.model && document.duration)
      await experiment(document, { readFile: async (path) => readFileSync(path), recordings: lazyRecordings });
  }
  if (language === "html") expect(htmlProblems(text)).toEqual([]);
  if (language === "python" && hasNumpy) return output(python, ["-c", text]);
  if (language === "sh" && runs(block)) {
    let printed = "";
    for (const line of text.split("\n")) printed += await shell(line);
    return printed || undefined;
  }
  return undefined;
};

/** Compares what was printed with a text block, in which … stands for any text, and a line of … for any lines. */
export const expectPrinted = (block: Block, printed: string): void => {
  const literal = (line: string): string => line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll("…", ".*");
  const lines = block.text.split("\n").map((line) => (line.trim() === "…" ? "(?:.*\n)*?" : `${literal(line)}\n`));
  const given = printed.replaceAll(/[ \t]+$/gm, "").trimEnd();
  if (!new RegExp(`^${lines.join("")}$`).test(`${given}\n`)) expect(given).toBe(block.text);
};
