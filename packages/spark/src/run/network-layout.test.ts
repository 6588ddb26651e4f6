import { describe, expect, test } from "vitest";
import { normal, uniform } from "../config/initializer.ts";
import { allToAll, fixedOutDegree, fixedTotalNumber, oneToOne, pairwiseBernoulli } from "../connectivity/rule.ts";
import { connectivityStatistics } from "../connectivity/statistics.ts";
import { bySource } from "../connectivity/values.ts";
import { MemoryError } from "../errors/errors.ts";
import { brain } from "../graph/brain.ts";
import { neuron } from "../graph/neuron.ts";
import type { Layout } from "../layout/layout.ts";
import { LeakySoma } from "../somas/leaky.ts";
import { PoissonSource } from "../sources/index.ts";
import { ExponentialSynapse } from "../synapses/exponential.ts";
import { compile, simulate } from "./simulate.ts";

const current = ExponentialSynapse({ tau: 5 });

/** Two projections to one synapse, one of them with repeated pairs, and a loop of inhibitory units. */
const network = (layout?: Layout) => {
  const laid = layout === undefined ? {} : { layout };
  return brain({
    populations: {
      noise: PoissonSource({ units: [60], rate: 60 }),
      cells: neuron({ soma: LeakySoma({ units: [150] }), synapses: { current } }),
      others: neuron({ soma: LeakySoma({ units: [50] }), synapses: { current }, inhibitory: true }),
    },
    projections: {
      often: {
        from: "noise",
        to: "cells.current",
        connect: fixedTotalNumber({ total: 6000 }),
        ...laid,
        weight: normal({ mean: 40, std: 10 }),
        delay: uniform({ min: 0.5, max: 3 }),
      },
      once: {
        from: "noise",
        to: "cells.current",
        connect: pairwiseBernoulli({ probability: 0.6 }),
        weight: 7,
        ...laid,
      },
      out: {
        from: "cells",
        to: "others.current",
        connect: pairwiseBernoulli({ probability: 0.8 }),
        ...laid,
        weight: uniform({ min: 10, max: 30 }),
      },
      back: {
        from: "others",
        to: "cells.current",
        connect: pairwiseBernoulli({ probability: 0.9 }),
        ...laid,
        weight: uniform({ min: 5, max: 9 }),
        delay: 1.5,
      },
    },
  });
};
const record = { cells: { outSpikes: true, potential: { units: [3, 149] } }, others: { outSpikes: true } } as const;
const base = { dt: 0.5, seed: 6 } as const;

describe("layouts change no bit", () => {
  const meant = simulate(network("sparse"), { ...base, duration: 150, record, backend: "interpreter" });

  test.each(["auto", "sparse", "dense", undefined] as const)("of a run: %s", async (layout) => {
    const { cells, others, synapses } = await meant;
    expect(cells.outSpikes.steps.length).toBeGreaterThan(100);
    expect(others.outSpikes.steps.length).toBeGreaterThan(10);
    for (const more of [{ backend: "interpreter" }, { backend: "wasm" }, { worker: true, threads: 2 }] as const) {
      const run = await simulate(network(layout), { ...base, duration: 150, record, ...more });
      expect(run.synapses).toBe(synapses);
      expect(run.cells.potential.values).toEqual(cells.potential.values);
      expect(run.cells.outSpikes.units).toEqual(cells.outSpikes.units);
      expect(run.others.outSpikes.units).toEqual(others.outSpikes.units);
    }
  });

  test("of what goes on from a snapshot of the other layout", async () => {
    const sparse = await compile(network("sparse"), base);
    await sparse.run({ duration: 60 });
    const dense = await compile(network("dense"), base);
    dense.restore(sparse.snapshot());
    const one = await sparse.run({ duration: 60, record });
    const other = await dense.run({ duration: 60, record });
    expect(one.cells.outSpikes.steps.length).toBeGreaterThan(20);
    expect(other.cells.outSpikes.units).toEqual(one.cells.outSpikes.units);
    expect(other.cells.potential.values).toEqual(one.cells.potential.values);
    expect(dense.snapshot()).toEqual(sparse.snapshot());
    sparse.dispose();
    dense.dispose();
  });

  test("of what a projection tells about itself", async () => {
    const sparse = await compile(network("sparse"), base);
    const dense = await compile(network("dense"), base);
    for (const name of ["often", "once", "out", "back"]) {
      const [one, other] = [sparse, dense].map((simulation) => connectivityStatistics(simulation.projection(name)));
      expect(one!.synapses).toBeGreaterThan(1000);
      expect(other).toEqual(one);
    }
    sparse.dispose();
    dense.dispose();
  });
});

