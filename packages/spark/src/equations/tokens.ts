import type { Problems, Span } from "./problems.ts";

/** A part of a text that has a meaning of its own. */
export interface Token extends Span {
  readonly kind: "number" | "name" | "string" | "sign" | "newline" | "end";
  /** The characters; of a quoted name or a string, without its quotes. */
  readonly text: string;
  /** Whether a name is in backquotes, so that it is no keyword. */
  readonly isQuoted?: boolean;
}

/** Comments by the number of the line, from 0, without the sign. */
export type Comments = ReadonlyMap<number, string>;

/** Signs with the same meaning. */
const twins: Readonly<Record<string, string>> = {
  "**": "^",
  "·": "*",
  "×": "*",
  "−": "-",
  "≤": "<=",
  "≥": ">=",
  "≠": "!=",
  "&&": "and",
  "||": "or",
  "!": "not",
};

const pattern = new RegExp(
  [
    /(?<space>[^\S\n]+|\\[^\S\n]*\n)/,
    /(?<comment>#[^\n]*)/,
    /(?<newline>\n)/,
    /(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/,
    /(?<name>[\p{L}_][\p{L}\p{N}_]*)/u,
    /`(?<quoted>[^`\n]*)`/,
    /"(?<string>[^"\n]*)"/,
    /(?<sign>\*\*|\+=|-=|\*=|\/=|<=|>=|==|!=|&&|\|\||[-+*/^·×−()[\],;:=<>≤≥≠!])/,
  ]
    .map(({ source }) => source)
    .join("|"),
  "uy",
);

/** Divides a text into tokens. Lines end with a token; spaces, comments and continued lines do not appear. */
export const tokenize = (problems: Problems): { readonly tokens: readonly Token[]; readonly comments: Comments } => {
  const { text } = problems;
  const tokens: Token[] = [];
  const comments = new Map<number, string>();
  let line = 0;
  for (let start = 0; start < text.length; ) {
    pattern.lastIndex = start;
    const found = pattern.exec(text);
    if (!found) {
      const length = refuseSign(problems, start);
      // The parser stops at it, and adds no problem at the same place.
      tokens.push({ kind: "sign", text: text.slice(start, start + length), start, end: start + length });
      start += length;
      continue;
    }
    const { space, comment, newline, number, name, quoted, string, sign } = found.groups!;
    const end = start + found[0].length;
    if (comment !== undefined) comments.set(line, comment.slice(1).trim());
    else if (number !== undefined) tokens.push({ kind: "number", text: number, start, end });
    else if (name !== undefined) tokens.push({ kind: "name", text: name, start, end });
    else if (quoted !== undefined) tokens.push({ kind: "name", text: quoted, isQuoted: true, start, end });
    else if (string !== undefined) tokens.push({ kind: "string", text: string, start, end });
    else if (sign !== undefined) tokens.push(signToken(twins[sign] ?? sign, start, end));
    else if (newline !== undefined) tokens.push({ kind: "newline", text: "\n", start, end });
    if (newline !== undefined || space?.includes("\n")) line++;
    start = end;
  }
  tokens.push({ kind: "end", text: "", start: text.length, end: text.length });
  return { tokens, comments };
};

const signToken = (text: string, start: number, end: number): Token => ({
  kind: /^[a-z]/.test(text) ? "name" : "sign",
  text,
  start,
  end,
});

/** Reports a character that no token starts with. Returns its number of characters. */
const refuseSign = (problems: Problems, start: number): number => {
  const sign = String.fromCodePoint(problems.text.codePointAt(start)!);
  const remedy =
    sign === '"' || sign === "`"
      ? `Close the quotes in the same line.`
      : sign === "'"
        ? "Write a derivative as dv/dt = …."
        : "Remove it.";
  problems.add({ start, end: start + sign.length }, `the sign ${JSON.stringify(sign)} has no meaning here. ${remedy}`);
  return sign.length;
};
