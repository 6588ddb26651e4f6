import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { build } from "vite";

export const here = fileURLToPath(new URL(".", import.meta.url));
export const dist = join(here, "../../dist");

const executable = [
  process.env["CHROMIUM"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && existsSync(path));

/** Why no page can be opened here. */
export const missingBrowser = executable
  ? undefined
  : "No Chromium was found (set CHROMIUM to its path), so the tests in a page do not run.";

/** Why nothing can run in a page here. */
export const missing = missingBrowser
  ? missingBrowser
  : existsSync(join(dist, "page/core.js"))
    ? undefined
    : "The packages are not built (npm run build), so the tests in a page do not run.";

export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: executable!,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
};

/** The headers that make a page cross-origin isolated. */
export const isolation = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/** Serves folders under their names on the loopback address, by default without the headers of cross-origin isolation. */
export const serve = (
  folders: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Server> =>
  new Promise((resolve) => {
    const server = createServer((request, response) => {
      const [, folder = "", ...rest] = (request.url ?? "").split("?")[0]!.split("/");
      const path = join(folders[folder] ?? "", rest.join("/").replace(/^$|(?<=\/)$/, "index.html"));
      if (!folders[folder] || rest.includes("..") || !existsSync(path)) {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream", ...headers });
      response.end(readFileSync(path));
    });
    server.listen(0, "127.0.0.1", () => resolve(server));
  });

export const urlOf = (server: Server, path: string): string =>
  `http://127.0.0.1:${(server.address() as AddressInfo).port}/${path}`;

export interface Visit {
  readonly page: Page;
  /** Errors of the page so far. */
  readonly problems: readonly string[];
}

/** Opens a page of a site in Chromium, by default isolated so that it has threads, and closes all afterwards. */
export const visitSite = async (
  site: string,
  act: (visit: Visit) => Promise<void>,
  { width = 1440, height = 900, isolated = true, path = "index.html" } = {},
): Promise<void> => {
  const server = await serve({ site }, isolated ? isolation : {});
  const browser = await launch();
  try {
    const page = await browser.newPage({ viewport: { width, height } });
    // Less than the limit of a test, so that the message names what was waited for.
    page.setDefaultTimeout(100_000);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(urlOf(server, `site/${path}`));
    await act({ page, problems });
  } finally {
    await browser.close();
    server.close();
  }
};

/** The networks of the examples as modules of a page, which takes "spark-snn" from an import map. */
export const bundleExamples = async (names: readonly string[], outDir: string): Promise<void> => {
  const fileOf = (name: string): string => join(here, `../../../../examples/${name}/network.ts`);
  await build({
    logLevel: "error",
    configFile: false,
    build: {
      outDir,
      emptyOutDir: true,
      lib: { entry: Object.fromEntries(names.map((name) => [name, fileOf(name)])), formats: ["es"] },
      rolldownOptions: { external: ["spark-snn"] },
    },
  });
};

/** What a page imports the library of networks by. */
export const networksMap = JSON.stringify({ imports: { "spark-snn": "/dist/page/networks/networks.js" } });
