import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { site } from "./studio.test-support.ts";

/** Bytes that the first visit loads before the page can be used, compressed as hosts do. */
const most = 250_000;

test.runIf(existsSync(site))("the first load is small", () => {
  const page = readFileSync(join(site, "index.html"));
  const names = [...page.toString().matchAll(/(?:src|href)="\.\/(assets\/[^"]+)"/g)].map(([, name]) => name!);
  expect(names.some((name) => name.endsWith(".js"))).toBe(true);
  expect(names.some((name) => name.endsWith(".css"))).toBe(true);
  const files = [page, ...names.map((name) => readFileSync(join(site, name)))];
  const size = files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
  expect(size).toBeLessThan(most);
});
