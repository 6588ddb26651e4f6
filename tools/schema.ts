import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { fitSchema } from "../packages/fit/src/document/schema.ts";
import { experimentSchema } from "../packages/spark/src/experiment/schema.ts";

/* Writes the JSON Schemas of documents. With --check, writes nothing and fails if a schema is out of date. */

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const schemas = {
  "packages/spark/schema/experiment.schema.json": experimentSchema(),
  "packages/fit/schema/fit.schema.json": fitSchema(),
};

for (const [file, schema] of Object.entries(schemas)) {
  const wanted = JSON.stringify(schema, null, 2);
  const present = await readFile(at(file), "utf8").catch(() => "null");
  const outdated = JSON.stringify(JSON.parse(present), null, 2) !== wanted;
  if (process.argv.includes("--check")) {
    if (!outdated) continue;
    console.error(`${file} is out of date. Run npx tsx tools/schema.ts.`);
    process.exitCode = 1;
    continue;
  }
  if (outdated) {
    await mkdir(dirname(at(file)), { recursive: true });
    await writeFile(at(file), `${wanted}\n`);
  }
  console.log(`${file}: ${outdated ? "written" : "up to date"}.`);
}
