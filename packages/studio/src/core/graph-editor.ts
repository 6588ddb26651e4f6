import { canCopy, copyParts, duplicateParts, partsOfText, pasteParts } from "./clipboard.ts";
import { type Change, changeValue, existing, removeParts, renamePart, renameProblem, titleOf } from "./commands.ts";
import { connectedText, connection, whyNotConnect } from "./commands-connect.ts";
import { foldGroup, groupNodes, layOut, moveNodes, ungroup } from "./commands-groups.ts";
import { type AddAt, type ConnectItem, connectItems, type PaletteItem, paletteItems } from "./commands-palette.ts";
import { canPlot, toggleNodePlot } from "./commands-plots.ts";
import { type Graph, graphOf, hasPart, keysOf, meanOf, partOf } from "./graph.ts";
import { groupsOf, parentOf, type ShownGraph, shownGraph } from "./graph-groups.ts";
import type { Command } from "./history.ts";
import type { JsonObject } from "./json.ts";
import type { ActionId } from "./keyboard.ts";
import {
  type Box,
  boxOf,
  type Direction,
  freePlace,
  grid,
  neighbour,
  nodeSize,
  type Point,
  placesOf,
} from "./layout.ts";
import type { NodePlotKind } from "./node-plots.ts";
import { type Readable, type Writable, writable } from "./readable.ts";
import type { Studio } from "./studio.ts";

/*
 * The editor of the graph: what is open, what is selected, and what the actions do. The canvas, the palette and the
 * inspector are views of it. It talks to the studio only.
 */

export interface Menu {
  readonly x: number;
  readonly y: number;
  readonly on: "node" | "edge" | "pane";
  /** Place in the graph, for what is added from the menu. */
  readonly place: Point | undefined;
}

export type Dialog =
  | { readonly kind: "palette"; readonly at: AddAt }
  | { readonly kind: "connect"; readonly from: string }
  | { readonly kind: "shortcuts" };

/** Functions that the canvas provides, because only the canvas knows the view. */
export interface CanvasView {
  fit(): void;
  zoom(factor: number): void;
  /** Brings a node into view and focuses it. */
  focus(id: string): void;
  /** Focuses a node, or the graph, if the element that had the focus is gone. */
  restore(id: string | undefined): void;
  /** The middle of the view, in the graph. */
  centre(): Point;
}

export interface GraphEditor {
  readonly studio: Studio;
  /** The whole graph of the document. */
  readonly graph: Readable<Graph>;
  /** The visible part of the graph. */
  readonly shown: Readable<ShownGraph>;
  readonly places: Readable<ReadonlyMap<string, Point>>;
  /** The group that the canvas is inside of. */
  readonly inside: Readable<string | undefined>;
  readonly dialog: Readable<Dialog | undefined>;
  readonly menu: Writable<Menu | undefined>;
  /** The last thing that happened, as a sentence for the live region. */
  readonly message: Readable<string>;
  /** Rises each time that the form of the selection is asked for; the inspector then takes the focus. */
  readonly opened: Readable<{ readonly count: number; readonly field: "name" | "first" }>;
  attach(view: CanvasView): () => void;
  /** Does an action. Returns whether there was something to do. */
  act(action: ActionId): boolean;
  /** Why an action cannot be done now, or undefined. */
  whyNot(action: ActionId): string | undefined;
  select(ids: readonly string[], announce?: boolean): void;
  toggle(id: string): void;
  /** Selects the nearest node in a direction, or follows the wires of a selected edge. */
  step(direction: Direction): void;
  enter(group: string | undefined): void;
  /** Closes what is open: menu, dialog, selection, group. */
  escape(): void;
  close(): void;
  openPalette(at: AddAt): void;
  paletteItems(at: AddAt): readonly PaletteItem[];
  connectItems(from: string): readonly ConnectItem[];
  /** Runs what an item of the palette or of the connect dialog adds. */
  addItem(item: {
    readonly title: string;
    readonly reason: string | undefined;
    readonly add: () => Change | undefined;
  }): boolean;
  connect(from: string, to: string, port?: string): boolean;
  whyNotConnect(from: string, to: string, port?: string): string | undefined;
  move(places: ReadonlyMap<string, Point>): void;
  rename(id: string, to: string): string | undefined;
  /** Runs a command of a form, and announces it. */
  run(command: Command): boolean;
  announce(text: string): void;
  /** Copied parts as text for the clipboard of the system. */
  copyText(): string | undefined;
  pasteText(text: string): boolean;
}