test("rows that do not fit are told as such, with what lists would take less", async () => {
  await expect(simulate(network("dense"), { ...base, duration: 1, memory: 50_000 })).rejects.toThrow(
    /often \(dense\) [\d.]+ \w+.*Set layout: "sparse" for often, which saves [\d.]+ \w+\./,
  );
  await expect(simulate(network("sparse"), { ...base, duration: 1, memory: 50_000 })).rejects.toThrow(
    /^(?!.*(dense|layout)).*memory must be at least/,
  );
});

test("a network that does not fit is told what it takes and what would fit, which then does", async () => {
  const cells = LeakySoma({ units: [1000] });
  const synapse = ExponentialSynapse({ tau: 5 });
  const sized = (total: number) =>
    brain({
      populations: { cells },
      projections: {
        large: {
          from: "cells",
          to: "cells",
          connect: fixedTotalNumber({ total }),
          weight: normal({ mean: 1, std: 1 }),
          synapse,
        },
        small: { from: "cells", to: "cells", connect: fixedTotalNumber({ total: total / 10 }), weight: 1, synapse },
      },
    });
  const messageFor = async (total: number, memory: number): Promise<string> =>
    simulate(sized(total), { duration: 1, memory }).then(
      () => "fits",
      (error: unknown) => {
        expect(error).toBeInstanceOf(MemoryError);
        return (error as Error).message;
      },
    );
  const message = await messageFor(1_000_000, 3e6);
  expect(message).toMatch(
    /for this network \(projection large 6\.0 MB, projection small 212000 bytes, populations .*; received 3\.0 MB\./,
  );
  const [, share] = /About (\d+) % of the synapses would fit: use fewer synapses, record less, or raise memory/.exec(
    message,
  )!;
  expect(Number(share)).toBeGreaterThan(40);
  expect(Number(share)).toBeLessThan(50);
  expect(await messageFor(10_000 * Number(share), 3e6)).toBe("fits");
  expect(await messageFor(10_000 * (Number(share) + 3), 3e6)).not.toBe("fits");
  const [, enough] = /raise memory to (\d+)\.$/.exec(message)!;
  expect(await messageFor(1_000_000, Number(enough))).toBe("fits");
  // Where populations alone are too large, fewer synapses help nobody.
  expect(await messageFor(1_000_000, 5000)).toMatch(/received 5000 bytes\. Use fewer units, or raise memory to \d+\.$/);
});

test("a brain refuses layouts that there are not, and two at one synapse", () => {
  const { populations } = network();
  const wire = {
    from: "noise",
    to: "cells.current",
    connect: pairwiseBernoulli({ probability: 0.5 }),
    weight: 7,
  } as const;
  const projections = {
    one: { ...wire, layout: "dense" },
    two: { ...wire, layout: "sparse" },
    three: { ...wire, layout: "spars" as "sparse" },
  } as const;
  expect(() => brain({ populations, projections })).toThrowErrorMatchingInlineSnapshot(`
    [ConfigError: brain.projections.three.layout must be one of "auto", "sparse", "dense", "procedural"; received "spars". Leave it out for auto.
    brain.projections.two.layout must be "dense", as that of one, which has the same source and ends at the same synapse; received "sparse". Give both the same layout, or each its own synapse.]
  `);
});

/** Projections that can be worked out by each spike: to all others, to equals, by drawn targets. */
const telling = (layout: Layout) =>
  brain({
    populations: {
      noise: PoissonSource({ units: [150], rate: 60 }),
      cells: neuron({ soma: LeakySoma({ units: [150] }), synapses: { current, slow: ExponentialSynapse({ tau: 9 }) } }),
      others: neuron({ soma: LeakySoma({ units: [70] }), synapses: { current }, inhibitory: true }),
    },
    projections: {
      same: { from: "noise", to: "cells.current", connect: oneToOne(), weight: 300, layout },
      total: { from: "noise", to: "cells.slow", connect: fixedTotalNumber({ total: 1500 }), weight: 40, layout },
      all: {
        from: "cells",
        to: "cells.slow",
        connect: allToAll({ autapses: false }),
        delay: 1.5,
        layout,
        weight: bySource(Array.from({ length: 150 }, (_, unit) => unit / 70)),
      },
      out: { from: "cells", to: "others.current", connect: fixedOutDegree({ outDegree: 30 }), weight: 9, layout },
      back: { from: "others", to: "cells.current", connect: allToAll(), weight: 0.7, layout },
    },
  });

describe("what is worked out by each spike changes no bit", () => {
  const meantBy = (dtype: "f32" | "f64") =>
    simulate(telling("sparse"), { ...base, dtype, duration: 150, record, backend: "interpreter" });
  const meant = { f32: meantBy("f32"), f64: meantBy("f64") };
  const machines = [{ backend: "interpreter" }, { backend: "wasm" }, { worker: true, threads: 2 }] as const;

  test.each(["f32", "f64"] as const)("of a run in %s", async (dtype) => {
    const { cells, others, synapses } = await meant[dtype];
    expect(cells.outSpikes.steps.length).toBeGreaterThan(100);
    expect(others.outSpikes.steps.length).toBeGreaterThan(10);
    for (const layout of ["procedural", "auto"] as const) {
      for (const machine of machines) {
        const run = await simulate(telling(layout), { ...base, dtype, duration: 150, record, ...machine });
        expect(run.synapses).toBe(synapses);
        expect(run.cells.potential.values).toEqual(cells.potential.values);
        expect(run.cells.outSpikes.units).toEqual(cells.outSpikes.units);
        expect(run.others.outSpikes.units).toEqual(others.outSpikes.units);
      }
    }
  });

  test("of what goes on from a snapshot of the other layout", async () => {
    const sparse = await compile(telling("sparse"), base);
    const worked = await compile(telling("procedural"), base);
    await sparse.run({ duration: 60 });
    worked.restore(sparse.snapshot());
    const one = await sparse.run({ duration: 60, record });
    const other = await worked.run({ duration: 60, record });
    expect(one.cells.outSpikes.steps.length).toBeGreaterThan(20);
    expect(other.cells.outSpikes.units).toEqual(one.cells.outSpikes.units);
    expect(worked.snapshot()).toEqual(sparse.snapshot());
    expect(connectivityStatistics(worked.projection("total"))).toEqual(
      connectivityStatistics(sparse.projection("total")),
    );
    sparse.dispose();
    worked.dispose();
  });

  test("and its memory does not grow with the synapses", async () => {
    const wide = (layout: Layout) =>
      brain({
        populations: {
          noise: PoissonSource({ units: [500], rate: 1 }),
          cells: LeakySoma({ units: [4000] }),
        },
        projections: {
          all: {
            from: "noise",
            to: "cells",
            connect: fixedOutDegree({ outDegree: 4000 }),
            weight: 1,
            synapse: current,
            layout,
          },
        },
      });
    const options = { ...base, duration: 1, memory: 3_000_000 } as const;
    await expect(simulate(wide("sparse"), options)).rejects.toThrow(
      /Set layout: "procedural" for all, which saves [34]\.\d* MB\. About/,
    );
    expect((await simulate(wide("procedural"), options)).synapses).toBe(2_000_000);
  });
});

test("a brain refuses what cannot be worked out", () => {
  const { populations } = telling("auto");
  const wire = { from: "noise", to: "cells.current", weight: 7, layout: "procedural" } as const;
  const projections = {
    drawn: { ...wire, connect: pairwiseBernoulli({ probability: 0.5 }), weight: normal({ mean: 1, std: 1 }) },
    one: { ...wire, to: "cells.slow", connect: oneToOne(), delay: uniform({ min: 1, max: 2 }) },
    two: { ...wire, to: "cells.slow", connect: oneToOne() },
  } as const;
  expect(() => brain({ populations, projections })).toThrowErrorMatchingInlineSnapshot(`
    [ConfigError: brain.projections.drawn.layout may be "procedural" for allToAll, oneToOne, fixedOutDegree, fixedTotalNumber, with multapses, one weight per source unit and one delay; received pairwiseBernoulli, weights by normal. Use "sparse", "dense" or "auto".
    brain.projections.one.layout may be "procedural" for allToAll, oneToOne, fixedOutDegree, fixedTotalNumber, with multapses, one weight per source unit and one delay; received delays by uniform. Use "sparse", "dense" or "auto".
    brain.projections.one.layout must be "sparse" or "dense", as that of two, which has the same source and ends at the same synapse; received "procedural". Give both the same layout, or each its own synapse.]
  `);
});
