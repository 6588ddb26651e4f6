import { fileName } from "./files.ts";
import type { Files } from "./files-of.ts";
import type { JsonObject } from "./json.ts";
import { type LessonProgress, lessonProgress } from "./lesson-progress.ts";
import { documentIn, fragmentOf, safeLength } from "./link.ts";
import { programOf } from "./program.ts";
import type { FormatEntry, Saved } from "./protocol.ts";
import { type Readable, type Writable, writable } from "./readable.ts";
import type { Storage, StoredDocument } from "./storage.ts";
import type { Studio } from "./studio.ts";
import { emptyDocument, type Template } from "./templates.ts";

/** The dialog that is open. */
export type Dialog =
  | "templates"
  | "lessons"
  | "documents"
  | "link"
  | "program"
  | "export"
  | "report"
  | "sweep"
  | "changes"
  | undefined;

export interface Notice {
  readonly kind: "info" | "error";
  readonly text: string;
}

/** Opening, keeping and passing on documents, and the parts of the page around the graph. */
export interface Workspace {
  readonly dialog: Writable<Dialog>;
  /** Whether the text of the document is shown beside the graph. */
  readonly text: Writable<boolean>;
  readonly notice: Writable<Notice | undefined>;
  readonly lesson: LessonProgress;
  readonly stored: Readable<readonly StoredDocument[]>;
  /** Files that the document may name, such as recorded currents. */
  readonly attached: Readable<Files>;
  /** Report of the last import or export. */
  readonly report: Readable<{ readonly title: string; readonly text: string } | undefined>;
  /** Replaces the document. Undo returns to the one before. */
  open(document: JsonObject, label: string, files?: Files): void;
  openTemplate(template: Template): Promise<void>;
  /**
   * Opens a document, an archive or the files of a model of another program; attaches tables, arrays and recordings.
   * Problems become a notice, and the present document stays.
   */
  openFiles(files: Files | Promise<Files>): Promise<void>;
  detach(name: string): void;
  openLink(fragment: string): Promise<boolean>;
  startEmpty(): void;
  /** The document as a file; with attached files, an archive. */
  save(): Promise<Saved | undefined>;
  /** The document in the format of another program. Its report is shown. */
  exportAs(format: string): Promise<Saved | undefined>;
  formats(): Promise<readonly FormatEntry[]>;
  /** Name of a file for the document. */
  fileName(ending: string): string;
  /** An address of the page with the whole document, and a warning if it is too long for some programs. */
  link(address: string): Promise<{ readonly address: string; readonly warning: string | undefined }>;
  program(): string;
  /** Keeps the last change at once, as before the page is closed. */
  keepNow(): Promise<void>;
  /** Keeps the last change and lists all documents that the browser keeps. */
  refreshStored(): Promise<void>;
  removeStored(name: string): Promise<void>;
}

/** Delay between a change and its storage, ms. */
const keepDelay = 800;

const sentence = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const workspace = (studio: Studio, storage: Storage, now: () => number): Workspace => {
  const notice = writable<Notice | undefined>(undefined);
  const dialog = writable<Dialog>(undefined);
  const stored = writable<readonly StoredDocument[]>([]);
  const fail = (error: unknown): void => notice.set({ kind: "error", text: sentence(error) });

  const open = (document: JsonObject, label: string, files: Files = {}): void => {
    // An engine without a simulation may still be describing the models.
    if (studio.session.state.get().status !== "empty") studio.session.abort();
    studio.selection.set([]);
    studio.run({ label, apply: () => document, files });
    studio.opened.update((count) => count + 1);
    dialog.set(undefined);
    notice.set(undefined);
  };

  const report = writable<{ readonly title: string; readonly text: string } | undefined>(undefined);
  const show = (title: string, text: string): void => {
    report.set({ title, text });
    dialog.set("report");
  };
  const { files: attached } = studio.history;
  const attach = (files: Files, label: string): void =>
    void studio.run({ label, apply: (document) => document, files });
  const written = async (format: string | undefined): Promise<Saved | undefined> => {
    const document = studio.document.get();
    const name = fileName(document, "").replace(/\.$/, "");
    try {
      return await studio.session.client.call("save", { document, name, ...(format !== undefined && { format }) });
    } catch (error) {
      fail(error);
      return undefined;
    }
  };

  const first = studio.document.get();
  let pending:
    | { readonly document: JsonObject; readonly files: Files; readonly timer: ReturnType<typeof setTimeout> }
    | undefined;
  const keepNow = async (): Promise<void> => {
    if (!pending) return;
    const { document, files, timer } = pending;
    clearTimeout(timer);
    pending = undefined;
    try {
      await storage.keep(document, files, now());
    } catch (error) {
      fail(`The browser does not keep this document: ${sentence(error)} Save it as a file.`);
    }
  };
  studio.history.log.subscribe(({ entries, present }) => {
    const { document, files } = entries[present]!;
    // An untouched first document is not worth keeping.
    if (document === first && Object.keys(files).length === 0) return;
    clearTimeout(pending?.timer);
    pending = { document, files, timer: setTimeout(() => void keepNow(), keepDelay) };
  });
  const refreshStored = async (): Promise<void> => {
    await keepNow();
    stored.set(await storage.list());
  };

  return {
    dialog,
    notice,
    lesson: lessonProgress(studio),
    attached,
    report,
    stored,
    text: writable(false),
    open,
    openTemplate: async (template) => {
      try {
        open(await template.load(), `Open the template ${template.name}`);
      } catch (error) {
        fail(error);
      }
    },
    openFiles: async (given) => {
      try {
        const files = await given;
        const names = Object.keys(files);
        const name = names.length === 1 ? names[0]! : `${names.length} files`;
        const read = await studio.session.client.call("read", files);
        if ("attached" in read) {
          attach({ ...attached.get(), ...read.attached }, `Attach ${name}`);
          notice.set({ kind: "info", text: read.text });
          return;
        }
        open(read.document, `Open ${name}`, read.data);
        if (read.report !== undefined) show(`Import of ${name}`, read.report);
      } catch (error) {
        fail(error);
      }
    },
    detach: (name) => {
      const { [name]: _, ...others } = attached.get();
      attach(others, `Remove ${name}`);
    },
    openLink: async (fragment) => {
      try {
        const document = await documentIn(fragment);
        if (document) open(document, "Open a link");
        return document !== undefined;
      } catch (error) {
        fail(error);
        return false;
      }
    },
    startEmpty: () => open(emptyDocument, "Start empty"),
    save: () => written(undefined),
    exportAs: async (format) => {
      const file = await written(format);
      if (file?.report !== undefined) show(`Export to ${format}`, file.report);
      return file;
    },
    formats: () => studio.session.client.call("formats"),
    fileName: (ending) => fileName(studio.document.get(), ending),
    link: async (address) => {
      const whole = address.replace(/#.*$/, "") + (await fragmentOf(studio.document.get()));
      const names = Object.keys(attached.get());
      const warnings = [
        ...(names.length > 0
          ? [
              `A link cannot contain attached files (${names.join(", ")}). Save the experiment, and send the file instead.`,
            ]
          : []),
        ...(whole.length > safeLength
          ? [
              `This link has ${whole.length} characters. Some programs cut links of more than ${safeLength}; send the file instead.`,
            ]
          : []),
      ];
      return { address: whole, warning: warnings.length > 0 ? warnings.join(" ") : undefined };
    },
    program: () => programOf(studio.document.get()),
    keepNow,
    refreshStored,
    removeStored: async (name) => {
      await storage.remove(name);
      await refreshStored();
    },
  };
};
