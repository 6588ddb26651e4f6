/*
 * Backends contain source files of other languages, which they compile or start at run time. This script writes the
 * sources of a folder as strings to a module `texts.ts` in that folder. The modules are not checked in: installing,
 * testing and building write those that are missing or out of date. The script uses no packages, because installing
 * runs it.
 *
 *     node tools/texts.mjs
 *
 * A file `pool.c` becomes `poolC`, `vectors.h` becomes `vectorsH`, and `team.worker.js` becomes `teamWorker`. Pages
 * load workers, so their comments, types and indentation are removed. Other comments than types must take whole lines in a
 * worker. A module that a worker imports from the same folder replaces the import.
 */
import { readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { fileURLToPath } from "node:url";

const start = fileURLToPath(new URL("../packages/spark/src/backend", import.meta.url));
const source = /^([a-z][a-z0-9-]*)\.(c|h|worker\.js)$/;
const endings = { c: "C", h: "H", "worker.js": "Worker" };

const foldersBelow = (folder) => [
  folder,
  ...readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => foldersBelow(join(folder, name))),
];

const camelCase = (name) => name.replace(/-(\w)/g, (_, letter) => letter.toUpperCase());

const withoutComments = (text) =>
  text
    .replace(/^[ \t]*\/\*[\s\S]*?\*\/[ \t]*\n/gm, "")
    .replace(/\/\*\* @type .*?\*\/ /g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("//"))
    .join("\n");

/** The text of a worker, with its imports replaced by the imported modules. */
const withImports = (folder, text) =>
  text.replace(/^import \{[^}]*\} from "\.\/([\w.-]+\.js)";$/gm, (_, file) =>
    readFileSync(join(folder, file), "utf8").replace(/^export /gm, ""),
  );

const literal = (text) => `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;

/** The module for the sources in a folder; undefined if there are none. */
export const moduleOf = (folder) => {
  const constants = readdirSync(folder)
    .sort()
    .flatMap((file) => {
      const [, name, ending] = source.exec(file) ?? [];
      if (name === undefined) return [];
      const text = readFileSync(join(folder, file), "utf8");
      const content = ending === "worker.js" ? withoutComments(withImports(folder, text)) : text;
      return [`/** ${file} */\nexport const ${camelCase(name)}${endings[ending]}: string = ${literal(content)};\n`];
    });
  if (constants.length === 0) return undefined;
  return ["// Written by tools/texts.mjs from the sources in this folder.\n", ...constants].join("\n");
};

const present = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
};

/** Writes the modules that are missing or out of date. */
export const writeTexts = () => {
  for (const folder of foldersBelow(start)) {
    const wanted = moduleOf(folder);
    const path = join(folder, "texts.ts");
    if (wanted !== undefined && present(path) !== wanted) writeFileSync(path, wanted);
  }
};

if (argv[1] && realpathSync(argv[1]) === realpathSync(fileURLToPath(import.meta.url))) writeTexts();
