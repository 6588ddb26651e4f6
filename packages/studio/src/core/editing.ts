import { documentText, parseDocument, type TextProblem } from "./files.ts";
import { equalJson, type JsonObject, type Key } from "./json.ts";
import type { Problem } from "./protocol.ts";
import type { Studio } from "./studio.ts";

/** A problem at a part of the text. */
export interface Mark {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** The text of the document, edited either way: typing changes the document, and other changes replace the text. */
export interface TextEditing {
  /** The text that the editor should show for a document, or undefined if its own text already means it. */
  textFor(document: JsonObject, shown: string): string | undefined;
  /** Takes what the user has typed. Returns the problem if it is not a document; the document then stays. */
  typed(text: string): TextProblem | undefined;
}

export const textEditing = (studio: Studio): TextEditing => ({
  textFor: (document, shown) => {
    const read = parseDocument(shown);
    // Reordering keys changes nothing that the text would have to show.
    return "document" in read && equalJson(read.document, document) ? undefined : documentText(document);
  },
  typed: (text) => {
    const read = parseDocument(text);
    if ("problem" in read) return read.problem;
    studio.run({ label: "Edit the text", apply: () => read.document, merge: "text" });
    return undefined;
  },
});

/** Finds the place of keys in a text, given a function that finds it exactly or not at all. */
export const marksOf = (
  problems: readonly Problem[],
  placeOf: (keys: readonly Key[]) => { readonly from: number; readonly to: number } | undefined,
): Mark[] =>
  problems.map(({ keys, message }) => {
    // A missing value has no place: its object is marked.
    for (let depth = keys.length; depth > 0; depth--) {
      const place = placeOf(keys.slice(0, depth));
      const missing = keys.slice(depth).join(".");
      if (place) return { ...place, message: missing === "" ? message : `${missing} ${message}` };
    }
    return { from: 0, to: 1, message: `${keys.join(".")} ${message}`.trim() };
  });
