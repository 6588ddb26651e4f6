import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { nativeAvailable } from "../src/node.ts";

const UNITS = 10_000_000;
const address = (name: string): string => JSON.stringify(fileURLToPath(new URL(`../src/${name}`, import.meta.url)));

/** What ten million units add to the most memory of a process that has run a thousand, MB. */
const growth = (backend: string, current: string, record: object): number => {
  const code = `
    await import(${address("node.ts")});
    const { RefractoryLeakySoma, simulate } = await import(${address("index.ts")});
    const run = (units, current) =>
      simulate(RefractoryLeakySoma({ units: [units] }), {
        duration: 2.5, dt: 0.1, backend: "${backend}", inputs: { current }, record: ${JSON.stringify(record)},
      });
    await run(1000, 300);
    const current = ${current};
    const before = process.resourceUsage().maxRSS;
    const { complete } = await run(${UNITS}, current);
    console.log(complete ? (process.resourceUsage().maxRSS - before) / 1024 : "incomplete");`;
  const child = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], {
    encoding: "utf8",
    timeout: 60_000,
  });
  expect([child.stderr, child.status]).toEqual(["", 0]);
  return Number(child.stdout);
};

const backends = nativeAvailable().available ? ["wasm", "native"] : ["wasm"];

describe.each(backends)("ten million refractory units in f32 by %s", (backend) => {
  const each = `new Float32Array(${UNITS}).fill(300)`;

  test("take 8 bytes each with one current, and 12 with a current each, beside the copy of their currents", () => {
    const [one, many] = [growth(backend, "300", {}), growth(backend, each, {})];
    const megabytes = UNITS / 2 ** 20;
    expect(one).toBeGreaterThan(7 * megabytes);
    expect(one).toBeLessThan(10 * megabytes);
    expect(many).toBeLessThan((12 + 4 + 2) * megabytes);
    expect(many).toBeLessThan(200);
  }, 120_000);

  test("take no more than 200 MB with their spikes recorded", () => {
    expect(growth(backend, "300", { outSpikes: true })).toBeLessThan(200);
  }, 60_000);
});
