import { json } from "@codemirror/lang-json";
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { basicSetup } from "codemirror";
import { findNodeAtLocation, parseTree } from "jsonc-parser";
import { marksOf, textEditing } from "../../core/editing.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Problem } from "../../core/protocol.ts";
import type { Studio } from "../../core/studio.ts";

export interface TextEditor {
  show(document: JsonObject): void;
  mark(problems: readonly Problem[]): void;
  close(): void;
}

const colours = EditorView.theme({
  "&": { backgroundColor: "var(--paper)", color: "var(--text)" },
  ".cm-gutters": { backgroundColor: "var(--paper-raised)", color: "var(--text-soft)", border: "none" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "color-mix(in srgb, var(--accent) 8%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--accent) 25%, transparent)",
  },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--paper-raised)", color: "var(--text)" },
});

/** The library has colours for a white page only. */
const highlights = syntaxHighlighting(
  HighlightStyle.define([
    { tag: tags.propertyName, color: "var(--excitatory)" },
    { tag: tags.string, color: "var(--series-3)" },
    { tag: tags.number, color: "var(--series-2)" },
    { tag: [tags.bool, tags.null], color: "var(--series-4)" },
  ]),
);

/** An editor for the text of the document, with problems at their places. */
export const textEditor = (parent: HTMLElement, studio: Studio, text: string): TextEditor => {
  const editing = textEditing(studio);
  let isShowing = false;
  const view = new EditorView({
    parent,
    doc: text,
    extensions: [
      basicSetup,
      json(),
      lintGutter(),
      colours,
      highlights,
      EditorView.contentAttributes.of({ "aria-label": "Text of the experiment", tabindex: "0" }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged || isShowing) return;
        const problem = editing.typed(update.state.doc.toString());
        if (problem)
          show([{ from: problem.offset, to: problem.offset + 1, severity: "error", message: problem.message }]);
      }),
    ],
  });
  const show = (diagnostics: readonly Diagnostic[]): void => {
    const end = view.state.doc.length;
    const inside = diagnostics.map((one) => ({ ...one, from: Math.min(one.from, end), to: Math.min(one.to, end) }));
    // Marks may not change while the editor is being updated.
    queueMicrotask(() => view.dispatch(setDiagnostics(view.state, inside)));
  };
  return {
    show: (document) => {
      const next = editing.textFor(document, view.state.doc.toString());
      if (next === undefined) return;
      isShowing = true;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
      isShowing = false;
    },
    mark: (problems) => {
      const tree = parseTree(view.state.doc.toString(), [], { allowTrailingComma: true });
      const marks = marksOf(problems, (keys) => {
        const node = tree && findNodeAtLocation(tree, [...keys]);
        return node && { from: node.offset, to: node.offset + node.length };
      });
      show(marks.map((mark) => ({ ...mark, severity: "error" })));
    },
    close: () => view.destroy(),
  };
};
