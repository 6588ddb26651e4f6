import { expect, test, vi } from "vitest";

test("the first run prints its size, its rate and a trace", async () => {
  const lines: string[] = [];
  const log = vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  await import("./run.ts");
  log.mockRestore();
  expect(lines[0]).toMatch(/^10000 steps of 100 units on wasm in \d+ ms$/);
  const [, count, rate] = /^(\d+) spikes, ([\d.]+) Hz per unit$/.exec(lines[1]!)!;
  expect(Number(count)).toBeGreaterThan(500);
  expect(Number(rate)).toBeCloseTo(Number(count) / 100, 1);
  expect(lines.filter((line) => / mV ▪+$/.test(line))).toHaveLength(10);
});
