import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect } from "vitest";
import { attack, damaged, damages } from "../../../spark/test/attack/attack.test-support.ts";
import { makeFolder, runIn, small } from "../terminal.test-support.ts";

const folder = await makeFolder();
const network = {
  model: {
    populations: { a: { soma: "LeakySoma", units: [8] }, b: { soma: "LeakySoma", units: [4] } },
    projections: {
      ab: { from: "a", to: "b", synapse: { synapse: "ExponentialSynapse" }, connect: { allToAll: {} }, weight: 90 },
    },
  },
  duration: 60,
  dt: 0.5,
  inputs: { a: { current: 300 } },
  changes: [
    { at: 20, set: { "a.threshold": -45, "b.exponential.tau": 3 } },
    { at: 30, inject: { a: [0, 3] }, weights: { ab: 70 } },
  ],
  record: { a: { outSpikes: true }, b: { outSpikes: true, potential: true } },
};
for (const [name, document] of Object.entries({ small, network })) {
  await writeFile(join(folder, `${name}.json`), JSON.stringify(document, null, 1));
  for (const format of ["csv", "npz"]) {
    const { code, err } = await runIn(folder, [
      "run",
      `${name}.json`,
      "--out",
      `${name}-${format}`,
      "--format",
      format,
    ]);
    expect([code, err]).toEqual([0, ""]);
  }
}
const results = ["small-csv", "small-npz", "network-csv", "network-npz"];
const files = (
  await Promise.all(
    results.map(async (name) =>
      (
        await readdir(join(folder, name), { recursive: true, withFileTypes: true })
      )
        .filter((entry) => entry.isFile() && /\.(csv|npz|json)$/.test(entry.name))
        .map((entry) => ({ name, path: join(entry.parentPath, entry.name) })),
    ),
  )
).flat();

/** A command ends with a code that help lists, and says what is wrong without a stack. */
const endsWell = async (argv: readonly string[]): Promise<void> => {
  const { code, err } = await runIn(folder, argv);
  expect([0, 3, 4, 5], `${argv.join(" ")}: ${err}`).toContain(code);
  expect(err).not.toMatch(/\n\s+at |mistake in the program/);
  if (code !== 0) expect(err).not.toBe("");
};

attack("damaged documents are checked, or refused with a sentence", damages, async (damage) => {
  for (const name of ["small", "network"]) {
    const bytes = await readFile(join(folder, `${name}.json`));
    await writeFile(join(folder, "damaged.json"), damaged(bytes, damage));
    await endsWell(["check", "damaged.json"]);
  }
});

attack(
  "damaged results are analysed and drawn, or refused with a sentence",
  fc.record({ file: fc.constantFrom(...files), damage: damages }),
  async ({ file, damage }) => {
    const bytes = await readFile(file.path);
    await writeFile(file.path, damaged(bytes, damage));
    try {
      await endsWell(["analyze", file.name]);
      await endsWell(["plot", file.name, "--out", "figure.svg"]);
    } finally {
      await writeFile(file.path, bytes);
    }
  },
);
