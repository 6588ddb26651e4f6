import { expect, test } from "vitest";
import { documentStorage, memoryStore } from "./storage.ts";

test("keeps documents by name, the last changed first, and removes them", async () => {
  const storage = documentStorage(memoryStore());
  await storage.keep({ name: "a", dt: 1 }, {}, 0);
  await storage.keep({ name: "b" }, {}, 10);
  await storage.keep({ dt: 2 }, {}, 20);
  expect((await storage.list()).map(({ name }) => name)).toEqual(["Untitled", "b", "a"]);
  await storage.remove("b");
  expect((await storage.list()).map(({ name }) => name)).toEqual(["Untitled", "a"]);
});

test("keeps one version a minute and the newest, and none without a change", async () => {
  const storage = documentStorage(memoryStore());
  for (let second = 0; second < 200; second++) await storage.keep({ name: "a", dt: second }, {}, second * 1000);
  await storage.keep({ name: "a", dt: 199 }, {}, 900_000);
  const [{ versions } = { versions: [] }] = await storage.list();
  expect(versions[0]).toEqual({ savedAt: 199_000, document: { name: "a", dt: 199 } });
  expect(versions.at(-1)!.savedAt).toBe(0);
  expect(versions.length).toBe(5);
});

test("keeps the files of the newest version", async () => {
  const storage = documentStorage(memoryStore());
  await storage.keep({ name: "a" }, {}, 0);
  await storage.keep({ name: "a" }, { "a.csv": new Uint8Array([1, 2]) }, 1000);
  const [{ files, versions } = { files: {}, versions: [] }] = await storage.list();
  expect([files, versions.length]).toEqual([{ "a.csv": new Uint8Array([1, 2]) }, 2]);
});

test("leaves foreign values alone", async () => {
  const store = memoryStore();
  await store.set("document:x", "text");
  await store.set("document:y", { versions: [{ savedAt: "now" }] });
  expect(await documentStorage(store).list()).toEqual([]);
});
