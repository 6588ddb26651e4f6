import { expect, test } from "vitest";
import { readoutFigure } from "./index.ts";

test("names of curves do not overlap in a figure with the largest number of read-outs and units", () => {
  const curves = Array.from({ length: 7 }, (_, k) => ({ label: `unit ${k}`, values: [k, k + 1] }));
  const svg = readoutFigure({
    readouts: Array.from({ length: 6 }, (_, k) => ({ label: `r${k}`, unit: "Hz", time: [0, 1], curves })),
  });
  const names = svg.split(/role-scope panel\d"/).flatMap((panel) => {
    const top = Number(/translate\(\d+,(\d+)\)/.exec(panel)![1]);
    return [...panel.matchAll(/translate\(\d+,([\d.]+)\)"[^>]* font-size="([\d.]+)px"[^>]*>unit/g)].map(
      ([, y, size]) => ({ y: top + Number(y), size: Number(size) }),
    );
  });
  expect(names).toHaveLength(6 * 7);
  for (const [k, { y, size }] of names.slice(1).entries()) expect(y - names[k]!.y).toBeGreaterThan(size - 1e-6);
});
