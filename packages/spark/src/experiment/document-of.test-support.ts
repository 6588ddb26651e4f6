import { expect } from "vitest";
import { essence } from "../../test/conformance/random-runs.test-support.ts";
import { compile, simulate } from "../run/simulate.ts";
import { documentOf } from "./document-of.ts";
import { type ExperimentOptions, experiment } from "./experiment.ts";
import { schemaTakes } from "./takes.test-support.ts";

interface Both {
  readonly spikes: number;
  readonly document: unknown;
}

const fingerprintsOf = async (model: unknown, { dt, dtype, seed }: Readonly<Record<string, unknown>>) => {
  const simulation = await compile(model as never, { dt, dtype, seed } as never);
  const { fingerprints } = simulation.snapshot();
  simulation.dispose();
  return fingerprints;
};

const spikesOf = (run: object): number =>
  [run, ...Object.values(run)].reduce<number>(
    (sum, part) => sum + ((part as { outSpikes?: { count: number } } | null)?.outSpikes?.count ?? 0),
    0,
  );

/**
 * Writes the document of a model and its run as text, reads it, and expects the same model, the same run and the same
 * document again.
 */
export const expectSameThrough = async (
  model: unknown,
  run: Readonly<Record<string, unknown>>,
  types: Pick<ExperimentOptions, "models" | "synapses" | "plasticity" | "rules"> = {},
): Promise<Both> => {
  const document = JSON.parse(JSON.stringify(documentOf(model as never, { ...run, ...types } as never)));
  // The published schema does not know custom types.
  if (Object.keys(types).length === 0) expect(schemaTakes(document), JSON.stringify(schemaTakes.errors)).toBe(true);
  const read = await experiment(document, types);
  const again = read.kind === "brain" ? read.brain : read.component;
  expect(await fingerprintsOf(again, run)).toEqual(await fingerprintsOf(model, run));
  // Random equations and configs may overflow. The bits are compared anyway.
  const accepting = { nonFinite: "ignore" };
  const meant = await simulate(model as never, { ...run, ...accepting } as never);
  expect(essence(await simulate(again as never, { ...read.options, ...accepting } as never))).toEqual(essence(meant));
  expect(documentOf(again as never, { ...read.options, ...types } as never)).toEqual(document);
  return { spikes: spikesOf(meant), document };
};
