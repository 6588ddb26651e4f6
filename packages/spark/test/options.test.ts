import { expect, test } from "vitest";
import { optionsPage, sections } from "../../../tools/options-page.ts";
import { Place, Site } from "../src/config/place.ts";
import { refuseUnknown } from "../src/config/unknown-keys.ts";
import { rules } from "../src/connectivity/rule.ts";
import { experimentSchema } from "../src/experiment/schema.ts";
import { compileSchema } from "../src/experiment/takes.test-support.ts";

/* Whatever is declared is in the schema and in the reference, and a misspelt name of it is refused with a suggestion. */

type Schema = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
const schema = experimentSchema() as unknown as { readonly $defs: Readonly<Record<string, Schema>> };
const page = optionsPage();
const declared = sections.flatMap(([title, , options]) => Object.keys(options).map((name) => [title, name] as const));

test("there are options", () => {
  expect(declared.length).toBeGreaterThan(40);
});

test.each(declared)("%s: %s is in the reference and is suggested", (title, name) => {
  const [, , options] = sections.find(([own]) => own === title)!;
  const after = page.slice(page.indexOf(`# ${title}\n`));
  expect(after.slice(0, after.indexOf("\n#", 2) >>> 0)).toContain(`| \`${name}\` `);
  const site = new Site(new Place(["options"]), [], undefined);
  const names = Object.keys(options);
  const misspelt = names.includes(`${name}s`) ? `${name}x` : `${name}s`;
  refuseUnknown({ [misspelt]: 1 }, names, site);
  expect(site.issues.map(({ message }) => message)).toEqual([`is unknown. Did you mean "${name}"?`]);
});

test("brains, projections, drives and read-outs are in the schema with their options", () => {
  const places = { Brain: "brain", Projections: "projection", Drives: "drive", "Read-outs": "readout" } as const;
  for (const [title, definition] of Object.entries(places)) {
    const [, , options] = sections.find(([own]) => own === title)!;
    const known = Object.keys(schema.$defs[definition]!["properties"]!);
    const inDocument = Object.keys(options)
      .filter((name) => title !== "Brain" || name !== "name")
      .map((name) => (name === "drive" ? "poisson" : name));
    expect(known.toSorted()).toEqual(inDocument.toSorted());
  }
});

test("rules are in the schema with their options", () => {
  const takes = compileSchema({ $ref: "#/$defs/rule", $defs: schema.$defs });
  for (const [name, { rule }] of Object.entries(rules)) {
    const values = { probability: 0.5, sources: [0], targets: [0], weights: [1], delays: [1] } as const;
    const distance = name === "distanceBernoulli" ? { probability: { disc: { peak: 1, reach: 2 } } } : {};
    const all = Object.fromEntries(
      Object.keys(rule.option.parts ?? {}).map((key) => [
        key,
        ({ ...values, autapses: false, multapses: false, ...distance } as Readonly<Record<string, unknown>>)[key] ?? 3,
      ]),
    );
    expect(takes({ [name]: all }), JSON.stringify({ [name]: all })).toBe(true);
    expect(takes({ [name]: { ...all, more: 1 } })).toBe(false);
  }
});
