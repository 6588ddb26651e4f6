import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { serve } from "../engine/engine.ts";
import { connect } from "./client.ts";
import type { Channel } from "./protocol.ts";
import { documentStorage, memoryStore } from "./storage.ts";
import { studio } from "./studio.ts";
import { firstDocument, templates } from "./templates.ts";
import { workspace } from "./workspace.ts";

/** An engine that never answers: most of a workspace needs none. */
const silent: Channel = { postMessage: () => undefined, onmessage: null };
const opened = (channel = silent) => {
  const storage = documentStorage(memoryStore());
  const made = studio(firstDocument, () => ({ channel, onDeath: () => undefined, terminate: () => undefined }), 1);
  return { storage, studio: made, space: workspace(made, storage, () => Date.now()) };
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("opening a document can be undone", async () => {
  const { studio, space } = opened();
  await space.openTemplate(templates[0]!);
  expect(studio.document.get()["name"]).toBe("Single neuron");
  studio.history.undo();
  expect(studio.document.get()).toBe(firstDocument);
});

test("a link opens the same document", async () => {
  const { space, studio } = opened();
  const { address, warning } = await space.link("https://example.org/studio/#old");
  expect(warning).toBeUndefined();
  space.startEmpty();
  expect(await space.openLink(new URL(address).hash)).toBe(true);
  expect(studio.document.get()).toEqual(firstDocument);
});

test("changes are kept, an untouched first document is not", async () => {
  const { storage, studio } = opened();
  await vi.advanceTimersByTimeAsync(5000);
  expect(await storage.list()).toEqual([]);
  studio.run({ label: "Change dt", apply: (document) => ({ ...document, dt: 0.5 }) });
  await vi.advanceTimersByTimeAsync(5000);
  expect((await storage.list())[0]?.versions[0]?.document["dt"]).toBe(0.5);
});

test("a client rejects pending calls when its engine dies", async () => {
  const client = connect(silent, { frame: () => undefined, progress: () => undefined, ended: () => undefined });
  const call = client.call("play");
  client.fail({ name: "Error", message: "gone", problems: [] });
  await expect(call).rejects.toThrow("gone");
});

test("files belong to the document that they were attached to, also in the history and in the browser", async () => {
  const { port1, port2 } = new MessageChannel();
  serve(port2 as unknown as Channel);
  const { storage, studio, space } = opened(port1 as unknown as Channel);
  await space.openFiles({ "a.csv": new Uint8Array([1]) });
  expect(Object.keys(space.attached.get())).toEqual(["a.csv"]);
  expect((await space.link("https://example.org/")).warning).toContain("cannot contain attached files (a.csv)");
  await space.openTemplate(templates[0]!);
  expect(space.attached.get()).toEqual({});
  studio.history.undo();
  expect(Object.keys(space.attached.get())).toEqual(["a.csv"]);
  await vi.advanceTimersByTimeAsync(5000);
  expect((await storage.list()).find(({ name }) => name === firstDocument["name"])?.files).toEqual({
    "a.csv": new Uint8Array([1]),
  });
  space.detach("a.csv");
  expect(space.attached.get()).toEqual({});
  port1.close();
});
