import type { Files } from "./files-of.ts";
import type { JsonObject } from "./json.ts";
import { derived, type Readable, writable } from "./readable.ts";

/** A change of the document: how the history names it, and the function that makes the changed copy. */
export interface Command {
  /** Names the change in the menu and the history, such as "Add population excitatory". */
  readonly label: string;
  readonly apply: (document: JsonObject) => JsonObject;
  /** Successive commands with equal keys become one entry, such as the positions of a slider that is dragged. */
  readonly merge?: string;
  /** The files that the changed document can name. Default: those of the document before. */
  readonly files?: Files;
}

interface HistoryEntry {
  readonly label: string;
  readonly document: JsonObject;
  readonly files: Files;
  readonly merge: string | undefined;
}

/** All documents since the start, in order. Documents share their unchanged parts, so an entry costs little memory. */
interface Log {
  readonly entries: readonly HistoryEntry[];
  /** The entry whose document is the present one. */
  readonly present: number;
}

export interface History {
  readonly document: Readable<JsonObject>;
  /** Files that the present document can name, such as recorded currents. */
  readonly files: Readable<Files>;
  readonly log: Readable<Log>;
  /** Runs a command. Returns whether it changed the document. A change forgets what was undone before. */
  run(command: Command): boolean;
  undo(): boolean;
  redo(): boolean;
  /** Goes to any entry. */
  goTo(entry: number): void;
  /** Ends the merging of commands, as when a slider is released. */
  settle(): void;
}

/** Whether two documents are equal, the order of their keys included: the order of populations changes what is drawn. */
const sameText = (a: JsonObject, b: JsonObject): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** Entries that are kept. Older ones are forgotten. */
const kept = 1000;

export const history = (first: JsonObject, firstLabel: string): History => {
  const log = writable<Log>({
    entries: [{ label: firstLabel, document: first, files: {}, merge: undefined }],
    present: 0,
  });
  const go = (present: number): boolean => {
    const { entries } = log.get();
    if (present < 0 || present >= entries.length) return false;
    log.set({ entries: entries.map((entry, k) => (k === present ? { ...entry, merge: undefined } : entry)), present });
    return true;
  };
  return {
    log,
    document: derived(log, ({ entries, present }) => entries[present]!.document),
    files: derived(log, ({ entries, present }) => entries[present]!.files),
    run: ({ label, apply, merge, files }) => {
      const { entries, present } = log.get();
      const last = entries[present]!;
      const document = apply(last.document);
      if (files === undefined && sameText(document, last.document)) return false;
      const merges = merge !== undefined && merge === last.merge && present > 0;
      const before = entries.slice(0, merges ? present : present + 1);
      const next = [...before, { label, document, files: files ?? last.files, merge }].slice(-kept);
      log.set({ entries: next, present: next.length - 1 });
      return true;
    },
    undo: () => go(log.get().present - 1),
    redo: () => go(log.get().present + 1),
    goTo: (entry) => void go(entry),
    settle: () => void go(log.get().present),
  };
};
