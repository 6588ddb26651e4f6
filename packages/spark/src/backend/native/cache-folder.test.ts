import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { closeStore, openStore } from "./cache.ts";

test.runIf(existsSync("/proc/self"))("a cache in a place without new folders is passed over, without a hang", () => {
  const store = openStore({ XDG_CACHE_HOME: "/proc/self/none/deeper" });
  expect([store.folder.startsWith("/proc"), store.lasting]).toEqual([false, false]);
  closeStore(store);
});
