import { expect, test } from "vitest";
import { AdaptiveLeakySoma, LeakySoma } from "../somas/leaky.ts";

test("a config reports all its problems at once", () => {
  expect(() => AdaptiveLeakySoma({ thresholdTau: -5, potential_tau: 3, threshold: Number.NaN } as never)).toThrow();
  try {
    AdaptiveLeakySoma({ thresholdTau: -5, potential_tau: 3, threshold: Number.NaN } as never);
  } catch (error) {
    expect((error as Error).message).toMatchInlineSnapshot(`
      "AdaptiveLeakySoma.potential_tau is unknown. Did you mean "potentialTau"?
      AdaptiveLeakySoma.threshold must be a finite number; received NaN mV. The default is -40 mV.
      AdaptiveLeakySoma.thresholdTau must be greater than 0 ms; received -5 ms. The default is 20 ms."
    `);
  }
});

test("build draws and allocates", () => {
  const built = LeakySoma({ units: [3], potentialTau: { uniform: { min: 10, max: 20 } } }).build();
  expect(built.fields["potentialTau"]).toHaveLength(3);
  expect(built.state).toEqual({ potential: new Float64Array(3) });
});
