/** Deeper than any document, but safe for the stack. */
export const MAX_DEPTH = 200;

interface Marks {
  /** Offset at which brackets are nested deeper than `MAX_DEPTH`. */
  readonly tooDeep?: number;
  /** Number of texts that a colon follows, as it does every key. */
  readonly keys: number;
}

/** Finds brackets and keys; within strings and comments there are none. */
export const marksOf = (text: string): Marks => {
  let depth = 0;
  let keys = 0;
  const marks = /"(?:[^"\\]|\\.)*"(\s*:)?|\/\/[^\r\n]*|\/\*[\s\S]*?\*\/|[[\]{}]/g;
  for (const match of text.matchAll(marks)) {
    const [mark, colon] = match;
    if (colon !== undefined) keys++;
    if (mark === "[" || mark === "{") depth++;
    else if (mark === "]" || mark === "}") depth--;
    if (depth > MAX_DEPTH) return { tooDeep: match.index, keys };
  }
  return { keys };
};

/** The value of JSON without comments and repeated keys. Undefined for other texts, which a slower parser explains. */
export const plainJson = (text: string): unknown => {
  const { tooDeep, keys } = marksOf(text);
  if (tooDeep !== undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // Of repeated keys, only the last one is in the value.
    return keysIn(value) === keys ? value : undefined;
  } catch {
    return undefined;
  }
};

const keysIn = (value: unknown): number => {
  if (typeof value !== "object" || value === null) return 0;
  let count = Array.isArray(value) ? 0 : Object.keys(value).length;
  for (const part of Object.values(value)) count += keysIn(part);
  return count;
};
