import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { experimentSchema } from "../packages/spark/src/experiment/schema.ts";

/* Writes the JSON Schema of experiment documents. With --check writes nothing and fails where it is out of date. */

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const FOLDER = "packages/spark/schema";
const FILE = `${FOLDER}/experiment.schema.json`;

const wanted = JSON.stringify(experimentSchema(), null, 2);
const present = await readFile(at(FILE), "utf8").catch(() => "null");
const outdated = JSON.stringify(JSON.parse(present), null, 2) !== wanted;
if (process.argv.includes("--check")) {
  if (outdated) {
    console.error(`${FILE} is out of date. Run npx tsx tools/schema.ts.`);
    process.exitCode = 1;
  }
} else {
  if (outdated) {
    await mkdir(at(FOLDER), { recursive: true });
    await writeFile(at(FILE), `${wanted}\n`);
  }
  console.log(`${FILE}: ${outdated ? "written" : "up to date"}.`);
}
