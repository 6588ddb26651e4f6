import type { Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as spark from "../../src/entries/index.ts";
import { dist, here, isolation, launch, missing, networksMap, serve, urlOf } from "./page.test-support.ts";
import { repeat, type Steered, steer } from "./steered.mjs";

/* A session that is steered in a page or in Node repeats from its log, to the bit, in the other one. */

const expectRepeated = async (steered: Steered, options: object): Promise<void> => {
  expect(steered.changes.length).toBeGreaterThan(5);
  expect(steered.frames).toBeGreaterThan(2);
  expect(steered.isComplete).toBe(true);
  expect(await repeat(spark, steered, options)).toBe(steered.state);
};

test("a session that is steered in a worker of Node repeats on one thread", async () => {
  await expectRepeated(await steer(spark, { worker: true, threads: 2 }), {});
});

describe.runIf(missing === undefined)("a session in a page", () => {
  let browser: Browser;
  let server: Server;

  beforeAll(async () => {
    server = await serve({ dist, test: here }, isolation);
    browser = await launch();
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test.each<[string, object]>([
    ["in its thread", {}],
    ["in a worker", { worker: true }],
    ["with threads", { threads: 2, worker: true }],
  ])("%s is steered, and repeats in Node", async (_, options) => {
    const page = await browser.newPage();
    await page.goto(urlOf(server, "test/empty.html"));
    await page.addScriptTag({ type: "importmap", content: networksMap });
    const steered = (await page.evaluate(`Promise.all([import("spark-snn"), import("/test/steered.mjs")]).then(
      ([spark, { steer }]) => steer(spark, ${JSON.stringify(options)}))`)) as Steered;
    await page.close();
    await expectRepeated(steered, {});
  });
});
