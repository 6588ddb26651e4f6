import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const cliVersion = (): string => versionIn(new URL("../package.json", import.meta.url));

/** Version of the library that this program runs. */
export const libraryVersion = (): string => versionIn(createRequire(import.meta.url).resolve("spark-snn/package.json"));

const versionIn = (file: URL | string): string => {
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { readonly version: string };
  return version;
};
