import { readdirSync, readFileSync } from "node:fs";
import * as library from "spark-snn";
import { expect, test } from "vitest";
import type { JsonObject } from "./json.ts";
import { programOf } from "./program.ts";
import { firstDocument } from "./templates.ts";

const examples = new URL("../../../../examples/", import.meta.url);
const documents: Readonly<Record<string, JsonObject>> = {
  first: firstDocument,
  soma: {
    model: { soma: "AdaptiveLeakySoma", units: [3], threshold: { normal: { mean: -45, std: 2 } } },
    duration: 10,
    inputs: { current: { sum: [200, { ornsteinUhlenbeck: { mean: 0, std: 20, tau: 5 } }] } },
    record: { outSpikes: true },
  },
  ...Object.fromEntries(
    readdirSync(examples)
      .map((name) => [name, new URL(`${name}/experiment.json`, examples)] as const)
      .flatMap(([name, file]) => {
        try {
          return [[name, JSON.parse(readFileSync(file, "utf8")) as JsonObject]];
        } catch {
          return [];
        }
      }),
  ),
};

/** Evaluates the model and the options of `simulate` in a program. */
const evaluated = (program: string): readonly [model: never, options: JsonObject] => {
  const body = program
    .replace(/import [^;]*;/, "")
    .replace(/const run = await simulate\(([\s\S]*)\);\nconsole.*/, "return [$1];");
  return new Function(...Object.keys(library), body)(...Object.values(library));
};

const printed = Object.entries(documents).filter(([, document]) => !programOf(document).includes("readFile"));

test("prints calls for most examples", () => {
  expect(printed.length).toBeGreaterThan(7);
});

test.each(printed)("the program of %s makes the same experiment", async (_, document) => {
  const [model, options] = evaluated(programOf(document));
  const read = await library.experiment(document);
  const same = (read.kind === "brain" ? read.brain : read.component) as never;
  const { duration, dt, dtype, seed, initial, inputs, record, changes } = document;
  const given = Object.fromEntries(
    Object.entries({ duration, dt, dtype, seed, initial, inputs, record, changes }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  expect(library.documentOf(model, options as never)).toEqual(library.documentOf(same, { ...given } as never));
});

test("a document with files is read by its program", () => {
  const program = programOf({
    model: { soma: "LeakySoma", units: [1] },
    inputs: { current: { npy: "a.npy" } },
    duration: 1,
  });
  expect(program).toContain('readFile("experiment.json"');
});

test("prints a small network as a person would write it", () => {
  expect(programOf(firstDocument)).toMatchInlineSnapshot(`
    "// Excitation and inhibition
    import {
      brain,
      ExponentialSynapse,
      neuron,
      pairwiseBernoulli,
      PoissonDrive,
      RefractoryLeakySoma,
      simulate,
    } from "spark-snn";

    const network = brain({
      name: "Excitation and inhibition",
      populations: {
        excitatory: RefractoryLeakySoma({ units: [800] }),
        inhibitory: neuron({ soma: RefractoryLeakySoma({ units: [200] }), inhibitory: true }),
      },
      projections: {
        ee: {
          from: "excitatory",
          to: "excitatory",
          connect: pairwiseBernoulli({ probability: 0.1 }),
          weight: 4,
          delay: 1.5,
          synapse: ExponentialSynapse({ tau: 5 }),
        },
        ei: {
          from: "excitatory",
          to: "inhibitory",
          connect: pairwiseBernoulli({ probability: 0.1 }),
          weight: 20,
          delay: 1.5,
          synapse: ExponentialSynapse({ tau: 5 }),
        },
        ie: {
          from: "inhibitory",
          to: "excitatory",
          connect: pairwiseBernoulli({ probability: 0.1 }),
          weight: 30,
          delay: 1,
          synapse: ExponentialSynapse({ tau: 5 }),
        },
      },
      drives: {
        noise: {
          to: "excitatory",
          synapse: ExponentialSynapse({ tau: 5 }),
          drive: PoissonDrive({ rate: 5, trains: 200, weight: 10 }),
        },
      },
    });

    const run = await simulate(network, { duration: 1000, dt: 0.1, inputs: { excitatory: { current: 150 } } });
    console.log(run);
    "
  `);
});
