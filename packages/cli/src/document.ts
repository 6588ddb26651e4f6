import { dirname, isAbsolute, join, resolve } from "node:path";
import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { ConfigError, FileError, type Issue, type Key } from "spark-snn";
import { readFileStrict } from "spark-snn/node";
import { UsageError } from "./arguments.ts";

/** A document with its text, so that problems name line and column. */
export interface DocumentFile {
  /** Path as typed. */
  readonly path: string;
  readonly value: unknown;
  /** Line and column ("12:5") for the keys of a problem; undefined if they are not in the text. */
  readonly place: (keys: readonly Key[]) => string | undefined;
}

/** Maximum size of a document, bytes; it is read as one text. */
const LIMIT = 256 * 2 ** 20;
/** Deeper than any document, but safe for the stack. */
const MAX_DEPTH = 200;

/**
 * Reads JSON with comments and trailing commas.
 * @throws FileError if the file cannot be read, is not UTF-8, or is not JSON; the error then names line and column.
 */
export const readDocument = async (path: string, folder: string): Promise<DocumentFile> => {
  const bytes = await readFileStrict(resolve(folder, path), { limit: LIMIT });
  return parseDocument(path, decode(path, bytes));
};

const decode = (path: string, bytes: Uint8Array): string => {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new FileError(`${path} is not UTF-8 text. Save it as UTF-8.`);
  }
};

/** Parses the text of a document; `path` names it in messages. */
export const parseDocument = (path: string, text: string): DocumentFile => {
  const lineStarts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  const positionOf = (offset: number): string => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return `${line + 1}:${offset - lineStarts[line]! + 1}`;
  };
  const fail = (offset: number, message: string): never => {
    throw new ConfigError({ path: `${path}:${positionOf(offset)}`, message });
  };
  const deep = tooDeep(text);
  if (deep !== undefined) fail(deep, `is nested more than ${MAX_DEPTH} levels deep. Flatten the document.`);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [first] = errors;
  if (first) fail(first.offset, syntaxMessage(first, text));
  if (!root) return fail(0, 'contains no JSON. Write an object such as { "model": … }, or start with spark-snn init.');
  return {
    path,
    value: readTree(root, (node, key) => fail(node.offset, `repeats the key "${key}". Keep one of them.`)),
    place: (keys) => {
      const node = nodeOf(root, keys);
      return node && positionOf(node.offset);
    },
  };
};

/** Offset at which brackets are nested too deep for a document; strings and comments are skipped. */
const tooDeep = (text: string): number | undefined => {
  let depth = 0;
  const marks = /"(?:[^"\\]|\\.)*"|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|[[\]{}]/g;
  for (const match of text.matchAll(marks)) {
    const [mark] = match;
    if (mark === "[" || mark === "{") depth++;
    else if (mark === "]" || mark === "}") depth--;
    if (depth > MAX_DEPTH) return match.index;
  }
  return undefined;
};

const sentences: Readonly<Record<string, string>> = {
  InvalidSymbol: "is not JSON. Put texts in double quotes; numbers are written like -12.5e3.",
  InvalidNumberFormat: "is not a number. Write it like -12.5e3.",
  PropertyNameExpected: "must be a name in double quotes. Quote it.",
  ValueExpected: "must be a value: a number, a text in quotes, true, false, null, an array or an object. Give one.",
  ColonExpected: "must be a colon between name and value. Add it.",
  CommaExpected: "must be a comma between two values. Add it.",
  CloseBraceExpected: "must close an object with }. Add it.",
  CloseBracketExpected: "must close an array with ]. Add it.",
  EndOfFileExpected: "must be the end of the document. Keep one object.",
  UnexpectedEndOfComment: "begins a comment that does not end. Close it with */.",
  UnexpectedEndOfString: "begins a text that does not end on its line. Close it with a double quote.",
  UnexpectedEndOfNumber: "is an incomplete number. Write it like -12.5e3.",
  InvalidUnicode: "contains \\u without four hexadecimal digits. Write it like \\u00b5.",
  InvalidEscapeCharacter: 'contains an escape that JSON does not have. Known: \\" \\\\ \\/ \\b \\f \\n \\r \\t \\u.',
  InvalidCharacter: "contains a control character. Write it as an escape such as \\n.",
};

