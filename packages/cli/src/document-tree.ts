import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";
import { ConfigError, type Key } from "spark-snn";
import { UsageError } from "./arguments.ts";
import { MAX_DEPTH, marksOf } from "./plain-json.ts";

/** The value of a document, and where its parts are in the text. */
export interface DocumentTree {
  readonly value: unknown;
  /** Line and column ("12:5") for the keys of a problem; undefined if they are not in the text. */
  readonly place: (keys: readonly Key[]) => string | undefined;
}

/**
 * Parses JSON with comments and trailing commas; `path` names the document in messages.
 * @throws ConfigError with line and column for text that is not JSON, or that repeats a key
 */
export const parseTreeOf = (path: string, text: string): DocumentTree => {
  const lineStarts = [0, ...[...text.matchAll(/\r\n|\r|\n/g)].map((match) => match.index + match[0].length)];
  const positionOf = (offset: number): string => {
    const line = lineStarts.findLastIndex((start) => start <= offset);
    return `${line + 1}:${offset - lineStarts[line]! + 1}`;
  };
  const fail = (offset: number, message: string): never => {
    throw new ConfigError({ path: `${path}:${positionOf(offset)}`, message });
  };
  const { tooDeep } = marksOf(text);
  if (tooDeep !== undefined) fail(tooDeep, `is nested more than ${MAX_DEPTH} levels deep. Flatten the document.`);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true, disallowComments: false });
  const [first] = errors;
  if (first) fail(first.offset, syntaxMessage(first, text));
  if (!root) return fail(0, 'contains no JSON. Write an object such as { "model": … }, or start with spark-snn init.');
  return {
    value: readTree(root, (node, key) => fail(node.offset, `repeats the key "${key}". Keep one of them.`)),
    place: (keys) => {
      const node = nodeOf(root, keys);
      return node && positionOf(node.offset);
    },
  };
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

/** The value of JSON with comments; other text stands for itself. @throws UsageError if it repeats a key */
export const parseValue = (text: string): unknown => {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors);
  if (!tree || errors.length > 0 || marksOf(text).tooDeep !== undefined) return text;
  return readTree(tree, (_, key) => {
    throw new UsageError(`--set repeats the key "${key}". Keep one of them.`);
  });
};
