import { documentOf, experiment, simulate } from "spark-snn";
import { expect, test } from "vitest";
import { dt, microcircuit } from "../../../../examples/microcircuit/network.ts";
import { templates } from "./templates.ts";

test.each(templates.map((template) => [template.name, template] as const))(
  "%s is a valid document",
  async (_, template) => {
    const document = await template.load();
    expect(document["name"]).toBe(template.name);
    expect(String(document["description"])).not.toContain("network.ts");
    await expect(experiment(document)).resolves.toBeDefined();
  },
);

test("the full microcircuit is the example at full scale", async () => {
  const { brain, initial } = microcircuit(1);
  const document = await templates.find(({ name }) => name === "Full microcircuit")!.load();
  const { name, description, duration } = document as { name: string; description: string; duration: number };
  const written = documentOf(brain, { dt, initial, name, description, duration } as never);
  expect(document).toEqual(JSON.parse(JSON.stringify(written)));
});

test.each(["Single neuron", "f–I curve", "Noisy population"])("%s spikes", async (name) => {
  const document = await templates.find((template) => template.name === name)!.load();
  const read = await experiment(document, { kind: "soma" });
  const run = await simulate(read.component, { ...read.options, record: { outSpikes: true } });
  expect((run as unknown as { outSpikes: { count: number } }).outSpikes.count).toBeGreaterThan(3);
});
