import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { compileComponent } from "../packages/spark/src/compile/compile.ts";
import type { Field } from "../packages/spark/src/config/field.ts";
import type { Component, ComponentType } from "../packages/spark/src/model/component.ts";
import type { SynapseModel, SynapseType } from "../packages/spark/src/model/synapse.ts";
import { plasticityRules } from "../packages/spark/src/plasticity/index.ts";
import { bytesOf } from "../packages/spark/src/program/memory.ts";
import { somas } from "../packages/spark/src/somas/index.ts";
import { PoissonDrive, sources } from "../packages/spark/src/sources/index.ts";
import { type ExponentialSynapse, synapses } from "../packages/spark/src/synapses/index.ts";
import { equationsText } from "../packages/spark/src/tell/equations.ts";
import { drivePage, modelPage, plasticityPage } from "../packages/spark/src/tell/page.ts";
import { markdownTable } from "../packages/spark/src/tell/table.ts";
import { optionsPage } from "./options-page.ts";

/*
 * Writes docs/models/ and docs/reference/options.md from the declarations. With --check, writes nothing and fails if a
 * page is out of date.
 */

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const SRC = "packages/spark/src";
const PAGES = "docs/models";

/** The file in a folder that declares a model with a call such as soma("LeakySoma", …). */
const declaringFile = async (folder: string, declare: string, name: string): Promise<string> => {
  for (const file of (await readdir(at(`${SRC}/${folder}`))).sort()) {
    if (file.includes(".test")) continue;
    const path = `${SRC}/${folder}/${file}`;
    if ((await readFile(at(path), "utf8")).includes(`${declare}("${name}"`)) return path;
  }
  throw new Error(`${SRC}/${folder} declares no ${declare}("${name}", …). Declare it there.`);
};

/** Bytes of memory that a run needs per unit, without records. */
const bytesPerUnit = (component: Component, precision: "f32" | "f64", drive: boolean): number => {
  const program = compileComponent(component.build(), {
    precision,
    inputs: { current: drive ? [{ kind: "unit" }] : [{ kind: "scalar" }] },
  });
  return program.buffers
    .filter(({ length }) => length === program.padded)
    .reduce((sum, buffer) => sum + bytesOf(buffer, program), 0);
};

/** Bytes per unit of a soma with equal units, with one current per unit, and with all fields per unit. */
const memoryRow = (create: ComponentType): string[] => {
  // Drawn values near the default, which every rule allows.
  const near = ({ default: value }: Field) => {
    const other = value === 0 ? 0.001 : value * 0.999;
    return { uniform: { min: Math.min(value, other), max: Math.max(value, other) } };
  };
  const all = Object.fromEntries(Object.entries<Field>(create.model.fields).map(([name, one]) => [name, near(one)]));
  const text = (config: object, drive: boolean): string =>
    (["f32", "f64"] as const)
      .map((precision) => bytesPerUnit(create({ ...config, units: [320] }), precision, drive))
      .join(", ");
  return [create.model.name, text({}, false), text({}, true), text(all, true)];
};

const MEMORY = `## Memory

Bytes per unit that a run needs in f32, f64. In addition, a run needs 8 bytes for each field value given per unit, one
bit per unit and step of a chunk if spikes are recorded, and the memory of the records. Arrays of the caller do not
count, but a current per unit is copied.`;

/** The families of models: their folder, the function that declares a model, and their title in the list. */
const families = [
  { folder: "somas", declare: "soma", title: "Soma", types: somas },
  { folder: "synapses", declare: "synapse", title: "Synapse", types: synapses },
  { folder: "sources", declare: "spikeSource", title: "Source", types: sources },
] as const;

/** The "value" form of a synapse with `currentOf`. */
const byValueOf = (create: object): SynapseModel | undefined => {
  const { model } = create as SynapseType | ComponentType;
  if (model.kind !== "synapse" || model.currentOf === undefined) return undefined;
  return (create as typeof ExponentialSynapse)({ currentOf: "value" }).model as SynapseModel;
};

