import { experiment } from "spark-snn";
import { expect, test } from "vitest";
import { catalogue as describeModels } from "../engine/catalogue.ts";
import { stepResponse } from "../engine/single-unit.ts";
import { enteredField } from "./fields.ts";
import { fileFields } from "./fields-files.ts";
import type { Form, FormChoice } from "./form.ts";
import { formOf } from "./forms.ts";
import { type JsonObject, objectAt, valueAt, withAt } from "./json.ts";
import { responsePath } from "./response.ts";
import { firstDocument } from "./templates.ts";

const models = describeModels();
const form = (document: JsonObject, id: string): Form => formOf(document, models, id)!;
const choiceOf = (document: JsonObject, id: string, name: string): FormChoice =>
  form(document, id)
    .sections.flatMap(({ choices }) => choices)
    .find((choice) => choice.id === name)!;
const choose = (document: JsonObject, id: string, name: string, value: string): JsonObject =>
  choiceOf(document, id, name).choose(value)!.apply(document);
const rules = (document: JsonObject): unknown => valueAt(document, ["model", "projections", "ee", "plasticity"]);

test("a projection gets a second rule, changes it, and loses the first", async () => {
  const one = choose(firstDocument, "projections.ee", "plasticity", "PairStdp");
  expect(rules(one)).toMatchObject({ rule: "PairStdp" });
  const two = choose(one, "projections.ee", "plasticity:more", "WeightNormalization");
  expect(rules(two)).toMatchObject([{ rule: "PairStdp" }, { rule: "WeightNormalization" }]);
  expect(form(two, "projections.ee").sections.map(({ title }) => title)).toEqual(
    expect.arrayContaining(["Plasticity, rule 1", "Plasticity, rule 2"]),
  );
  const fields = form(two, "projections.ee").sections.find(({ title }) => title === "Plasticity, rule 2")!.fields;
  const total = fields.find(({ name }) => name === "total")!;
  const valid = withAt(two, total.keys, 78);
  await expect(experiment(valid)).resolves.toBeDefined();
  const other = choose(valid, "projections.ee", "plasticity:1", "SynapticScaling");
  expect(rules(other)).toMatchObject([{ rule: "PairStdp" }, { rule: "SynapticScaling" }]);
  const last = choose(other, "projections.ee", "plasticity:0", "");
  expect(rules(last)).toMatchObject({ rule: "SynapticScaling" });
  expect(rules(choose(last, "projections.ee", "plasticity", ""))).toBeUndefined();
});

test("a read-out gets an integrator, with its options, and loses it", async () => {
  const read = withAt(firstDocument, ["model", "readouts"], { out: { from: "excitatory", tau: 20, mean: true } });
  const exponential = choose(read, "readouts.out", "integrator", "exponential");
  expect(valueAt(exponential, ["model", "readouts", "out"])).toEqual({
    from: "excitatory",
    integrator: { exponential: { outputs: 2 } },
  });
  await expect(experiment(exponential)).resolves.toBeDefined();
  const names = form(exponential, "readouts.out")
    .sections.find(({ id }) => id === "integrator")!
    .fields.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["outputs", "rateMax", "tau"]));
  const tanh = choose(exponential, "readouts.out", "integrator", "tanh");
  expect(objectAt(tanh, "model", "readouts", "out")["integrator"]).toEqual({ tanh: {} });
  expect(objectAt(choose(tanh, "readouts.out", "integrator", ""), "model", "readouts", "out")).toEqual({
    from: "excitatory",
  });
});

test("an input is drawn by hand or read from a file", async () => {
  const id = "inputs.excitatory.current";
  const drawn = choose(firstDocument, id, "form", "drawn");
  expect(valueAt(drawn, ["inputs", "excitatory", "current"])).toMatchObject({ series: [0, 150, 0] });
  expect(choiceOf(drawn, id, "form").value).toBe("drawn");
  expect(form(drawn, id).sections[0]!.drawing).toMatchObject({ unit: "pA" });
  await expect(experiment(drawn)).resolves.toBeDefined();
  const table = choose(drawn, id, "form", "csv");
  expect(form(table, id).sections[0]!.fields.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["csv", "column", "time", "after"]),
  );
  const bytes = new TextEncoder().encode("time_ms,current_pA\n0,100\n1000,200\n");
  await expect(experiment(table, { readFile: async () => bytes })).resolves.toBeDefined();
});

test("a column is a number or a name, and the fields of a file have their keys", () => {
  const fields = fileFields(models.schema, "valueFile", { csv: "a.csv", column: 0 }, ["model", "threshold"]);
  const column = fields.find(({ name }) => name === "column")!;
  expect(enteredField("3", column)).toEqual({ value: 3 });
  expect(enteredField("mean rate", column)).toEqual({ value: "mean rate" });
  expect(enteredField(" ", column)).toHaveProperty("problem");
  expect(fields[0]).toMatchObject({ label: "File", keys: ["model", "threshold", "csv"] });
  expect(fileFields(models.schema, "valueFile", { uniform: {} }, [])).toEqual([]);
});

test("the response to a step shows spikes, and its path lies inside of the picture", async () => {
  const response = await stepResponse(firstDocument, "excitatory");
  expect(response).toMatchObject({ variable: "potential", unit: "mV", from: 50, to: 250, duration: 300, dt: 0.1 });
  expect(response.spikes).toBeGreaterThan(2);
  expect(response.values.length).toBe(3000);
  const { line, current } = responsePath(response, 300, 110);
  const numbers = (line.match(/-?[\d.]+/g) ?? []).map(Number);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(300);
  expect(current).toMatch(/^M0,108H50\.0V94H250\.0V108H300$/);
  await expect(stepResponse({ model: { source: "PoissonSource", units: [2] } }, "")).rejects.toThrow("needs");
});
