import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";
import { isObject, type JsonObject } from "./json.ts";

/** The line and column of a place in a text, counted from 1. */
export const positionIn = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
};

const words: Readonly<Record<string, string>> = {
  InvalidSymbol: "a word that JSON does not know",
  InvalidNumberFormat: "a malformed number",
  PropertyNameExpected: "no name of a key in quotes",
  ValueExpected: "no value",
  ColonExpected: "no colon",
  CommaExpected: "no comma",
  CloseBraceExpected: "no closing brace",
  CloseBracketExpected: "no closing bracket",
  EndOfFileExpected: "something after the end of the document",
  UnexpectedEndOfString: "a text without closing quotes",
};

/** Where and why a text is not a document; undefined if it is one. */
export interface TextProblem {
  readonly offset: number;
  readonly message: string;
}

/** Reads JSON without comments. Unlike a parser that assigns keys, it keeps a key named __proto__. */
const plainJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Reads the text of a document, with comments and trailing commas as in files for the command line. */
export const parseDocument = (text: string): { readonly document: JsonObject } | { readonly problem: TextProblem } => {
  const errors: ParseError[] = [];
  const document = plainJson(text) ?? (parse(text, errors, { allowTrailingComma: true }) as unknown);
  const [first] = errors;
  if (first) {
    const found = words[printParseErrorCode(first.error)] ?? "something unexpected";
    const { line, column } = positionIn(text, first.offset);
    return { problem: { offset: first.offset, message: `Line ${line}, column ${column} has ${found}.` } };
  }
  if (!isObject(document)) {
    return {
      problem: { offset: 0, message: "The text is not an object in braces. A document starts with { and a model." },
    };
  }
  return { document };
};

/** @throws Error with a sentence for the user; `whose` starts it, such as "The file net.json" */
export const readDocumentText = (text: string, whose: string): JsonObject => {
  const read = parseDocument(text);
  if ("document" in read) return read.document;
  throw new Error(`${whose} does not contain an experiment. ${read.problem.message}`);
};

/** A document as the text of a file. Short lists stay on one line. */
export const documentText = (document: JsonObject): string =>
  `${JSON.stringify(document, undefined, 2).replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (whole, inner: string) => {
    const line = `[${inner.replace(/\n\s+/g, " ")}]`;
    return line.length <= 100 ? line : whole;
  })}\n`;

/** The name of a file for a document. */
export const fileName = (document: JsonObject, ending: string): string => {
  const name = typeof document["name"] === "string" ? document["name"] : "";
  const plain = name
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .toLowerCase();
  return `${plain || "experiment"}.${ending}`;
};
