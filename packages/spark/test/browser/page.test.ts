import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { build } from "vite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as spark from "../../src/entries/index.ts";
import { dist, here, isolation, launch, missing, serve, urlOf } from "./page.test-support.ts";
import { replayGolden, replayNoise, replayThreads } from "./replay.mjs";

interface Replay {
  readonly isolated: boolean;
  readonly traces: { readonly name: string; readonly spikesAgree: boolean; readonly fingerprint: string }[];
  readonly noise: string;
}

const fflate = join(dirname(createRequire(import.meta.url).resolve("fflate")), "../esm");
if (missing) console.info(missing);

const golden = JSON.parse(readFileSync(join(here, "../golden/spark.json"), "utf8")) as object;

describe.runIf(missing === undefined)("in a page", () => {
  let browser: Browser;
  let server: Server;
  let isolating: Server;
  let bundle: string;
  let expected: Omit<Replay, "isolated">;
  const url = (path: string, from: Server = server): string => urlOf(from, path);

  beforeAll(async () => {
    bundle = mkdtempSync(join(tmpdir(), "spark-snn-page-"));
    await build({
      root: join(here, "app"),
      base: "./",
      logLevel: "error",
      configFile: false,
      build: { outDir: bundle, emptyOutDir: true },
    });
    server = await serve({ dist, test: here, bundle, fflate });
    isolating = await serve({ dist, test: here }, isolation);
    browser = await launch();
    expected = { traces: (await replayGolden(spark, golden)) as Replay["traces"], noise: await replayNoise(spark) };
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    isolating?.close();
    rmSync(bundle, { recursive: true, force: true });
  });

  const replayIn = async (path: string, script: string | undefined, worker: boolean): Promise<Replay> => {
    const page = await browser.newPage();
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(url(path));
    // The package names one other, which only a bundler or such a map finds; page/core.js needs neither.
    if (script?.includes("/dist/index.js")) await page.addScriptTag({ type: "importmap", content: map });
    if (script) await page.addScriptTag({ type: "module", content: script });
    await page.waitForFunction("window.replay !== undefined");
    const result = (await page.evaluate(`window.replay(${JSON.stringify(golden)}, ${worker})`)) as Replay;
    expect(problems).toEqual([]);
    await page.close();
    return result;
  };

  const map = JSON.stringify({ imports: { fflate: "/fflate/browser.js" } });
  const direct = (file: string): string => `
    import * as spark from "/dist/${file}";
    import { replayGolden, replayNoise } from "/test/replay.mjs";
    window.replay = async (golden, worker) => ({
      isolated: window.crossOriginIsolated,
      traces: await replayGolden(spark, golden, worker),
      noise: await replayNoise(spark),
    });`;

  for (const { name, path, script, worker } of [
    { name: "page/core.js without a bundler", path: "test/empty.html", script: direct("page/core.js"), worker: false },
    { name: "page/core.js in a worker", path: "test/empty.html", script: direct("page/core.js"), worker: true },
    {
      name: "the modules of the package with an import map",
      path: "test/empty.html",
      script: direct("index.js"),
      worker: false,
    },
    { name: "the package through Vite", path: "bundle/index.html", script: undefined, worker: false },
    { name: "the package through Vite, in a worker", path: "bundle/index.html", script: undefined, worker: true },
  ]) {
    test(`${name} gives every spike of the reference and the bits of Node`, async () => {
      const { isolated, traces, noise } = await replayIn(path, script, worker);
      expect(isolated).toBe(false);
      expect(traces.filter((trace) => !trace.spikesAgree)).toEqual([]);
      expect(traces).toEqual(expected.traces);
      expect(noise).toBe(expected.noise);
    });
  }

  /** Runs two threads in an empty page of a server. */
  const threadsIn = async (from: Server, options: object): Promise<unknown> => {
    const page = await browser.newPage();
    await page.goto(url("test/empty.html", from));
    const result = await page.evaluate(`Promise.all([import("/dist/page/core.js"), import("/test/replay.mjs")])
      .then(async ([spark, { replayThreads }]) => [
        window.crossOriginIsolated,
        await replayThreads(spark, ${JSON.stringify(options)}),
      ])`);
    // Terminated workers take a moment to go.
    for (let k = 0; k < 100 && page.workers().length > 0; k++) await page.waitForTimeout(50);
    const workers = page.workers().length;
    await page.close();
    return [result, workers];
  };

  for (const worker of [false, true]) {
    test(`threads share the units of an isolated page, and another page is told why not${worker ? ", off the page's own thread" : ""}`, async () => {
      const { bits } = await replayThreads(spark, {});
      const options = { threads: 2, worker };
      expect(await threadsIn(isolating, options)).toEqual([[true, { warnings: [], bits }], 0]);
      const warnings = [
        expect.stringMatching(/^threads: 2 uses one thread here\. .* Cross-Origin-Embedder-Policy: require-corp\.$/),
      ];
      expect(await threadsIn(server, options)).toEqual([[false, { warnings, bits }], 0]);
    });
  }

  for (const core of ["page/core.js", "page/networks/networks.js"]) {
    const equations = core.replace(/[a-z]+\.js$/, "equations.js");
    test(`${equations} declares somas that ${core} runs with the bits of Node, without loading a second core`, async () => {
      const text = `
        dv/dt = (gL*(EL - v) + gL*DeltaT*exp((v - VT)/DeltaT) - w + I)/C : mV
        dw/dt = (a*(v - EL) - w)/tauw : pA
        spike: v > 0 mV
        reset: v = Vr; w += b
        C = 281 pF; gL = 30 nS; EL = -70.6 mV; VT = -50.4 mV; DeltaT = 2 mV
        tauw = 144 ms; a = 4 nS; b = 80.5 pA; Vr = -70.6 mV`;
      const replay = async ({ simulate }: Pick<typeof spark, "simulate">, { soma }: Pick<typeof spark, "soma">) => {
        const type = soma.equations("AdEx", text, { method: { v: "rk4", w: "exponentialEuler" }, substeps: 4 });
        const record = { outSpikes: true, w: true } as const;
        const run = await simulate(type(), { duration: 50, dt: 0.1, inputs: { current: 1000 }, record } as never);
        const { outSpikes, w } = run as never as { outSpikes: { steps: Uint32Array }; w: { values: Float32Array } };
        return [[...outSpikes.steps], [...w.values]];
      };
      const page = await browser.newPage();
      const loaded: string[] = [];
      await page.goto(url("test/empty.html"));
      page.on("request", (request) => loaded.push(request.url().split("/dist/")[1]!));
      const result = await page.evaluate(`(() => {
        const text = ${JSON.stringify(text)};
        const replay = ${replay.toString()};
        return Promise.all([import("/dist/${core}"), import("/dist/${equations}")]).then((files) => replay(...files));
      })()`);
      await page.close();
      expect(result).toEqual(await replay(spark, spark));
      expect((result as number[][])[0]!.length).toBeGreaterThan(1);
      expect(loaded.filter((file) => file === core)).toHaveLength(1);
    });
  }

  test("a page loads core.js, the check of the state and that of values until it asks for more", async () => {
    const page = await browser.newPage();
    const loaded: string[] = [];
    page.on("request", (request) => loaded.push(request.url()));
    await page.goto(url("test/empty.html"));
    loaded.length = 0;
    const files = async (current: string, record: string): Promise<string[]> => {
      await page.evaluate(`import("/dist/page/core.js").then(async ({ LeakySoma, simulate }) => {
        await simulate(LeakySoma(), { duration: 1, inputs: { current: ${current} }, record: ${record} });
      })`);
      return loaded.map((address) => address.split("/dist/page/")[1] ?? address);
    };
    // The third is a function of one line, which the bundler needs for files of several modules.
    expect(await files("250", "undefined")).toEqual(["core.js", "finite.js", "rolldown-runtime.js", "plausible.js"]);
    const recorded = await files("250", "{ potential: true }");
    expect(recorded.slice(4)).toEqual(["records.js"]);
    expect(await files("{ steps: [250] }", "{ potential: true }")).toEqual([...recorded, "form.js"]);
    await page.close();
  });
});
