import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as ofCuba from "../../../../examples/cuba/network.ts";
import * as ofMicrocircuit from "../../../../examples/microcircuit/network.ts";
import * as spark from "../../src/entries/index.ts";
import {
  bundleExamples,
  dist,
  here,
  isolation,
  launch,
  missing,
  networksMap,
  serve,
  urlOf,
} from "./page.test-support.ts";
import { type NetworkReplay, replayNetwork } from "./replay.mjs";

/** The whole pages that the guide shows. */
const guide = readFileSync(join(here, "../../../../docs/guide/in-a-page.md"), "utf8");
const pagesIn = (text: string): string[] => [...text.matchAll(/^```html\n(.*?)^```$/gms)].map((match) => match[1]!);
const pages = pagesIn(guide);
const livePages = pagesIn(readFileSync(join(here, "../../../../docs/guide/live-page.md"), "utf8"));

/** What each network gives in Node, and the words by which a page makes it. */
const networks = {
  cuba: {
    made: { brain: ofCuba.cuba(), initial: ofCuba.initial },
    inPage: "({ brain: network.cuba(), initial: network.initial })",
    options: { duration: 200, dt: 0.1 },
  },
  microcircuit: {
    made: ofMicrocircuit.microcircuit(0.1),
    inPage: "network.microcircuit(0.1)",
    options: { duration: 100, dt: 0.1 },
  },
} as const;
type Name = keyof typeof networks;