const plotOf = { plotSpikes: "spikes", plotTrace: "trace" } as const satisfies Record<string, NodePlotKind>;

const editors = new WeakMap<Studio, GraphEditor>();

/** The editor of a studio. All views of a studio share one. */
export const editorOf = (studio: Studio): GraphEditor => {
  const found = editors.get(studio) ?? createEditor(studio);
  editors.set(studio, found);
  return found;
};

const createEditor = (studio: Studio): GraphEditor => {
  const { document, catalogue, problems, selection } = studio;
  const inside = writable<string | undefined>(undefined);
  const dialog = writable<Dialog | undefined>(undefined);
  const menu = writable<Menu | undefined>(undefined);
  const message = writable("");
  const opened = writable<{ readonly count: number; readonly field: "name" | "first" }>({ count: 0, field: "first" });
  const graph = writable(graphOf(document.get(), catalogue.get(), problems.get()));
  const shown = writable<ShownGraph>(shownGraph(graph.get(), document.get()));
  const places = writable<ReadonlyMap<string, Point>>(placesOf(shown.get(), document.get()));
  let view: CanvasView | undefined;
  let clipboard: JsonObject | undefined;

  const show = (): void => {
    const present = document.get();
    if (inside.get() !== undefined && !hasPart(present, inside.get()!)) inside.set(undefined);
    const next = shownGraph(graph.get(), present, inside.get());
    places.set(placesOf(next, present));
    shown.set(next);
  };
  const read = (): void => {
    graph.set(graphOf(document.get(), catalogue.get(), problems.get()));
    show();
  };
  document.subscribe((present) => {
    read();
    const chosen = selection.get();
    const left = existing(present, chosen);
    if (left.length < chosen.length) selection.set(left);
  });
  catalogue.subscribe(read);
  problems.subscribe(read);

  const announce = (text: string): void => message.set(text);
  const nodeAt = (id: string) => shown.get().nodes.find((node) => node.id === id);
  const describe = (id: string): string => {
    const node = nodeAt(id);
    if (node)
      return [node.title, node.subtitle, node.inhibitory ? "inhibitory" : ""].filter((part) => part !== "").join(", ");
    const edge = graph.get().edges.find(({ owner }) => owner === id);
    if (!edge) return titleOf(id);
    const weight = meanOf(partOf(document.get(), id)["weight"]);
    return `${edge.label || titleOf(id)}, from ${titleOf(edge.from)} to ${titleOf(edge.to)}, ${edge.sign}${weight === undefined ? "" : `, weight ${weight}`}`;
  };
  const select = (ids: readonly string[], says = true): void => {
    if (ids.length === selection.get().length && ids.every((id, k) => id === selection.get()[k])) return;
    selection.set(ids);
    if (!says) return;
    announce(
      ids.length === 0
        ? "Nothing selected"
        : ids.length === 1
          ? `Selected ${describe(ids[0]!)}`
          : `Selected ${ids.length} parts`,
    );
  };
  const apply = (change: Change | undefined): boolean => {
    if (!change || !studio.run(change.command)) return false;
    announce(change.command.label);
    selection.set(existing(document.get(), change.selection));
    return true;
  };
  const run = (command: Command): boolean => {
    const changes = studio.run(command);
    if (changes) announce(command.label);
    return changes;
  };
  const focusSelected = (): void => {
    const [first] = selection.get();
    if (first !== undefined && nodeAt(first)) view?.focus(first);
    else view?.restore(first);
  };

  const chosen = (): readonly string[] => selection.get();
  const selectedGroup = (): string | undefined => {
    const ids = chosen();
    const group = ids.find((id) => id.startsWith("groups."));
    return group ?? (ids[0] === undefined ? undefined : parentOf(groupsOf(document.get()), ids[0])?.id);
  };
  const selectedNodes = (): readonly string[] => chosen().filter((id) => nodeAt(id) || id.startsWith("groups."));
  const noSelection = "Select something first.";

  const whyNot = (action: ActionId): string | undefined => {
    const ids = chosen();
    if (action === "undo") return studio.history.log.get().present > 0 ? undefined : "There is nothing to undo.";
    if (action === "redo") {
      const { entries, present } = studio.history.log.get();
      return present < entries.length - 1 ? undefined : "There is nothing to redo.";
    }
    if (action === "paste") return undefined;
    if (action === "leave") return inside.get() === undefined ? "The view is not inside of a group." : undefined;
    if (["delete", "duplicate", "copy", "cut", "connect", "rename"].includes(action) && ids.length === 0)
      return noSelection;
    if (action === "connect") return nodeAt(ids[0]!) ? undefined : "Select a node first.";
    if (action === "rename") {
      if (ids.length > 1) return "Select one part only.";
      return ids[0] === "model" || ids[0]!.startsWith("inputs.") ? "This part has no name of its own." : undefined;
    }
    if (["duplicate", "copy", "cut"].includes(action) && !canCopy(document.get(), ids))
      return "This part cannot be copied alone.";
    if (action === "group") {
      const fitting = selectedNodes().filter((id) => id !== "model");
      return fitting.length > 0 ? undefined : "Select populations first.";
    }
    if (action === "ungroup" || action === "fold" || action === "enter") {
      return selectedGroup() === undefined ? "Select a group first." : undefined;
    }
    if (action === "plotSpikes" || action === "plotTrace") {
      if (ids.some((id) => canPlot(document.get(), id, plotOf[action]))) return undefined;
      return ids.length > 0 && action === "plotTrace" && ids.some((id) => canPlot(document.get(), id, "spikes"))
        ? "Spike sources have no trace."
        : "Select a population first.";
    }
    if (action === "layoutSelection") return selectedNodes().length > 1 ? undefined : "Select several nodes first.";
    if (action.startsWith("move")) return selectedNodes().length > 0 ? undefined : "Select a node first.";
    if (action === "selectAll" || action === "layoutAll")
      return shown.get().nodes.length > 0 ? undefined : "The network is empty.";
    return undefined;
  };

  const shift = (dx: number, dy: number): void => {
    const moved = new Map<string, Point>();
    for (const id of selectedNodes()) {
      const place = places.get().get(id);
      if (place) moved.set(id, { x: place.x + dx, y: place.y + dy });
    }
    const command = moveNodes(document.get(), graph.get(), moved);
    run({ ...command, merge: `move ${selectedNodes().join(" ")}` });
  };

  const open = (field: "name" | "first"): void => opened.update(({ count }) => ({ count: count + 1, field }));
  const enter = (group: string | undefined): void => {
    inside.set(group);
    show();
    const first = shown.get().nodes[0];
    selection.set(first ? [first.id] : []);
    announce(group === undefined ? "Showing the whole network" : `Inside ${titleOf(group)}`);
    view?.fit();
    focusSelected();
  };
  const copyText = (): string | undefined => {
    clipboard = copyParts(document.get(), chosen());
    if (!clipboard) return undefined;
    announce(`Copied ${chosen().length === 1 ? titleOf(chosen()[0]!) : `${chosen().length} parts`}`);
    return JSON.stringify(clipboard, null, 2);
  };
  const pasteText = (text: string): boolean => {
    const parts = partsOfText(text) ?? (text === "" ? clipboard : undefined);
    if (!parts) {
      announce("The clipboard has no parts of a network.");
      return false;
    }
    return apply(pasteParts(document.get(), parts));
  };

  const doing: Readonly<Record<ActionId, () => void>> = {
    add: () => {
      const place = freeCentre();
      dialog.set({ kind: "palette", at: place ? { place, proposed: true } : {} });
    },
    connect: () => dialog.set({ kind: "connect", from: chosen()[0]! }),
    open: () => {
      const [first] = chosen();
      if (first?.startsWith("groups.") && nodeAt(first)) enter(first);
      else open("first");
    },
    rename: () => open("name"),
    delete: () => {
      const [first] = chosen();
      const next = first === undefined ? undefined : nextOf(first);
      if (apply(removeParts(document.get(), chosen())) && next !== undefined && hasPart(document.get(), next)) {
        selection.set([next]);
        focusSelected();
      }
    },
    duplicate: () => void (apply(duplicateParts(document.get(), chosen())) && focusSelected()),
    copy: () => void copyText(),
    cut: () => {
      copyText();
      apply(removeParts(document.get(), chosen()));
    },
    paste: () => void pasteText(""),
    undo: () => {
      const { entries, present } = studio.history.log.get();
      const label = entries[present]!.label;
      if (studio.history.undo()) announce(`Undid: ${label}`);
    },
    redo: () => {
      if (!studio.history.redo()) return;
      const { entries, present } = studio.history.log.get();
      announce(`Redid: ${entries[present]!.label}`);
    },
    selectAll: () => select(shown.get().nodes.map(({ id }) => id)),
    group: () => void apply(groupNodes(document.get(), selectedNodes())),
    ungroup: () => void apply(ungroup(document.get(), selectedGroup()!)),
    fold: () => void apply(foldGroup(document.get(), graph.get(), selectedGroup()!)),
    enter: () => enter(selectedGroup()),
    leave: () => {
      const left = inside.get();
      enter(left === undefined ? undefined : parentOf(groupsOf(document.get()), left)?.id);
    },
    layoutAll: () => {
      run(layOut(document.get(), shown.get()));
      view?.fit();
    },
    layoutSelection: () => void run(layOut(document.get(), shown.get(), selectedNodes())),
    plotSpikes: () => void run(toggleNodePlot(document.get(), chosen(), "spikes")),
    plotTrace: () => void run(toggleNodePlot(document.get(), chosen(), "trace")),
    fit: () => view?.fit(),
    zoomIn: () => view?.zoom(1.25),
    zoomOut: () => view?.zoom(0.8),
    moveLeft: () => shift(-2 * grid, 0),
    moveRight: () => shift(2 * grid, 0),
    moveUp: () => shift(0, -2 * grid),
    moveDown: () => shift(0, 2 * grid),
    shortcuts: () => dialog.set({ kind: "shortcuts" }),
  };

  const boxes = (): ReadonlyMap<string, Box> =>
    new Map(shown.get().nodes.map((node) => [node.id, boxOf(node, places.get().get(node.id)!)]));
  /** The node that is selected after one is deleted. */
  const nextOf = (id: string): string | undefined =>
    (["left", "up", "right", "down"] as const)
      .map((direction) => neighbour(boxes(), id, direction))
      .find((next) => next !== undefined && next !== id);
  /** A free place right of the selected node, or in the middle of the view. */
  const freeCentre = (): Point | undefined => {
    const [first] = chosen();
    // An input or a drive stands left of its population. What is new goes right of that one.
    const wire = shown.get().edges.find(({ from, kind }) => from === first && (kind === "input" || kind === "drive"));
    const anchor = wire?.to ?? first;
    const beside = anchor === undefined ? undefined : boxes().get(anchor);
    const wanted = beside ? { x: beside.x + beside.width + 90, y: beside.y } : view?.centre();
    return wanted && freePlace({ ...wanted, ...nodeSize("population") }, [...boxes().values()]);
  };

  const editor: GraphEditor = {
    studio,
    graph,
    shown,
    places,
    inside,
    dialog,
    menu,
    message,
    opened,
    attach: (next) => {
      view = next;
      return () => {
        view = undefined;
      };
    },
    whyNot,
    act: (action) => {
      menu.set(undefined);
      const reason = whyNot(action);
      if (reason !== undefined) {
        announce(reason);
        return false;
      }
      doing[action]();
      view?.restore(chosen()[0]);
      return true;
    },
    select,
    toggle: (id) => {
      const ids = chosen();
      select(ids.includes(id) ? ids.filter((one) => one !== id) : [...ids, id]);
    },
    step: (direction) => {
      const [first] = chosen();
      const start = first !== undefined && nodeAt(first) ? first : ownerNode(first);
      const next = start === undefined ? shown.get().nodes[0]?.id : neighbour(boxes(), start, direction);
      if (next === undefined) {
        announce(`Nothing ${direction === "up" ? "above" : direction === "down" ? "below" : `to the ${direction}`}`);
        return;
      }
      select([next]);
      view?.focus(next);
    },
    enter,
    escape: () => {
      if (menu.get()) menu.set(undefined);
      else if (dialog.get()) editor.close();
      else if (chosen().length > 0) select([]);
      else if (inside.get() !== undefined) doing.leave();
    },
    close: () => {
      dialog.set(undefined);
      focusSelected();
    },
    openPalette: (at) => {
      menu.set(undefined);
      dialog.set({ kind: "palette", at });
    },
    paletteItems: (at) => {
      const models = catalogue.get();
      return models ? paletteItems(document.get(), models, at, chosen()) : [];
    },
    connectItems: (from) => {
      const models = catalogue.get();
      return models ? connectItems(document.get(), models, from) : [];
    },
    addItem: ({ title, reason, add }) => {
      if (reason !== undefined) {
        announce(reason);
        return false;
      }
      const change = add();
      dialog.set(undefined);
      if (!apply(placedFreely(change))) return false;
      announce(
        change!.command.label === `Add ${title}` ? change!.command.label : `${change!.command.label} (${title})`,
      );
      focusSelected();
      return true;
    },
    connect: (from, to, port) => {
      const found = connection(document.get(), catalogue.get(), graph.get(), from, to, port);
      if ("reason" in found) {
        announce(found.reason);
        return false;
      }
      const done = apply(found.change);
      if (done) announce(connectedText(from, to));
      return done;
    },
    whyNotConnect: (from, to, port) => whyNotConnect(document.get(), catalogue.get(), graph.get(), from, to, port),
    move: (moved) => void run(moveNodes(document.get(), graph.get(), moved)),
    rename: (id, to) => {
      const problem = renameProblem(document.get(), id, to);
      if (problem !== undefined) return problem;
      const wasInside = inside.get() === id;
      const change = renamePart(document.get(), id, to);
      if (wasInside) inside.set(change.selection[0]);
      const others = chosen().filter((one) => one !== id);
      if (studio.run(change.command)) {
        announce(change.command.label);
        selection.set([...others, ...change.selection]);
      }
      return undefined;
    },
    run,
    announce,
    copyText,
    pasteText,
  };
  /** New parts join the group that the view is inside of, so that they are seen. */
  const placedFreely = (change: Change | undefined): Change | undefined => {
    const group = inside.get();
    if (!change || group === undefined) return change;
    return {
      ...change,
      command: {
        ...change.command,
        apply: (before) => {
          const after = change.command.apply(before);
          const members = partOf(after, group)["members"];
          const added = change.selection.filter((id) => !id.startsWith("projections."));
          return Array.isArray(members)
            ? changeValue([...keysOf(group), "members"], [...members, ...added], "").apply(after)
            : after;
        },
      },
    };
  };
  /** The node beside a selected wire. */
  const ownerNode = (id: string | undefined): string | undefined =>
    shown.get().edges.find(({ owner }) => owner === id)?.from;
  return editor;
};
