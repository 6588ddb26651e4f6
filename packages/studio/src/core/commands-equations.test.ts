import { experiment, simulate, somas } from "spark-snn";
import { describe, expect, test } from "vitest";
import { catalogue, somaSources } from "../engine/catalogue.ts";
import type { Catalogue } from "./catalogue.ts";
import { useEquations } from "./commands-equations.ts";
import { type JsonObject, objectAt } from "./json.ts";

const sources = somaSources();
const described: Catalogue = {
  ...catalogue(),
  somas: catalogue().somas.map((entry) => ({ ...entry, source: sources[entry.name] })),
};
const convertible = described.somas.filter(({ source }) => source !== undefined).map(({ name }) => name);

interface Recorded {
  readonly outSpikes: { readonly steps: ArrayLike<number>; readonly units: ArrayLike<number> };
}

const spikesOf = async (document: JsonObject): Promise<readonly (readonly number[])[]> => {
  const read = await experiment(document, { kind: "soma" });
  const run = (await simulate(read.component, read.options)) as unknown as Recorded;
  return [Array.from(run.outSpikes.steps), Array.from(run.outSpikes.units)];
};

test("most somas can be written as equations", () => {
  expect(convertible.length).toBeGreaterThan(Object.keys(somas).length / 2);
});

describe("a soma as its own equations", () => {
  test.each(["LeakySoma", "AdaptiveLeakySoma", "IzhikevichSoma", "AdaptiveExponentialSoma"])(
    "%s spikes alike",
    async (soma) => {
      const [field] = described.somas.find(({ name }) => name === soma)!.fields;
      const document: JsonObject = {
        model: { soma, units: [3], [field!.name]: field!.default * 0.99, seed: 3 },
        duration: 300,
        dt: 0.1,
        inputs: { current: soma === "IzhikevichSoma" ? 4000 : 700 },
        record: { outSpikes: true },
      };
      const changed = useEquations(described, "model").apply(document);
      expect(objectAt(changed, "model")["soma"]).toBeUndefined();
      expect(objectAt(changed, "model")["parameters"]).toBeUndefined();
      const spikes = await spikesOf(document);
      expect(spikes[0]!.length).toBeGreaterThan(3);
      expect(await spikesOf(changed)).toEqual(spikes);
    },
  );

  test("values that are not numbers stay beside the text", async () => {
    const threshold = { uniform: { min: -42, max: -38 } };
    const document = { model: { soma: "LeakySoma", units: [2], threshold }, duration: 1 };
    const changed = useEquations(described, "model").apply(document);
    expect(objectAt(changed, "model", "parameters")).toEqual({ threshold });
    await expect(experiment(changed)).resolves.toBeDefined();
  });

  test("a source keeps its model", () => {
    const document = { model: { source: "PoissonSource", units: [2] }, duration: 1 };
    expect(useEquations(described, "model").apply(document)).toBe(document);
  });
});
