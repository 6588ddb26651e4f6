import { expect, test } from "vitest";
import { AdaptiveLeakySoma, compile, PoissonSource, simulate } from "../../src/entries/index.ts";
import { choiceOf, describeEach, meaning, once } from "./backends.test-support.ts";

/* One population through the whole of a run. */

const soma = AdaptiveLeakySoma({ units: [300], potentialTau: { uniform: { min: 15, max: 25 } } });
const options = {
  duration: 20,
  dt: 0.1,
  inputs: { current: { ornsteinUhlenbeck: { mean: 500, std: 200, tau: 5 } } },
  record: { outSpikes: true, potential: { units: [0, 299, 77], every: 7 }, adaptation: { every: 50 } },
} as const;
const cases = (["f32", "f64"] as const).map((dtype) => ({
  dtype,
  meant: once(() => simulate(soma, { ...options, dtype, ...choiceOf(meaning) })),
}));

const rate = (hertz: number): number[] => Array.from({ length: 500 }, (_, k) => (k % 7) * hertz);
const changing = PoissonSource({
  rate: { series: [rate(10), rate(40), rate(0)], interval: 7, between: "linear", after: "repeat" },
});
const rates = { duration: 50, dt: 0.5, record: { outSpikes: true } } as const;
const ratesCases = ([{}, { memory: 3e6 }, { dtype: "f64" }] as const).map((more) => ({
  more,
  meant: once(() => simulate(changing, { ...rates, ...choiceOf(meaning), ...more })),
}));

describeEach(
  "gives the interpreter's bits of a population",
  ({ listed }) => {
    for (const { dtype, meant } of cases) {
      test(`with noise and records, in ${dtype}`, async () => {
        const wanted = await meant();
        const run = await simulate(soma, { ...options, dtype, ...choiceOf(listed) });
        expect(wanted.outSpikes.count).toBeGreaterThan(100);
        expect(run.outSpikes.steps).toEqual(wanted.outSpikes.steps);
        expect(run.outSpikes.units).toEqual(wanted.outSpikes.units);
        expect(run.potential.values).toEqual(wanted.potential.values);
        expect(run.adaptation.values).toEqual(wanted.adaptation.values);
      });
    }

    test("with records in single precision of a run in double precision", async () => {
      const wanted = await cases[1]!.meant();
      const record = { potential: { ...options.record.potential, dtype: "f32" } } as const;
      const run = await simulate(soma, { ...options, record, dtype: "f64", ...choiceOf(listed) });
      expect([run.dtype, run.potential.values]).toEqual(["f64", Float32Array.from(wanted.potential.values)]);
    });

    test.each(ratesCases)("with rates that change, with $more", async ({ more, meant }) => {
      const wanted = await meant();
      expect(wanted.outSpikes.count).toBeGreaterThan(500);
      const { outSpikes } = await simulate(changing, { ...rates, ...choiceOf(listed), ...more });
      expect(outSpikes.steps).toEqual(wanted.outSpikes.steps);
      expect(outSpikes.units).toEqual(wanted.outSpikes.units);
    });

    test("in steps and runs that go on in the interpreter", async () => {
      const own = await compile(soma, choiceOf(listed));
      const other = await compile(soma, choiceOf(meaning));
      if (!listed.options.worker) {
        for (let k = 0; k < 20; k++) {
          const [a, b] = [own, other].map((simulation) => simulation.step({ current: 300 + k }));
          expect(a!.potential.values).toEqual(b!.potential.values);
          expect(a!.outSpikes.indices()).toEqual(b!.outSpikes.indices());
        }
      }
      await own.run({ duration: 20, inputs: { current: 320 } });
      other.restore(own.snapshot());
      const next = { duration: 20, inputs: { current: 300 }, record: { outSpikes: true } } as const;
      expect((await other.run(next)).outSpikes.units).toEqual((await own.run(next)).outSpikes.units);
      own.dispose();
      other.dispose();
      expect(() => own.step()).toThrow("Simulation was used after dispose().");
    });
  },
  { others: true },
);
