/*
 * Backends hold sources of other languages, which they compile or start at run time. Each source is a file of its own.
 * This writes the sources of a folder as strings into a module `texts.ts` beside them. The modules are not checked in:
 * installing, testing and building write those that are missing or out of date. Plain Node, since installing runs it.
 *
 *     node tools/texts.mjs
 *
 * A file `pool.c` becomes `poolC`, `vectors.h` becomes `vectorsH`, and `team.worker.js` becomes `teamWorker`. Pages load
 * workers, so their comments and indentation are left out. A comment in a worker takes whole lines, or has a type within
 * one. What a worker imports from a file beside it takes the place of the import.
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
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("//"))
    .join("\n");

/** A worker with the modules that it imports in place of its imports. */
const withImports = (folder, text) =>
  text.replace(/^import \{[^}]*\} from "\.\/([\w.-]+\.js)";$/gm, (_, file) =>
    readFileSync(join(folder, file), "utf8").replace(/^export /gm, ""),
  );

const literal = (text) => `\`${text.replace(/[\\`]|\$\{/g, "\\$&")}\``;

/** The module for the sources in a folder; undefined where it has none. */
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