const syntaxMessage = ({ error, offset, length }: ParseError, text: string): string => {
  const found = text.slice(offset, offset + Math.min(length, 20));
  const sentence = sentences[printParseErrorCode(error)] ?? "is not JSON. Correct it.";
  const received = found.trim() === "" ? (offset >= text.trimEnd().length ? "the end of the file" : "") : `"${found}"`;
  return received === "" ? sentence : sentence.replace(/\. /, `; received ${received}. `);
};

/** The value of a tree. A key named __proto__ has no special meaning. */
const readTree = (node: Node, refuse: (node: Node, key: string) => never): unknown => {
  if (node.type === "array") return (node.children ?? []).map((child) => readTree(child, refuse));
  if (node.type !== "object") return node.value as unknown;
  const result: Record<string, unknown> = {};
  for (const property of node.children ?? []) {
    const [key, value] = property.children as [Node, Node];
    const name = String(key.value);
    if (Object.hasOwn(result, name)) refuse(key, name);
    Object.defineProperty(result, name, {
      value: readTree(value, refuse),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return result;
};

/** The deepest existing node on the way of the keys of a problem, whose first names the document. */
const nodeOf = (root: Node, [, ...keys]: readonly Key[]): Node | undefined => {
  let found: Node | undefined;
  for (let count = 1; count <= keys.length; count++) {
    const node = findNodeAtLocation(root, keys.slice(0, count));
    if (!node) break;
    found = node;
  }
  return found;
};

/**
 * The same error with file, line and column before each problem.
 *
 * @param changed keys that are not from the file, such as ["experiment", "seed"].
 */
export const placeIssues = (
  error: ConfigError,
  file: DocumentFile,
  changed: readonly (readonly Key[])[],
): ConfigError =>
  new ConfigError(
    error.issues.map(({ path, keys, message }): Issue => {
      const isChanged = changed.some((way) => way.every((key, k) => key === keys[k]));
      const place = isChanged ? undefined : file.place(keys);
      return { path: place === undefined ? path : `${file.path}:${place} ${path}`, keys, message };
    }),
  );

/** Reads the files that a document names, relative to the document. */
export const fileReader =
  (document: string, folder: string) =>
  (path: string): Promise<Uint8Array> =>
    readFileStrict(isAbsolute(path) ? path : join(dirname(resolve(folder, document)), path));

/** The keys of the value that an assignment such as "model.potentialTau=[10, 12]" sets. */
export const assignedKeys = (assignment: string): Key[] =>
  assignment
    .slice(0, Math.max(0, assignment.indexOf("=")))
    .trim()
    .split(/[.[\]]/)
    .filter((key) => key !== "")
    .map((key) => (/^\d+$/.test(key) ? Number(key) : key));

/**
 * Sets one value of a document: "model.potentialTau=[10, 12]". The value is JSON, otherwise text.
 * @throws UsageError if there is no =, or the path leads through a value that is not an object or array.
 */
export const setValue = (document: unknown, assignment: string): void => {
  const cut = assignment.indexOf("=");
  const path = assignment.slice(0, cut).trim();
  const keys = assignedKeys(assignment);
  if (cut < 1 || keys.length === 0) {
    throw new UsageError(`--set takes path=value; received "${assignment}". Write --set model.potentialTau=15.`);
  }
  let at = document;
  keys.forEach((key, k) => {
    if (typeof at !== "object" || at === null) {
      const way = keys.slice(0, k).join(".");
      throw new UsageError(`--set ${path} leads through ${way}, which is ${JSON.stringify(at)}. Set ${way} itself.`);
    }
    const target = at as Record<Key, unknown>;
    if (k < keys.length - 1) {
      if (!Object.hasOwn(target, key)) define(target, key, {});
      at = target[key];
    } else define(target, key, readValue(assignment.slice(cut + 1)));
  });
};

const define = (target: object, key: Key, value: unknown): void => {
  Object.defineProperty(target, key, { value, enumerable: true, writable: true, configurable: true });
};

const readValue = (text: string): unknown => {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors);
  return tree && errors.length === 0 && tooDeep(text) === undefined
    ? readTree(tree, (_, key) => {
        throw new UsageError(`--set repeats the key "${key}". Keep one of them.`);
      })
    : text;
};
