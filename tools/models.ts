import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { modelPage } from "../packages/spark/src/model/page.ts";
import { markdownTable } from "../packages/spark/src/model/table.ts";
import { somas } from "../packages/spark/src/somas/index.ts";

/* Writes docs/models/ from the declarations. With --check writes nothing and fails where a page is out of date. */

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SOURCES = "packages/spark/src/somas";
const PAGES = "docs/models";

/** The file that declares a soma. */
const declaringFile = async (name: string): Promise<string> => {
  for (const file of (await readdir(at(SOURCES))).sort()) {
    if (file.endsWith(".test.ts")) continue;
    if ((await readFile(at(`${SOURCES}/${file}`), "utf8")).includes(`soma("${name}"`)) return `${SOURCES}/${file}`;
  }
  throw new Error(`${SOURCES} declares no soma("${name}", …). Declare it there.`);
};

/** Every page by file name, and the list of them. */
const writePages = async (): Promise<Map<string, string>> => {
  const pages = new Map<string, string>();
  const list: string[][] = [];
  for (const { model } of Object.values(somas)) {
    pages.set(`${model.name}.md`, modelPage(model, `../../${await declaringFile(model.name)}`));
    list.push([`[${model.name}](${model.name}.md)`, model.about]);
  }
  const table = markdownTable(["Model", "What it is"], list);
  pages.set(
    "README.md",
    `# Models\n\nThese pages are generated from the declarations: \`npx tsx tools/models.ts\`.\n\n${table}\n`,
  );
  return pages;
};

const found = async (): Promise<Map<string, string>> => {
  await mkdir(at(PAGES), { recursive: true });
  const files = (await readdir(at(PAGES))).filter((file) => file.endsWith(".md"));
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(at(`${PAGES}/${file}`), "utf8")] as const)),
  );
};

const pages = await writePages();
const present = await found();
const outdated = [...new Set([...pages.keys(), ...present.keys()])].filter(
  (file) => pages.get(file) !== present.get(file),
);
if (process.argv.includes("--check")) {
  for (const file of outdated) console.error(`${PAGES}/${file} is out of date. Run npx tsx tools/models.ts.`);
  if (outdated.length > 0) process.exitCode = 1;
} else {
  for (const file of outdated) {
    const page = pages.get(file);
    if (page === undefined) await rm(at(`${PAGES}/${file}`));
    else await writeFile(at(`${PAGES}/${file}`), page);
  }
  console.log(`${PAGES}: ${outdated.length} of ${pages.size} pages changed.`);
}
