import { expect, test } from "vitest";
import { type Fields, positive } from "../config/field.ts";
import { somas } from "../somas/index.ts";
import { PoissonDrive, sources } from "../sources/index.ts";
import { synapses } from "../synapses/index.ts";
import { equationsLatex, equationsText } from "./equations.ts";
import { drivePage, modelPage } from "./page.ts";
import { fieldMarkdown, portMarkdown, presetMarkdown, stateMarkdown } from "./table.ts";

test.each(Object.values(somas))("the page of %o contains everything that its declaration defines", ({ model }) => {
  const page = modelPage(model, { source: "../../somas/leaky.ts" });
  const [name, one] = Object.entries(model.fields as Fields).find(([, { checks }]) => checks.includes(positive)) ?? [];
  const value = Number(one?.default);
  const spread = one
    ? `, ${name}: uniform({ min: ${+(0.8 * value).toPrecision(12)}, max: ${+(1.2 * value).toPrecision(12)} })`
    : "";
  const parts = [
    model.about,
    equationsLatex(model),
    equationsText(model),
    fieldMarkdown(model),
    stateMarkdown(model),
    portMarkdown(model),
    ...("presets" in model ? [presetMarkdown(model as never)] : []),
    `const soma = ${model.name}({ units: [100]${spread} });`,
    "[leaky.ts](../../somas/leaky.ts)",
  ];
  for (const part of parts) expect(page).toContain(part);
  expect(page.startsWith(`# ${model.name}\n\n`)).toBe(true);
  expect(page).not.toMatch(/undefined|\[object|\n{3}/);
  expect(page.match(/^```/gm)).toHaveLength(6);
});

test.each(Object.values(synapses))(
  "the page of %o gives the unit of weights and both ways to define a current",
  (create) => {
    const { model } = create;
    const byValue = model.currentOf ? create({ currentOf: "value" } as never).model : undefined;
    const page = modelPage(model, { source: "../../synapses/x.ts", ...(byValue && { byValue }) });
    const parts = [model.about, equationsLatex(model), equationsText(model), portMarkdown(model)];
    for (const part of parts) expect(page).toContain(part);
    expect(page).toContain(`Weights are in ${model.weightUnit};`);
    expect(page.includes('`currentOf: "value"`')).toBe(byValue !== undefined);
    for (const name of Object.keys(model.observables)) expect(page).toContain(`| \`${name}\` |`);
    expect(page).not.toMatch(/undefined|\[object|\n{3}/);
  },
);

test.each(Object.values(sources))("the page of %o has an example without a network", ({ model }) => {
  const page = modelPage(model);
  for (const part of [model.about, equationsLatex(model), portMarkdown(model)]) expect(page).toContain(part);
  const isShared = Object.values(model.inputs).some((port) => "shared" in port && port.shared === true);
  expect(page).toContain(`simulate(${model.name}({ units: ${isShared ? "[4, 25]" : "[100]"} })`);
  expect(page).not.toMatch(/undefined|\[object|\n{3}/);
});

test("the page of a drive contains everything that its declaration defines, and the equations of one drive", () => {
  const { model } = PoissonDrive;
  const page = drivePage(model, { code: "one", text: "value ← count", source: "../../sources/drive.ts" });
  expect(page).toContain(`# PoissonDrive\n\n${model.about}`);
  expect(page).toContain("for one:\n\n```text\nvalue ← count\n```");
  for (const name of Object.keys(model.fields)) expect(page).toContain(`| \`${name}\` |`);
  expect(page).toContain("Declared in [drive.ts](../../sources/drive.ts).");
  expect(page).not.toMatch(/undefined|\[object|\n{3}/);
});

test("a page without an address has no section about the source", () => {
  expect(modelPage(somas.LeakySoma.model)).not.toContain("## Source");
});
