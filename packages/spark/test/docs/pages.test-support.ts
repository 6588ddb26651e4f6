import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../..", import.meta.url));

/** A fenced block of a page: "```language info", its text, and the line of the page where it begins, from 1. */
export interface Block {
  readonly language: string;
  readonly info: string;
  readonly text: string;
  readonly line: number;
}

export interface Page {
  /** Path from the root of the repository. */
  readonly name: string;
  readonly text: string;
  readonly blocks: readonly Block[];
}

const below = (folder: string): string[] =>
  existsSync(join(root, folder))
    ? readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".md") && !/node_modules|dist\/|out\//.test(name))
        .map((name) => join(folder, name))
    : [];

const readmes = (folder: string): string[] =>
  existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name, "README.md")) : [];

const names = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", ...below("docs")]
  .concat(readmes("packages"), readmes("examples"))
  .filter((name) => existsSync(join(root, name)))
  .sort();

const blocksOf = (text: string): Block[] =>
  [...text.matchAll(/^```(\S+)[ \t]*(.*)\n([\s\S]*?)^```[ \t]*$/gm)].map((match) => {
    const [, language, info, body] = match as unknown as [string, string, string, string];
    return { language, info, text: body.trimEnd(), line: text.slice(0, match.index).split("\n").length };
  });

export const pages: readonly Page[] = names.map((name) => {
  const text = readFileSync(join(root, name), "utf8");
  return { name, text, blocks: blocksOf(text) };
});

/**
 * Blocks that belong together: a ts block without an import goes on where the one before it on its page ended. One with
 * a file name can be imported by those after it.
 */
export interface Program {
  readonly blocks: readonly Block[];
  readonly path: string;
}

const unrun = /^no-run: \S/;
export const runs = (block: Block): boolean => !unrun.test(block.info);

/** Where the files of a page are written: git ignores it. */
export const folderOf = ({ name }: Page): string => join(root, "out/docs", name.replaceAll(/[^A-Za-z0-9]+/g, "-"));

/** The programs of a page, in order. */
export const programsOf = (page: Page): Program[] => {
  const programs: { blocks: Block[]; path: string }[] = [];
  for (const block of page.blocks.filter(({ language }) => language === "ts")) {
    const last = programs.at(-1);
    if (last && !/^import\b/m.test(block.text)) last.blocks.push(block);
    else {
      const file = /^[\w-]+\.ts$/.test(block.info) ? block.info : `line-${block.line}.ts`;
      programs.push({ blocks: [block], path: join(folderOf(page), file) });
    }
  }
  return programs;
};

/** Tells the blocks of a program apart in what it prints. */
export const marker = (block: Block): string => `block at line ${block.line}`;

// The alias of the entry for pages is not in the compiler's options.
const core = join(root, "packages/spark/src/entries/core.ts");

export const sourceOf = ({ blocks }: Program): string =>
  `${blocks
    .map((block) => `console.log(${JSON.stringify(marker(block))});\n${block.text}`)
    .join("\n")
    .replaceAll('"spark-snn/core"', JSON.stringify(core))}\nexport {};\n`;

/** Addresses of a page that lead to no file of the repository. */
export const brokenLinks = (page: Page): string[] =>
  [...page.text.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g)]
    .map((match) => (match[1] ?? match[2]!).split("#")[0]!)
    .filter((target) => target !== "" && !/^[a-z]+:/.test(target))
    .filter((target) => !existsSync(join(root, dirname(page.name), target)))
    .map((target) => `${page.name} leads to ${relative(root, join(root, dirname(page.name), target))}`);