describe.runIf(missing === undefined)("networks in a page", () => {
  let browser: Browser;
  let server: Server;
  let isolating: Server;
  let bundle: string;
  const expected = new Map<Name, NetworkReplay>();

  beforeAll(async () => {
    bundle = mkdtempSync(join(tmpdir(), "spark-snn-networks-"));
    const names = Object.keys(networks) as Name[];
    await bundleExamples(names, bundle);
    server = await serve({ dist, test: here, bundle });
    isolating = await serve({ dist, test: here, bundle }, isolation);
    browser = await launch();
    for (const name of names) {
      const { made, options } = networks[name];
      expected.set(name, await replayNetwork(spark, made, { ...options, backend: "wasm" }));
    }
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    isolating?.close();
    rmSync(bundle, { recursive: true, force: true });
  });

  /** Runs a network in an empty page of a server; gives the files that were loaded and the workers that are left, too. */
  const runIn = async (from: Server, name: Name, options: object) => {
    const page = await browser.newPage();
    const loaded: string[] = [];
    await page.goto(urlOf(from, "test/empty.html"));
    page.on("request", (request) => loaded.push(request.url().split("/").slice(3).join("/")));
    await page.addScriptTag({ type: "importmap", content: networksMap });
    const result = (await page.evaluate(`Promise.all([
      import("spark-snn"), import("/bundle/${name}.js"), import("/test/replay.mjs"),
    ]).then(([spark, network, { replayNetwork }]) =>
      replayNetwork(spark, ${networks[name].inPage}, ${JSON.stringify({ ...networks[name].options, ...options })}))`)) as NetworkReplay;
    const isolated = await page.evaluate("window.crossOriginIsolated");
    for (let k = 0; k < 100 && page.workers().length > 0; k++) await page.waitForTimeout(50);
    const workers = page.workers().length;
    await page.close();
    return { result, isolated, loaded, workers };
  };

  const bitsOf = ({ synapses, count, bits }: NetworkReplay) => ({ synapses, count, bits });

  test.each(Object.keys(networks) as Name[])("%s gives the bits of Node from one file of the library", async (name) => {
    const { result, isolated, loaded } = await runIn(server, name, {});
    expect(isolated).toBe(false);
    expect(result.warnings).toEqual([]);
    expect(result.count).toBeGreaterThan(1000);
    expect(bitsOf(result)).toEqual(bitsOf(expected.get(name)!));
    expect(loaded.filter((file) => file.startsWith("dist/"))[0]).toBe("dist/page/networks/networks.js");
  });

  test.each([
    { threads: 2, worker: false },
    { threads: 2, worker: true },
    { threads: 1, worker: true },
  ])("an isolated page gives the same bits on $threads threads, worker: $worker", async (options) => {
    const { result, isolated, workers } = await runIn(isolating, "cuba", options);
    expect(isolated).toBe(true);
    expect(result.warnings).toEqual([]);
    expect(bitsOf(result)).toEqual(bitsOf(expected.get("cuba")!));
    expect(workers).toBe(0);
  });

  test("another page runs on one thread, says why, and gives the same bits", async () => {
    const { result, isolated, workers } = await runIn(server, "cuba", { threads: 2 });
    expect(isolated).toBe(false);
    expect(result.warnings).toEqual([
      expect.stringMatching(
        /^threads: 2 uses one thread here, the calling one\. .* Cross-Origin-Embedder-Policy: require-corp\.$/,
      ),
    ]);
    expect(bitsOf(result)).toEqual(bitsOf(expected.get("cuba")!));
    expect(workers).toBe(0);
  });

  test("the live page of the guide plays, pauses, steps, goes back and takes a threshold", async () => {
    expect(livePages).toHaveLength(1);
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    const address = urlOf(server, "page.html");
    const body = livePages[0]!.replaceAll("./spark-snn/page/", "/dist/page/");
    await page.route(address, (route) => route.fulfill({ contentType: "text/html", body }));
    await page.goto(address);
    const told = async (pattern: string): Promise<string> => {
      await page.waitForFunction(`${pattern}.test(document.querySelector("#out").textContent)`);
      return (await page.textContent("#out"))!;
    };
    const timeNow = async (): Promise<number> => Number.parseFloat((await page.textContent("#out"))!);
    await told("/[1-9][\\d.]* Hz/");
    await page.waitForFunction(`(() => {
      const { data } = document.querySelector("#raster").getContext("2d").getImageData(0, 0, 800, 300);
      return data.filter((_, k) => k % 4 === 3).reduce((sum, alpha) => sum + (alpha > 0), 0) > 100;
    })()`);
    await page.click("#play");
    expect(await page.textContent("#play")).toBe("Play");
    await page.waitForTimeout(100);
    const paused = await timeNow();
    await page.waitForTimeout(100);
    expect(await timeNow()).toBe(paused);
    await page.click("#step");
    await page.waitForFunction(`Number.parseFloat(document.querySelector("#out").textContent) > ${paused}`);
    expect(await timeNow()).toBeCloseTo(paused + 1, 6);
    await page.fill("#threshold", "-47");
    await page.fill("#pace", "0");
    await page.click("#back");
    await page.click("#play");
    await page.waitForFunction(`Number.parseFloat(document.querySelector("#out").textContent) > ${paused + 100}`);
    await page.close();
    expect(problems).toEqual([]);
  });

  test("a session in a worker gives the spikes of a run and leaves the page free", async () => {
    const page = await browser.newPage();
    await page.goto(urlOf(isolating, "test/empty.html"));
    await page.addScriptTag({ type: "importmap", content: networksMap });
    const { spikes, steps, plain, drawn, warnings } = (await page.evaluate(`Promise.all([
      import("spark-snn"), import("/bundle/cuba.js"),
    ]).then(async ([spark, network]) => {
      const simulation = await spark.compile(network.cuba(), { dt: 0.1, initial: network.initial, worker: true });
      const names = Object.keys(network.cuba().populations);
      const record = Object.fromEntries(names.map((name) => [name, { outSpikes: true }]));
      const spikes = [];
      let steps = 0;
      let drawn = 0;
      let playing = true;
      const draw = () => {
        drawn++;
        if (playing) requestAnimationFrame(draw);
      };
      requestAnimationFrame(draw);
      const session = await simulation.start({
        pace: "fastest",
        duration: 200,
        record,
        onFrame: ({ records, ...frame }) => {
          steps += frame.steps;
          spikes.push(...names.map((name) => records[name].outSpikes.count));
        },
      });
      await session.done;
      playing = false;
      simulation.reset();
      const run = await simulation.run({ duration: 200, record });
      simulation.dispose();
      const plain = names.map((name) => run[name].outSpikes.count).reduce((a, b) => a + b, 0);
      return { spikes: spikes.reduce((a, b) => a + b, 0), steps, plain, drawn, warnings: session.warnings };
    })`)) as Readonly<Record<"spikes" | "steps" | "plain" | "drawn", number>> & {
      readonly warnings: readonly string[];
    };
    await page.close();
    expect([steps, spikes, warnings]).toEqual([2000, plain, []]);
    expect(spikes).toBeGreaterThan(1000);
    expect(drawn).toBeGreaterThan(5);
  });

  test("the pages of the guide, as they stand, show their spikes", async () => {
    expect(pages).toHaveLength(4);
    const texts: string[] = [];
    for (const html of pages) {
      const page = await browser.newPage();
      const address = urlOf(server, "page.html");
      await page.route(address, (route) =>
        route.fulfill({ contentType: "text/html", body: html.replaceAll("./spark-snn/page/", "/dist/page/") }),
      );
      await page.goto(address);
      await page.waitForFunction(
        `/[1-9][\\d.]* (Hz|spikes)|^[\\d. ]+$/.test(document.querySelector("#out").textContent)`,
      );
      texts.push((await page.textContent("#out"))!);
      await page.close();
    }
    for (const text of texts.slice(0, 2)) expect(text).toMatch(/^[\d.]+( [\d.]+)+$/);
    expect(Number(/^(\d+) spikes$/.exec(texts[2]!)?.[1])).toBeGreaterThan(1000);
    const [, time, rate] = /^(\d+) ms: ([\d.]+) Hz, \d+ spikes in the last step$/.exec(texts[3]!)!.map(Number);
    expect(time! % 16).toBe(0);
    expect(rate).toBeGreaterThan(0);
  });
});