/** Every page by file name, and the list of them. */
const writePages = async (): Promise<Map<string, string>> => {
  const pages = new Map<string, string>();
  const tables: string[] = [];
  for (const { folder, declare, title, types } of families) {
    const list: string[][] = [];
    for (const create of Object.values(types)) {
      const { model } = create as SynapseType | ComponentType;
      const byValue = byValueOf(create);
      const source = `../../${await declaringFile(folder, declare, model.name)}`;
      pages.set(`${model.name}.md`, modelPage(model, { source, ...(byValue && { byValue }) }));
      list.push([`[${model.name}](${model.name}.md)`, model.about]);
    }
    tables.push(markdownTable([title, "Description"], list));
  }
  const rules: string[][] = [];
  for (const { model } of Object.values(plasticityRules)) {
    const source = `../../${await declaringFile("plasticity", "plasticity", model.name)}`;
    pages.set(`${model.name}.md`, plasticityPage(model, { source }));
    rules.push([`[${model.name}](${model.name}.md)`, model.about]);
  }
  tables.push(markdownTable(["Plasticity rule", "Description"], rules));
  const { model: drive } = PoissonDrive;
  const code = "`PoissonDrive({ rate: 8 })` at dt = 0.1 ms";
  const { model: built } = PoissonDrive({ rate: 8 }).build([1], "pA", { dt: 0.1 });
  // A drive gives one value per step, like a synapse.
  const value = { port: "value", value: built.value };
  const text = equationsText({
    inputs: {},
    outputs: {},
    ...built,
    kind: "synapse",
    output: value,
  } as unknown as SynapseModel);
  pages.set(`${drive.name}.md`, drivePage(drive, { code, text, source: `../../${SRC}/sources/drive.ts` }));
  tables.push(markdownTable(["Drive", "Description"], [[`[${drive.name}](${drive.name}.md)`, drive.about]]));
  const memory = markdownTable(
    ["Model", "Equal units", "One current per unit", "All fields per unit, too"],
    Object.values(somas).map((create) => memoryRow(create as unknown as ComponentType)),
  );
  pages.set(
    "README.md",
    `# Models\n\n\`npx tsx tools/models.ts\` generates these pages from the declarations of the models.\n\n${tables.join("\n\n")}\n\n${MEMORY}\n\n${memory}\n`,
  );
  return pages;
};

const found = async (): Promise<Map<string, string>> => {
  await mkdir(at(PAGES), { recursive: true });
  const files = (await readdir(at(PAGES))).filter((file) => file.endsWith(".md"));
  return new Map(
    await Promise.all(files.map(async (file) => [file, await readFile(at(`${PAGES}/${file}`), "utf8")] as const)),
  );
};

const OPTIONS = "docs/reference/options.md";
const options = optionsPage();
if (options !== (await readFile(at(OPTIONS), "utf8").catch(() => ""))) {
  if (process.argv.includes("--check")) {
    console.error(`${OPTIONS} is out of date. Run npx tsx tools/models.ts.`);
    process.exitCode = 1;
  } else {
    await mkdir(at("docs/reference"), { recursive: true });
    await writeFile(at(OPTIONS), options);
    console.log(`${OPTIONS}: written.`);
  }
}

const pages = await writePages();
const present = await found();
const outdated = [...new Set([...pages.keys(), ...present.keys()])].filter(
  (file) => pages.get(file) !== present.get(file),
);
if (process.argv.includes("--check")) {
  for (const file of outdated) console.error(`${PAGES}/${file} is out of date. Run npx tsx tools/models.ts.`);
  if (outdated.length > 0) process.exitCode = 1;
} else {
  for (const file of outdated) {
    const page = pages.get(file);
    if (page === undefined) await rm(at(`${PAGES}/${file}`));
    else await writeFile(at(`${PAGES}/${file}`), page);
  }
  console.log(`${PAGES}: ${outdated.length} of ${pages.size} pages changed.`);
}
