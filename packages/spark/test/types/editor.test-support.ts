import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type ts from "typescript";

const require = createRequire(import.meta.url);
const here = dirname(fileURLToPath(import.meta.url));
const sources = join(here, "../../src/entries");

/** Text behind which the wrong token stands. */
export const WRONG = "/*!*/";
/** Text at which an editor is asked for completions. */
export const ASKED = "/*?*/";

export interface Message {
  readonly line: number;
  /** The token that the message points at. */
  readonly token: string;
  readonly text: string;
}

const compilerOptions = {
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noEmit: true,
  skipLibCheck: true,
  allowImportingTsExtensions: true,
};
const paths = { "spark-snn": [join(sources, "index.ts")], "spark-snn/node": [join(sources, "node.ts")] };

/** An editor of TypeScript on some files, which need not exist. */
export class Editor {
  readonly #ts: typeof ts;
  readonly #service: ts.LanguageService;
  readonly #files: ReadonlyMap<string, string>;

  /** `compiler` is the name of an installed package. */
  constructor(compiler: string, texts: Readonly<Record<string, string>>) {
    const api = require(compiler) as typeof ts;
    this.#ts = api;
    this.#files = new Map(Object.entries(texts).map(([name, text]) => [join(here, `${name}.case.ts`), text]));
    const textOf = (path: string): string | undefined => this.#files.get(path) ?? api.sys.readFile(path);
    this.#service = api.createLanguageService({
      getScriptFileNames: () => [...this.#files.keys()],
      getScriptVersion: () => "1",
      getScriptSnapshot: (path) => {
        const text = textOf(path);
        return text === undefined ? undefined : api.ScriptSnapshot.fromString(text);
      },
      getCurrentDirectory: () => here,
      getCompilationSettings: () => ({
        ...compilerOptions,
        target: api.ScriptTarget.ES2023,
        module: api.ModuleKind.NodeNext,
        moduleResolution: api.ModuleResolutionKind.NodeNext,
        lib: ["lib.es2023.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts", "lib.dom.asynciterable.d.ts"],
        types: ["node"],
        typeRoots: [join(here, "../../../../node_modules/@types")],
        paths,
      }),
      getDefaultLibFileName: api.getDefaultLibFilePath,
      fileExists: (path) => this.#files.has(path) || api.sys.fileExists(path),
      readFile: textOf,
      directoryExists: api.sys.directoryExists,
      getDirectories: api.sys.getDirectories,
    });
  }

  #path(name: string): string {
    return join(here, `${name}.case.ts`);
  }

  /** Everything that the editor underlines in a file. */
  messages(name: string): Message[] {
    const path = this.#path(name);
    const text = this.#files.get(path)!;
    const found = [...this.#service.getSyntacticDiagnostics(path), ...this.#service.getSemanticDiagnostics(path)];
    return found.map(({ start = 0, length = 0, messageText }) => ({
      line: text.slice(0, start).split("\n").length,
      token: text.slice(start, start + length),
      text: this.#ts.flattenDiagnosticMessageText(messageText, "\n"),
    }));
  }

  /** Names that the editor offers at the mark of a file, without those of every scope. */
  completions(name: string): string[] {
    const path = this.#path(name);
    const at = this.#files.get(path)!.indexOf(ASKED) + ASKED.length;
    const found = this.#service.getCompletionsAtPosition(path, at, {});
    return (found?.entries ?? [])
      .filter(({ kind }) => kind === "property" || kind === "method" || kind === "string")
      .map(({ name: offered }) => offered)
      .sort();
  }

  /** What the editor shows where the pointer rests behind the mark of a file. */
  hover(name: string): string {
    const path = this.#path(name);
    const at = this.#files.get(path)!.indexOf(ASKED) + ASKED.length;
    const info = this.#service.getQuickInfoAtPosition(path, at);
    return this.#ts.displayPartsToString([...(info?.displayParts ?? [])]);
  }

  dispose(): void {
    this.#service.dispose();
  }
}

/** What the compiler of another package, which has no editor's interface, says of the same files. */
export const compile = (compiler: string, texts: Readonly<Record<string, string>>): Map<string, Message[]> => {
  const folder = mkdtempSync(join(here, "cases-"));
  try {
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(folder, `${name}.ts`), text);
    const config = {
      compilerOptions: {
        ...compilerOptions,
        target: "es2023",
        module: "nodenext",
        lib: ["ES2023", "DOM", "DOM.Iterable", "DOM.AsyncIterable"],
        types: ["node"],
        typeRoots: [join(here, "../../../../node_modules/@types")],
        paths,
      },
      files: Object.keys(texts).map((name) => `${name}.ts`),
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const bin = join(dirname(require.resolve(`${compiler}/package.json`)), "bin/tsc");
    const { stdout, error } = spawnSync(process.execPath, [bin, "-p", folder, "--pretty", "false"], {
      cwd: folder,
      encoding: "utf8",
    });
    if (error) throw error;
    return readMessages(stdout, texts);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Reads lines such as "name.ts(3,5): error TS2322: text", with what follows indented. */
const readMessages = (output: string, texts: Readonly<Record<string, string>>): Map<string, Message[]> => {
  const found = new Map<string, Message[]>(Object.keys(texts).map((name) => [name, []]));
  let last: { name: string; message: Message } | undefined;
  for (const line of output.split("\n")) {
    const match = /^(?:.*[\\/])?([\w-]+)\.ts\((\d+),(\d+)\): error TS\d+: (.*)$/.exec(line);
    if (!match) {
      if (!last || !line.startsWith("  ")) continue;
      const list = found.get(last.name)!;
      const message = { ...last.message, text: `${last.message.text}\n${line}` };
      list[list.length - 1] = message;
      last = { ...last, message };
      continue;
    }
    const [, name = "", row = "", column = "", text = ""] = match;
    if (!found.has(name)) continue;
    const source = texts[name]!.split("\n")[Number(row) - 1]!.slice(Number(column) - 1);
    const token = /^(?:"[^"]*"|'[^']*'|[\w$]+|.)/.exec(source)?.[0] ?? "";
    last = { name, message: { line: Number(row), token, text } };
    found.get(name)!.push(last.message);
  }
  return found;
};
