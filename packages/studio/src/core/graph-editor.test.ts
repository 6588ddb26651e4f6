import { expect, test } from "vitest";
import { catalogue } from "../engine/catalogue.ts";
import { editorOf, type GraphEditor } from "./graph-editor.ts";
import { history } from "./history.ts";
import { isObject, type JsonObject, objectAt } from "./json.ts";
import { writable } from "./readable.ts";
import type { Studio } from "./studio.ts";
import { emptyDocument, firstDocument } from "./templates.ts";

const models = catalogue();

/** An editor of a document, with the parts of a studio that it uses. */
const edit = (document: JsonObject): GraphEditor => {
  const log = history(document, "Open");
  return editorOf({
    history: log,
    document: log.document,
    catalogue: writable(models),
    problems: writable([]),
    selection: writable<readonly string[]>([]),
    run: log.run,
  } as unknown as Studio);
};
const parts = (editor: GraphEditor, section: string): readonly string[] =>
  Object.keys(objectAt(editor.studio.document.get(), "model", section));

test("an item that ends a wire adds and connects in one step", () => {
  const editor = edit(emptyDocument);
  const items = editor.paletteItems({});
  expect(editor.addItem(items.find(({ id }) => id === "soma:LeakySoma")!)).toBe(true);
  const at = { from: "populations.neurons", side: "out" } as const;
  editor.addItem(editor.paletteItems(at).find(({ id }) => id === "soma:LeakySoma")!);
  expect([parts(editor, "populations"), parts(editor, "projections").length]).toEqual([["neurons", "neurons2"], 1]);
  editor.act("undo");
  expect([parts(editor, "populations"), parts(editor, "projections").length]).toEqual([["neurons"], 0]);
  expect(editor.message.get()).toBe("Undid: Add neurons2");
  const drive = editor.paletteItems({ from: "populations.neurons", side: "in", port: "synapses" });
  expect(drive.every(({ group }) => group !== "Read-outs")).toBe(true);
});

test("an action that cannot be done says why", () => {
  const editor = edit(emptyDocument);
  for (const action of ["delete", "undo", "redo", "group", "connect", "selectAll", "layoutSelection"] as const) {
    expect(editor.act(action), action).toBe(false);
    expect(editor.message.get(), action).toMatch(/\.$/);
  }
  expect(editor.connect("populations.a", "populations.b")).toBe(false);
  expect(editor.pasteText("hello")).toBe(false);
});

test("the selection follows what exists, and moves with a name", () => {
  const editor = edit(firstDocument);
  const { selection } = editor.studio;
  editor.select(["populations.excitatory"]);
  expect(editor.rename("populations.excitatory", "inhibitory")).toMatch(/exists already/);
  expect(editor.rename("populations.excitatory", "e")).toBeUndefined();
  expect(selection.get()).toEqual(["populations.e"]);
  editor.act("undo");
  expect(selection.get()).toEqual([]);
});

test("arrows select neighbours, and moves by key are one step of the history", () => {
  const editor = edit(firstDocument);
  editor.select(["populations.excitatory"]);
  editor.step("down");
  expect(editor.studio.selection.get()).toEqual(["populations.inhibitory"]);
  for (const action of ["moveRight", "moveRight", "moveDown"] as const) editor.act(action);
  const { positions } = objectAt(editor.studio.document.get(), "studio");
  expect(isObject(positions) && positions["populations.inhibitory"]).toEqual([320, 280]);
  expect(editor.studio.history.log.get().entries).toHaveLength(2);
});

test("a group is made, folded, entered and left", () => {
  const editor = edit(firstDocument);
  editor.act("selectAll");
  editor.act("group");
  editor.act("fold");
  expect(editor.shown.get().nodes.map(({ id }) => id)).toEqual(["groups.group"]);
  editor.act("open");
  expect([editor.inside.get(), editor.shown.get().nodes.length]).toEqual(["groups.group", 4]);
  editor.addItem(editor.paletteItems({}).find(({ id }) => id === "source:PoissonSource")!);
  expect(editor.shown.get().nodes).toHaveLength(5);
  editor.act("leave");
  expect(editor.inside.get()).toBeUndefined();
  for (let k = 0; k < 4; k++) editor.act("undo");
  expect(editor.studio.document.get()).toBe(firstDocument);
});

test("Escape closes the menu, the dialog, the selection and the group, in this order", () => {
  const editor = edit(firstDocument);
  editor.select(["populations.excitatory"]);
  editor.openPalette({});
  editor.menu.set({ x: 0, y: 0, on: "pane", place: undefined });
  editor.escape();
  expect(editor.menu.get()).toBeUndefined();
  editor.escape();
  expect(editor.dialog.get()).toBeUndefined();
  editor.escape();
  expect(editor.studio.selection.get()).toEqual([]);
});

test("copies go through the text of the clipboard", () => {
  const editor = edit(firstDocument);
  editor.select(["populations.excitatory"]);
  const text = editor.copyText()!;
  expect(editor.pasteText(text)).toBe(true);
  expect(parts(editor, "populations")).toEqual(["excitatory", "inhibitory", "excitatory2"]);
  const other = edit(emptyDocument);
  expect(other.pasteText(text)).toBe(true);
  expect(parts(other, "projections")).toEqual(["ee"]);
});
