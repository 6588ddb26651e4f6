import { expect, test } from "vitest";
import { drawCurves, measureCurves } from "./curves.ts";

test("the curves start at the rheobase, increase, and are ordered by the refractoriness of the soma", async () => {
  const curves = await measureCurves();
  const [leaky, refractory, adaptive] = curves.map(({ rate }) => rate);
  for (const { current, rate, rheobase } of curves) {
    expect(Math.abs(rheobase - 200)).toBeLessThan(0.2);
    expect(rate.filter((_, k) => current[k]! < 200).every((hertz) => hertz === 0)).toBe(true);
    expect(rate.every((hertz, k) => k === 0 || hertz >= rate[k - 1]!)).toBe(true);
  }
  expect(leaky!.at(-1)!).toBeGreaterThan(refractory!.at(-1)!);
  expect(refractory!.at(-1)!).toBeGreaterThan(adaptive!.at(-1)!);
  // tau·ln((RI − reset')/(RI − θ)) at 300 pA is 13.86 ms, which is 13.9 ms in steps of 0.1 ms.
  expect(Math.abs(leaky![30]! - 1000 / 13.9)).toBeLessThanOrEqual(0.5);
  const svg = drawCurves(curves);
  for (const text of ["LeakySoma", "AdaptiveLeakySoma", "rheobase"]) expect(svg).toContain(text);
});
