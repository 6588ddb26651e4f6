import { expect, test } from "vitest";
import { somas } from "../somas/index.ts";
import { equationsLatex, equationsText } from "./equations.ts";
import { modelPage } from "./page.ts";
import { fieldMarkdown, portMarkdown, stateMarkdown } from "./table.ts";

test.each(Object.values(somas))("the page of %o holds all that is derived from its declaration", ({ model }) => {
  const page = modelPage(model, "../../somas/leaky.ts");
  const parts = [
    model.about,
    equationsLatex(model),
    equationsText(model),
    fieldMarkdown(model),
    stateMarkdown(model),
    portMarkdown(model),
    `const soma = ${model.name}({ units: [100], potentialTau: uniform({ min: 16, max: 24 }) });`,
    "[leaky.ts](../../somas/leaky.ts)",
  ];
  for (const part of parts) expect(page).toContain(part);
  expect(page.startsWith(`# ${model.name}\n\n`)).toBe(true);
  expect(page).not.toMatch(/undefined|\[object|\n{3}/);
  expect(page.match(/^```/gm)).toHaveLength(6);
});

test("without an address there is no section about the source", () => {
  expect(modelPage(somas.LeakySoma.model)).not.toContain("## Source");
});
