import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { nativeAvailable } from "../src/entries/node.ts";

const UNITS = 10_000_000;
const address = (name: string): string =>
  JSON.stringify(fileURLToPath(new URL(`../src/entries/${name}`, import.meta.url)));

/** What the text of a program in a process of its own says. */
const said = (text: string): number => {
  const code = `
    await import(${address("node.ts")});
    const { RefractoryLeakySoma, compile, simulate } = await import(${address("index.ts")});
    ${text}`;
  const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 100_000,
  });
  expect([child.stderr, child.status]).toEqual(["", 0]);
  return Number(child.stdout);
};

/** What ten million units add to the most memory of a process that has run a thousand, MB. */
const growth = (backend: string, current: string, record: object): number =>
  said(`
    const run = (units, current) =>
      simulate(RefractoryLeakySoma({ units: [units] }), {
        duration: 2.5, dt: 0.1, backend: "${backend}", inputs: { current }, record: ${JSON.stringify(record)},
      });
    await run(1000, 300);
    const current = ${current};
    const before = process.resourceUsage().maxRSS;
    const { complete } = await run(${UNITS}, current);
    console.log(complete ? (process.resourceUsage().maxRSS - before) / 1024 : "incomplete");`);

/** The same for runs one after the other: of one simulation, after a reset, and of other seeds. */
const growthOfMany = (backend: string, threads: number): number =>
  said(`
    const soma = (units, seed) => RefractoryLeakySoma({ units: [units], seed });
    const options = { dt: 0.1, backend: "${backend}", threads: ${threads} };
    const run = { duration: 2.5, inputs: { current: 300 }, record: { outSpikes: true } };
    await simulate(soma(1000, 1), { ...options, ...run });
    const before = process.resourceUsage().maxRSS;
    const simulation = await compile(soma(${UNITS}, 1), options);
    await simulation.run(run);
    await simulation.run(run);
    simulation.reset();
    await simulation.run(run);
    simulation.dispose();
    for (const seed of [2, 3, 4]) await simulate(soma(${UNITS}, seed), { ...options, ...run });
    console.log((process.resourceUsage().maxRSS - before) / 1024);`);

const backends = nativeAvailable().available ? ["wasm", "native"] : ["wasm"];

describe.each(backends)("ten million refractory units in f32 by %s", (backend) => {
  const each = `new Float32Array(${UNITS}).fill(300)`;

  test("take 8 bytes each with one current, and 12 with a current each, beside the copy of their currents", () => {
    const one = growth(backend, "300", {});
    const many = growth(backend, each, {});
    const megabytes = UNITS / 2 ** 20;
    expect(one).toBeGreaterThan(7 * megabytes);
    expect(one).toBeLessThan(10 * megabytes);
    expect(many).toBeLessThan((12 + 4 + 2) * megabytes);
    expect(many).toBeLessThan(200);
  });

  test("take no more than 200 MB with their spikes recorded", () => {
    expect(growth(backend, "300", { outSpikes: true })).toBeLessThan(200);
  });

  test.each([1, 2])(
    "take no more when they run again, from the start and with other seeds, on %d threads",
    (threads) => {
      expect(growthOfMany(backend, threads)).toBeLessThan(200);
    },
  );
});
