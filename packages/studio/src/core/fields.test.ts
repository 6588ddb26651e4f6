import { expect, test } from "vitest";
import { catalogue } from "../engine/catalogue.ts";
import {
  asDistribution,
  enteredField,
  enteredList,
  enteredShape,
  type FormField,
  fieldState,
  sliderRange,
} from "./fields.ts";
import { histogramOf } from "./fields-histogram.ts";
import { namedAlternatives, schemaAt, unitIn } from "./fields-schema.ts";
import { fieldAt, formOf, runForm, sharedFields } from "./forms.ts";
import { objectAt, withAt } from "./json.ts";
import { firstDocument } from "./templates.ts";

const models = catalogue();
const fieldsOf = (id: string, document = firstDocument): readonly FormField[] =>
  formOf(document, models, id)!.sections.flatMap(({ fields }) => fields);
const field = (id: string, name: string): FormField => fieldsOf(id).find((one) => one.name === name)!;

test("every part of a document has a form whose fields have a place", () => {
  for (const id of ["populations.excitatory", "projections.ei", "drives.noise", "inputs.excitatory.current"]) {
    const form = formOf(firstDocument, models, id)!;
    expect(form.sections.length).toBeGreaterThan(0);
    for (const one of fieldsOf(id)) expect(one.keys.length).toBeGreaterThan(form.keys.length === 0 ? 0 : 1);
  }
  expect(formOf(firstDocument, models, "populations.nobody")).toBeUndefined();
  expect(runForm(models).sections[0]?.fields.map(({ name, unit }) => [name, unit])).toEqual([
    ["duration", "ms"],
    ["dt", "ms"],
    ["seed", "1"],
    ["dtype", "1"],
  ]);
});

test("units of fields come from the models, and that of a weight from the synapse", () => {
  expect(field("populations.excitatory", "resistance").unit).toBe("GΩ");
  expect(field("projections.ei", "weight").unit).toBe("pA");
  const keys = ["model", "projections", "ei", "synapse"];
  const conductance = withAt(firstDocument, keys, { synapse: "ConductanceExponentialSynapse" });
  expect(fieldsOf("projections.ei", conductance).find(({ name }) => name === "weight")?.unit).toBe("nS");
  expect([unitIn("Current. In pA."), unitIn("A pure number; must be"), unitIn("ms; rounded")]).toEqual([
    "pA",
    "1",
    "ms",
  ]);
});

test("the forms of connection rules come from the schema", () => {
  const rules = namedAlternatives(models.schema, schemaAt(models.schema, "rule")).map(({ name }) => name);
  expect(rules).toContain("fixedInDegree");
  expect(field("projections.ei", "probability")).toMatchObject({ kind: "number", rule: "0 … 1", required: true });
});

test("a changed value is marked until it is the default again", () => {
  const threshold = field("populations.excitatory", "threshold");
  expect(fieldState(firstDocument, threshold)).toMatchObject({ changed: false, effective: -40, value: undefined });
  expect(fieldState(withAt(firstDocument, threshold.keys, -45), threshold).changed).toBe(true);
  expect(fieldState(withAt(firstDocument, threshold.keys, -40), threshold).changed).toBe(false);
});

test("what is typed is checked at the field", () => {
  const tau = field("populations.excitatory", "potentialTau");
  expect(enteredField("0,02 s", tau)).toEqual({ value: 20 });
  expect(enteredField("-1", tau)).toEqual({ problem: "Must be greater than 0 ms." });
  expect(enteredField("5 mV", tau)).toEqual({ problem: "mV is a potential; this is a time in ms." });
  expect(enteredField("", tau)).toEqual({ value: undefined });
  expect(enteredField("1; 2,5; 3", tau)).toEqual({ value: [1, 2.5, 3] });
  expect(enteredField("2", field("projections.ei", "probability"))).toEqual({ problem: "Must be from 0 to 1." });
  expect(enteredField("1.5", runForm(models).sections[0]!.fields[2]!)).toEqual({ problem: "Enter a whole number." });
  expect([enteredShape("28 × 28"), enteredShape("800"), enteredShape("10 000")]).toEqual([
    { value: [28, 28] },
    { value: [800] },
    { value: [10000] },
  ]);
  expect(enteredShape("many")).toHaveProperty("problem");
  expect(enteredList("1, 2, x", "ms")).toEqual({ problem: 'Value 3: "x" is not a number.' });
});

test("the range of a slider holds the value and keeps the rule", () => {
  for (const { fields } of models.somas) {
    for (const one of fields) {
      const form: FormField = {
        ...one,
        keys: [],
        label: one.name,
        kind: "number",
        required: false,
        lists: true,
        draws: true,
      };
      const outside = one.rule.includes("…") ? [] : [one.default * 7, one.default + 1];
      for (const value of [one.default, ...outside]) {
        const { min, max, step } = sliderRange(form, value)!;
        expect(min, one.name).toBeLessThanOrEqual(value);
        expect(max, one.name).toBeGreaterThanOrEqual(value);
        expect(step).toBeGreaterThan(0);
        if (/^[>≥] 0/.test(one.rule)) expect(min).toBeGreaterThanOrEqual(0);
      }
    }
  }
});

test("histograms show the density", () => {
  const normal = histogramOf(asDistribution("normal", 10))!;
  expect(normal.heights.indexOf(Math.max(...normal.heights))).toBeGreaterThan(12);
  expect(Math.max(...normal.heights)).toBe(1);
  const uniform = histogramOf({ uniform: { min: 0, max: 1 } })!;
  expect(new Set(uniform.heights)).toEqual(new Set([0, 1]));
  expect(histogramOf([1, 1, 2])!.heights.filter((height) => height > 0)).toEqual([1, 0.5]);
  expect(histogramOf(3)).toBeUndefined();
  expect(histogramOf({ normal: { mean: 1, std: 0 } })).toBeUndefined();
});

test("several parts share the fields of the same kind and unit", () => {
  const shared = sharedFields(firstDocument, models, ["populations.excitatory", "populations.inhibitory"]);
  expect(shared.find(({ field: one }) => one.name === "threshold")?.places).toEqual([
    ["model", "populations", "excitatory", "threshold"],
    ["model", "populations", "inhibitory", "threshold"],
  ]);
  expect(sharedFields(firstDocument, models, ["populations.excitatory", "drives.noise"])).toEqual([]);
});

test("a pinned parameter is found by its keys", () => {
  const keys = ["model", "projections", "ei", "weight"];
  expect(fieldAt(firstDocument, models, keys)).toMatchObject({ owner: "projections.ei", field: { unit: "pA" } });
  expect(fieldAt(firstDocument, models, ["dt"])?.owner).toBe("run");
  expect(fieldAt(firstDocument, models, ["model", "populations", "gone", "tau"])).toBeUndefined();
});

test("choices are commands", () => {
  const form = formOf(firstDocument, models, "projections.ei")!;
  const choice = (id: string) => form.sections.flatMap(({ choices }) => choices).find((one) => one.id === id)!;
  const next = choice("rule").choose("fixedInDegree")!.apply(firstDocument);
  expect(objectAt(next, "model", "projections", "ei")["connect"]).toEqual({ fixedInDegree: { inDegree: 80 } });
  expect(choice("to").choose("excitatory")!.apply(firstDocument)).toHaveProperty(
    "model.projections.ei.to",
    "excitatory",
  );
});
