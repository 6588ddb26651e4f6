/* The actions of the canvas: one table for shortcuts, menus and the dialog that lists them. */

export type ActionId =
  | "add"
  | "connect"
  | "open"
  | "rename"
  | "delete"
  | "duplicate"
  | "copy"
  | "cut"
  | "paste"
  | "undo"
  | "redo"
  | "selectAll"
  | "group"
  | "ungroup"
  | "fold"
  | "enter"
  | "leave"
  | "layoutAll"
  | "layoutSelection"
  | "fit"
  | "zoomIn"
  | "zoomOut"
  | "moveLeft"
  | "moveRight"
  | "moveUp"
  | "moveDown"
  | "plotSpikes"
  | "plotTrace"
  | "shortcuts";

export interface Action {
  readonly id: ActionId;
  readonly label: string;
  readonly group: "Add" | "Edit" | "Groups" | "Layout" | "View";
  /** Shortcuts, such as "Ctrl+Z" or "n". The first is shown. Ctrl stands for the command key on a Mac. */
  readonly shortcuts: readonly string[];
}

export const actions: readonly Action[] = [
  { id: "add", label: "Add…", group: "Add", shortcuts: ["N", "/", "Ctrl+K"] },
  { id: "connect", label: "Connect to…", group: "Add", shortcuts: ["C"] },
  { id: "open", label: "Parameters", group: "Edit", shortcuts: ["Enter"] },
  { id: "rename", label: "Rename", group: "Edit", shortcuts: ["F2"] },
  { id: "duplicate", label: "Duplicate", group: "Edit", shortcuts: ["Ctrl+D"] },
  { id: "copy", label: "Copy", group: "Edit", shortcuts: ["Ctrl+C"] },
  { id: "cut", label: "Cut", group: "Edit", shortcuts: ["Ctrl+X"] },
  { id: "paste", label: "Paste", group: "Edit", shortcuts: ["Ctrl+V"] },
  { id: "delete", label: "Delete", group: "Edit", shortcuts: ["Delete", "Backspace"] },
  { id: "selectAll", label: "Select all", group: "Edit", shortcuts: ["Ctrl+A"] },
  { id: "undo", label: "Undo", group: "Edit", shortcuts: ["Ctrl+Z"] },
  { id: "redo", label: "Redo", group: "Edit", shortcuts: ["Ctrl+Y", "Ctrl+Shift+Z"] },
  { id: "group", label: "Group", group: "Groups", shortcuts: ["Ctrl+G"] },
  { id: "ungroup", label: "Ungroup", group: "Groups", shortcuts: ["Ctrl+Shift+G"] },
  { id: "fold", label: "Fold or unfold", group: "Groups", shortcuts: ["F"] },
  { id: "enter", label: "Go into the group", group: "Groups", shortcuts: ["E"] },
  { id: "leave", label: "Leave the group", group: "Groups", shortcuts: ["U"] },
  { id: "layoutAll", label: "Lay out all", group: "Layout", shortcuts: ["L"] },
  { id: "layoutSelection", label: "Lay out the selection", group: "Layout", shortcuts: ["Shift+L"] },
  { id: "moveLeft", label: "Move left", group: "Layout", shortcuts: ["Shift+ArrowLeft"] },
  { id: "moveRight", label: "Move right", group: "Layout", shortcuts: ["Shift+ArrowRight"] },
  { id: "moveUp", label: "Move up", group: "Layout", shortcuts: ["Shift+ArrowUp"] },
  { id: "moveDown", label: "Move down", group: "Layout", shortcuts: ["Shift+ArrowDown"] },
  { id: "plotSpikes", label: "Spikes in the node", group: "View", shortcuts: ["S"] },
  { id: "plotTrace", label: "Trace in the node", group: "View", shortcuts: ["T"] },
  { id: "fit", label: "Zoom to fit", group: "View", shortcuts: ["0"] },
  { id: "zoomIn", label: "Zoom in", group: "View", shortcuts: ["+", "="] },
  { id: "zoomOut", label: "Zoom out", group: "View", shortcuts: ["-"] },
  { id: "shortcuts", label: "Keyboard shortcuts", group: "View", shortcuts: ["?"] },
];

/** Ways of the keyboard that are no action of a menu. */
export const movements: readonly (readonly [keys: string, effect: string])[] = [
  ["Arrow keys", "Select the nearest node in that direction"],
  ["Tab", "Go to the next node or wire"],
  ["Shift+Space", "Add the node to the selection, or take it out"],
  ["Space", "Run or pause"],
  ["Escape", "Close a dialog, clear the selection, leave a group"],
];

export interface Pressed {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const matches = (shortcut: string, pressed: Pressed): boolean => {
  const parts = shortcut === "+" ? ["+"] : shortcut.split("+");
  const key = parts.at(-1)!;
  const command = parts.includes("Ctrl");
  const isLetter = /^[A-Z]$/.test(key);
  if (pressed.altKey || command !== (pressed.ctrlKey || pressed.metaKey)) return false;
  // Signs such as "?" and "+" need the shift key on some keyboards only.
  const named = isLetter || key.length > 1;
  if (named && parts.includes("Shift") !== pressed.shiftKey) return false;
  return isLetter ? pressed.key.toUpperCase() === key : pressed.key === key;
};

/** The action of a key, or undefined. */
export const actionOf = (pressed: Pressed): ActionId | undefined =>
  actions.find(({ shortcuts }) => shortcuts.some((shortcut) => matches(shortcut, pressed)))?.id;

/** How menus write a shortcut: with the signs of a Mac there. */
export const shownShortcut = (shortcut: string, mac: boolean): string => {
  const arrows: Readonly<Record<string, string>> = { ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓" };
  const text = shortcut.replace(/Arrow\w+/, (key) => arrows[key] ?? key);
  return mac ? text.replace("Ctrl+", "⌘").replace("Shift+", "⇧") : text;
};

export const actionAt = (id: ActionId): Action => actions.find((action) => action.id === id)!;
